"""The one person who stands for all senders whose address proves nothing."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from frontline.foundation.facts.announce import announce
from frontline.foundation.transactions import use_case
from frontline.kernel.actors import Actor
from frontline.kernel.facts import Subject
from frontline.people.facts import PersonAdded
from frontline.people.models import Person
from frontline.people.usecases.persons import default_organisation_id

SOURCE, EXTERNAL_ID = "frontline", "unverified-sender"


@use_case
def unverified_sender(*, actor: Actor, now: datetime) -> int:
    """The id of this person, made the first time. They have no address, so nothing is ever sent to them.

    Nobody can be recognised as them or merged with them: what they are said to have written was written by many.
    """
    mine = Person.objects.filter(source=SOURCE, external_id=EXTERNAL_ID)
    if (known := mine.values_list("pk", flat=True).first()) is not None:
        return int(known)
    with translation.override(settings.LANGUAGE_CODE):
        name = _("Unverified sender")
    person = Person(
        name=name,
        organisation_id=default_organisation_id(),
        language=settings.LANGUAGE_CODE,
        source=SOURCE,
        external_id=EXTERNAL_ID,
        created_at=now,
    )
    Person.objects.bulk_create([person], ignore_conflicts=True)
    person_id, organisation_id, uid = mine.values_list("pk", "organisation_id", "uid").get()
    if uid == person.uid:
        announce(
            PersonAdded(
                subject=Subject("person", person_id),
                organisation_id=organisation_id,
                person_id=person_id,
                placeholder=False,
                cause="mail",
            ),
            actor=actor,
            at=now,
        )
    return int(person_id)
