"""What a killed run leaves half-written is removed; what another run writes is not."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from operations.recovery.remains import clear_remains

SIDECAR = '{"user.content_type":"text/plain","md5":"kAFQmDzST7DWlj99KOF/cg=="}\n'


def place(folder: Path, name: str, text: str, age_s: float = 60) -> Path:
    file = folder / ".pulumi" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    os.utime(file, (time.time() - age_s,) * 2)
    return file


@pytest.mark.parametrize("text", ["", SIDECAR[:20]])
@pytest.mark.parametrize(
    "name",
    [
        "meta.yaml.attrs",
        "stacks/alchemiser/local.json.attrs",
        "stacks/alchemiser/local.json.bak.attrs",
        "locks/organization/alchemiser/local/1.json.attrs",
    ],
)
def test_a_sidecar_that_was_cut_off_is_named_and_removed(
    tmp_path: Path, name: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    record = place(tmp_path, name.removesuffix(".attrs"), "{}")
    torn = place(tmp_path, name, text, age_s=0)

    assert clear_remains(tmp_path) == 1

    assert not torn.exists()
    assert record.read_text() == "{}"
    assert f"{torn} was left half-written" in capsys.readouterr().err


def test_a_whole_sidecar_stays(tmp_path: Path) -> None:
    whole = place(tmp_path, "stacks/alchemiser/local.json.attrs", SIDECAR)

    assert clear_remains(tmp_path) == 0

    assert whole.exists()


def test_an_abandoned_temporary_file_is_removed_and_a_young_one_stays(tmp_path: Path) -> None:
    left = place(tmp_path, "stacks/alchemiser/local.json.bak.18e9f6cd2604f8a1.tmp", "{")
    young = place(tmp_path, "stacks/alchemiser/dev.json.18e9f6cd2604f8a2.tmp", "{", age_s=0)

    assert clear_remains(tmp_path, patience_s=30) == 1

    assert not left.exists()
    assert young.exists()


def test_a_lock_that_does_not_get_finished_holds_no_stack(tmp_path: Path) -> None:
    folder = "locks/organization/alchemiser/local"
    place(tmp_path, f"{folder}/1.json.18e9f6cd2604f8a1.tmp", "", age_s=0)

    assert clear_remains(tmp_path, patience_s=0.05) == 1

    assert list((tmp_path / ".pulumi" / folder).iterdir()) == []


def test_a_backend_that_is_not_there_yet_has_no_remains(tmp_path: Path) -> None:
    assert clear_remains(tmp_path / "state") == 0
