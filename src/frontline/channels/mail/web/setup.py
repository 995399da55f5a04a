"""Set-up of mail: mailboxes and whether they work, what waits in quarantine, what went out."""

from dataclasses import fields
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from frontline.channels.mail import queries, wording
from frontline.channels.mail.logic.parse import parse_message
from frontline.channels.mail.usecases import fetching, intake, keeping, mailboxes, sending
from frontline.channels.mail.web.forms import MailboxForm
from frontline.foundation.http.requests import actor_of, now_of
from frontline.foundation.ui.wording import worded
from frontline.kernel.errors import DeskError

#: characters of a quarantined source that a page shows
SHOWN = 20_000
PAGE = 50


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    context = {
        "mailboxes": queries.mailboxes(),
        "quarantine": [(row, wording.quarantined(row.reason)) for row in queries.quarantine()],
        "outbox": queries.outbox(actor=actor_of(request), limit=10),
    }
    return render(request, "channels/setup_mail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def mailbox_new(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _form_page(request, MailboxForm(initial={"active": True}), title=_("Add a mailbox"))
    return _save(request, uid=None, title=_("Add a mailbox"))


@require_http_methods(["GET", "HEAD", "POST"])
def mailbox_edit(request: HttpRequest, uid: Any) -> HttpResponse:
    box = queries.mailbox_of(uid)
    if request.method != "POST":
        names = [f.name for f in fields(mailboxes.MailboxDetails)]
        form = MailboxForm(initial={name: getattr(box, name) for name in names})
        return _form_page(request, form, title=box.name, box=box)
    return _save(request, uid=str(uid), title=box.name)


@sensitive_variables("password", "said")
def _save(request: HttpRequest, *, uid: str | None, title: str) -> HttpResponse:
    form = MailboxForm(request.POST)
    box = None if uid is None else queries.mailbox_of(uid)
    version = request.POST.get("version", "")
    if form.is_valid():
        said = dict(form.cleaned_data)
        password = said.pop("password")
        try:
            saved = mailboxes.save_mailbox(
                details=mailboxes.MailboxDetails(**said),
                password=password,
                uid=uid,
                version=int(version) if version.isdecimal() and len(version) < 10 else None,
                actor=actor_of(request),
            )
        except DeskError as error:
            if error.status in {403, 404}:
                raise
            form.add_error(error.field if error.field in form.fields else None, worded(error))
        else:
            messages.success(request, _("%(name)s is saved. Test it now.") % {"name": saved.name})
            return redirect(f"/setup/mail/mailboxes/{saved.uid}")
    return _form_page(request, form, title=title, box=box, status=422)


def _form_page(
    request: HttpRequest, form: MailboxForm, *, title: str, box: Any = None, status: int = 200
) -> HttpResponse:
    return render(request, "channels/mailbox.html", {"form": form, "title": title, "box": box}, status=status)


@require_POST
def mailbox_test(request: HttpRequest, uid: Any) -> HttpResponse:
    box = queries.mailbox_of(uid)
    trouble = None if box.kind == "none" else fetching.try_out(box)
    if box.kind == "none":
        messages.error(request, _("It only sends; there is nothing to open."))
    elif trouble is not None:
        messages.error(request, worded(trouble))
    else:
        messages.success(
            request, _("%(name)s opens: server, login and folder are good.") % {"name": box.name}
        )
    return redirect(f"/setup/mail/mailboxes/{box.uid}")


@require_GET
def quarantined(request: HttpRequest, uid: Any) -> HttpResponse:
    """One mail that could not be taken in, as far as it can be read, and its source as text."""
    row = queries.quarantined(uid)
    raw = keeping.read(row.file.sha256) if row.file else b""
    context = {
        "row": row,
        "why": wording.quarantined(row.reason),
        "mail": parse_message(raw[: 4 * 1024 * 1024]),
        "source": raw[:SHOWN].decode("utf-8", "replace").replace("\x00", "�"),
        "cut": len(raw) > SHOWN,
    }
    return render(request, "channels/quarantined.html", context)


@require_POST
def retry(request: HttpRequest, uid: Any) -> HttpResponse:
    taken = intake.retry(uid=str(uid), now=now_of(request))
    if taken.outcome == "quarantined":
        why = wording.quarantined(taken.reason)
        messages.error(request, _("It still cannot be taken in: %(why)s") % {"why": why})
        return redirect(f"/setup/mail/quarantine/{uid}")
    messages.success(request, wording.taken_in(taken.outcome, ticket=taken.ticket))
    return redirect("/setup/mail")


@require_POST
def ignore(request: HttpRequest, uid: Any) -> HttpResponse:
    intake.leave_aside(uid=str(uid), now=now_of(request))
    messages.success(request, _("Set aside. Its source stays in the store."))
    return redirect("/setup/mail")


@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("page", "1")
    page = min(2000, max(1, int(text))) if text.isdecimal() and len(text) < 6 else 1
    state = request.GET.get("state", "")[:10]
    rows = queries.outbox(actor=actor_of(request), state=state, limit=PAGE + 1, offset=(page - 1) * PAGE)
    context = {
        "rows": rows[:PAGE],
        "state": state,
        "states": (
            ("queued", _("waits")),
            ("sending", _("on its way")),
            ("unknown", _("not known whether it arrived; tried again")),
            ("sent", _("sent")),
            ("failed", _("failed")),
            ("cancelled", _("taken back")),
        ),
        "previous": f"?state={state}&page={page - 1}" if page > 1 else "",
        "next": f"?state={state}&page={page + 1}" if len(rows) > PAGE else "",
    }
    return render(request, "channels/outbox.html", context)


@require_POST
def send_again(request: HttpRequest, uid: Any) -> HttpResponse:
    sending.try_again(uid=str(uid), now=now_of(request))
    messages.success(request, _("It will be sent again, with the same Message-ID."))
    return redirect("/setup/mail/outbox")
