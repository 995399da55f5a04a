"""What estate adds to the house."""

from django.utils.translation import gettext_lazy as _

from frontline.estate import demo
from frontline.foundation.manifest import Capability

MANIFEST = Capability(name="estate", label=_("Estate"), demo=demo.seed)
