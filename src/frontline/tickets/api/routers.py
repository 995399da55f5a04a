"""The routers; operations of one path share one, or Django would answer 405 for half of them."""

from frontline.foundation.http.api import ApiRouter

tickets = ApiRouter(tags=["tickets"])
contacts = ApiRouter(tags=["contacts"])
