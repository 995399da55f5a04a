"""Fixtures every test may ask for by name."""

from frontline.config.testing import _fresh_memory, keep_what_migrations_wrote, world

keep_what_migrations_wrote()

__all__ = ["_fresh_memory", "world"]
