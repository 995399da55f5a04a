"""What keeps a promised update."""

import pytest

from frontline.commitments.logic.promises import Judgement, judge_update, likeness, trigrams

NEWS = "The supplier has sent the new disk, it arrives tomorrow at nine."


def test_trigrams_are_those_of_the_server():
    assert trigrams("Cat!") == {"  c", " ca", "cat", "at "}
    assert trigrams("a_b") == {"  a", " a ", "  b", " b "}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # as PostgreSQL 18 answers to `select similarity(one, other)`
        ("word two words", "two words", 0.90909094),
        ("We are looking into it.", "We are still looking into it!", 0.78571427),
        ("naïve café", "cafe naïve", 0.6923077),
        ("Wir prüfen das noch", "wir PRÜFEN das", 0.75),
        ("İstanbul", "is answer is", 0.11764706),
        ("İstanbul", "full is über", 0.1),
        ("日本語", "日本語", 1.0),
        ("", "", 0.0),
        ("!!!", "!!!", 0.0),
    ],
)
def test_likeness_is_that_of_the_server(one, other, expected):
    assert likeness(one, other) == pytest.approx(expected, abs=1e-7)


def test_something_new_keeps_it():
    verdict = judge_update(NEWS, earlier=["We have ordered a disk from the supplier."])
    assert (verdict.kept, verdict.judgement) == (True, Judgement.SAYS_NEW)
    assert 0 < verdict.likeness < 0.9


@pytest.mark.parametrize(
    ("text", "judgement"),
    [("Still working on it", Judgement.TOO_SHORT), ("Still working on it.", Judgement.SAYS_NEW)],
)
def test_twenty_characters_are_needed(text, judgement):
    assert judge_update(text).judgement is judgement


def test_padding_makes_no_text_longer():
    assert judge_update("Still   \n\n   working\t\t on it").judgement is Judgement.TOO_SHORT


def test_saying_the_same_again_does_not_keep_it():
    verdict = judge_update(NEWS.upper(), earlier=[NEWS, "We have ordered a disk from the supplier."])
    assert (verdict.kept, verdict.judgement, verdict.likeness) == (False, Judgement.REPEATS, 1.0)


def test_only_the_last_two_updates_are_held_against_it():
    earlier = [NEWS, "We have ordered a disk from the supplier.", "The disk is on its way to our store."]
    assert judge_update(NEWS, earlier=earlier).kept
    assert not judge_update(NEWS, earlier=earlier[:2]).kept


def test_a_likeness_of_exactly_nine_tenths_repeats():
    # seventeen letters have eighteen pieces; each single letter adds two
    earlier = "abcdefghijklmnopr"
    assert (len(trigrams(earlier)), len(trigrams(f"{earlier} x"))) == (18, 20)
    assert judge_update(f"{earlier} x !", earlier=[earlier]).judgement is Judgement.REPEATS
    assert judge_update(f"{earlier} x y", earlier=[earlier]).judgement is Judgement.SAYS_NEW


def test_why_nothing_is_new_and_what_comes_next_keep_it_together():
    why, following = "The carrier has not scanned the parcel.", "I call them at ten."
    assert judge_update("", why_nothing_new=why, what_comes_next=following).judgement is (
        Judgement.SAYS_WHY_AND_NEXT
    )
    assert not judge_update("", why_nothing_new=why).kept
    assert not judge_update("", why_nothing_new=why, what_comes_next=" – ").kept


def test_a_machine_keeps_no_promise():
    verdict = judge_update(NEWS, why_nothing_new="Because.", what_comes_next="This.", automatic=True)
    assert (verdict.kept, verdict.judgement) == (False, Judgement.AUTOMATIC)
