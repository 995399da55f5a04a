"""Tokens, and the ticket a mail belongs to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontline.channels.mail.logic import tokens
from frontline.channels.mail.logic.fields import Address
from frontline.channels.mail.logic.parse import parse_message
from frontline.channels.mail.logic.threading import (
    Candidate,
    Decision,
    Evidence,
    Mark,
    Outcome,
    Parties,
    Relation,
    decide,
    marks,
    relation_of,
)

TOKEN = "abcdefghijkmnpqrstuv"


@pytest.mark.parametrize(
    ("subject", "refs"),
    [
        ("Re: [T-1042] Printer", ("T-1042",)),
        ("AW: [t-7] WG: [T-7] [T-12]", ("T-7", "T-12")),
        ("[#T-5] x", ("T-5",)),
        ("T-1000 laptop, [TX-1], [T-], [T-1234567890123456]", ()),
    ],
)
def test_refs_are_found_in_subjects(subject, refs):
    assert tokens.subject_refs(subject) == refs


def test_a_ref_inside_an_encoded_subject_is_found():
    mail = parse_message(b"From: a@b.example\nSubject: =?utf-8?q?Re=3A_=5BT-1042=5D_Gr=C3=B6=C3=9Fe?=\n\nx")

    assert marks(mail) == (Mark(Evidence.SUBJECT, "T-1042"),)


def test_a_subject_carries_one_ref_however_often_it_travels():
    once = tokens.with_subject_ref("Re: Printer", "T-9")

    assert once == "[T-9] Re: Printer"
    assert tokens.with_subject_ref(f"AW: {once}", "T-9") == "[T-9] AW: Re: Printer"


def test_a_reply_address_leads_back_to_its_ticket_in_any_case():
    address = tokens.reply_address("desk@x.example", "T-1042", TOKEN)

    assert address == f"desk+t1042-{TOKEN}@x.example"
    assert tokens.reply_tokens([Address("", address.upper()), Address("", "desk@x.example")]) == (
        tokens.ReplyToken("T-1042", TOKEN, "desk@x.example"),
    )


def test_a_mailbox_too_long_for_a_token_stays_as_it_is():
    assert tokens.reply_address(f"{'d' * 50}@x.example", "T-1042", TOKEN) == f"{'d' * 50}@x.example"


def test_new_tokens_are_long_random_and_fit_their_own_pattern():
    made = {tokens.new_reply_token() for _ in range(200)}

    assert len(made) == 200
    for token in made:
        (found,) = tokens.reply_tokens([Address("", tokens.reply_address("d@x.example", "T-1", token))])
        assert found.token == token


def test_tokens_are_compared_whole_and_never_match_nothing():
    assert tokens.token_matches(TOKEN.upper(), TOKEN)
    assert not tokens.token_matches(TOKEN[:-1], TOKEN)
    assert not tokens.token_matches("", "")


@given(st.text(max_size=80))
def test_any_subject_and_address_is_survived(text):
    tokens.subject_refs(text)
    assert tokens.reply_tokens([Address("", f"{text}@x.example")]) == ()
    assert tokens.subject_refs(tokens.with_subject_ref(text, "T-3")) == ("T-3",)


def test_marks_count_in_order_of_reply_references_token_and_subject():
    mail = parse_message(
        f"From: a@b.example\nTo: desk+t5-{TOKEN}@x.example\nSubject: [T-6] x\n"
        "In-Reply-To: <new@x>\nReferences: <first@x> <second@x> <new@x>\n\nhello".encode()
    )

    assert marks(mail) == (
        Mark(Evidence.IN_REPLY_TO, "new@x"),
        Mark(Evidence.REFERENCES, "second@x"),
        Mark(Evidence.REFERENCES, "first@x"),
        Mark(Evidence.REPLY_TOKEN, "T-5", TOKEN),
        Mark(Evidence.SUBJECT, "T-6"),
    )


def test_a_token_in_the_envelope_counts_when_the_visible_recipient_is_a_list():
    mail = parse_message(
        f"From: a@b.example\nTo: all@x.example\nDelivered-To: desk+t5-{TOKEN}@x.example\n\nx".encode()
    )

    assert marks(mail) == (Mark(Evidence.REPLY_TOKEN, "T-5", TOKEN),)


PARTIES = Parties(
    participants=frozenset({"ann@gmail.com", "ann@acme.example"}),
    agents=frozenset({"bob@desk.example"}),
    suppliers=frozenset({"care@printers.example"}),
    domains=frozenset({"acme.example", "gmail.com"}),
    supplier_domains=frozenset({"printers.example"}),
)


@pytest.mark.parametrize(
    ("address", "relation"),
    [
        ("Ann@ACME.example", Relation.PARTICIPANT),
        ("ann@gmail.com", Relation.PARTICIPANT),
        ("bob@desk.example", Relation.AGENT),
        ("care@printers.example", Relation.SUPPLIER),
        ("tech7@printers.example", Relation.SUPPLIER),
        ("carl@acme.example", Relation.COLLEAGUE),
        ("eve@gmail.com", Relation.STRANGER),
        ("eve@evil-acme.example", Relation.STRANGER),
        ("eve@acme.example.evil", Relation.STRANGER),
        ("", Relation.STRANGER),
    ],
)
def test_what_a_sender_is_to_a_ticket(address, relation):
    assert relation_of(address, PARTIES) is relation


def candidate(evidence, ticket, relation):
    return Candidate(evidence, ticket, relation)


@pytest.mark.parametrize(
    ("candidates", "decision"),
    [
        ([], Decision(Outcome.OPEN, None, "no_thread")),
        (
            [candidate(Evidence.IN_REPLY_TO, "T-1", Relation.PARTICIPANT)],
            Decision(Outcome.JOIN, "T-1", "in_reply_to_by_participant"),
        ),
        (
            [candidate(Evidence.SUBJECT, "T-1", Relation.STRANGER)],
            Decision(Outcome.FOLLOW_UP, "T-1", "subject_by_stranger"),
        ),
        (
            [candidate(Evidence.SUBJECT, "T-1", Relation.COLLEAGUE)],
            Decision(Outcome.FOLLOW_UP, "T-1", "subject_by_colleague"),
        ),
        (
            [
                candidate(Evidence.REFERENCES, "T-2", Relation.COLLEAGUE),
                candidate(Evidence.SUBJECT, "T-1", Relation.PARTICIPANT),
            ],
            Decision(Outcome.JOIN, "T-2", "references_by_colleague"),
        ),
        (
            [
                candidate(Evidence.REFERENCES, "T-2", Relation.STRANGER),
                candidate(Evidence.REPLY_TOKEN, "T-1", Relation.SUPPLIER),
            ],
            Decision(Outcome.JOIN, "T-1", "reply_token_by_supplier"),
        ),
    ],
)
def test_the_first_ticket_the_sender_may_write_on_is_joined_else_pointed_at(candidates, decision):
    assert decide(candidates) == decision
