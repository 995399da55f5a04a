import pytest

from frontline.portal.logic.likeness import best, likeness, words_of


def test_telling_words_are_folded_and_each_stands_once():
    assert words_of("I cannot print: the PRINTER, the printer on Wi-Fi!") == ("print", "printer", "wi-fi")


@pytest.mark.parametrize(
    ("typed", "known", "least", "most"),
    [
        ("vpn dr", "VPN drops every few minutes", 0.5, 0.5),
        ("vpn dro", "VPN drops every few minutes", 0.9, 0.9),
        ("printer jam", "Printing", 0, 0),
        ("print", "Printing", 0.8, 0.8),
        ("signing documents", "Signing documents fails", 1, 1),
        ("for the and my", "for the and my", 0, 0),
        ("", "VPN", 0, 0),
    ],
)
def test_likeness_is_the_share_of_typed_words_found_again(typed, known, least, most):
    assert least <= likeness(typed, known) <= most


def test_the_best_come_first_and_what_is_too_unlike_does_not_come():
    known = [("Printing",), ("VPN does not connect", "Network"), ("VPN drops",)]

    assert best("vpn drops", known, least=0.5, most=5) == [2, 1]
    assert best("vpn drops", known, least=0.5, most=1) == [2]
    assert best("coffee", known, least=0.5, most=5) == []
