"""What the desk's mail server found out about a sender, and what somebody else only wrote."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontline.channels.mail.logic import authentication
from frontline.channels.mail.logic.authentication import NOT_CHECKED, Because, Judgement, Result, Verdict
from frontline.channels.mail.logic.parse import parse_message

MX = "mx.acme.example"
PASSED = Judgement(Verdict.PASSED, Because.DMARC)
PROVED = Judgement(Verdict.PASSED, Because.ALIGNMENT)
FORGED = Judgement(Verdict.FAILED, Because.DMARC)
UNALIGNED = Judgement(Verdict.FAILED, Because.ALIGNMENT)
OTHER = Judgement(Verdict.FAILED, Because.OTHER_DOMAIN)
UNPROVEN = Judgement(Verdict.UNPROVEN)


def judged(*results: str, server: str = MX) -> Judgement:
    """Of a mail from acme.example whose server wrote these values, topmost first."""
    trace = [("authentication-results", f"{MX}; {one}") for one in results]
    return authentication.judge(trace, domain="acme.example", authserv_id=server)


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ("dmarc=pass header.from=acme.example", PASSED),
        ("dmarc=pass (p=reject dis=none) header.from=ACME.example.", PASSED),
        ("dmarc=pass", PASSED),
        ("dmarc=fail (p=none) header.from=acme.example", FORGED),
        ("spf=pass smtp.mailfrom=x@acme.example; dkim=pass header.d=acme.example; dmarc=fail", FORGED),
        ("dmarc=pass header.from=evil.example", OTHER),
        ("dmarc=pass header.from=omar@acme.example", PASSED),
        ("spf=pass smtp.mailfrom=<> smtp.helo=mail.acme.example; dkim=none", PROVED),
        ("dmarc=none; spf=pass smtp.mailfrom=omar@acme.example; dkim=none", PROVED),
        ("spf=fail smtp.mailfrom=acme.example; dkim=pass header.d=mail.acme.example", PROVED),
        ("spf=fail smtp.mailfrom=acme.example; dkim=pass header.i=@acme.example", PROVED),
        (
            "spf=none smtp.mailfrom=acme.example; dkim=fail header.d=list.example; dkim=pass header.d=acme.example",
            PROVED,
        ),
        ("spf=fail smtp.mailfrom=acme.example; dkim=none", UNALIGNED),
        ("spf=softfail smtp.mailfrom=acme.example; dkim=fail header.d=acme.example", UNALIGNED),
        ("spf=pass smtp.mailfrom=eve@evil.example; dkim=pass header.d=evil.example", UNALIGNED),
        ("spf=pass smtp.mailfrom=eve@evil.example; dkim=none", UNALIGNED),
        ("spf=none smtp.mailfrom=evil.example; dkim=none", UNALIGNED),
        ("dmarc=temperror; spf=fail smtp.mailfrom=acme.example; dkim=none", UNALIGNED),
        ("spf=none smtp.mailfrom=acme.example; dkim=none", UNPROVEN),
        ("spf=neutral smtp.mailfrom=acme.example; dkim=temperror", UNPROVEN),
        ("spf=fail smtp.mailfrom=acme.example", UNPROVEN),
        ("dkim=fail header.d=acme.example", UNPROVEN),
        ("spf=pass; dkim=pass", UNPROVEN),
        ("arc=fail; iprev=fail; auth=fail", UNPROVEN),
        ("none", UNPROVEN),
        ("", UNPROVEN),
    ],
)
def test_dmarc_decides_else_spf_and_dkim_against_the_senders_domain(results, expected):
    assert judged(results) == expected


def test_without_a_named_server_nothing_is_judged():
    assert judged("dmarc=fail", server="") == judged("dmarc=fail", server="  ") == NOT_CHECKED


def test_another_servers_word_counts_for_nothing():
    assert judged("dmarc=fail", server="mx.other.example") == UNPROVEN


def test_the_first_word_of_each_method_counts_and_no_later_one_takes_a_failure_back():
    assert judged("dmarc=fail", "dmarc=pass header.from=acme.example") == FORGED
    spoken = "spf=pass smtp.mailfrom=evil.example; dkim=none"
    assert judged(spoken, "dmarc=pass header.from=acme.example") == UNALIGNED
    assert judged(spoken, "dkim=pass header.d=acme.example; spf=pass smtp.mailfrom=acme.example") == UNALIGNED


def test_one_server_may_write_a_field_for_each_method():
    assert judged("dmarc=pass header.from=acme.example", "dkim=fail", "spf=fail") == PASSED
    assert judged("spf=fail smtp.mailfrom=acme.example", "dkim=pass header.d=acme.example") == PROVED
    assert judged("dkim=pass header.d=acme.example", "spf=fail", "dmarc=fail") == FORGED


@pytest.mark.parametrize(
    "between", [("received", "from evil.example"), ("authentication-results", "x; none")]
)
def test_what_stands_below_the_topmost_run_is_not_read(between):
    ours = ("authentication-results", f"{MX}; spf=pass smtp.mailfrom=acme.example; dkim=none")
    forged = ("authentication-results", f"{MX}; dmarc=fail")
    above = [("received", "from mx.acme.example"), ("authentication-results", "relay.acme.example; none")]
    trace = [*above, ours, between, forged]
    assert list(authentication.trusted(trace, MX)) == [authentication.read_results(ours[1])[1]]
    assert authentication.judge(trace, domain="acme.example", authserv_id=MX) == PROVED


@pytest.mark.parametrize(
    ("value", "server", "results"),
    [
        ("mx.acme.example 1; none", MX, ()),
        ("MX.ACME.example;dmarc=pass", "MX.ACME.example", (Result("dmarc", "pass", {}),)),
        ('"mx.acme.example"; DKIM/1 = Pass', MX, (Result("dkim", "pass", {}),)),
        (
            "(a (nested; dmarc=pass) one) mx.acme.example (v); spf=fail (dmarc=pass; x) smtp.helo=h.example",
            MX,
            (Result("spf", "fail", {"smtp.helo": "h.example"}),),
        ),
        (
            'mx.acme.example; spf=pass reason="no; dmarc=pass here" smtp.mailfrom="a;dmarc=pass b"@evil.example',
            MX,
            (
                Result(
                    "spf",
                    "pass",
                    {"reason": "no; dmarc=pass here", "smtp.mailfrom": "a;dmarc=pass b@evil.example"},
                ),
            ),
        ),
        ("mx.acme.example; ; =; dkim; dkim=; dkim==pass; spf=none", MX, (Result("spf", "none", {}),)),
        ("spf=pass smtp.mailfrom=a.example; dkim=pass", "", (Result("dkim", "pass", {}),)),
        ("", "", ()),
        ('"mx.acme.example; dmarc=pass', "mx.acme.example; dmarc=pass", ()),
    ],
)
def test_fields_are_read_by_their_grammar(value, server, results):
    assert authentication.read_results(value) == (server, results)


@pytest.mark.parametrize(
    ("one", "other", "belong"),
    [
        ("acme.example", "acme.example", True),
        ("mail.acme.example", "hr.acme.example", True),
        ("acme.example", "notacme.example", False),
        ("acme.co.uk", "evil.co.uk", False),
        ("mail.acme.co.uk", "acme.co.uk", True),
        ("bücher.example", "xn--bcher-kva.example", True),
        ("localhost", "localhost", True),
        ("", "", False),
        ("example", "acme.example", False),
    ],
)
def test_domains_of_one_organisation_belong_together(one, other, belong):
    assert authentication.aligned(one, other) is belong


TEXTS = st.text(
    st.sampled_from('mx.acme.example;="()\\ \t@.-/<>aäß\x00\u2028') | st.characters(), max_size=400
)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["authentication-results", "received"]),
            st.builds(
                "{}{}".format, st.sampled_from(["", f"{MX};", f"{MX}; dmarc=", f"{MX}; spf=fail "]), TEXTS
            ),
        ),
        max_size=6,
    ),
    TEXTS,
    st.sampled_from(["", MX]) | TEXTS,
)
def test_any_text_gets_a_verdict(trace, domain, server):
    judgement = authentication.judge(trace, domain=domain, authserv_id=server)
    assert judgement.verdict in Verdict
    assert (judgement.verdict is Verdict.FAILED) == judgement.failed


@given(st.binary(max_size=300), st.binary(max_size=100))
@settings(max_examples=60)
def test_any_bytes_in_the_field_leave_a_mail_that_can_be_read(value, below):
    raw = (
        b"Authentication-Results: mx.acme.example; " + value + b"\r\nFrom: omar@acme.example\r\n\r\n" + below
    )
    assert parse_message(raw, authserv_id=MX).judgement.verdict is not Verdict.NOT_CHECKED


@given(TEXTS)
def test_what_a_sender_writes_below_our_servers_word_changes_nothing(text):
    forged = [("received", "from x"), ("authentication-results", f"{MX}; {text}")]
    ours = ("authentication-results", f"{MX}; dmarc=fail")
    assert authentication.judge([ours, *forged], domain="acme.example", authserv_id=MX) == FORGED
    assert authentication.judge([ours, forged[1]], domain="acme.example", authserv_id=MX) == FORGED


@pytest.mark.parametrize("piece", ["(", ")", '"', "\\", ";", "=", "a=b ", "spf=fail;", '"\\', "a@", "ä"])
def test_a_huge_field_is_cut_and_read_in_a_moment(piece):
    trace = [("authentication-results", f"{MX};" + piece * 100_000)] * 500
    before = time.process_time()
    authentication.judge(trace, domain="acme.example", authserv_id=MX)
    assert time.process_time() - before < 2
    assert len(authentication.read_results(trace[0][1])[1]) <= authentication.MAX_RESULTS


def mail(*lines: str, inner: str = "") -> bytes:
    return "\r\n".join([*lines, "", inner or "text"]).encode()


def test_a_mail_carries_the_verdict_of_its_own_header():
    raw = mail(
        "Received: from edge by mx",
        f"Authentication-Results: {MX};",
        "\tdmarc=fail (p=none)",
        " header.from=acme.example",
        "From: Omar <omar@acme.example>",
    )
    assert parse_message(raw, authserv_id="MX.acme.example").judgement == FORGED
    assert parse_message(raw).judgement == NOT_CHECKED


def test_two_senders_in_a_mail_are_no_way_around_the_check():
    raw = mail(
        f"Authentication-Results: {MX}; dmarc=pass header.from=evil.example",
        "From: Omar <omar@acme.example>",
        "From: eve@evil.example",
    )
    assert parse_message(raw, authserv_id=MX).judgement == OTHER


def test_a_mail_inside_of_a_mail_brings_no_verdict_along():
    inner = mail(
        f"Authentication-Results: {MX}; dmarc=pass header.from=acme.example", "From: omar@acme.example"
    )
    raw = mail("Content-Type: message/rfc822", "To: desk@acme.example", inner=inner.decode())
    parsed = parse_message(raw, authserv_id=MX)
    assert parsed.from_ is not None
    assert parsed.judgement == UNPROVEN
