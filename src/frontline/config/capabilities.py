"""The one ordered list of capabilities, top floor first. Each imports only from those below it.

`|` in a line means "independent of each other". A new capability is its folder and one line here; routes, API,
navigation, panels, reactions, schedules, permissions, demo data and the import contracts follow from it.
"""

LAYERS = (
    "portal",
    "channels",
    "tickets",
    "commitments",
    "estate",
    "people",
    "foundation",
)

CAPABILITIES = [name.strip() for layer in LAYERS for name in layer.split("|")]
