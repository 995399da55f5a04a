"""Fixtures every test may ask for by name."""

from frontline.config.testing import _fresh_memory, world

__all__ = ["_fresh_memory", "world"]
