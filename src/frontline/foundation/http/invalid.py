"""What is wrong with a value, in the reader's words: what pydantic finds, by its codes."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from frontline.kernel.errors import filled

_TEXT = _("This must be text.")
_WHOLE = _("This must be a whole number.")
_NUMBER = _("This must be a number.")
_TRUTH = _("This must be true or false.")
_LIST = _("This must be a list.")
_OBJECT = _("This must be an object.")
_DATE = _("This must be a date, such as 2026-03-02.")
_TIME = _("This must be a time of day, such as 08:30.")
_INSTANT = _("This must be an instant with its zone, such as 2026-03-02T08:41:00Z.")
_ID = _("This must be an id, as other answers give it.")

WORDS = {
    "missing": _("This is missing; add it."),
    "extra_forbidden": _("There is no such field; leave it out."),
    "none_required": _("This must be null."),
    "nul": _("Text cannot contain NUL characters; remove them."),
    "surrogate": _("Text cannot contain halves of surrogate pairs; remove them."),
    "year": _("The year must lie between {first} and {last}."),
    "string_type": _TEXT,
    "string_unicode": _("This is not valid UTF-8 text."),
    "string_too_short": _("This needs at least {min_length} characters."),
    "string_too_long": _("This has too many characters; {max_length} fit."),
    "string_pattern_mismatch": _("This does not have the form {pattern}."),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": _("This number is too large."),
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "greater_than": _("This must be more than {gt}."),
    "greater_than_equal": _("This must be at least {ge}."),
    "less_than": _("This must be less than {lt}."),
    "less_than_equal": _("This must be at most {le}."),
    "too_short": _("This needs at least {min_length} entries."),
    "too_long": _("This has too many entries; {max_length} fit."),
    "literal_error": _("This must be one of {expected}."),
    "enum": _("This must be one of {expected}."),
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "dict_type": _OBJECT,
    "mapping_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    **dict.fromkeys(("date_type", "date_parsing", "date_from_datetime_parsing"), _DATE),
    **dict.fromkeys(("time_type", "time_parsing"), _TIME),
    **dict.fromkeys(
        ("datetime_type", "datetime_parsing", "datetime_from_date_parsing", "timezone_aware"), _INSTANT
    ),
    **dict.fromkeys(("uuid_type", "uuid_parsing", "uuid_version"), _ID),
}


def detail_of(found: Mapping[str, Any]) -> str:
    """One of pydantic's errors in the active language; one we have no words for speaks as it was given."""
    template = WORDS.get(found.get("type", ""))
    if template is None:
        return str(found.get("msg", ""))
    told = {name: _listed(value) for name, value in found.get("ctx", {}).items()}
    return filled(gettext(template), told)


def _listed(value: Any) -> Any:
    """`'a', 'b' or 'c'` as `a, b, c`: the same in every language."""
    return value.replace("'", "").replace(" or ", ", ") if isinstance(value, str) else value
