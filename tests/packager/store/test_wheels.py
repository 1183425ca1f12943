from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from packager.errors import InstallError
from packager.store.wheels import LENDER_VARIABLE, WheelStore

CONTENT = b"a wheel"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> WheelStore:
    return WheelStore(tmp_path / "store")


def test_gives_back_what_was_kept(store: WheelStore) -> None:
    assert store.read(SHA256) is None
    store.add(CONTENT, SHA256, what="wheel x")
    assert store.read(SHA256) == CONTENT


def test_an_edited_wheel_is_as_good_as_none(store: WheelStore) -> None:
    store.add(CONTENT, SHA256, what="wheel x")
    (store.folder / f"{SHA256}.whl").write_bytes(b"A wheel")
    assert store.read(SHA256) is None


def test_another_file_than_was_locked_is_refused(store: WheelStore) -> None:
    with pytest.raises(InstallError, match=f"wheel x: expected SHA-256 {SHA256}, found"):
        store.add(b"another", SHA256, what="wheel x")
    assert store.read(SHA256) is None


def test_borrows_from_another_store(
    store: WheelStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lender = WheelStore(tmp_path / "lender")
    lender.add(CONTENT, SHA256, what="wheel x")
    monkeypatch.setenv(LENDER_VARIABLE, str(lender.folder))
    assert store.read(SHA256) == CONTENT
    monkeypatch.delenv(LENDER_VARIABLE)
    assert store.read(SHA256) == CONTENT


def test_remembers_what_was_found_out_under_its_version(store: WheelStore) -> None:
    store.remember("subject", 1, {"a": [1, 2]})
    assert store.recall("subject", 1) == {"a": [1, 2]}
    assert store.recall("subject", 2) is None


def test_forgets_what_was_edited_or_cut_short(store: WheelStore) -> None:
    store.remember("subject", 1, {"offset": 100})
    (remembered,) = store.folder.glob("subject*")
    whole = remembered.read_bytes()
    remembered.write_bytes(whole.replace(b"100", b"101"))
    assert store.recall("subject", 1) is None
    remembered.write_bytes(whole[:-3])
    assert store.recall("subject", 1) is None
