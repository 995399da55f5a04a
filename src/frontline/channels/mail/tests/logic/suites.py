"""The mail fixtures, suite by suite."""

from pathlib import Path

from frontline.foundation.testing.data import data_path

SUITES = ("discourse_reply_trimmer", "django_helpdesk", "flanker", "mikel_mail", "talon")


def fixture(*parts: str) -> Path:
    return data_path("mail_fixtures", *parts)


def raw(*parts: str) -> bytes:
    return fixture(*parts).read_bytes()


def whole_mails() -> list[Path]:
    return sorted(fixture().rglob("*.eml"))
