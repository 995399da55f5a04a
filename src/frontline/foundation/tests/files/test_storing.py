"""Contents are kept once and whole, their type is told by their bytes, and names are made harmless."""

import io
import os
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontline.foundation.files import sweep
from frontline.foundation.files.names import LONGEST, safe_name
from frontline.foundation.files.sniff import sniff
from frontline.foundation.files.store import ContentGone, FileTooLarge, Store
from frontline.foundation.files.usecases import (
    FileHeld,
    TooManyFiles,
    check_count,
    open_file,
    store,
    store_file,
)
from frontline.foundation.models import StoredFile
from frontline.foundation.transactions import transaction

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64)


@pytest.fixture(autouse=True)
def _root(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"
    settings.FILE_BYTES_LIMIT = 2**20


def keep(content, name="a.txt", declared="text/plain") -> StoredFile:
    return store_file(content, name=name, declared_mime=declared, uploaded_by=None, now=NOW)


def everything() -> list[str]:
    return sorted(p.name for p in store()._root.rglob("*") if p.is_file())


@pytest.mark.django_db
def test_the_same_content_is_kept_once_under_its_digest_and_each_name_in_a_row():
    one, two = keep(b"hello", "a.txt"), keep(io.BytesIO(b"hello"), "b.txt")
    assert one.sha256 == two.sha256 == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    assert everything() == [one.sha256]
    assert [(f.name, f.size, f.mime) for f in (one, two)] == [
        ("a.txt", 5, "text/plain"),
        ("b.txt", 5, "text/plain"),
    ]
    with open_file(two) as content:
        assert content.read() == b"hello"
    assert store().path(one.sha256).stat().st_mode & 0o077 == 0
    assert (store()._root / one.sha256[:2]).stat().st_mode & 0o077 == 0


@pytest.mark.django_db
def test_too_large_a_file_leaves_nothing(settings):
    settings.FILE_BYTES_LIMIT = 3 * 2**20
    keep(bytes(3 * 2**20))
    with pytest.raises(FileTooLarge, match="larger than 3 MB"):
        keep(io.BytesIO(bytes(3 * 2**20 + 1)))
    assert StoredFile.objects.count() == 1
    assert len(everything()) == 1


@pytest.mark.django_db
def test_a_source_that_breaks_leaves_nothing():
    class Torn(io.BytesIO):
        def read(self, size=-1):
            raise OSError("connection lost")

    with pytest.raises(OSError, match="connection lost"):
        keep(Torn())
    assert everything() == []


def test_too_many_files_are_refused_before_any_is_read():
    check_count(20)
    with pytest.raises(TooManyFiles, match="Up to 20 files"):
        check_count(21)


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["infected", "pending"])
def test_a_held_file_is_not_opened(state):
    file = keep(b"x")
    file.state = state
    with pytest.raises(FileHeld, match=state):
        open_file(file)


@pytest.mark.django_db
def test_a_lost_content_says_so():
    file = keep(b"x")
    store().remove(file.sha256)
    with pytest.raises(ContentGone, match="missing from the store"):
        open_file(file)


@pytest.mark.parametrize("digest", ["../../etc/passwd", "", "g" * 64, "A" * 64])
def test_only_a_digest_is_a_place(tmp_path, digest):
    with pytest.raises(ValueError, match="no SHA-256"):
        Store(tmp_path).open(digest)


@pytest.mark.django_db
def test_contents_of_failed_changes_go_after_a_day_and_others_stay():
    kept = keep(b"kept")
    with pytest.raises(ZeroDivisionError), transaction():  # noqa: PT012
        keep(b"failed")
        raise ZeroDivisionError
    (store()._root / "incoming" / "torn").write_bytes(b"half")
    assert len(everything()) == 3
    assert sweep.sweep(NOW) == 0
    yesterday = time.time() - 2 * 86400
    for path in store()._root.rglob("*"):
        if path.is_file():
            os.utime(path, (yesterday, yesterday))
    keep(b"kept again, so fresh")
    assert sweep.sweep(NOW) == 2
    assert kept.sha256 in everything()
    assert len(everything()) == 2


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0" + bytes(20), "image/jpeg"),
        (b"GIF89a" + bytes(20), "image/gif"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"PK\x03\x04" + bytes(40), "application/zip"),
        (b"MZ\x90\x00", "application/x-msdownload"),
        (b"\x7fELF\x02\x01", "application/x-executable"),
        (b"#!/bin/sh\nrm -rf /\n", "text/x-script"),
        (b"<!DOCTYPE html><p>x", "text/html"),
        (b"  \n<!-- hello --><script>alert(1)</script>", "text/html"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
        ("\ufeff<svg onload=alert(1)>".encode("utf-16"), "image/svg+xml"),
        (b'<?xml version="1.0"?><order/>', "application/xml"),
        ("Grüße".encode(), "text/plain"),
        ("Grüße".encode("cp1252"), "text/plain"),
        ("Grüße".encode("utf-16"), "text/plain"),
        ("Grüße".encode()[:3], "text/plain"),
        (b"a < b and b > c", "text/plain"),
        (b"\x00\x01\x02\x03", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_a_type_is_told_by_the_bytes(head, mime):
    assert sniff(head) == mime


@given(st.binary(max_size=600))
def test_no_bytes_upset_the_sniffer(head):
    assert "/" in sniff(head)


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("report.pdf", "report.pdf"),
        ("Rechnung März.pdf", "Rechnung März.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\photo.png", "photo.png"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\r\nSet-Cookie: x=1", "aSet-Cookie: x=1"),
        ("\0\0", "file"),
        ("", "file"),
        ("...", "file"),
        (".htaccess", "htaccess"),
        ("a" * 300 + ".docx", "a" * 195 + ".docx"),
        ("x." + "y" * 300, "x." + "y" * 198),
        ("a\u00a0 b.txt", "a b.txt"),
    ],
)
def test_names_are_made_harmless(given_name, name):
    assert safe_name(given_name) == name


@given(st.text(max_size=400))
def test_every_name_is_short_and_no_path(text):
    name = safe_name(text)
    assert 0 < len(name) <= LONGEST
    assert not set(name) & set("/\\\0\r\n")
    assert safe_name(name) == name
