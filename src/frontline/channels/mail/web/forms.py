"""Forms of the mail pages. They ask; whether an answer is good is for the use cases to say."""

from django import forms
from django.utils.translation import gettext_lazy as _


class MailboxForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("What users see as the sender, such as IT Service Desk.")
    )
    address = forms.CharField(
        label=_("Address"), max_length=320, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    kind = forms.ChoiceField(
        label=_("Where mail comes from"),
        choices=[
            ("imap", _("IMAP server")),
            ("maildir", _("Maildir on this machine")),
            ("mbox", _("mbox file on this machine")),
            ("none", _("Nowhere: it only sends")),
        ],
    )
    host = forms.CharField(label=_("Server or path"), max_length=500, required=False)
    port = forms.IntegerField(label=_("Port"), initial=993)
    security = forms.ChoiceField(
        label=_("Security"),
        choices=[
            ("tls", _("TLS from the start (993)")),
            ("starttls", _("STARTTLS (143)")),
            ("plain", _("None: for a server on this machine only")),
        ],
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=320,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=500,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Stored sealed and never shown again. Empty keeps the one that is stored."),
    )
    folder = forms.CharField(label=_("Folder"), max_length=200, initial="INBOX")
    after = forms.ChoiceField(
        label=_("Once a mail is taken in"),
        choices=[("seen", _("mark it as seen")), ("move", _("move it to a folder"))],
    )
    move_to = forms.CharField(label=_("Folder for mail taken in"), max_length=200, required=False)
    every_seconds = forms.IntegerField(label=_("Look every … seconds"), initial=30)
    authserv_id = forms.CharField(
        label=_("Server that checks senders"),
        max_length=255,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "The first word of the Authentication-Results headers that your mail server writes, such as "
            "mx.example.org. It must remove such headers from mail that comes from outside. Empty: senders are not "
            "checked."
        ),
    )
    active = forms.BooleanField(label=_("Active"), required=False, initial=True)
