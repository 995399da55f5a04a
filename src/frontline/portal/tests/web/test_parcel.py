import pytest

from frontline.tickets.models import Draft, Message, Ticket
from frontline.tickets.usecases import following, solving

pytestmark = pytest.mark.django_db

ONCE = "a-mark-of-one-form-01"


def write(browser, ref, text="One more thing", once=ONCE, **more):
    return browser.post(f"/tickets/{ref}/reply", {"text": text, "once": once, **more})


def test_the_story_tells_what_happened_and_keeps_what_is_for_the_desk(door, text_of):
    ref = door.open("Omar", "VPN drops")
    door.later(minutes=5)
    door.say(ref, "I am looking at it now and write again.")
    door.say(ref, "NOTEFORUS he always forgets his token", audience="internal")
    door.later(minutes=95)
    door.hand_to(ref, door.world.party(door.world.network), taken_by="Nils")
    said = text_of(door.browser("Omar").get(f"/tickets/{ref}"))

    for words in (
        "Received 09:00 You asked here. VPN drops, in more words.",
        " owns it 09:00",
        "Ben answered 09:05 I am looking at it now and write again.",
        "With Network 10:40",
    ):
        assert words in said, words
    for secret in ("NOTEFORUS", "SECRETLYWHY", "SECRETLYTRIED", "SECRETLYASKED", "Nils"):
        assert secret not in said, secret


def test_the_story_alone_is_the_same_story(door):
    ref = door.open("Omar", "VPN drops")
    browser = door.browser("Omar")

    story = browser.get(f"/tickets/{ref}/story").content.decode()
    assert story.strip() in browser.get(f"/tickets/{ref}").content.decode()
    assert f'data-live-subject="ticket:{ref}"' in browser.get(f"/tickets/{ref}").content.decode()


@pytest.mark.parametrize("name", ["Anna", "Vera", "Sam"])
def test_what_is_not_mine_is_not_there(door, name):
    ref = door.open("Omar", "VPN drops OMARSECRET")
    browser = door.browser(name)
    answers = [
        browser.get(f"/tickets/{ref}"),
        browser.get(f"/tickets/{ref}/story"),
        browser.get(f"/tickets/{ref}/draft"),
        write(browser, ref),
        browser.post(f"/tickets/{ref}/still-broken"),
        browser.post(f"/tickets/{ref}/thanks"),
        browser.get("/tickets/T-999999"),
    ]

    assert {a.status_code for a in answers} <= {403, 404}
    assert answers[0].status_code == answers[-1].status_code == 404
    assert not any("OMARSECRET" in a.content.decode() for a in answers)


def test_a_reply_is_sent_once_and_its_draft_goes(door, text_of):
    ref = door.open("Omar", "VPN drops")
    browser = door.browser("Omar")
    browser.put(f"/tickets/{ref}/draft", {"fields": {"text": "One"}}, content_type="application/json")
    first, second = write(browser, ref), write(browser, ref)

    assert (first.status_code, second.status_code) == (302, 302)
    assert Message.objects.filter(text="One more thing").count() == 1
    assert Draft.objects.count() == 0
    assert "You wrote 09:00 One more thing" in text_of(browser.get(f"/tickets/{ref}"))


def test_an_empty_or_too_long_reply_comes_back(door):
    ref = door.open("Omar", "VPN drops")
    browser = door.browser("Omar")
    empty, long = write(browser, ref, text=" "), write(browser, ref, text="x" * 200_001)

    assert (empty.status_code, long.status_code) == (422, 422)
    assert "Write something first" in empty.content.decode()
    assert "x" * 1000 in long.content.decode()
    assert Message.objects.count() == 1


def test_hostile_words_stay_words(door):
    ref = door.open("Omar", "<script>alert(1)</script>")
    browser = door.browser("Omar")
    write(browser, ref, text="<img src=x onerror=alert(2)>")
    page = browser.get(f"/tickets/{ref}").content.decode()

    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_still_broken_brings_it_back_with_one_tap_however_often_it_is_tapped(door, text_of):
    ref = door.open("Omar", "VPN drops")
    door.later(minutes=30)
    door.solve(ref)
    browser = door.browser("Omar")
    assert "Still broken" in browser.get("/").content.decode()
    door.later(minutes=5)
    answers = [browser.post(f"/tickets/{ref}/still-broken") for _ in range(2)]
    ticket = Ticket.objects.get()

    assert [a.url for a in answers] == [f"/tickets/{ref}"] * 2
    assert (ticket.state, ticket.reopen_count) == ("open", 1)
    said = text_of(browser.get(f"/tickets/{ref}"))
    assert "Ben solved it 09:30 The profile was written anew and works." in said
    assert "Back at the desk 09:35 It still did not work." in said


def test_after_the_window_the_page_says_what_to_do(door, text_of):
    ref = door.open("Omar", "VPN drops")
    door.solve(ref)
    door.later(days=15)
    solving.close_due(door.now)
    browser = door.browser("Omar")
    answer = browser.post(f"/tickets/{ref}/still-broken")

    assert answer.status_code == 409
    assert "Open a new ticket" in text_of(answer)
    assert f"/ask?after={ref}" in answer.content.decode()
    late = write(browser, ref, text="still nothing works")
    assert late.status_code == 409
    assert "still nothing works" in text_of(late)
    assert Ticket.objects.get().state == "closed"


def test_thank_you_is_said_once_and_reopens_nothing(door, text_of):
    ref = door.open("Omar", "VPN drops")
    door.solve(ref)
    browser = door.browser("Omar")
    for _ in range(2):
        assert browser.post(f"/tickets/{ref}/thanks").url == "/"

    assert Ticket.objects.get().state == "solved"
    assert Message.objects.filter(channel="thanks").count() == 1
    assert "Does it work for you?" not in text_of(browser.get("/"))
    assert "It works" in text_of(browser.get(f"/tickets/{ref}"))


def test_a_question_for_me_asks_for_an_answer(door, text_of):
    ref = door.open("Omar", "Overtime not paid")
    door.say(ref, "Which month is it?", wait_for_user=True)
    browser = door.browser("Omar")
    said = text_of(browser.get(f"/tickets/{ref}"))
    assert "Your turn" in said
    assert "Your answer" in said
    write(browser, ref, text="It is March.")

    assert Ticket.objects.get().state == "open"


def test_a_broken_promise_is_admitted(door, text_of):
    from frontline.tickets.models import Promise
    from frontline.tickets.usecases import promising

    ref = door.open("Omar", "VPN drops")
    door.promise(ref, minutes=10)
    door.later(minutes=30)
    promising.break_promise(promise_id=Promise.objects.get().pk, now=door.now)

    said = text_of(door.browser("Omar").get(f"/tickets/{ref}"))
    assert "No word came by 09:10" in said
    assert "we did not keep it" in said


def test_followers_read_along_and_find_it_under_followed(door, text_of):
    ref = door.open("Omar", "VPN drops for the team")
    following.follow(
        ref=ref, person_id=door.world.people["Anna"].pk, actor=door.world.actor("Ben"), now=door.now
    )
    anna = door.browser("Anna")

    assert "VPN drops for the team" in text_of(anna.get("/tickets?show=followed"))
    assert "VPN drops for the team" not in text_of(anna.get("/"))
    page = text_of(anna.get(f"/tickets/{ref}"))
    assert "It came through the front door." in page
    assert "Does it work for you?" not in page


def test_the_list_has_pages_and_refuses_a_forged_cursor(door, text_of):
    import re

    for n in range(23):
        door.open("Omar", f"Number {n:02}")
    browser = door.browser("Omar")
    first = browser.get("/tickets")
    following_url = re.search(r'rel="next" href="([^"]+)"', first.content.decode())[1].replace("&amp;", "&")
    second = text_of(browser.get(following_url))

    assert "Number 22" in text_of(first)
    assert "Number 02" not in text_of(first)
    assert [n for n in range(23) if f"Number {n:02}" in second] == [0, 1, 2]
    for forged in ("nonsense", "WyJhIl0", "WzEuNV0", "WzFd%00"):
        assert browser.get(f"/tickets?cursor={forged}").status_code in {400, 422}


@pytest.mark.parametrize("many", [0, 3])
def test_a_parcel_costs_the_same_however_much_was_said(door, many, django_assert_max_num_queries):
    ref = door.open("Omar", "VPN drops")
    for n in range(many):
        door.later(minutes=1)
        door.say(ref, f"Word number {n} about what is being done now.")
    browser = door.browser("Omar")
    browser.get(f"/tickets/{ref}")
    with django_assert_max_num_queries(21) as seen:
        browser.get(f"/tickets/{ref}")
    COSTS.add(len(seen.captured_queries))

    assert len(COSTS) == 1


COSTS: set[int] = set()
