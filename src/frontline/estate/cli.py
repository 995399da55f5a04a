"""`frontline import services` and `frontline import cis`."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from typing import Any

from django.db.transaction import set_rollback

from frontline.estate.logic.lines import EstateLine, item_from, service_from, sort_out
from frontline.estate.queries.references import known_names
from frontline.estate.usecases import importing
from frontline.foundation.imports.columns import Matched, UnusableColumns, match
from frontline.foundation.imports.job import Column, ImportFormat, ImportJob, ImportOutcome
from frontline.foundation.imports.reading import open_table
from frontline.foundation.progress import Progress
from frontline.foundation.transactions import transaction
from frontline.kernel.errors import DeskError, Phrase

#: lines written in one transaction
BATCH = 500
SEVERAL = "names or ids, separated by ;"

SERVICE_COLUMNS = (
    Column(
        "external_id", "its id in the system the file comes from; its name when left out", ("id", "sys_id")
    ),
    Column("name", "what people call it", ("service", "service_name", "dienst")),
    Column("description", "what it is for", ("short_description", "beschreibung")),
    Column("keywords", "other words people say for it, separated by commas", ("aliases", "synonyms")),
    Column(
        "criticality",
        "1 (highest) to 4, or critical, high, medium, low",
        ("tier", "business_criticality", "busines_criticality", "kritikalität"),
    ),
    Column("owner", "e-mail of who answers for it in IT", ("owner_email", "owned_by", "service_owner")),
    Column("business_owner", "e-mail of who answers for it in the business", ("business_owner_email",)),
    Column(
        "team", "name of the team that knows it best", ("support_group", "assignment_group", "support_team")
    ),
    Column("skill", "name of the skill an owner at the desk should have", ()),
    Column("calendar", "key of the calendar of its business hours", ("calendar_key", "business_hours")),
    Column(
        "organisation",
        "the one customer it is offered to; everybody when left out",
        ("organization", "customer", "company"),
    ),
    Column("active", "yes or no; no: it is no longer offered", ("enabled", "is_active")),
    Column("needs", f"services and items it needs: {SEVERAL}", ("depends_on", "dependencies")),
    Column("needed_by", f"services and items that need it: {SEVERAL}", ("used_by_services", "supports")),
)
ITEM_COLUMNS = (
    Column(
        "external_id",
        "its id in the system the file comes from; its serial number, else its name, when left out",
        ("id", "sys_id", "asset_tag", "inventory_number", "inventarnummer"),
    ),
    Column("name", "what it is called", ("ci", "ci_name", "hostname", "device", "gerät")),
    Column("kind", "such as laptop, server, application", ("type", "class", "category", "sys_class_name", "typ")),
    Column("model", "maker and model", ("model_id", "modell")),
    Column("serial", "serial number", ("serial_number", "serialnumber", "seriennummer")),
    Column("status", "ordered, in stock, in use, repair or retired", ("install_status", "state", "lifecycle")),
    Column("person", "e-mail of who uses it", ("user", "assigned_to", "email", "owner", "nutzer")),
    Column("organisation", "whose it is; that of its person when left out", ("organization", "company")),
    Column("place", "name of the place where it is", ("location", "site", "office", "standort")),
    Column("team", "name of the team that looks after it", ("support_group", "managed_by_group")),
    Column("supplier", "name of the supplier who stands behind it", ("vendor", "manufacturer_support", "lieferant")),
    Column("attributes", "further facts as name: value, separated by ;", ("details",)),
    Column("needs", f"services and items it needs: {SEVERAL}", ("depends_on", "dependencies")),
    Column("needed_by", f"services and items that need it: {SEVERAL}", ("services", "used_by", "supports")),
)  # fmt: skip


def import_services(job: ImportJob) -> ImportOutcome:
    """`import services`: all files are read and checked before the first row is written."""
    return _import(job, SERVICE_COLUMNS, {"name"}, service_from, "service")


def import_items(job: ImportJob) -> ImportOutcome:
    """`import cis`: all files are read and checked before the first row is written."""
    return _import(job, ITEM_COLUMNS, {"name", "kind"}, item_from, "item")


def _import(
    job: ImportJob,
    columns: Sequence[Column],
    needed: set[str],
    read: Callable[..., EstateLine],
    kind: str,
) -> ImportOutcome:
    tables = [match(open_table(path), columns, job.mapping) for path in job.paths]
    for table in tables:
        _require(table, needed)
    lines = sort_out(_lines(job, tables, read))
    _refuse(job, lines.bad)
    with transaction() if job.dry_run else nullcontext():
        counts, linked = _write(job, lines.good, kind)
        if job.dry_run:
            set_rollback(True)
    notes = [f"added {linked} dependencies"] if linked else []
    return ImportOutcome(**counts, notes=[*notes, *(note for t in tables for note in _unused(t))])


def _require(table: Matched, needed: set[str]) -> None:
    missing = sorted(needed - set(table.fields.values()) - set(table.defaults))
    if missing:
        why = Phrase(
            "there is no column for {names}; name it so, or say by --map which one it is",
            names=tuple(missing),
        )
        raise UnusableColumns(path=table.table.path, why=why, header=table.table.header)


def _lines(job: ImportJob, tables: list[Matched], read: Callable[..., EstateLine]) -> Iterator[EstateLine]:
    for table in tables:
        for row in table.rows():
            if row.problem:
                job.report.reject(file=row.file, line=row.line, reason=row.problem)
                continue
            try:
                yield read(row.values, number=row.line, file=row.file)
            except DeskError as error:
                job.report.reject(
                    file=row.file,
                    line=row.line,
                    external_id=row.values.get("external_id", ""),
                    field=error.field or "",
                    reason=str(error),
                )


def _write(job: ImportJob, lines: list[EstateLine], kind: str) -> tuple[dict[str, Any], int]:
    """Rows first, then what hangs together, for the other end may stand further down in the file."""
    counts: Counter[str] = Counter(created=0, updated=0, unchanged=0)
    linked = 0
    work = importing.import_services if kind == "service" else importing.import_items
    known = known_names(actor=job.actor)
    batches = [lines[start : start + BATCH] for start in range(0, len(lines), BATCH)]
    with Progress("services" if kind == "service" else "items", total=len(lines)) as progress:
        for number, batch in enumerate(batches, 1):
            done = work(lines=batch, known=known, source=job.source, actor=job.actor, now=job.now)
            counts.update(created=done.created, updated=done.updated, unchanged=done.unchanged)
            _refuse(job, done.rejected)
            progress.tell(min(number * BATCH, len(lines)))
    for batch in batches:
        made, refused = importing.link_imported(
            kind=kind, lines=batch, source=job.source, actor=job.actor, now=job.now
        )
        linked += made
        _refuse(job, refused)
    return dict(counts), linked


def _refuse(job: ImportJob, refused: Iterable[tuple[EstateLine, str, str]]) -> None:
    for line, column, reason in refused:
        job.report.reject(
            file=line.file, line=line.line, external_id=line.external_id, field=column, reason=reason
        )


def _unused(table: Matched) -> Iterator[str]:
    """Columns that went nowhere, with how many of their cells hold something."""
    if not table.unused:
        return
    filled = Counter(
        name for record in table.table.records() for name in table.unused if record.cells.get(name)
    )
    told = ", ".join(f"{name} ({filled[name]} cells)" for name in table.unused)
    yield f"{table.table.path.name}: not used: {told}"


SERVICES = ImportFormat(
    name="services",
    help="services with owners, teams and what they need",
    run=import_services,
    columns=SERVICE_COLUMNS,
    options=frozenset({"map", "resume"}),
)
ITEMS = ImportFormat(
    name="cis",
    help="configuration items: devices, servers, applications, with who uses them",
    run=import_items,
    columns=ITEM_COLUMNS,
    options=frozenset({"map", "resume"}),
)
