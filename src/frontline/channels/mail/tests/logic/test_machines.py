"""Automatic mail and delivery reports."""

from datetime import UTC, datetime, timedelta

import pytest

from frontline.channels.mail.logic.automatic import MACHINE_HEADERS, may_send_automatic
from frontline.channels.mail.logic.bounces import Bounce
from frontline.channels.mail.logic.parse import parse_message
from frontline.channels.mail.tests.logic.suites import raw, whole_mails


def reason(*headers, own=()):
    head = "".join(f"{line}\n" for line in headers)
    return parse_message(f"{head}\nhello".encode(), own_addresses=own).auto_reason


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Subject: printer", ""),
        ("Auto-Submitted: no", ""),
        ("Auto-Submitted: auto-replied", "auto_submitted"),
        ("Auto-Submitted: auto-generated (failure)", "auto_submitted"),
        ("Precedence: bulk", "precedence"),
        ("Precedence: auto_reply", "precedence"),
        ("Precedence: first-class", ""),
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply", "response_suppressed"),
        ("X-Auto-Response-Suppress: None", ""),
        ("X-Autoreply: yes", "autoreply_header"),
        ("X-Autoreply: no", ""),
        ("X-Autorespond: away", "autoreply_header"),
        ("List-Id: <users.x.example>", "mailing_list"),
        ("Return-Path: <>", "null_return_path"),
        ("Return-Path: <a@b.example>", ""),
        ("X-Frontline-Mail: automatic", "own_mail"),
        ("Subject: Automatic reply: printer", "away_subject"),
        ("Subject: Re: Abwesenheitsnotiz: Urlaub", "away_subject"),
        ("Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_absence?=", "away_subject"),
        ("Subject: Out of office replies do not work", ""),
        ("Subject: Automatic reply does not stop", ""),
    ],
)
def test_each_sign_of_a_machine_has_its_reason(header, expected):
    assert reason("From: jo@x.example", header) == expected


def test_mail_from_our_own_address_and_from_mail_systems_is_automatic():
    assert reason("From: Desk <Desk@X.example>", own={"desk@x.example"}) == "own_address"
    assert reason("From: MAILER-DAEMON@x.example (Mail Delivery)") == "mail_system"


def test_a_desk_whose_address_is_a_list_still_hears_people():
    through = ("List-Id: <desk.x.example>", "List-Post: <mailto:desk@x.example>", "Precedence: list")

    assert reason("From: jo@x.example", *through, own={"desk@x.example"}) == ""
    assert reason("From: jo@x.example", *through, own={"other@x.example"}) == "precedence"


def test_our_own_machine_mail_is_recognised_by_everything_it_carries():
    for name, value in MACHINE_HEADERS.items():
        assert reason("From: jo@x.example", f"{name}: {value}")


def test_a_ping_pong_of_a_hundred_replies_gets_three_answers_an_hour_and_ten_a_day():
    start = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    sent = []
    for minute in range(100):
        now = start + timedelta(seconds=30 * minute)
        if may_send_automatic(sent, now=now):
            sent.append(now)
    assert len(sent) == 3

    for hour in range(1, 24):
        for _ in range(5):
            now = start + timedelta(hours=hour, minutes=30)
            if may_send_automatic(sent, now=now):
                sent.append(now)
    assert len(sent) == 10


def bounce(*parts):
    found = parse_message(raw(*parts)).bounce
    return (found.kind, found.status, found.recipient, found.original_message_id) if found else None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("flanker/bounce/zed.eml", ("hard", "5.1.1",
                                    "asdfasdfasdfasdfasdfasdfewrqertrtyrthsfgdfgadfqeadvxzvz@gmail.com",
                                    "20090708054735.GC7578@example.com")),
        ("flanker/bounce/mailbox-full.eml", ("hard", "5.2.2", "user@aol.com", "4E326A95.3010907@example.com")),
        ("flanker/bounce/office365.eml", ("hard", "5.1.10", "noname@example.com",
                                          "20171013111011.20866.254C2F3A4D7AA526@ninomail.com")),
        ("flanker/bounce/gmail-invalid-address.eml", ("hard", "5.1.0", "awfawfawfawfawfaw@someserverhere.com",
         "CAKsfaBUUGqVZiaMrmH3TRPfq1odQPtM7Ey5YW1SgyJJRHtAjgw@mail.gmail.com")),
        ("flanker/bounce/gmail-no-dns.eml", ("hard", "", "user@example.comm", "")),
        ("flanker/bounce/broken-mime.eml", ("hard", "", "info@example.net", "")),
        ("flanker/bounce/no-mx.eml", ("delayed", "4.4.4", "user@example.com", "19E44CA63F984902B7D654F8FF40F89D@bo")),
        ("flanker/bounce/delayed.eml", ("soft", "4.0.0", "foo@example.com", "")),
        ("flanker/bounce/delayed-broken.eml", ("soft", "4.2.2", "demo@example.com", "")),
        ("flanker/complaints/aol.eml", ("complaint", "", "", "20101117174130.28884.55421@luna")),
        ("flanker/complaints/yahoo.eml", ("complaint", "", "user@yahoo.com",
                                          "20120711015015.4A8BE2E088E@www.example.com")),
        ("mikel_mail/multipart_report_emails/report_422.eml", ("delayed", "4.2.2", "fraser@oooooooo.com.au",
         "15655788.13.1200472642578.JavaMail.Administrator@mail.ttttt.com.au")),
        ("mikel_mail/multipart_report_emails/report_530.eml", ("hard", "5.3.0", "edwin@zzzzzzz.com",
         "200712232303.lBNN3jDq002941@mail12.rrrr.com.au")),
        ("mikel_mail/multipart_report_emails/multipart_report_multiple_status.eml", ("hard", "5.3.0", "u@ci.com",
         "4c2a146147ac8_61ff157c4ec1652df@s.h.c.mail")),
        ("flanker/disposition-notification.eml", None),
    ],
)  # fmt: skip
def test_delivery_reports_say_what_came_back(path, expected):
    assert bounce(*path.split("/")) == expected


def test_only_the_reports_among_the_fixtures_are_reports():
    reports = {path.name for path in whole_mails() if parse_message(path.read_bytes()).bounce}

    assert reports == {
        *(
            "aol.eml",
            "yahoo.eml",
            "broken-mime.eml",
            "delayed-broken.eml",
            "delayed.eml",
            "gmail-invalid-address.eml",
        ),
        *(
            "gmail-no-dns.eml",
            "mailbox-full.eml",
            "no-mx.eml",
            "office365.eml",
            "zed.eml",
            "multi_address_bounce1.eml",
        ),
        *(
            "multi_address_bounce2.eml",
            "multipart_report_multiple_status.eml",
            "report_422.eml",
            "report_530.eml",
        ),
        "raw_email_with_mimepart_without_content_type.eml",
    }


def test_a_report_on_several_recipients_names_each_once():
    mail = parse_message(raw("mikel_mail", "multipart_report_emails", "multi_address_bounce1.eml"))

    assert mail.auto
    assert mail.bounce is not None
    assert mail.bounce.recipients == (
        "bbbbvhvbbvkjbhfbvbvjhb@gmail.com",
        "bscdbcjhasbcjhbdscbhbsdhcbj@gmail.com",
        "egyfefsdvsfvvhjsd@gmail.com",
        "kfhejkfbsjkjsbhds@gmail.com",
        "qfvhgsvhgsduiohncdhcvhsdfvsfygusd@gmail.com",
    )


def text_mail(subject, body, *headers):
    head = "".join(f"{line}\n" for line in headers)
    return parse_message(f"From: MAILER-DAEMON@x.example\nSubject: {subject}\n{head}\n{body}".encode())


def test_the_report_of_qmail_is_understood():
    mail = text_mail(
        "failure notice",
        "Hi. This is the qmail-send program at x.example.\nI'm afraid I wasn't able to deliver your message.\n\n"
        "<gone@y.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 no such user\n\n"
        "--- Below this line is a copy of the message.\n\nMessage-ID: <ours-1@desk.example>\nSubject: hi\n",
        "Return-Path: <>",
    )

    assert mail.bounce == Bounce(
        kind="hard",
        status="5.0.0",
        recipient="gone@y.example",
        original_message_id="ours-1@desk.example",
        diagnostic="Remote host said: 550 no such user",
        recipients=("gone@y.example",),
    )


def test_good_news_is_no_bounce_but_automatic():
    report = (
        b"From: MAILER-DAEMON@x.example\nSubject: Successful delivery\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n\nDelivered.\n--x\n"
        b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; x.example\n\n"
        b"Final-Recipient: rfc822; a@b.example\nAction: delivered\nStatus: 2.0.0\n--x--\n"
    )

    mail = parse_message(report)

    assert (mail.bounce, mail.auto, mail.auto_reason) == (None, True, "report")


def test_a_person_who_writes_about_bounces_is_a_person():
    mail = parse_message(
        b"From: jo@x.example\nSubject: Undeliverable: my mail to HR\n\nI get 550 5.1.1 user unknown, please help."
    )

    assert (mail.bounce, mail.auto) == (None, False)
