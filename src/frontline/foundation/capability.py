"""The plumbing's own part of the house."""

from frontline.foundation.manifest import Capability

MANIFEST = Capability(name="foundation", label="Foundation")
