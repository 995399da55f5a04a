"""Signing in and out."""

from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from frontline.foundation.http.requests import actor_of
from frontline.people.usecases.sign_in import TooManySignIns
from frontline.people.web.browser import remember_choices


def _target(request: HttpRequest) -> str:
    """Where to go after signing in: back to the page that asked, never to another site."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe and not wanted.startswith("/sign-") else "/"


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The form, and what is sent with it: 422 when it does not match, 429 with Retry-After when tried too often."""
    if request.method != "POST":
        if actor_of(request).person_id is not None:
            return redirect(_target(request))
        return _form(request)
    login = request.POST.get("login", "")
    if not login.strip() or not request.POST.get("password"):
        return _form(request, error=_("Type your e-mail address and your password."), status=422)
    try:
        account = auth.authenticate(request, login=login, password=request.POST["password"])
    except TooManySignIns as refused:
        seconds = refused.params["seconds"]
        minutes = -(-seconds // 60)
        response = _form(
            request,
            error=_("Too many attempts. Wait %(minutes)d min and try again, or call the desk.")
            % {"minutes": minutes},
            status=429,
        )
        response.headers["Retry-After"] = str(seconds)
        return response
    if account is None:
        error = _("E-mail and password do not match. Check both and try again.")
        return _form(request, error=error, status=422)
    auth.login(request, account)
    return remember_choices(HttpResponseRedirect(_target(request)), request, account.person)


def _form(request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    context = {"error": error, "login": request.POST.get("login", ""), "next": _target(request)}
    return render(request, "people/sign_in.html", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session only."""
    auth.logout(request)
    return redirect("/sign-in")
