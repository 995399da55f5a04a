"""The desk's settings with the probe on top and nothing else beside people and the plumbing."""

from frontline.config.settings import *  # noqa: F403

CAPABILITIES = ["foundation.tests.probe", "people", "foundation"]
