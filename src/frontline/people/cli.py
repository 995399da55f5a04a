"""Commands about people: the first administrator, API tokens, people from files."""

import argparse
import json
import os
import secrets
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta

from django.db.transaction import set_rollback

from frontline.foundation import clock
from frontline.foundation.imports.columns import Matched, UnusableColumns, match
from frontline.foundation.imports.job import Column, ImportFormat, ImportJob, ImportOutcome
from frontline.foundation.imports.reading import open_table
from frontline.foundation.progress import Progress
from frontline.foundation.transactions import transaction
from frontline.kernel.actors import SYSTEM
from frontline.kernel.errors import DeskError, Phrase
from frontline.people.logic.lines import PersonLine, line_from, sort_out
from frontline.people.queries import person_id_by_email
from frontline.people.usecases import founding, importing, tokens


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


COLUMNS = (
    Column(
        "external_id", "their id in the system the file comes from", ("id", "user_id", "person_id", "sys_id")
    ),
    Column("name", "full name", ("full_name", "display_name", "displayname")),
    Column("first_name", "with last_name instead of name", ("given_name", "givenname")),
    Column("last_name", "with first_name instead of name", ("surname", "family_name", "sn")),
    Column("shown_name", "the name users see", ("preferred_name", "nickname")),
    Column("email", "e-mail address; no two people share one", ("mail", "email_address", "e_mail_address")),
    Column("phone", "telephone number", ("telephone", "mobile", "phone_number", "business_phone")),
    Column("employee_number", "personnel number", ("employee_id", "employee_no", "personnel_number")),
    Column("title", "position", ("job_title", "position")),
    Column(
        "organisation",
        "name of their organisation; by the mail domain when left out",
        ("organization", "company"),
    ),
    Column("organisation_kind", "internal, customer or supplier: makes an organisation that is missing", ()),
    Column("department", "Finance > Payroll; made where it is missing", ("dept", "division", "cost_centre")),
    Column(
        "place",
        "name of the place; made where missing if its zone is known",
        ("site", "location", "office"),
    ),
    Column(
        "place_timezone",
        "zone of a place that is made",
        ("site_timezone", "location_timezone", "office_timezone"),
    ),
    Column("manager", "the manager's e-mail address or id", ("manager_email", "manager_id", "supervisor")),
    Column("language", "a code such as en, de, pt-br", ("lang", "locale", "preferred_language")),
    Column("timezone", "an IANA name such as Europe/Berlin", ("time_zone", "tz", "zone")),
    Column("vip", "yes or no", ()),
    Column("active", "yes or no; no: they have left", ("enabled", "is_active", "status")),
)
#: lines written in one transaction
BATCH = 500


def import_people(job: ImportJob) -> ImportOutcome:
    """`import people`: all files are read and checked before the first row is written.

    Running it again brings people up to date, so going on after a stop needs nothing special.
    """
    tables = [match(open_table(path), COLUMNS, job.mapping) for path in job.paths]
    for table in tables:
        require_names(table)
    lines = sort_out(_lines(job, tables))
    for refused in lines.bad:
        _refuse(job, *refused)
    with transaction() if job.dry_run else nullcontext():
        outcome = _write(job, lines.good)
        if job.dry_run:
            set_rollback(True)
    unused = [f"{t.table.path.name}: not used: {', '.join(t.unused)}" for t in tables if t.unused]
    return replace(outcome, notes=[*outcome.notes, *unused])


def require_names(table: Matched) -> None:
    found = set(table.fields.values()) | set(table.defaults)
    if not found & {"name", "first_name", "last_name"}:
        why = Phrase("there is no column with names")
        raise UnusableColumns(path=table.table.path, why=why, header=table.table.header)


def _write(job: ImportJob, lines: list[PersonLine]) -> ImportOutcome:
    """People first, then their managers, who may stand further down in the file."""
    counts: Counter[str] = Counter()
    made: Counter[str] = Counter()
    coming = {line.external_id for line in lines}
    batches = [lines[start : start + BATCH] for start in range(0, len(lines), BATCH)]
    with Progress("people", total=len(lines)) as progress:
        for number, batch in enumerate(batches, 1):
            done = importing.import_people(
                lines=batch, coming=coming, source=job.source, actor=job.actor, now=job.now
            )
            counts.update(created=done.created, updated=done.updated, unchanged=done.unchanged)
            made.update(done.made)
            for refused in done.rejected:
                _refuse(job, *refused)
            progress.tell(min(number * BATCH, len(lines)))
    for batch in batches:
        bosses = importing.import_managers(lines=batch, source=job.source, actor=job.actor, now=job.now)
        for refused in bosses:
            _refuse(job, *refused)
    return ImportOutcome(**counts, notes=[f"made {count} {what}" for what, count in sorted(made.items())])


def _lines(job: ImportJob, tables: list[Matched]) -> Iterator[PersonLine]:
    for table in tables:
        for row in table.rows():
            if row.problem:
                job.report.reject(file=row.file, line=row.line, reason=row.problem)
                continue
            try:
                yield line_from(row.values, line=row.line, file=row.file)
            except DeskError as error:
                job.report.reject(
                    file=row.file,
                    line=row.line,
                    external_id=row.values.get("external_id", ""),
                    field=error.field or "",
                    reason=str(error),
                )


def _refuse(job: ImportJob, line: PersonLine, column: str, reason: str) -> None:
    job.report.reject(
        file=line.file, line=line.line, external_id=line.external_id, field=column, reason=reason
    )


PEOPLE = ImportFormat(
    name="people",
    help="people with organisations, departments and places",
    run=import_people,
    columns=COLUMNS,
    options=frozenset({"map", "resume"}),
)
