"""What goes out is a download that no browser runs; pictures also show inside a page."""

from datetime import UTC, datetime

import pytest
from django.test import RequestFactory

from frontline.foundation.files.serving import download
from frontline.foundation.files.usecases import store_file

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _root(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"


def served(content, name, declared="image/png", *, inline=False, **headers):
    file = store_file(content, name=name, declared_mime=declared, uploaded_by=None, now=NOW)
    response = download(RequestFactory().get("/x", **headers), file, inline=inline)
    response.body = b"".join(response.streaming_content) if response.streaming else b""
    for close in response._resource_closers:  # close() would also end the test's connection
        close()
    return response


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"<script>alert(1)</script>", "photo.png", "application/octet-stream"),
        (b"<svg onload=alert(1)>", "photo.png", "application/octet-stream"),
        (b"MZ\x90\x00", "report.pdf", "application/octet-stream"),
        (b"#!/bin/sh", "notes.txt", "application/octet-stream"),
        (PNG, "page.html", "image/png"),
        (b"%PDF-1.7\n", "page.html", "application/pdf"),
        (b"hello", "page.html", "text/plain; charset=utf-8"),
    ],
)
def test_a_file_that_lies_is_served_as_what_it_is_and_never_as_something_active(content, name, kind):
    response = served(content, name, "image/png")
    assert (response.status_code, response.body, response["Content-Type"]) == (200, content, kind)
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["Content-Length"] == str(len(content))


@pytest.mark.parametrize(
    ("content", "name", "disposition"),
    [
        (PNG, "photo.png", "inline"),
        (b"\xff\xd8\xff\xe0" + bytes(20), "x.html", "inline"),
        (b"<svg onload=alert(1)>", "photo.png", "attachment"),
        (b"<p>hi", "photo.png", "attachment"),
        (b"%PDF-1.7\n", "photo.png", "attachment"),
    ],
)
def test_only_true_pictures_show_inside_a_page(content, name, disposition):
    response = served(content, name, "image/png", inline=True)
    assert response["Content-Disposition"].partition(";")[0] == disposition
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.txt", 'attachment; filename="a.txt"'),
        ('a"b.txt', 'attachment; filename="a\\"b.txt"'),
        ("Grüße €.txt", "attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe%20%E2%82%AC.txt"),
        ("a\r\nX: y.txt", 'attachment; filename="aX: y.txt"'),
    ],
)
def test_the_name_is_told_as_rfc_5987_wants(name, expected):
    assert served(b"x", name)["Content-Disposition"] == expected


def test_a_file_that_is_known_already_is_not_sent_again():
    first = served(b"x", "a.txt")
    again = served(b"x", "a.txt", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again["ETag"], again.body) == (304, first["ETag"], b"")
