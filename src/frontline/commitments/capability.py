"""What commitments adds to the house."""

from django.utils.translation import gettext_lazy as _

from frontline.foundation.manifest import Capability

MANIFEST = Capability(name="commitments", label=_("Commitments"))
