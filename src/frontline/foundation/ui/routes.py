"""Addresses of the frame itself; `foundation/capability.py` declares them."""

from frontline.foundation.manifest import Route
from frontline.foundation.ui import views

UI_ROUTES = (
    Route("ui/preferences", views.preferences, "ui-preferences", "public"),
    Route("ui/offline", views.offline, "ui-offline", "public"),
    Route("ui/styleguide", views.style_guide, "ui-styleguide"),
)
