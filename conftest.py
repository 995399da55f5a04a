"""Fixtures every test may ask for by name."""

from hypothesis import settings

from frontline.config.testing import _fresh_memory, keep_what_migrations_wrote, world
from frontline.foundation.testing.template import django_db_modify_db_settings

keep_what_migrations_wrote()
# an example that took long tells of a busy machine, not of the code
settings.register_profile("frontline", deadline=None)
settings.load_profile("frontline")

__all__ = ["_fresh_memory", "django_db_modify_db_settings", "world"]
