"""What channels adds to the house."""

from django.utils.translation import gettext_lazy as _

from frontline.channels.mail import chores, cli, reactions
from frontline.channels.mail.usecases import sending
from frontline.channels.mail.web import links, outbox, setup, standing
from frontline.foundation.manifest import Capability, Chore, Command, NavItem, Permission, Reaction, Route
from frontline.kernel.actors import Role

MANAGE = "channels.manage"

MANIFEST = Capability(
    name="channels",
    label=_("Channels"),
    permissions=(
        Permission(
            MANAGE, frozenset({Role.ADMINISTRATOR}), "channels:write", _("Set up mail and look after it")
        ),
    ),
    routes=(
        Route("setup/mail", setup.overview, "setup_mail", MANAGE),
        Route("setup/mail/mailboxes/new", setup.mailbox_new, "setup_mailbox_new", MANAGE),
        Route("setup/mail/mailboxes/<uuid:uid>", setup.mailbox_edit, "setup_mailbox", MANAGE),
        Route("setup/mail/mailboxes/<uuid:uid>/test", setup.mailbox_test, "setup_mailbox_test", MANAGE),
        Route("setup/mail/quarantine/<uuid:uid>", setup.quarantined, "setup_quarantined", MANAGE),
        Route("setup/mail/quarantine/<uuid:uid>/retry", setup.retry, "setup_quarantine_retry", MANAGE),
        Route("setup/mail/quarantine/<uuid:uid>/ignore", setup.ignore, "setup_quarantine_ignore", MANAGE),
        Route("setup/mail/outbox", setup.outbox, "setup_outbox", MANAGE),
        Route("setup/mail/outbox/<uuid:uid>/again", setup.send_again, "setup_outbox_again", MANAGE),
        Route("demo/outbox", outbox.demo_outbox, "demo_outbox"),
        Route("mail/still-broken/<str:token>", links.still_broken, "still_broken", "public"),
    ),
    nav=(NavItem("setup", _("Mail"), "setup_mail", "mail", MANAGE, order=60),),
    setup=standing.PARTS,
    commands=(Command("mail", "read mails, or take them in", cli.add, cli.run),),
    reactions=(
        Reaction("channels.acknowledge", reactions.FACTS_OF_OPENING, reactions.acknowledge),
        Reaction("channels.tell_message", reactions.FACTS_OF_WORDS, reactions.tell_message),
        Reaction("channels.tell_solution", reactions.FACTS_OF_SOLVING, reactions.tell_solution),
        Reaction("channels.tell_owner", reactions.FACTS_OF_OWNERS, reactions.tell_owner),
    ),
    chores=(
        Chore("mail.send", chores.send_due, every_seconds=0.5, next_due=sending.next_due),
        Chore("mail.fetch", chores.fetch, every_seconds=5),
        Chore("mail.listen", chores.listen, every_seconds=60),
    ),
)
