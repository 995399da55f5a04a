import pytest

from frontline.people.usecases import parties
from frontline.tickets.models import Handoff, Message, Ticket

pytestmark = pytest.mark.django_db

ONCE = "a-mark-of-one-form-01"


@pytest.fixture
def contoso(door):
    return parties.party_for_organisation(organisation_id=door.world.supplier.pk)


@pytest.fixture
def offered(door, contoso):
    ref = door.open("Omar", "Payroll fails")
    door.open("Omar", "OTHERSECRET")
    door.say(ref, "NOTEFORUS they are slow", audience="internal")
    return ref, door.offer(ref, contoso)


def test_they_see_what_is_asked_of_them_and_no_internal_note(door, offered, text_of):
    ref, _uid = offered
    sam = door.browser("Sam")
    home, page = text_of(sam.get("/")), text_of(sam.get(f"/tickets/{ref}"))

    assert "1 ticket waits for your answer" in home
    assert "Payroll fails" in home
    assert "SECRETLYASKED" in page
    assert "SECRETLYTRIED" in page
    assert "NOTEFORUS" not in page
    assert "OTHERSECRET" not in home


def test_they_accept_and_hold_it(door, offered, text_of):
    ref, uid = offered
    sam = door.browser("Sam")
    answer = sam.post(f"/tickets/{ref}/handoffs/{uid}", {"answer": "accept"})

    assert answer.url == f"/tickets/{ref}"
    assert Ticket.objects.get(ref=ref).holder_kind == "supplier"
    assert "Nothing waits for your answer" in text_of(sam.get("/"))
    assert "With Contoso since 09:00." in text_of(door.browser("Omar").get("/"))


def test_they_return_it_with_a_reason_in_words(door, offered, text_of):
    ref, uid = offered
    sam = door.browser("Sam")
    thin = sam.post(f"/tickets/{ref}/handoffs/{uid}", {"answer": "return", "code": "not_ours", "why": "no"})
    assert thin.status_code == 422
    assert ">no</textarea>" in thin.content.decode()

    fields = {"answer": "return", "code": "not_ours", "why": "This is a certificate of yours."}
    assert sam.post(f"/tickets/{ref}/handoffs/{uid}", fields).url == "/"
    assert Handoff.objects.get().return_text == "This is a certificate of yours."
    assert sam.get(f"/tickets/{ref}").status_code == 404
    said = text_of(door.browser("Omar").get(f"/tickets/{ref}"))
    assert "Contoso gave it back" in said
    assert "certificate" not in said


def test_they_write_to_the_desk_unless_they_say_otherwise(door, offered, text_of):
    ref, uid = offered
    sam = door.browser("Sam")
    sam.post(f"/tickets/{ref}/handoffs/{uid}", {"answer": "accept"})
    sam.post(f"/tickets/{ref}/reply", {"text": "FORTHEDESK which release?", "once": ONCE})
    sam.post(f"/tickets/{ref}/reply", {"text": "We are at it.", "to": "public", "once": ONCE[::-1]})
    said = text_of(door.browser("Omar").get(f"/tickets/{ref}"))

    assert list(Message.objects.filter(author_kind="supplier").values_list("audience", flat=True)) == [
        "supplier",
        "public",
    ]
    assert "FORTHEDESK" not in said
    assert "We are at it." in said


def test_nobody_else_answers_for_them(door, offered):
    ref, uid = offered

    assert (
        door.browser("Omar").post(f"/tickets/{ref}/handoffs/{uid}", {"answer": "accept"}).status_code == 403
    )
    assert Handoff.objects.get().state == "offered"
