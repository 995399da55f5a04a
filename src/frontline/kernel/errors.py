"""Errors that people read. The docstring of the class is the message; `{names}` are filled from the parameters."""

from typing import Any, ClassVar


class DeskError(Exception):
    """Something could not be done."""

    #: stable code for API clients and translations; derived from the class name when left empty
    code: ClassVar[str] = ""
    #: HTTP status the doors answer with
    status: ClassVar[int] = 422

    def __init__(self, message: str | None = None, *, field: str | None = None, **params: Any) -> None:
        self.params = params
        self.field = field
        self.template = message if message is not None else " ".join((type(self).__doc__ or "").split())
        super().__init__(self.template)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" not in cls.__dict__:
            cls.code = "".join("_" + c.lower() if c.isupper() else c for c in cls.__name__).lstrip("_")

    def __str__(self) -> str:
        try:
            return self.template.format(**self.params)
        except (
            KeyError,
            IndexError,
            ValueError,
        ):  # a message that quotes braces from outside stands as it is
            return self.template


class NotFound(DeskError):
    """There is nothing here that you may see."""

    status = 404


class Forbidden(DeskError):
    """Your role does not allow this. Ask your administrator if it should."""

    status = 403


class Invalid(DeskError):
    """This value cannot be used."""


class Conflict(DeskError):
    """Somebody changed this in the meantime. Look at the current state and decide again."""

    status = 409


class StaleVersion(DeskError):
    """This was changed after you loaded it. Load it again, then repeat your change."""

    status = 412


class VersionRequired(DeskError):
    """Send the If-Match header with the ETag you last saw, so that nobody's change is lost."""

    status = 428


class TooMany(DeskError):
    """Too many attempts. Wait {seconds} seconds and try again."""

    status = 429


class NotAvailable(DeskError):
    """This is not available on this desk."""

    status = 404
