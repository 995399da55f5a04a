"""Every awkward mail of the fixtures, and what the desk must read in the ones that break parsers."""

import email
import email.policy
import json
import time
from email.errors import MessageError

import pytest

from frontline.channels.mail.logic.fields import Address
from frontline.channels.mail.logic.parse import parse_message
from frontline.channels.mail.tests.logic.suites import fixture, raw, whole_mails

SECONDS = 2.0  # the largest fixture has 3 MB; all of them together take about a second


def test_every_whole_mail_is_read_in_bounded_time_and_prints_as_json():
    mails = whole_mails()
    assert len(mails) >= 170
    for path in mails:
        started = time.process_time()
        mail = parse_message(path.read_bytes())
        assert time.process_time() - started < SECONDS, path
        assert mail.unparsable == "", path
        shape = json.dumps(mail.as_dict(), ensure_ascii=False)
        shape.encode("utf-8")  # no lone surrogates
        assert "\\u0000" not in shape, path


def test_every_other_file_of_the_fixtures_is_survived_too():
    for path in fixture().rglob("*"):
        if path.is_file() and path.suffix != ".eml":
            assert isinstance(parse_message(path.read_bytes()).as_dict(), dict)


# Where the stdlib reads another sender or subject than we do, ours is the better reading:
# it keeps a name's words, survives broken header lines, and decodes raw 8-bit bytes.
SENDER_DIFFERS = {
    "mikel_mail/plain_emails/mix_caps_content_type.eml",
    "mikel_mail/plain_emails/raw_email_incorrect_header.eml",
    "mikel_mail/rfc2822/example13.eml",
    "mikel_mail/rfc6532/utf8_headers.eml",
}
SUBJECT_DIFFERS = {
    "flanker/mailformed-headers.eml",
    "flanker/spam/broken-headers.eml",
    "mikel_mail/error_emails/invalid_subject_characters.eml",
    "mikel_mail/plain_emails/raw_email_incorrect_header.eml",
    "mikel_mail/rfc2822/example13.eml",
}


def test_sender_and_subject_agree_with_the_standard_library_but_for_the_known_broken_ones():
    sender, subject = set(), set()
    for path in whole_mails():
        data = path.read_bytes()
        ours, name = parse_message(data), path.relative_to(fixture()).as_posix()
        theirs = email.message_from_bytes(data, policy=email.policy.default)
        if _sender(theirs) != (ours.from_.address if ours.from_ else None):
            sender.add(name)
        if " ".join(str(theirs["subject"] or "").split()) != ours.subject:
            subject.add(name)
    assert (sender, subject) == (SENDER_DIFFERS, SUBJECT_DIFFERS)


def _sender(message):
    try:
        return message["from"].addresses[0].addr_spec if message["from"] else None
    except (MessageError, IndexError, AttributeError):
        return "unreadable"


def names(*parts):
    return [one.filename for one in parse_message(raw(*parts)).attachments]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("attachment_nonascii_filename", ["ciële.txt"]),
        ("attachment_with_base64_encoded_name", ["This is a test.pdf"]),
        ("attachment_with_quoted_filename", ["Eelanalüüsi päring.jpg"]),
        ("attachment_with_unquoted_name", ["This is a test.txt"]),
        ("attachment_content_location", ["Photo25.jpg"]),
        ("attachment_content_disposition", ["api.rb"]),
        ("attachment_message_rfc822", ["ForwardedMessage.eml"]),
        ("attachment_message_rfc822_inline_image", ["img.png", "Testmail.eml"]),
        ("attachment_only_email", ["blah.gz"]),
        ("attachment_pdf", ["broken.pdf"]),
    ],
)
def test_attachment_names_are_decoded_however_they_were_encoded(path, expected):
    assert names("mikel_mail", "attachment_emails", f"{path}.eml") == expected


def test_a_name_encoded_twice_over_many_words_is_joined():
    assert names("mikel_mail", "multi_charset", "japanese_attachment_long_name.eml") == [
        "かきくけこかきくけこかきくけこかきくけこかきくけこ.txt"
    ]


def test_a_picture_shown_by_the_html_is_inline_and_not_listed_twice():
    mail = parse_message(raw("mikel_mail", "attachment_emails", "attachment_message_rfc822_inline_image.eml"))

    picture, message = mail.attachments

    assert (picture.mime, picture.inline, picture.in_body) == ("image/png", True, True)
    assert (message.mime, message.inline, message.in_body) == ("message/rfc822", False, False)
    assert picture.payload.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("multi_charset/japanese_shift_jis.eml", "あいうえお"),
        ("multi_charset/japanese_iso_2022.eml", "すみません。"),
        ("multi_charset/ks_c_5601-1987.eml", "스티해"),
        ("error_emails/content_transfer_encoding_7-bit.eml", "DISCOVERÆ CARD"),
        ("error_emails/content_transfer_encoding_with_semi_colon.eml", "Dear Homeowner"),
        ("error_emails/content_transfer_encoding_qp_with_space.eml", "If you're in need of a good RX site"),
        ("error_emails/multiple_content_types.eml", "foo"),
        ("error_emails/multiple_invalid_content_dispositions.eml", "foo"),
        ("error_emails/weird_to_header.eml", "CONTACT:"),
        ("mime_emails/raw_email_with_illegal_boundary.eml", "Hello\nThis is an outlook test"),
        ("mime_emails/email_with_similar_boundaries.eml", "Test"),
        ("plain_emails/raw_email_incorrect_header.eml", "You are infected with"),
        ("rfc2822/example13.eml", "This is a message just to say hello."),
        ("rfc2822/example14.eml", "Hello"),
    ],
)
def test_bodies_are_readable_whatever_their_labels_say(path, text):
    assert parse_message(raw("mikel_mail", *path.split("/"))).text.startswith(text)


def test_a_damaged_header_block_still_gives_every_field():
    mail = parse_message(raw("mikel_mail", "error_emails", "new_line_in_to_header.eml"))

    assert mail.subject == "[Online Lead] Online Lead #1111111"
    assert mail.message_id == "4cb5c7d0a3cce_120e..fdbed2b861958562@s.t-example.com.tmail"
    assert [one.address for one in mail.to] == [
        "leads@sg.dc.com",
        "sag@leads.gs.ry.com",
        "sn@example-hotmail.com",
        "e-s-a-g-8718@app.ar.com",
        "jp@t-exmaple.com",
        "cc@c-l-example.com",
    ]


def test_a_comment_inside_an_address_is_no_part_of_it():
    mail = parse_message(raw("mikel_mail", "rfc2822", "example10.eml"))

    assert mail.from_ == Address("Pete", "pete@silly.test")
    assert [one.address for one in mail.to] == ["c@public.example", "joe@example.org", "jdoe@one.test"]
    assert mail.cc == ()


def test_a_subject_of_many_encoded_words_is_one_text():
    assert (
        parse_message(raw("mikel_mail", "error_emails", "bad_subject.eml")).subject
        == "MySurvey.com: You have a survey waiting! 91123105"
    )
    assert parse_message(raw("flanker", "long-header.eml")).subject.count("Zypernsonne") > 20


@pytest.mark.parametrize(
    "path",
    ["bad_date_header.eml", "bad_date_header2.eml", "bad_encoded_subject.eml"],
)
def test_an_unreadable_date_is_unknown_not_an_error(path):
    assert parse_message(raw("mikel_mail", "error_emails", path)).date is None


def test_the_torture_mail_lists_its_parts_and_reads_only_its_own_text():
    mail = parse_message(raw("flanker", "torture.eml"))

    assert mail.text.startswith("This is a demonstration of multi-part mail with encapsulated messages.")
    assert [one.mime for one in mail.attachments].count("message/rfc822") == 8
    assert [one.mime for one in mail.attachments if one.mime != "message/rfc822"] == [
        "audio/basic",
        "image/pbm",
        "image/gif",
    ]


@pytest.mark.parametrize("path", ["enclosed", "enclosed-broken", "enclosed-bad-encoding", "enclosed-endless"])
def test_an_enclosed_mail_is_a_file_even_when_it_is_broken(path):
    mail = parse_message(raw("flanker", f"{path}.eml"))

    assert (mail.text, names("flanker", f"{path}.eml")) == ("Hello", ["thanks.eml"])
    assert [one.name for one in mail.to] == ["Александр Клижентас☯"]


@pytest.mark.parametrize(
    ("path", "defect"),
    [
        ("missing-final-boundary.eml", "not_closed"),
        ("false-multipart.eml", "no_boundary"),
        ("mailformed-headers.eml", "no_boundary"),
    ],
)
def test_broken_structure_is_named(path, defect):
    assert defect in parse_message(raw("flanker", path)).defects


def test_the_whole_public_shape_of_one_mail():
    assert parse_message(raw("flanker", "bz2-attachment.eml")).as_dict() == {
        "message_id": None,
        "in_reply_to": None,
        "references": [],
        "from": {"name": "Alice", "address": "alice@example.com"},
        "to": [{"name": "Bob", "address": "bob@example.com"}],
        "cc": [],
        "subject": "hello",
        "date": None,
        "text": "hello, world",
        "html": None,
        "reply_text": "hello, world",
        "auto": False,
        "bounce": None,
        "attachments": [
            {"filename": "foo.txt.bz2", "mime": "application/octet-stream", "bytes": 44, "inline": False}
        ],
    }


def test_the_thread_a_mail_belongs_to_is_read():
    mail = parse_message(raw("mikel_mail", "plain_emails", "raw_email_reply.eml"))

    assert (mail.message_id, mail.in_reply_to, mail.references) == (
        "473FFE27.20003@xxx.org",
        "348F04F142D69C21-291E56D292BC@xxxx.net",
        ("473FF3B8.9020707@xxx.org", "348F04F142D69C21-291E56D292BC@xxxx.net"),
    )
    assert mail.date is not None
    assert mail.date.isoformat() == "2007-11-18T19:56:07+11:00"
