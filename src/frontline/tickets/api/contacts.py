"""Contacts: a touch that opened a ticket or joined one."""

from typing import Any

from django.http import HttpRequest
from ninja import Status

from frontline.estate import queries as estate
from frontline.foundation.http.api import (
    PROBLEMS,
    Limit,
    Text,
    read_cursor,
    write_cursor,
)
from frontline.foundation.http.requests import actor_of, now_of
from frontline.kernel.errors import Invalid
from frontline.people import queries as people
from frontline.tickets import api_schemas as s
from frontline.tickets import present, queries
from frontline.tickets.api.naming import owner_of, person_of
from frontline.tickets.api.routers import contacts as router
from frontline.tickets.usecases import (
    calls,
)


@router.get("/contacts", permission="contacts.read", response={200: s.ContactPage, **PROBLEMS})
def list_contacts(
    request: HttpRequest, person: Text = "", cursor: Text | None = None, limit: Limit = 50
) -> Any:
    """Contacts on tickets one may see, newest first; `person` narrows to one person's."""
    actor = actor_of(request)
    person_id = owner_of(person, actor, field="person") if person else None
    after = read_cursor(cursor, int)
    rows = queries.contacts(
        actor, person_id=person_id, before=None if after is None else after[0], limit=limit + 1
    )
    return {
        "items": [present.contact(c) for c in rows[:limit]],
        "next_cursor": write_cursor(rows[limit - 1].id) if len(rows) > limit else None,
    }


@router.post("/contacts", permission="contacts.log", response={201: s.ContactOut, **PROBLEMS})
def log_contact(request: HttpRequest, body: s.ContactIn) -> Status[Any]:
    """Log a call or another contact: it opens a ticket or joins the one named."""
    actor, now = actor_of(request), now_of(request)
    person_id, email = person_of(body.person, actor, field="person")
    if person_id is None:
        found = people.requester_by_email(email)
        if found is None:
            raise Invalid(
                "Nobody here has this e-mail address; open a ticket for it instead.", field="person"
            )
        person_id = found.id
    call = calls.Call(
        person_id=person_id,
        channel=body.channel,
        join=body.ticket or "",
        subject=body.subject,
        text=body.text,
        reason_id=None if body.reason is None else estate.find_reason(body.reason, at=now),
        service_id=None if body.service is None else estate.find_service(body.service),
        item_id=None if body.ci is None else estate.find_item(body.ci),
        caller_check=body.caller_check,
        caller_checked=body.caller_checked,
        promise_at=body.promise_at,
    )
    logged = calls.log_call(call=call, actor=actor, now=now)
    return Status(201, present.contact(queries.contact(actor, logged.contact_id)))
