"""A person's choices in the browser they use: pages read theme, density and keys from cookies."""

from django.http import HttpRequest, HttpResponse

from frontline.foundation.ui.views import YEAR, cookies_for
from frontline.people.models import Person


def remember_choices(response: HttpResponse, request: HttpRequest, person: Person) -> HttpResponse:
    """Set the cookies from what the person saved; without saved choices the browser keeps its own."""
    if person.preferences:
        for name, value in cookies_for(person.preferences).items():
            response.set_cookie(
                name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
            )
    return response
