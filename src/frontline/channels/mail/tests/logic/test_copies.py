"""Who else a mail was written to."""

from hypothesis import given
from hypothesis import strategies as st

from frontline.channels.mail.logic.copies import MOST_LOOKED_UP, copied
from frontline.channels.mail.logic.parse import parse_message

OWN = frozenset({"desk@acme.example", "help@acme.example"})


def others(to: str, cc: str = "", **more: str) -> tuple[str, ...]:
    lines = [f"To: {to}", f"Cc: {cc}", "From: omar@acme.example", *(f"{n}: {v}" for n, v in more.items())]
    return copied(parse_message("\r\n".join([*lines, "", "x"]).encode()), sender="omar@acme.example", own=OWN)


def test_everybody_else_counts_once_and_in_order():
    assert others(
        "desk@acme.example, Anna <ANNA@acme.example>",
        "nils@acme.example, anna@acme.example, Omar@acme.example",
    ) == ("anna@acme.example", "nils@acme.example")


def test_the_desks_own_addresses_never_count():
    assert others("Desk+T7-abc@acme.example", "help@acme.example, HELP+x+y@acme.example") == ()


def test_the_address_it_was_delivered_to_is_the_desks():
    told = {"Delivered-To": "it@acme.example", "X-Original-To": "support@acme.example"}
    assert others("it@acme.example, support@acme.example, it+tag@acme.example", **told) == ()


def test_a_flood_of_addresses_is_cut():
    assert len(others(", ".join(f"p{n}@acme.example" for n in range(900)))) == MOST_LOOKED_UP


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_header_gives_plain_addresses(to, cc):
    assert all("@" in a and a == a.lower() for a in others(to.replace("\n", ""), cc.replace("\r", "")))
