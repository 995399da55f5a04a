"""Headers as they should not be written: each case is one way in which a sender broke a rule, and what was meant."""

import pytest

from frontline.channels.mail.logic.parse import parse_message


def with_field(name, value, encoding="utf-8", kind="text/plain; charset=utf-8"):
    sender = "" if name == "From" else "From: a@b.example\r\n"
    return parse_message(f"{name}: {value}\r\n{sender}Content-Type: {kind}\r\n\r\nbody".encode(encoding))


SUBJECTS = [
    ("=?utf-8?B?R3LDvMOfZQ==?=", "Grüße"),
    ("=?utf-8?q?Gr=C3=BC=C3=9Fe_x?=", "Grüße x"),
    ("=?utf-8?B?R3LD?= =?utf-8?B?vMOfZQ==?=", "Grüße"),
    ("=?utf-8?B?R3LD?=\r\n =?utf-8?B?vMOfZQ==?=", "Grüße"),
    ("a =?utf-8?q?b?= c", "a b c"),
    ("=?utf-8?q?a?= =?iso-8859-1?q?b?=", "ab"),
    ("=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
    ("x=?utf-8?q?=C3=A4?=y", "xäy"),
    ("=?utf-8*de?q?=C3=A4?=", "ä"),
    ("=?UTF-8?Q?a b?=", "a b"),
    ("=?utf-8?B?R3LDvMOfZQ?=", "Grüße"),
    ("=?utf8?q?=C3=A4?=", "ä"),
    ("=?foo?q?=C3=A4?=", "ä"),
    ("=?iso-8859-1?q?=E4?=", "ä"),
    ("=?windows-1252?q?=80?=", "€"),
    ("=?gb2312?B?suLK1A==?=", "测试"),
    ("=?iso-2022-jp?B?GyRCJUYlOSVIGyhC?=", "テスト"),
    ("=?koi8-r?B?1MXT1A==?=", "тест"),
    ("=?utf-8?q?unclosed", "=?utf-8?q?unclosed"),
    ("=?utf-8?x?bad?=", "=?utf-8?x?bad?="),
    ("Grüße", "Grüße"),
    ("a\r\n b\r\n\tc", "a b c"),
    ("=?utf-8?Q?a=0Ab?=", "a b"),
    ("=?utf-8?b?w6Q=?= [T-12]", "ä [T-12]"),
    ('"=?utf-8?q?=C3=A4?="', '"ä"'),
    ("  padded  ", "padded"),
    ("=?us-ascii?Q?x=3F?=", "x?"),
    ("=?UTF-8?B??=", ""),
    ("=?utf-8?Q?a?b?=", "a?b"),
    ("=?utf-7?Q?+AOQ-?=", "ä"),
    ("=?unknown?q?=E4?=", "ä"),
    ("=?utf-8?q?a_?= =?utf-8?q?_b?=", "a b"),
    ("=?ISO-8859-1?Q?a?=    =?ISO-8859-1?Q?b?=", "ab"),
]


@pytest.mark.parametrize(("value", "expected"), SUBJECTS)
def test_a_subject_is_read_as_meant(value, expected):
    assert with_field("Subject", value).subject == expected


def test_a_subject_in_raw_bytes_is_read_by_the_charset_of_the_body_or_by_its_look():
    latin = with_field("Subject", "Grüße", "latin-1", "text/plain; charset=iso-8859-1")
    cyrillic = with_field("Subject", "Привет мир", "koi8-r", "text/plain; charset=koi8-r")
    unlabelled = with_field("Subject", "Привет мир", "cp1251", "text/plain")

    assert [mail.subject for mail in (latin, cyrillic, unlabelled)] == ["Grüße", "Привет мир", "Привет мир"]


SENDERS = [
    ("jo@x.example", [("", "jo@x.example")]),
    ("<jo@x.example>", [("", "jo@x.example")]),
    ("Jo Doe <jo@x.example>", [("Jo Doe", "jo@x.example")]),
    ('"Doe, Jo" <jo@x.example>', [("Doe, Jo", "jo@x.example")]),
    ("Doe, Jo <jo@x.example>", [("Doe, Jo", "jo@x.example")]),
    ("jo@x.example (Jo Doe)", [("Jo Doe", "jo@x.example")]),
    ("Jo Doe <jo@x.example", [("Jo Doe", "jo@x.example")]),
    ("Jo Doe jo@x.example", [("Jo Doe", "jo@x.example")]),
    ("=?utf-8?q?J=C3=B6?= <jo@x.example>", [("Jö", "jo@x.example")]),
    ('"=?utf-8?q?J=C3=B6?=" <jo@x.example>', [("Jö", "jo@x.example")]),
    ("=?utf-8?B?SsO2IDxqb0B4LmV4YW1wbGU+?=", [("Jö", "jo@x.example")]),
    ('"jo@x.example" <jo2@x.example>', [("jo@x.example", "jo2@x.example")]),
    ("'Jo' <jo@x.example>", [("Jo", "jo@x.example")]),
    ("Jo <mailto:jo@x.example>", [("Jo", "jo@x.example")]),
    ("Jo <jo@x.example> (work)", [("Jo", "jo@x.example")]),
    ('"Jo \\"J\\" Doe" <jo@x.example>', [('Jo "J" Doe', "jo@x.example")]),
    ("Jo [Firma] <jo@x.example>", [("Jo [Firma]", "jo@x.example")]),
    ("Jo: <jo@x.example>", [("", "jo@x.example")]),
    ("<@relay.example:jo@x.example>", [("", "jo@x.example")]),
    ("Jo <<jo@x.example>>", [("Jo", "jo@x.example")]),
    ("Jo<jo@x.example>", [("Jo", "jo@x.example")]),
    ("Jo <jo @ x.example>", [("Jo", "jo@x.example")]),
    ("jo@x.example.", [("", "jo@x.example")]),
    ("jo@[192.168.1.1]", [("", "jo@[192.168.1.1]")]),
    ("jo@localhost", [("", "jo@localhost")]),
    ("Jo via List <list@x.example>", [("Jo via List", "list@x.example")]),
    ("Jo Doe  <JO@X.Example>", [("Jo Doe", "JO@X.Example")]),
    ("jö@exämple.de", [("", "jö@exämple.de")]),
    ("jo@xn--exmple-cua.de", [("", "jo@xn--exmple-cua.de")]),
    ("Jo Doe <jo+tag@x.example>", [("Jo Doe", "jo+tag@x.example")]),
    ("jo@x.example,", [("", "jo@x.example")]),
    ("Dr. Jo Doe <jo@x.example>", [("Dr. Jo Doe", "jo@x.example")]),
    ("Jo @ Work <jo@x.example>", [("Jo @ Work", "jo@x.example")]),
    ('"Jo" jo@x.example', [("Jo", "jo@x.example")]),
    ("Jo Doe <jo@x.example>; other", [("Jo Doe", "jo@x.example")]),
    ("Jo (a (nested) comment) Doe <jo@x.example>", [("Jo Doe", "jo@x.example")]),
]


@pytest.mark.parametrize(("value", "expected"), SENDERS)
def test_a_sender_is_read_as_meant(value, expected):
    sender = with_field("From", value).from_

    assert sender is not None
    assert [(sender.name, sender.address)] == expected


RECIPIENTS = [
    ("undisclosed-recipients:;", []),
    ("Undisclosed recipients: ;", []),
    ("a@x.example, b@x.example", [("", "a@x.example"), ("", "b@x.example")]),
    ("a@x.example; b@x.example", [("", "a@x.example"), ("", "b@x.example")]),
    ('A <a@x.example>, "B, C" <b@x.example>,', [("A", "a@x.example"), ("B, C", "b@x.example")]),
    (
        "Team: a@x.example, B <b@x.example>;, c@x.example",
        [("", "a@x.example"), ("B", "b@x.example"), ("", "c@x.example")],
    ),
    ("a@x.example b@x.example", [("", "a@x.example"), ("", "b@x.example")]),
    ("A <a@x.example> B <b@x.example>", [("A", "a@x.example"), ("B", "b@x.example")]),
    ("<a@x.example><b@x.example>", [("", "a@x.example"), ("", "b@x.example")]),
    (", ,a@x.example", [("", "a@x.example")]),
    ("", []),
    ("A <>, b@x.example", [("", "b@x.example")]),
    ("A B, c@x.example", [("", "c@x.example")]),
    (
        "=?utf-8?q?M=C3=BCller=2C_Jo?= <a@x.example>, b@x.example",
        [("Müller, Jo", "a@x.example"), ("", "b@x.example")],
    ),
    ("=?utf-8?q?A_=3Ca=40x=2Eexample=3E=2C_b=40x=2Eexample?=", [("A", "a@x.example"), ("", "b@x.example")]),
]


@pytest.mark.parametrize(("value", "expected"), RECIPIENTS)
def test_recipients_are_read_as_meant(value, expected):
    assert [(one.name, one.address) for one in with_field("To", value).to] == expected


DATES = [
    ("Thu, 3 Mar 2016 10:00:00 +0100", "2016-03-03T10:00:00+01:00"),
    ("3 Mar 2016 10:00 +0100", "2016-03-03T10:00:00+01:00"),
    ("Thu, 3 Mar 16 10:00:00 GMT", "2016-03-03T10:00:00+00:00"),
    ("Thu, 03 Mar 2016 10:00:00 +0100 (CET)", "2016-03-03T10:00:00+01:00"),
    ("Thu, 3 Mar 2016 10:00:00 PST", "2016-03-03T10:00:00-08:00"),
    ("Thu, 3 Mar 2016 10:00:00", "2016-03-03T10:00:00+00:00"),
    ("2016-03-03T10:00:00Z", "2016-03-03T10:00:00+00:00"),
    ("2016-03-03 10:00:00 +0100", "2016-03-03T10:00:00+01:00"),
    ("2016-03-03 10:00:00", "2016-03-03T10:00:00+00:00"),
    ("Thu Mar  3 10:00:00 2016", "2016-03-03T10:00:00+00:00"),
    ("Thu, 3-Mar-2016 10:00:00 +0100", "2016-03-03T10:00:00+01:00"),
    ("Thursday, March 3, 2016 10:00:00 +0100", "2016-03-03T10:00:00+01:00"),
    ("Thu, 3 Mar 2016 10.00.00 +0100", "2016-03-03T10:00:00+01:00"),
    ("Thu, 3 Mar 2016 10:00:00 CEST", "2016-03-03T10:00:00+02:00"),
    ("Thu, 3 Mar 2016 10:00:00 UT", "2016-03-03T10:00:00+00:00"),
    ("Thu, 3 Mar 2016 10:00:00 -0000", "2016-03-03T10:00:00+00:00"),
    ('Thu, 3 Mar 2016 10:00:00 "GMT"', "2016-03-03T10:00:00+00:00"),
    ("Thu, 3 Mar 2016 10:00:00 GMT+0100", "2016-03-03T10:00:00+01:00"),
    ("Thu, 3 Mar 2016 10:00:00 +01:00", "2016-03-03T10:00:00+01:00"),
    ("Do, 3 Mrz 2016 10:00:00 +0100", "2016-03-03T10:00:00+01:00"),
    ("Thu, 3 Mar 2016 25:00:00 +0100", None),
    ("Thu, 31 Feb 2016 10:00:00 +0100", None),
    ("nonsense", None),
    ("", None),
    ("Thu, 3 Mar 2016 10:00:00 +9999", None),
    ("Thu, 3 March 2016 10:00:00 +0100", "2016-03-03T10:00:00+01:00"),
    ("Thu,3 Mar 2016 10:00:00 +0100", "2016-03-03T10:00:00+01:00"),
    ("Thu, 3 Mar 2016 10:00:00 Europe/Berlin", "2016-03-03T10:00:00+00:00"),
    ("Thu, 3 Mar 2016 10:00:00 AM +0100", "2016-03-03T10:00:00+01:00"),
    ("Thu, 3 Mar 2016 10:00:00.123 +0100", "2016-03-03T10:00:00+01:00"),
    ("03/03/2016 10:00:00", None),
    ("Thu, 3 Mar 2016 10:00:60 +0100", "2016-03-03T10:00:59+01:00"),
]


@pytest.mark.parametrize(("value", "expected"), DATES)
def test_a_date_is_an_instant_with_its_zone_or_unknown(value, expected):
    assert with_field("Date", value).as_dict()["date"] == expected


HEADERS = [
    (b"Subject : spaced\r\nFrom: a@b.example\r\n\r\nx", ("spaced", "x")),
    (
        b"From a@b.example Thu Mar  3 10:00:00 2016\r\nSubject: mbox\r\nFrom: a@b.example\r\n\r\nx",
        ("mbox", "x"),
    ),
    (b"\xef\xbb\xbfSubject: bom\r\nFrom: a@b.example\r\n\r\nx", ("bom", "x")),
    (b"Subject: cr\rFrom: a@b.example\r\rx", ("cr", "x")),
    (b"Subject: crcrlf\r\r\nFrom: a@b.example\r\r\n\r\r\nx", ("crcrlf", "x")),
    (b"\r\n\r\nSubject: lead\r\nFrom: a@b.example\r\n\r\nx", ("lead", "x")),
    (b"SUBJECT: up\r\nFROM: a@b.example\r\n\r\nx", ("up", "x")),
    (b"From: a@b.example\r\nSubject: no body", ("no body", "")),
    (b"From: a@b.example\r\nSubject: first\r\nSubject: second\r\n\r\nx", ("first", "x")),
    (b"From: a@b.example\r\nbroken line\r\nSubject: s\r\n\r\nx", ("s", "x")),
    (b"From: a@b.example\r\nSubject:\r\n folded start\r\n\r\nx", ("folded start", "x")),
    (b"From: a@b.example\nSubject: lf\n\nx\n", ("lf", "x")),
    (b"From: a@b.example\r\nSubject: nul\x00in\r\n\r\nx\x00y", ("nulin", "xy")),
    (b"From: a@b.example\r\nSubject: s\r\n\x20\r\nx", ("s", "x")),
    (b">From a@b.example x\r\nFrom: a@b.example\r\nSubject: s\r\n\r\nx", ("s", "x")),
]


@pytest.mark.parametrize(("raw", "expected"), HEADERS)
def test_a_damaged_header_gives_its_subject_and_the_body(raw, expected):
    mail = parse_message(raw)

    assert (mail.subject, mail.text.strip()) == expected
