"""Texts as they are stored, and the words that tell what a complaint is about."""

import pytest

from frontline.estate.logic.telling import telling_words
from frontline.estate.logic.words import (
    BadAttributes,
    BadKey,
    TooLong,
    UnreadableText,
    attributes_from_lines,
    attributes_of,
    key_of,
    keywords_of,
    line,
    paragraphs,
)


def test_words_of_a_complaint_without_those_that_name_nothing():
    assert telling_words("Hello, my Outlook doesn't work again!") == ["outlook"]
    assert telling_words("Ich komme nicht ins VPN, VPN geht nicht") == ["komme", "ins", "vpn"]
    assert telling_words("it is not on") == []
    assert telling_words("\0 e-mail \n") == ["e-mail"]


def test_keywords_stand_once_in_their_order():
    assert keywords_of("Outlook; mail\nMail,  exchange  server ,") == "Outlook, mail, exchange server"


def test_attributes_are_names_with_plain_values():
    assert attributes_of({"os": "macOS 15", "ram": 16, "lent": False}) == {
        "lent": False,
        "os": "macOS 15",
        "ram": 16,
    }
    assert attributes_from_lines("os: Windows 11\n\nurl: https://x.example:8\n") == {
        "os": "Windows 11",
        "url": "https://x.example:8",
    }
    for bad in ("no object", {"a": {"b": 1}}, {"a": None}, {"": "x"}, {str(n): n for n in range(101)}):
        with pytest.raises(BadAttributes):
            attributes_of(bad)
    with pytest.raises(BadAttributes, match="write name: value, not 'just words'"):
        attributes_from_lines("just words")


def test_lines_are_trimmed_and_say_what_does_not_fit():
    assert line("  a \t b ", field="name", most=3) == "a b"
    assert paragraphs(" a\r\nb\r", field="description", most=10) == "a\nb"
    with pytest.raises(TooLong, match="4 characters; 3 fit"):
        line("abcd", field="name", most=3)
    with pytest.raises(UnreadableText):
        line("a\x07b", field="name", most=10)


def test_a_key_is_made_of_small_letters_digits_and_dashes():
    assert key_of(" VPN-2 ") == "vpn-2"
    for bad in ("", "a b", "-a", "ä", "a" * 65):
        with pytest.raises(BadKey):
            key_of(bad)
