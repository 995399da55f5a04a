"""`frontline mail parse` on every kind of path."""

import io
import json
import mailbox

import pytest

from frontline.channels.mail.cli import parse_paths

MAIL = b"From: a@b.example\nSubject: %s\nMessage-ID: <%s@x>\n\nhello\n"


def run(*paths):
    out, errors = io.StringIO(), io.StringIO()
    status = parse_paths([str(path) for path in paths], out=out, errors=errors)
    return status, [json.loads(line) for line in out.getvalue().splitlines()], errors.getvalue()


def test_files_folders_mboxes_and_maildirs_give_a_line_a_message(tmp_path):
    (tmp_path / "one.eml").write_bytes(MAIL % (b"one", b"1"))
    (tmp_path / "notes.txt").write_text("no mail")
    box = mailbox.mbox(tmp_path / "two.mbox")
    box.add(MAIL % (b"two", b"2"))
    box.add(MAIL % (b"three", b"3") + b"\nFrom here on it fails\n")
    box.close()
    maildir = mailbox.Maildir(tmp_path / "box")
    maildir.add(MAIL % (b"four", b"4"))

    status, found, errors = run(tmp_path)

    assert (status, errors) == (0, "")
    assert [(line["subject"], line["message_id"]) for line in found] == [
        ("four", "4@x"),
        ("one", "1@x"),
        ("two", "2@x"),
        ("three", "3@x"),
    ]
    assert found[1]["file"] == str(tmp_path / "one.eml")
    assert [line["file"] for line in found[2:]] == [
        f"{tmp_path / 'two.mbox'}#1",
        f"{tmp_path / 'two.mbox'}#2",
    ]
    assert found[3]["text"] == "hello\n\nFrom here on it fails"


def test_a_mail_that_keeps_its_envelope_line_is_one_mail(tmp_path):
    path = tmp_path / "kept.eml"
    path.write_bytes(b"From MAILER-DAEMON  Tue Jul  7 22:47:39 2009\n" + MAIL % (b"kept", b"1"))

    assert [line["subject"] for line in run(path)[1]] == ["kept"]


def test_an_unparsable_file_has_its_line_and_the_next_goes_on(tmp_path):
    (tmp_path / "a.eml").write_bytes(b"")
    (tmp_path / "b.eml").write_bytes(MAIL % (b"fine", b"1"))

    status, found, _ = run(tmp_path)

    assert status == 0
    assert [line.get("unparsable") for line in found] == ["empty", None]


@pytest.mark.parametrize("paths", [[], ["missing.eml"]])
def test_bad_input_is_one_line_on_standard_error_and_exit_2(paths, tmp_path):
    status, found, errors = run(*(tmp_path / path for path in paths))

    assert (status, found, errors.count("\n")) == (2, [], 1)


def test_a_missing_path_prints_nothing_of_the_others(tmp_path):
    (tmp_path / "a.eml").write_bytes(MAIL % (b"fine", b"1"))

    status, found, errors = run(tmp_path / "a.eml", tmp_path / "b.eml")

    assert (status, found) == (2, [])
    assert "b.eml" in errors
