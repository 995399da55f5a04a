"""My profile: how I am shown, how I read, when it is quiet, my password, my tokens, signing out everywhere."""

from datetime import timedelta
from typing import Any

from django.contrib import auth, messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from frontline.foundation import clock
from frontline.foundation.http.requests import actor_of, now_of
from frontline.foundation.ui.context import DEFAULT_KEYS
from frontline.people.queries import tokens as token_queries
from frontline.people.queries.directory import own_detail
from frontline.people.queries.people import preferences_of
from frontline.people.usecases import accounts, profiles, tokens
from frontline.people.web.browser import remember_choices
from frontline.people.web.forms import PasswordForm, ProfileForm, TokenForm, attempt, zone_names


def _page(request: HttpRequest, *, status: int = 200, **given: Any) -> HttpResponse:
    """The whole page with whichever form came back kept as it was typed."""
    actor = actor_of(request)
    row = own_detail(actor=actor, now=now_of(request))
    context = {
        "person": row,
        "form": given.get("form") or ProfileForm(initial=_initial(request)),
        "password_form": given.get("password_form") or PasswordForm(prefix="p"),
        "token_form": given.get("token_form") or TokenForm(prefix="t", initial={"scopes": "tickets:read"}),
        "tokens": token_queries.own_tokens(actor=actor, real_now=clock.real_now()),
        "secret": given.get("secret", ""),
        "zones": zone_names(),
    }
    response = render(request, "people/profile.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _initial(request: HttpRequest) -> dict[str, Any]:
    actor = actor_of(request)
    kept = preferences_of(actor=actor)
    chosen: dict[str, Any] = kept.preferences
    keys, quiet = chosen.get("keys") or {}, chosen.get("quiet") or {}
    return {
        "shown_name": kept.shown_name,
        "language": kept.language,
        "timezone": kept.timezone,
        "theme": chosen.get("theme", "auto"),
        "density": chosen.get("density", "comfortable"),
        "quiet_from": quiet.get("starts"),
        "quiet_until": quiet.get("ends"),
        "quiet_weekend": quiet.get("weekend", False),
        "keys_on": keys.get("on", True),
        **{f"key_{action}": key for action, key in (keys.get("map") or {}).items()},
    }


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show it, or save it."""
    if request.method != "POST":
        return _page(request)
    form = ProfileForm(request.POST)
    saved: list[Any] = []
    if not form.is_valid() or not attempt(form, lambda: saved.append(_save(request, form.cleaned_data))):
        return _page(request, form=form, status=422)
    messages.success(request, _("Saved."))
    return remember_choices(HttpResponseRedirect("/me"), request, saved[0])


def _save(request: HttpRequest, sent: dict[str, Any]) -> Any:
    keys = {
        a: sent[f"key_{a}"] for a in DEFAULT_KEYS if sent[f"key_{a}"] and sent[f"key_{a}"] != DEFAULT_KEYS[a]
    }
    quiet = None
    if sent["quiet_from"] or sent["quiet_until"] or sent["quiet_weekend"]:
        quiet = {
            "starts": sent["quiet_from"] or sent["quiet_until"] or "00:00",
            "ends": sent["quiet_until"] or sent["quiet_from"] or "00:00",
            "weekend": sent["quiet_weekend"],
        }
    return profiles.save_profile(
        shown_name=sent["shown_name"],
        language=sent["language"],
        timezone=sent["timezone"],
        preferences={
            "theme": sent["theme"],
            "density": sent["density"],
            "keys": {"on": sent["keys_on"], "map": keys},
            "quiet": quiet,
        },
        actor=actor_of(request),
        now=now_of(request),
    )


@sensitive_post_parameters()
@require_POST
def password(request: HttpRequest) -> HttpResponse:
    """Change the password; this session stays, all others end."""
    form = PasswordForm(request.POST, prefix="p")
    done: list[Any] = []

    def work() -> None:
        done.append(
            accounts.change_password(
                account_id=request.user.pk or 0,
                current=form.cleaned_data["current"],
                new=form.cleaned_data["password"],
                actor=actor_of(request),
                now=now_of(request),
            )
        )

    if not form.is_valid() or not attempt(form, work):
        return _page(request, password_form=form, status=422)
    update_session_auth_hash(request, done[0])
    messages.success(request, _("Your password is changed. All other devices are signed out."))
    return redirect("/me")


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End all sessions on all devices, this one too."""
    accounts.sign_out_everywhere(
        account_id=request.user.pk or 0, actor=actor_of(request), now=now_of(request)
    )
    auth.logout(request)
    return redirect("/sign-in")


@require_POST
def create_token(request: HttpRequest) -> HttpResponse:
    """Make a token for oneself; its text stands on the answer and nowhere else."""
    form = TokenForm(request.POST, prefix="t")
    made: list[str] = []
    actor, real_now = actor_of(request), clock.real_now()

    def work() -> None:
        _row, secret = tokens.create_token(
            person_id=actor.person_id or 0,
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"].replace(",", " ").split(),
            expires_at=real_now + timedelta(days=form.cleaned_data["days"]),
            real_now=real_now,
            actor=actor,
            now=now_of(request),
        )
        made.append(secret)

    if not form.is_valid() or not attempt(form, work):
        return _page(request, token_form=form, status=422)
    return _page(request, secret=made[0])


@require_POST
def revoke_token(request: HttpRequest, uid: str) -> HttpResponse:
    """One of one's own tokens works no longer."""
    tokens.revoke_token(uid=uid, real_now=clock.real_now(), actor=actor_of(request), now=now_of(request))
    messages.success(request, _("The token is revoked."))
    return redirect("/me")
