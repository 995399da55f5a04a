"""The house rules, one beside the other. Each carries lines it must catch and lines it must leave alone."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from tests.architecture import source

Finder = Callable[[str], Iterator[tuple[int, str]]]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`find(text)` yields (line, what) for each break; `where` are patterns of paths inside `src/frontline`."""

    name: str
    why: str
    where: Sequence[str]
    find: Finder
    bad: Sequence[str]
    good: Sequence[str]
    #: patterns of paths that the rule is not about
    spared: Sequence[str] = ()
    #: path: reason
    excused: Mapping[str, str] = field(default_factory=dict)

    def covers(self, path: Path) -> bool:
        name = path.as_posix()
        return (
            name not in self.excused
            and any(fnmatch(name, pattern) for pattern in self.where)
            and not any(fnmatch(name, pattern) for pattern in self.spared)
        )


def in_code(pattern: str) -> Finder:
    return lambda text: _matches(re.compile(pattern), enumerate(source.code_lines(text), 1))


def in_strings(pattern: str) -> Finder:
    return lambda text: _matches(re.compile(pattern, re.IGNORECASE), source.strings(text))


def in_text(pattern: str) -> Finder:
    expression = re.compile(pattern, re.IGNORECASE)
    return lambda text: ((text.count("\n", 0, m.start()) + 1, m[0][:80]) for m in expression.finditer(text))


def _matches(expression: re.Pattern[str], lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    return ((number, found[0]) for number, line in lines if (found := expression.search(line)))


def _decorated(node: ast.AST, name: str) -> bool:
    decorators = getattr(node, "decorator_list", [])
    return any(name == getattr(d, "id", getattr(d, "attr", None)) for d in decorators)


def unlike_a_use_case(text: str) -> Iterator[tuple[int, str]]:
    """Use cases that take something by position, or whose required inputs do not end with `actor` and `now`.

    What only the system does may leave out the actor, or default to it.
    """
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and _decorated(node, "use_case"):
            inputs = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
            required = [argument.arg for argument, default in inputs if default is None]
            if node.args.args or node.args.posonlyargs or node.args.vararg:
                yield node.lineno, f"{node.name} takes something by position"
            if required[-1:] != ["now"] or ("actor" in required and required[-2:] != ["actor", "now"]):
                yield node.lineno, f"{node.name} does not end with actor, now"


#: names that a text field of a fact may end with: all of them hold codes, refs or keys
CODES = re.compile(
    r"(?:^|_)(?:alarm|answer|audience|blocker|bounce|cause|channel|code|from|key|kind|language|link|measure|name_of|outcome|priority|"
    r"reason|ref|role|scope|fields|scopes|source|state|to|verb|waiting_for|was|zone|field_name)$"
)


def free_text_in_facts(text: str) -> Iterator[tuple[int, str]]:
    """Fields of facts that could hold a name or a sentence: `str` without a name that says which code it is."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.ClassDef):
            continue
        for item in node.body:
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                texts = any(isinstance(n, ast.Name) and n.id == "str" for n in ast.walk(item.annotation))
                if texts and not CODES.search(item.target.id):
                    yield item.lineno, f"{node.name}.{item.target.id}"


def longer_than_a_file(text: str) -> Iterator[tuple[int, str]]:
    lines = text.count("\n")
    if lines > LONGEST:
        yield lines, f"{lines} lines"


LONGEST = 400
BELOW_THE_DOORS = (
    "kernel/*",
    "science/*",
    *(f"*/{floor}{end}" for floor in ("usecases", "queries", "access", "planning", "models", "facts", "logic")
      for end in (".py", "/*")),
)  # fmt: skip
EVERYWHERE = ("*",)

RULES = (
    Rule(
        name="no clock below the doors",
        why="Ask the door for the time; tests, replays and the movable clock depend on it.",
        where=BELOW_THE_DOORS,
        find=in_code(
            r"\btimezone\.(now|localtime|localdate)\b|\b(datetime|date)\.(now|utcnow|today)\(|\btime\.(time|time_ns)\("
            r"|\b(clock|desk_clock)\.(now|real_now)\b|\bnow_of\(|from django\.utils\.timezone import|from time import"
        ),
        bad=[
            "started = timezone.now()",
            "at = models.DateTimeField(default=timezone.now)",
            "today = date.today()",
            "stamp = time.time()",
            "from django.utils.timezone import now",
            "at = clock.now()",
            "at = datetime.now(UTC)",
        ],
        good=[
            "at = max(now, last.at)",
            "deadline = now + timedelta(hours=1)",
            '"""Never calls timezone.now()."""',
            "read_at = time.monotonic()",
        ],
        excused={
            "kernel/ids.py": "an id sorts by the moment of its birth; nothing is decided by it",
            "foundation/usecases/desk_clock.py": "moves the clock that all others are given",
            "channels/mail/usecases/fetching.py": "time passes while a mail server is asked; it is read again after",
            "channels/mail/usecases/sending.py": "time passes while a mail server is asked; it is read again after",
        },
    ),
    Rule(
        name="no columns that fill themselves with the time",
        why="The time comes from the door; a column that stamps itself ignores the movable clock and imports.",
        where=EVERYWHERE,
        find=in_code(r"\bauto_now(_add)?\s*="),
        bad=[
            "created_at = models.DateTimeField(auto_now_add=True)",
            "changed = models.DateTimeField(auto_now=True)",
        ],
        good=["created_at = models.DateTimeField()", "# auto_now= is banned"],
    ),
    Rule(
        name="no clock of the database",
        why="SQL now() is the transaction's time on another machine; pass the desk's time as a parameter.",
        where=EVERYWHERE,
        find=in_strings(
            r"\bnow\s*\(\s*\)|\bcurrent_(timestamp|date|time)\b|\b(clock|statement|transaction)_timestamp\("
        ),
        bad=[
            'sql = "UPDATE t SET at = now()"',
            'sql = "SELECT CURRENT_TIMESTAMP"',
            'sql = f"{a} < clock_timestamp()"',
        ],
        good=['sql = "UPDATE t SET at = %(now)s"', "at = clock.now()", '"""Instead of now() in SQL."""'],
        excused={"foundation/doctor.py": "compares the database's clock with ours"},
    ),
    Rule(
        name="tables know no verbs",
        why="models.py holds tables and constraints; rules stand above it.",
        where=("*/models.py", "*/models/*"),
        find=in_code(r"^\s*(from|import) frontline\.\w+.*\b(usecases|queries|access|web|api)\b"),
        bad=["from frontline.tickets.usecases import opening", "from frontline.people import queries"],
        good=["from frontline.tickets.logic.states import State", "from frontline.kernel.ids import uuid7"],
    ),
    Rule(
        name="no signals",
        why="A signal is a call that nobody can see; call down, or announce a fact.",
        where=EVERYWHERE,
        find=in_code(
            r"django\.(dispatch|db\.models\.signals|core\.signals|contrib\.auth\.signals)\b"
            r"|\b(pre|post)_(save|delete|init)\b|\bm2m_changed\b|django\.db\.models import .*\bsignals\b"
        ),
        bad=[
            "from django.dispatch import receiver",
            "from django.db.models.signals import post_save",
            "from django.db.models import F, signals",
            "@receiver(post_save)",
        ],
        good=["import signal", "from frontline.foundation.facts.announce import announce"],
    ),
    Rule(
        name="use cases are called by name",
        why="The signature is the contract: keyword-only, who acts and when at the end.",
        where=EVERYWHERE,
        find=unlike_a_use_case,
        bad=[
            "@use_case\ndef solve(ticket_id, *, actor, now): ...",
            "@use_case\ndef solve(*, ticket_id, now, actor): ...",
            "@use_case\ndef solve(*, ticket_id, actor): ...",
            "@use_case\ndef solve(*, ticket_id): ...",
        ],
        good=[
            "@use_case\ndef solve(*, ticket_id: int, actor: Actor, now: datetime) -> None: ...",
            "@use_case\ndef solve(*, ticket_id: int, actor: Actor, now: datetime, code: str = '') -> None: ...",
            "@use_case\ndef close(*, ticket_id: int, now: datetime, actor: Actor = SYSTEM) -> None: ...",
            "def plan(a, b): ...",
        ],
        excused={
            "foundation/usecases/desk_clock.py": "moves the clock that all others are given",
            "channels/mail/usecases/fetching.py": "visits run on the wall's time and as the system",
            "channels/mail/usecases/sending.py": "steps of one job, whose time is read where it passes",
            "channels/mail/usecases/mailboxes.py": "setting up keeps no time",
            "foundation/files/usecases.py": "the bytes come first, as with every writer of files",
            "tickets/usecases/delivery.py": "steps inside another verb, which says who and when",
        },
    ),
    Rule(
        name="facts hold codes, never words",
        why="People can be forgotten only when what happened holds ids and codes.",
        where=("*/facts.py",),
        spared=("kernel/*",),  # the base; it refuses sentences when a fact is announced
        find=free_text_in_facts,
        bad=[
            "class TicketOpened(Fact):\n    title: str",
            "class PersonJoined(Fact):\n    email: str | None = None",
            "class Noted(Fact):\n    lines: tuple[str, ...] = ()",
        ],
        good=[
            "class TicketSolved(Fact):\n    ticket_id: int\n    code: str\n    holder_kind: str = ''",
            "class Moved(Fact):\n    was: str\n    to: str",
        ],
    ),
    Rule(
        name="only commands print",
        why="Everything else returns, or logs.",
        where=EVERYWHERE,
        find=in_code(r"(?<![\w.])print\("),
        bad=["print('done')", "    print(row, file=sys.stderr)"],
        good=["log.info('done')", "fingerprint(row)", "# print(row)"],
        spared=("*/cli.py", "*/cli/*"),
        excused={"foundation/supervisor/run.py": "tells the terminal where the desk answers"},
    ),
    Rule(
        name="doors say errors in the reader's language",
        why="str() of an error is English, for logs; what people and clients read goes through `worded`.",
        where=("*/web/*.py", "*/api.py", "*/api/*.py", "foundation/http/*.py", "foundation/ui/*.py"),
        find=in_code(r"\bstr\((error|refused|trouble|problem)\)"),
        bad=["form.add_error(None, str(error))", "messages.error(request, str(refused))"],
        good=["form.add_error(None, worded(error))", "name = str(error.field)", "log.info(str(fact))"],
        excused={"foundation/http/api.py": "what a parser or a library says is a parameter"},
    ),
    Rule(
        name="a file fits into a head",
        why=f"Past {LONGEST} lines split by verb, never by 'utils'.",
        where=EVERYWHERE,
        find=longer_than_a_file,
        bad=["x = 1\n" * (LONGEST + 1)],
        good=["x = 1\n" * LONGEST],
        excused={"tickets/models.py": "tables that constrain each other; read as one page"},
    ),
)

TEMPLATE_RULE = Rule(
    name="no inline script or style in pages",
    why="The content security policy forbids them, and a page that needs one breaks silently.",
    where=("*.html",),
    find=in_text(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:ld\+)?json\")[^>]*>|<style\b|<(?!c-)[a-z][^>]*\sstyle\s*=\s*[\"'{]"
        r"|<[^>]*\son[a-z]+\s*=\s*[\"']|javascript:|\shx-on[:\w-]*\s*="
    ),
    bad=[
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        '<p style="color:red">',
        '<button onclick="go()">',
        '<a href="javascript:go()">',
        '<div hx-on:click="go()">',
    ],
    good=[
        '<script src="{% static \'frontline/app.js\' %}" type="module"></script>',
        '<script type="application/json" id="words">{}</script>',
        '<link rel="stylesheet" href="x.css">',
        '<c-time :at="at" style="clock" />',
        '<p class="style-guide" data-on="now">once = more</p>',
    ],
    excused={"foundation/ui/templates/ui/mail/layout.html": "a mail carries its style or has none"},
)

#: spelt in pieces, so that this file does not break its own rule
_HOSTS = (
    "files.pytho" + "nhosted.org",
    "pypi" + ".org/simple",
    "registry.npm" + "js.org",
    "deb.deb" + "ian.org",
)
PLACES_RULE = Rule(
    name="no machine of ours in the repository",
    why="A path of one machine or the host of a registry works for nobody else.",
    where=("*",),
    find=in_text(
        r"(?<![\w.~/-])/(?:work|root|home/\w+|Users/\w+|opt/wheels)/"
        "|" + "|".join(re.escape(host) for host in _HOSTS)
    ),
    bad=[
        "cd /ro" + "ot/frontline",
        "find-links = /opt/" + "wheels/",
        "see /ho" + "me/ben/x",
        f"https://{_HOSTS[0]}/a",
    ],
    good=[
        "docs/home/start.md",
        "https://example.org/work/queue",
        "src/frontline/foundation",
        "/etc/frontline.toml",
    ],
)
#: a file with one of these names collects what nobody wanted to name
JUNK = re.compile(r"^_?(utils?|helpers?|common|misc|shared|base_?utils)(\.py)?$")
