"""E-mail addresses and telephone numbers, as people write them. Pure."""

import re

from frontline.kernel.errors import DeskError

#: one `@`, no spaces or control characters, a domain with letters; deliverability is the mail server's business
ADDRESS = re.compile(r"^[^\s@<>(),;:\\\"\[\]\x00-\x1f\x7f]+@([^\s@<>(),;:\\\"\[\]\x00-\x1f\x7f]+)$")
LONGEST = 320


class BadAddress(DeskError):
    """{address} is not an e-mail address; it should look like name@example.org."""


def email_of(text: str, *, field: str = "email") -> str:
    """The address without surrounding space, in lower case; raises BadAddress."""
    address = text.strip().lower()
    found = ADDRESS.match(address)
    if (
        found is None
        or len(address) > LONGEST
        or ".." in address
        or found.group(1).strip(".-") != found.group(1)
    ):
        raise BadAddress(field=field, address=repr(text[:80]))
    return address


def domains_of(address: str) -> list[str]:
    """The mail domain and its parents, longest first: `a@eu.example.org` gives eu.example.org, example.org."""
    parts = address.rpartition("@")[2].split(".")
    return [".".join(parts[n:]) for n in range(max(1, len(parts) - 1))]


def digits_of(phone: str) -> str:
    """The digits of a telephone number, at most 32: what a search for a caller compares."""
    return "".join(c for c in phone if c in "0123456789")[:32]


def name_from(address: str) -> str:
    """A name for somebody of whom only the address is known: `anna.meier@x` gives Anna Meier."""
    local = address.partition("@")[0].partition("+")[0]
    words = [w for w in re.split(r"[._\-]+", local) if w]
    return " ".join(w.capitalize() for w in words) or address


class BadDomain(DeskError):
    """{domain} is not a mail domain; it should look like example.org, without @."""


def domain_of(text: str, *, field: str = "domain") -> str:
    """A mail domain in lower case, without a leading @; raises BadDomain."""
    domain = text.strip().lower().removeprefix("@")
    if (
        not re.fullmatch(r"(?!-)[^\s@.,;<>()\x00-\x1f]+(\.[^\s@.,;<>()\x00-\x1f]+)+", domain)
        or len(domain) > 253
    ):
        raise BadDomain(field=field, domain=repr(text[:80]))
    return domain
