"""Trimming replies: the score on each suite, and the laws that hold for any text."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontline.channels.mail.logic.parse import parse_message
from frontline.channels.mail.logic.replies import trim_reply
from frontline.channels.mail.tests.logic.suites import fixture, raw
from frontline.foundation.http.plain_text import html_to_text

# Misses we know. A list that grows is a step back; one that shrinks must be shortened here.
KNOWN_MISSES: list[str] = []
# Their "elided" rewrites what it cuts (joined lines, normalised marks), so ours is compared without marks and spaces.
KNOWN_ELIDED_MISSES = ["embedded_email_1.txt", "embedded_email_4.txt", "embedded_email_7.txt"]


def lines(text):
    return [line.rstrip() for line in text.strip().splitlines()]


def bare(text):
    return "".join(text.replace(">", "").split())


def test_the_reply_trimmer_suite_is_met_but_for_the_known_misses():
    trimmed, elided = [], []
    cases = sorted(fixture("discourse_reply_trimmer", "emails").iterdir())
    for path in cases:
        reply = trim_reply(path.read_text(encoding="utf-8"))
        expected = (path.parent.parent / "trimmed" / path.name).read_text(encoding="utf-8")
        cut = (path.parent.parent / "elided" / path.name).read_text(encoding="utf-8")
        if lines(reply.text) != lines(expected):
            trimmed.append(path.name)
        if bare(reply.elided) != bare(cut):
            elided.append(path.name)
    assert len(cases) == 64
    assert (trimmed, elided) == (KNOWN_MISSES, KNOWN_ELIDED_MISSES)


WHOLE_REPLY = {
    "correct_sig": "this is an email with a correct -- signature.",
    "email_1_4": "Awesome! I haven't had another problem with it.",
    "email_1_6": "I get proper rendering as well.",
    "email_1_7": ":+1:",
    "email_2_1": "Outlook with a reply",
    "email_2_2": "Outlook with a reply directly above line",
    "email_2_3": "Outlook with a reply above headers using unusual format",
    "email_BlackBerry": "Here is another email",
    "email_gmail": "This is a test for inbox replying to a github message.",
    "email_headers_no_delimiter": "And another reply!",
    "email_iPhone": "Here is another email",
    "email_multi_word_sent_from_my_mobile_device": "Here is another email",
    "email_sent_from_my_not_signature": (
        "Here is another email\n\nSent from my desk, is much easier then my mobile phone."
    ),
    "email_sig_delimiter_in_middle_of_line": (
        "Hi there!\n\nStuff happened.\n\nAnd here is a fix -- this is not a signature.\n\nkthxbai"
    ),
    "email_one_is_not_on": (
        "Thank, this is really helpful.\n\nOne outstanding question I had:\n\n"
        "Locally (on development), when I run..."
    ),
    "email_1_3": "Oh thanks.\n\nHaving the function would be great.\n\n-Abhishek Kona",
    "pathological": (
        "I think you're onto something. I will try to fix the problem as soon as I\nget back to a computer."
    ),
}


@pytest.mark.parametrize("name", sorted(WHOLE_REPLY))
def test_the_reply_parser_suite_keeps_just_the_reply(name):
    text = fixture("zapier_reply_parser", f"{name}.txt").read_text(encoding="utf-8")

    assert trim_reply(text).text == WHOLE_REPLY[name]


def test_answers_between_the_quotes_keep_the_quotes_they_answer():
    text = fixture("zapier_reply_parser", "email_1_8.txt").read_text(encoding="utf-8")

    reply = trim_reply(text)

    assert reply.text.startswith("> okay.  Well, here's some stuff I can write.")
    assert "I will reply under this one" in reply.text
    assert reply.text.endswith("and under this.")
    assert "this is my signature" not in reply.text


def test_a_quote_of_767_kilobytes_is_trimmed_at_once():
    text = fixture("github_reply_parser", "email_long_quote.txt").read_text(encoding="utf-8")

    started = time.process_time()
    reply = trim_reply(text)

    assert time.process_time() - started < 0.2
    assert reply.text.startswith("Hi folks\n\nWhat is the best way to clear a Riak bucket")


@pytest.mark.parametrize(
    "name",
    [
        "android",
        "aol",
        "apple_mail",
        "apple_mail_2",
        "comcast",
        "gmail",
        "hotmail",
        "iphone",
        "outlook",
        "sparrow",
        "thunderbird",
        "yahoo",
    ],
)
def test_standard_mail_programs_leave_one_word(name):
    assert parse_message(raw("talon", "standard_replies", f"{name}.eml")).reply_text == "Hello"


@pytest.mark.parametrize(
    "name",
    [
        "gmail",
        "hotmail",
        "mail_ru",
        "ms_outlook_2003",
        "ms_outlook_2007",
        "ms_outlook_2010",
        "thunderbird",
        "windows_mail",
        "yandex_ru",
    ],
)
def test_the_reply_is_found_in_html_of_every_program(name):
    html = fixture("talon", "html_replies", f"{name}.html").read_text(encoding="utf-8", errors="replace")

    assert lines(trim_reply(html_to_text(html)).text.replace("\n\n", "\n")) == [
        "Hi. I am fine.",
        "Thanks,",
        "Alex",
    ]


HEADINGS = {
    "en": "On Mon, Feb 1, 2016 at 6:32 PM, Jo <jo@x.example> wrote:",
    "de": "Am 03.02.2016 um 15:35 schrieb Jo <jo@x.example>:",
    "fr": "Le lun. 1 févr. 2016 à 18:32, Jo <jo@x.example> a écrit :",
    "es": "El lun., 1 feb. 2016 a las 18:32, Jo (<jo@x.example>) escribió:",
    "it": "Il giorno lun 1 feb 2016 alle ore 18:32 Jo <jo@x.example> ha scritto:",
    "nl": "Op ma 1 feb. 2016 om 18:32 schreef Jo <jo@x.example>:",
    "pl": "pon., 1 lut 2016 o 18:32 Jo <jo@x.example> napisał(a):",
    "pt": "Em seg, 1 de fev de 2016 18:32, Jo <jo@x.example> escreveu:",
    "ru": "пн, 1 февр. 2016 г. в 18:32, Jo <jo@x.example>:",
    "sv": "Den mån 1 feb. 2016 kl 18:32 skrev Jo <jo@x.example>:",
    "no": "Den man. 1. feb. 2016 kl. 18.32 skrev Jo <jo@x.example>:",
    "uk": "пн, 1 лют. 2016 р. о 18:32 Jo <jo@x.example> пише:",
    "zh": "在 2016年2月1日，下午6:32，Jo <jo@x.example> 写道：",
    "ja": "2016年2月1日(月) 18:32 Jo <jo@x.example>:",
}


@pytest.mark.parametrize("language", sorted(HEADINGS))
def test_the_heading_of_a_quote_is_known_in_each_language(language):
    text = f"My answer.\n\n{HEADINGS[language]}\n\n> the question\n> goes on\n"

    assert trim_reply(text).text == "My answer."


def test_a_sentence_that_only_looks_like_a_heading_stays():
    text = "Steps:\n\nAs I wrote on 12.03.2016 to the team:\n\nrestart the server\n\nOn Monday it failed again:\nno"

    assert trim_reply(text).text == text


def test_a_forwarded_mail_is_said_to_be_one():
    gmail = fixture("discourse_reply_trimmer", "emails", "forwarded_gmail.txt").read_text(encoding="utf-8")
    apple = fixture("discourse_reply_trimmer", "emails", "forwarded_apple.txt").read_text(encoding="utf-8")

    assert [trim_reply(text).forwarded for text in (gmail, apple, "Hello")] == [True, True, False]
    assert "Lorem ipsum" in trim_reply(gmail).elided


def test_a_form_or_a_list_of_the_writer_is_no_quoted_mail():
    form = "Please order:\nName: Jo\nFrom: 1 March\nTo: 3 March\nSubject: laptop"
    parts = "Steps\n--\none\n--\ntwo\n\nthree"

    assert [trim_reply(text).text for text in (form, parts)] == [form, parts]


def test_what_stands_below_the_line_of_a_ticket_system_is_its_own_mail():
    text = "My reply\n\n##- Please type your reply above this line -##\n\nYour ticket"

    assert trim_reply(text).text == "My reply"


def test_a_prompt_or_a_table_pasted_by_the_writer_stays():
    text = "It says:\n\nmysql> select 1;\nrouter> show ip\n| a | b |\n| 1 | 2 |\n\nWhat now?"

    assert trim_reply(text).text == text


pieces = st.sampled_from(
    [
        "Hello",
        "",
        "> quoted",
        ">> deeper",
        "--",
        "-- ",
        "____________",
        "Sent from my iPhone",
        "From: a@b.example",
        "To: c@d.example",
        "Subject: x",
        "On 1 Feb 2016 at 10:00, Jo <j@x.example> wrote:",
        "---------- Forwarded message ----------",
        "-----Original Message-----",
        "```",
        "***",
        "C> old",
        "wrote:",
        ">",
        "Yes, do it.",
        "\t",
        "x:",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(pieces, max_size=14))
def test_no_line_is_lost_or_made_up(parts):
    text = "\n".join(parts)

    reply = trim_reply(text)

    found = sorted(line for line in [*reply.text.split("\n"), *reply.elided.split("\n")] if line.strip())
    assert [line.rstrip() for line in found] == sorted(line.rstrip() for line in parts if line.strip())


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_survived_and_a_reply_without_quotes_keeps_its_words(text):
    reply = trim_reply(text)

    assert set(reply.text) <= set(text.replace("\r", "\n")) | {"\n", "\ufffd"}
