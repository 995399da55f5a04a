"""What the common mail programs put around a quotation, in the languages of Europe and Asia.

The lists beside this file are data; each line of them is tried in the layouts in which the programs send it.
"""

import textwrap
from pathlib import Path

import pytest

from frontline.channels.mail.logic.parse import parse_message
from frontline.channels.mail.logic.replies import is_forward_subject, trim_reply

REPLY = "Thanks, that helped.\n\nCould you also look at the second printer?"
OLD = "Hello Jo,\n\nplease restart the printer.\n\nBest,\nAmira"
NAME, ADDRESS = "Jo Doe", "jo.doe@firma.example"
# Programs that always mark what they quote; without the marks nothing says that a quotation follows.
ALWAYS_MARK = {"gnus2", "horde", "horde_de", "ca"}
NEVER_WRAP = {"groupwise", "groupwise2", "pl"}


def rows(name):
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


def marked(text):
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def words(text):
    return " ".join(text.split())


def head(fields, values=None):
    values = values or [
        f"{NAME} <{ADDRESS}>",
        "Thursday, March 3, 2016 10:00 AM",
        "Help <help@desk.example>",
        "RE: x",
    ]
    return "\n".join(f"{field}: {value}" for field, value in zip(fields, values, strict=True))


HEADINGS = [
    (f"{program}-{what}", what, heading.format(name=NAME, address=ADDRESS))
    for program, what, heading in rows("headings.tsv")
]
HEADS = [(language, fields) for language, *fields in rows("heads.tsv")]
LINES = rows("added_lines.tsv")


@pytest.mark.parametrize(("what", "heading"), [row[1:] for row in HEADINGS], ids=[row[0] for row in HEADINGS])
def test_the_heading_of_each_program_ends_the_reply(what, heading):
    texts = [
        f"{REPLY}\n\n{heading}\n{marked(OLD)}\n",
        f"{REPLY}\n\n{heading}\n\n{marked(OLD)}\n",
        f"{REPLY}\n{heading}\n{marked(OLD)}\n",
        f"{REPLY}\n\n{heading}\n{marked(OLD)}\n>\n> {heading}\n{marked(marked(REPLY))}\n",
        f"{REPLY}\n\n-- \nJo Doe\nFirma\n\n{heading}\n{marked(OLD)}\n",
        f"{REPLY}\n\n{heading}\n{marked(OLD)}\n\n-- \nJo Doe\nFirma\n",
    ]
    if what not in ALWAYS_MARK:
        texts.append(f"{REPLY}\n\n{heading}\n\n{OLD}\n")
    if what not in ALWAYS_MARK | NEVER_WRAP:
        for width in (76, 60, 48):
            wrapped = "\n".join(textwrap.wrap(heading, width, break_long_words=False, break_on_hyphens=False))
            texts += [f"{REPLY}\n\n{wrapped}\n{marked(OLD)}\n", f"{REPLY}\n\n{wrapped}\n\n{OLD}\n"]

    assert [words(trim_reply(text).text) for text in texts] == [words(REPLY)] * len(texts)


@pytest.mark.parametrize(("language", "fields"), HEADS, ids=[row[0] for row in HEADS])
def test_the_head_of_a_quoted_mail_ends_the_reply_in_each_language(language, fields):
    sender, sent, to, subject = fields
    plain, bold = head(fields), head([f"*{field}" for field in fields]).replace(":", ":*", 1)
    dated_first = head([sent, sender, to, subject], ["03.03.2016 um 10:00 Uhr", ADDRESS, "help", "x"])
    texts = [
        f"{REPLY}\n\n{plain}\n\n{OLD}\n",
        f"{REPLY}\n\n________________________________\n{plain}\n\n{marked(OLD)}\n",
        f"{REPLY}\n\n-----\n{bold}\n\n{OLD}\n",
        f"{REPLY}\n\n{dated_first}\n\n{OLD}\n",
        f"{REPLY}\n\n{marked(plain)}\n>\n{marked(OLD)}\n",
        f"{REPLY}\n\n{plain.replace(': ', chr(9))}".replace(chr(9), ":\t") + f"\n\n{OLD}\n",
    ]

    assert [words(trim_reply(text).text) for text in texts] == [words(REPLY)] * len(texts)


@pytest.mark.parametrize("words_between", [text for kind, text in LINES if kind == "original"])
def test_the_line_above_an_answered_mail_ends_the_reply(words_between):
    fields = ["From", "Sent", "To", "Subject"]
    dashes = [
        f"-----{words_between}-----",
        f"-------- {words_between} --------",
        f"\u2010\u2010\u2010\u2010 {words_between} \u2010\u2010\u2010\u2010",
        f"  {words_between}  ",
        f"*{words_between}*",
    ]
    texts = [
        f"{REPLY}\n\n{line}\n{follows}\n\n{OLD}\n"
        for line in dashes
        for follows in (head(fields), f"On Thursday, March 3, 2016 10:00 AM, {NAME} <{ADDRESS}> wrote:")
    ]

    assert [words(trim_reply(text).text) for text in texts] == [words(REPLY)] * len(texts)


@pytest.mark.parametrize("line", [text for kind, text in LINES if kind == "forwarded"])
def test_a_mail_that_is_passed_on_is_known_in_each_language(line):
    passed_on = head(["From", "Date", "To", "Subject"])
    texts = [
        f"Please see below.\n\n{line}\n{passed_on}\n\n{OLD}\n",
        f"Please see below.\n\n{line}\n\n{marked(passed_on)}\n>\n{marked(OLD)}\n",
        f"{line}\n{passed_on}\n\n{OLD}\n",
    ]
    replies = [trim_reply(text) for text in texts]

    assert [reply.forwarded for reply in replies] == [True, True, True]
    assert [words(reply.text) for reply in replies] == ["Please see below."] * 2 + [words(OLD)]


@pytest.mark.parametrize("line", [text for kind, text in LINES if kind == "device"])
def test_what_a_telephone_or_a_program_adds_is_no_part_of_the_reply(line):
    heading = f"On Mar 3, 2016, at 10:00 AM, {NAME} <{ADDRESS}> wrote:"
    texts = [
        f"{REPLY}\n\n{line}\n",
        f"{REPLY}\n{line}",
        f"{REPLY}\n\n{line}<https://aka.ms/abc>\n",
        f"{REPLY}\n\n{line}\n\n{heading}\n\n{marked(OLD)}\n",
    ]

    assert [words(trim_reply(text).text) for text in texts] == [words(REPLY)] * len(texts)


OWN_WORDS = [
    "Hello,\n\nplease install Outlook for iOS on my phone.\n\nThanks\nJo",
    "Az Outlook nem működik.\n\nJo",
    "Få Outlook til at virke igen, tak.\n\nJo",
    "Please book a trip.\n\nFrom: Berlin\nTo: Paris\nDate: 3 March\n\nThank you",
    "New starter\n\nName: Jo Doe\nEmail: jo@x.example\nDate: 03.03.2016 10:00\nTeam: HR\n\nSet up everything.",
    "Order\n\nNo: 123\nDate: 3.3.2016\nSubject: toner\n\nplease",
    "As Jo wrote on 12.03.2016 10:00 to the team:\n\nrestart the server\n\nBut it does not help.",
    "On Monday at 10:00 the server said:\n\nERROR 5\n\nWhat now?",
    "The error of 03.03.2016 10:00:\n\n2016-03-03 10:00:01 ERROR x\n2016-03-03 10:00:02 ERROR y",
    "Log:\n\n2016-03-03 10:00:01 GMT: start\n2016-03-03 10:00:02 jo@x.example: login\n\nIt repeats.",
    "Termine:\n\nAm 03.03.2016 um 10:00:\nDrucker\n\nAm 04.03.2016 um 11:00:\nToner",
    "Sent from the warehouse yesterday, it has not arrived.\n\nWhere is it?",
    "My colleague Jo <jo@x.example> told me at 10:00 that:\n\nthe door is open\n\nplease close it.",
    "Der Benutzer schrieb:\n\nes geht nicht\n\nBitte prüfen.",
    "Original message was wrong. Please use this:\n\nprinter 5",
    "Reply above this line does not work in our tool.",
    "Verzonden naar het verkeerde adres",
    "$ cat file\n> /dev/null\n\nIt fails.",
    "***\nVery important\n***\n\nPlease read.",
]


@pytest.mark.parametrize("text", OWN_WORDS)
def test_what_only_looks_like_the_work_of_a_program_stays(text):
    assert trim_reply(text).text == text


def test_a_heading_by_itself_in_html_is_found_by_its_container():
    html = (
        "<div>My answer.</div><div id='mail-editor-reference-message-container'>"
        "<div><b>Fro:</b> Jo<br><b>Sen:</b> 3.3.</div><div>old</div></div>"
    )
    mail = parse_message(f"From: a@b.example\nContent-Type: text/html\n\n{html}".encode())

    assert mail.reply_text == "My answer."


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("FW: x", True),
        ("Fwd: x", True),
        ("WG: x", True),
        ("TR : x", True),
        ("转发：x", True),
        ("Re: Fwd: x", False),
        ("FWD broken", False),
        ("AW: x", False),
    ],
)
def test_a_subject_tells_a_mail_that_was_passed_on(subject, expected):
    assert is_forward_subject(subject) is expected
