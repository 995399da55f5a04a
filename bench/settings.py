"""The product's own settings, with one thing more: each answer says what it cost inside."""

from frontline.config.settings import *  # noqa: F403
from frontline.config.settings import MIDDLEWARE as OURS

MIDDLEWARE = ["bench.cost.CostHeaders", *OURS]
