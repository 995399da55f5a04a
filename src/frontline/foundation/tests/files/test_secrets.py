"""Secrets are stored sealed, and the key lies beside the data."""

import pytest
from cryptography.fernet import Fernet

from frontline.foundation import secrets_box
from frontline.foundation.secrets_box import BadKeyFile, CannotUnseal, reseal, seal, unseal
from frontline.foundation.tests.probe.database import together


@pytest.fixture(autouse=True)
def _data(settings, tmp_path, monkeypatch):
    monkeypatch.delenv("FRONTLINE_SECRETS_KEY_FILE", raising=False)
    settings.DATA = tmp_path


def test_what_is_sealed_is_not_readable_and_comes_back_whole(tmp_path):
    sealed = seal("pässword €")
    assert "ssword" not in sealed
    assert seal("pässword €") != sealed
    assert unseal(sealed) == "pässword €"
    assert (tmp_path / "secrets-key").stat().st_mode & 0o077 == 0


def test_many_processes_at_first_use_agree_on_one_key():
    sealed: list[str] = []
    together(*[lambda n=n: sealed.append(seal(str(n))) for n in range(8)])
    assert sorted(unseal(s) for s in sealed) == [str(n) for n in range(8)]


def test_a_new_key_on_top_seals_and_the_old_one_still_opens(tmp_path):
    old = seal("x")
    path = tmp_path / "secrets-key"
    path.write_text(f"{Fernet.generate_key().decode()}\n{path.read_text()}")
    new = reseal(old)
    path.write_text(path.read_text().splitlines()[0])
    assert unseal(new) == "x"
    with pytest.raises(CannotUnseal, match="a key that is not in"):
        unseal(old)


@pytest.mark.parametrize("content", ["", "not a key", "a" * 44])
def test_a_spoilt_key_file_says_what_to_do(tmp_path, content):
    (tmp_path / "secrets-key").write_text(content)
    with pytest.raises(BadKeyFile, match="Restore it from the backup"):
        seal("x")


@pytest.mark.parametrize("sealed", ["", "nonsense", "ü", "gAAAAAB"])
def test_what_was_not_sealed_here_cannot_be_opened(sealed):
    with pytest.raises(CannotUnseal):
        unseal(sealed)
    assert secrets_box._path().exists()
