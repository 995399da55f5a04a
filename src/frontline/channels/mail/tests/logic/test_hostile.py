"""Whatever arrives, `parse_message` answers: quickly, in little memory, with text that can be stored."""

import base64
import random
import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontline.channels.mail.logic import parse as parse_module
from frontline.channels.mail.logic.parse import parse_message
from frontline.channels.mail.tests.logic.suites import whole_mails

HEAD = b"From: a@b.example\nSubject: s\nContent-Type: %s\n\n"
SECONDS = 8.0  # the worst below takes about a fifth of it on an idle core


def storable(mail):
    shape = str(mail.as_dict())
    shape.encode("utf-8")
    return "\x00" not in shape


HOSTILE = {
    "twelve million lines": HEAD % b"text/plain" + b"a\n" * 6_000_000,
    "lines that end like a heading": HEAD % b"text/plain" + b"On 2016 x:\n" * 200_000,
    "headings without quotes": HEAD % b"text/plain" + b"a wrote:\n" * 200_000,
    "headings with answers": HEAD % b"text/plain"
    + b"On 1 Jan 2016 at 10:00, X <a@b.c> wrote:\n> a\n\nyes\n" * 9000,
    "heads of mails": HEAD % b"text/plain" + b"From: x\n" * 200_000,
    "signature marks": HEAD % b"text/plain" + b"--\n" * 300_000,
    "signatures between quotes": HEAD % b"text/plain" + b"hello\n" + b"--\nsig\n> q\n" * 3000,
    "forwards": HEAD % b"text/plain" + b"----- Forwarded message\n" * 20_000,
    "one line": HEAD % b"text/plain" + b"x" * 5_000_000,
    "nested blocks": HEAD % b"text/html" + b"<div>" * 300_000,
    "nested quotes": HEAD % b"text/html" + b"<blockquote>a" * 100_000,
    "unclosed tags": HEAD % b"text/html" + b"<a href='" * 100_000,
    "unclosed comments": HEAD % b"text/html" + b"<!--" * 200_000,
    "angle brackets": HEAD % b"text/html" + b"<" * 500_000,
    "header fields": b"A: b\n" * 300_000 + b"\nx",
    "folded header": b"From: a\n" + b" more\n" * 300_000,
    "commas in a sender": b"From: " + b"a," * 300_000 + b"\n\nx",
    "open angles": b"To: " + b"<" * 300_000 + b"\n\nx",
    "open quotes": b"To: " + b'"' * 300_000 + b"\n\nx",
    "open comments": b"To: " + b"(" * 300_000 + b"\n\nx",
    "colons in a recipient": b"To: a@b" + b":a" * 150_000 + b"\n\nx",
    "half encoded words": b"Subject: " + b"=?utf-8?q?a" * 30_000 + b"\n\nx",
    "references": b"From: a\nReferences: " + b"<a@b> " * 50_000 + b"\n\nx",
    "parameter pieces": b"From: a\nContent-Type: text/plain" + b"; a*0*=b" * 30_000 + b"\n\nx",
    "parts": b"From: a\nContent-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\na\n" * 300_000,
    "almost boundaries": b"From: a\nContent-Type: multipart/mixed; boundary=x\n\n" + b"\n--xy" * 300_000,
    "nested multiparts": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(3000)
    ),
    "comments in a date": b"From: a@b\nDate: " + b"(" * 100_000 + b"\n\nx",
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_mail_made_to_cost_time_costs_little(name):
    started = time.process_time()
    mail = parse_message(HOSTILE[name])

    assert time.process_time() - started < SECONDS
    assert not mail.unparsable.startswith("error")
    assert storable(mail)


def test_a_mail_of_25_megabytes_costs_one_decoded_part_of_memory():
    data = base64.encodebytes(random.Random(1).randbytes(18_000_000))
    raw = (
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=xx\r\n\r\n--xx\r\n\r\nhello\r\n--xx\r\n"
        b"Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + data
        + b"--xx--"
    )
    tracemalloc.start()
    mail = parse_message(raw)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [(one.filename, one.size) for one in mail.attachments] == [("a.zip", 18_000_000)]
    assert peak < 1.1 * len(raw)
    assert kept < 100_000
    assert mail.text == "hello"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [(b"", "empty"), (b"\r\n \r\n", "empty"), (b"\x00" * 50, "empty"), (b"just words", "no_mail_header")],
)
def test_what_is_no_mail_says_why(raw, reason):
    assert parse_message(raw).unparsable == reason


def test_an_error_inside_becomes_a_reason_for_quarantine(monkeypatch):
    def broken(_raw):
        raise RecursionError

    monkeypatch.setattr(parse_module, "read", broken)

    assert parse_message(b"From: a@b.example\n\nhello").as_dict()["unparsable"] == "error:RecursionError"


def test_nul_bytes_and_lone_surrogates_never_reach_the_text():
    mail = parse_message(
        b"From: a@b.example\nSubject: a\x00b\nContent-Type: text/plain; charset=utf-7\n\nx\x00y+2AA-z"
    )

    assert (mail.subject, mail.text) == ("ab", "xy\ufffdz")


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        (b"iso-8859-1", "Größe – “gut”".encode("cp1252"), "Größe – “gut”"),
        (b"iso-8859-1", "Größe".encode(), "Größe"),
        (b"us-ascii", "Größe".encode("latin-1"), "Größe"),
        (b"utf-8", "Größe".encode("latin-1"), "Größe"),
        (b"no-such-charset", "Größe".encode(), "Größe"),
        (b"gb2312", "你好镕".encode("gb18030"), "你好镕"),
        (b"punycode", b"abc-", "abc-"),
        (b"zlib", b"abc", "abc"),
        (b'"utf-8"; format=flowed', "Größe".encode(), "Größe"),
        (b"utf-16", "Größe".encode("utf-16"), "Größe"),
        (b"koi8-r", "привет".encode("koi8-r"), "привет"),
    ],
)
def test_a_charset_label_is_a_hint(charset, data, text):
    assert (
        parse_message(
            b"From: a@b.example\nContent-Type: text/plain; charset=" + charset + b"\n\n" + data
        ).text
        == text
    )


def test_raw_bytes_in_a_header_are_read_in_the_charset_of_the_body():
    raw = (
        b"From: a@b.example\nSubject: "
        + "привет".encode("koi8-r")
        + b"\nContent-Type: text/plain; charset=koi8-r\n\n."
    )

    assert parse_message(raw).subject == "привет"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b"filename=\"a.pdf\"; filename*=UTF-8''%E2%82%AC.pdf", "€.pdf"),
        (b"filename*0*=UTF-8''%E2%82; filename*1*=%AC%20a; filename*2=b.pdf", "€ ab.pdf"),
        (b'filename*0="long "; filename*1="name.txt"', "long name.txt"),
        (b'filename="=?utf-8?B?4oKsLnBkZg==?="', "€.pdf"),
        (b'filename="=?utf-8?Q?=E2=82?= =?utf-8?Q?=AC.pdf?="', "€.pdf"),
        (b'filename="../../etc/passwd"', "passwd"),
        (b'filename="C:\\Users\\me\\report.doc"', "report.doc"),
        ('filename="exe.\u202egpj"'.encode(), "exe.gpj"),
        (b"filename=my file.txt", "my file.txt"),
        (b'filename=".."', None),
        (b'filename="a\x00b\n .txt"', "ab .txt"),
    ],
)
def test_file_names_are_decoded_and_disarmed(header, name):
    raw = (
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nhi\n--x\n"
        b"Content-Type: application/octet-stream\nContent-Disposition: attachment; "
        + header
        + b"\n\ndata\n--x--\n"
    )

    assert [one.filename for one in parse_message(raw).attachments] == [name]


def test_a_winmail_is_listed_as_the_file_it_is():
    raw = (
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nhi\n--x\n"
        b"Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\neJ8+IgE=\n--x--\n"
    )
    (found,) = parse_message(raw).attachments

    assert (found.filename, found.mime, found.size, found.payload) == (
        "winmail.dat",
        "application/ms-tnef",
        5,
        b"\x78\x9f\x3e\x22\x01",
    )


def test_html_without_a_plain_part_becomes_readable_text():
    raw = (
        HEAD
        % b"text/html; charset=utf-8"
        + b"<style>p{}</style><p>Gr&uuml;&szlig;e,<br>der Drucker<ul><li>klemmt<li>brummt</ul>"
        b'<a href="https://x.example/a">Bild</a><script>alert(1)</script><div style="display:none">hidden</div>'
    )

    assert (
        parse_message(raw).text == "Grüße,\nder Drucker\n\n- klemmt\n- brummt\n\nBild <https://x.example/a>"
    )


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_are_survived(data):
    for raw in (
        data,
        HEAD % b"multipart/mixed; boundary=x" + data,
        HEAD % b"text/html" + data,
        b"From: " + data,
    ):
        mail = parse_message(raw)
        assert not mail.unparsable.startswith("error")
        assert storable(mail)


header_like = st.sampled_from(
    [
        b"From: ",
        b"To: ",
        b"Subject: ",
        b"Content-Type: multipart/mixed; boundary=x\n",
        b"Content-Type: text/html; charset=",
        b"Content-Transfer-Encoding: base64\n",
        b"Content-Disposition: attachment; filename*0*=",
        b"--x\n",
        b"--x--",
        b"\n",
        b"\r\n\r\n",
        b" ",
        b"\t",
        b"=?utf-8?B?",
        b"?=",
        b"<",
        b">",
        b'"',
        b"(",
        b";",
        b"message/rfc822\n",
        b"\x80\xff",
        b"=",
        b"Date: Mon, 99 Foo",
        b"References: <a@b>",
        b"begin 644 x\n",
        b"\x00",
        b"utf-7",
        b"+2AA-",
        b"message/delivery-status\n",
        b"Final-Recipient: rfc822; a@b\n",
        b"Status: 5.1.1\n",
        b"Action: failed\n",
        b"<blockquote>",
        b"<style>",
        b"&#xD800;",
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(header_like, max_size=30))
def test_fragments_of_mail_in_any_order_are_survived(parts):
    mail = parse_message(b"".join(parts))

    assert not mail.unparsable.startswith("error")
    assert storable(mail)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_damaged_fixtures_are_survived(data):
    small = [path for path in whole_mails() if path.stat().st_size < 30_000]
    raw = bytearray(data.draw(st.sampled_from(small)).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, max(0, len(raw) - 1)))
        length = data.draw(st.integers(0, 40))
        raw[at : at + length] = data.draw(st.binary(max_size=20))
    mail = parse_message(bytes(raw))

    assert not mail.unparsable.startswith("error")
    assert storable(mail)
