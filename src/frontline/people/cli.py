"""Commands about people: the first administrator, API tokens."""

import argparse
import json
import os
import secrets
import sys
from datetime import timedelta

from frontline.foundation import clock
from frontline.kernel.actors import SYSTEM
from frontline.kernel.errors import DeskError
from frontline.people.queries import person_id_by_email
from frontline.people.usecases import founding, tokens


class NobodyThere(DeskError):
    """Nobody has the address {email}. `frontline create-admin` makes the first person."""


def add_create_admin(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--email", required=True, help="what they sign in with")
    parser.add_argument("--name", help="what they are called; from the address when left out")
    parser.add_argument("--zone", default="UTC", help="time zone of the desk, such as Europe/Berlin")
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the password from standard input; else one is made",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")


def create_admin(arguments: argparse.Namespace) -> int:
    """The first administrator, and the desk's team if there is none; the password is shown this once."""
    password = secrets.token_urlsafe(12)
    given = arguments.password_stdin or "FRONTLINE_ADMIN_PASSWORD" in os.environ
    if arguments.password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    elif given:
        password = os.environ["FRONTLINE_ADMIN_PASSWORD"]
    founding.create_administrator(
        email=arguments.email,
        name=arguments.name or "",
        zone=arguments.zone,
        password=password,
        actor=SYSTEM,
        now=clock.now(),
    )
    shown = {"email": arguments.email, **({} if given else {"password": password})}
    if arguments.json:
        print(json.dumps(shown))
    else:
        print(f"{arguments.email} is administrator." + ("" if given else f" Password: {password}"))
    return 0


def add_token(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    create = verbs.add_parser("create", help="make a token and show it once")
    create.add_argument("--person", required=True, metavar="EMAIL", help="whom the token acts for")
    create.add_argument(
        "--scope",
        action="append",
        metavar="SCOPE",
        help="such as tickets:read; several times; * when left out",
    )
    create.add_argument("--name", default="command line", help="what it is for")
    create.add_argument("--days", type=int, help="how long it lives; for ever when left out")
    create.add_argument("--json", action="store_true", help="one JSON object instead of a line")


def token(arguments: argparse.Namespace) -> int:
    """`token create`: the token on standard output."""
    person_id = person_id_by_email(arguments.person)
    if person_id is None:
        raise NobodyThere(email=arguments.person)
    if arguments.days is not None and not 1 <= arguments.days <= 36500:
        raise DeskError("--days takes 1 to 36500, not {days}.", days=arguments.days)
    real_now = clock.real_now()
    row, secret = tokens.create_token(
        person_id=person_id,
        name=arguments.name,
        scopes=arguments.scope or ["*"],
        expires_at=None if arguments.days is None else real_now + timedelta(days=arguments.days),
        real_now=real_now,
        actor=SYSTEM,
        now=clock.now(),
    )
    if arguments.json:
        expires = None if row.expires_at is None else row.expires_at.isoformat()
        print(
            json.dumps(
                {"token": secret, "scopes": row.scopes, "person": arguments.person, "expires_at": expires}
            )
        )
    else:
        print(secret)
    return 0
