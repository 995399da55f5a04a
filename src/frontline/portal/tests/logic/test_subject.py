import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontline.portal.logic.subject import LONGEST, subject_of


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("VPN drops", "VPN drops"),
        ("\n\n  VPN   drops \nsince Monday", "VPN drops"),
        ("", ""),
        ("   \n ", ""),
        ("It broke. " + "word " * 60, "It broke. " + "word " * 20 + "word…"),
        ("I was away until Monday morning. " + "word " * 60, "I was away until Monday morning."),
        ("x" * 300, "x" * (LONGEST - 1) + "…"),
    ],
)
def test_the_subject_is_the_first_line_cut_between_words(text, subject):
    assert subject_of(text) == subject


@given(st.text())
def test_a_subject_fits_on_one_line_and_is_empty_only_for_an_empty_text(text):
    subject = subject_of(text)

    assert len(subject) <= LONGEST
    assert len(subject.splitlines()) <= 1
    assert bool(subject) == bool(text.strip())
