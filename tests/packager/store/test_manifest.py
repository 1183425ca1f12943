from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from packager.errors import DigestError
from packager.store.manifest import BuiltArtifact
from tests.packager.projects import Project


@pytest.fixture
def built(project: Project) -> BuiltArtifact:
    return project.build_function(project.handler())


def edit(archive: Path) -> None:
    """Change one byte in the middle, as a failing disk or a careless tool would."""
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 1
    archive.write_bytes(content)


def test_one_changed_byte_is_noticed_at_once(project: Project, built: BuiltArtifact) -> None:
    whole = built.path.read_bytes()
    edit(built.path)
    again = project.build_function(project.handler())
    assert again == built
    assert again.path.read_bytes() == whole


def test_a_changed_byte_is_noticed_whatever_its_times_say(
    project: Project, built: BuiltArtifact
) -> None:
    whole, times = built.path.read_bytes(), built.path.stat()
    edit(built.path)
    os.utime(built.path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert project.build_function(project.handler()).path.read_bytes() == whole


def test_a_zip_that_was_only_touched_is_read_once(
    project: Project, built: BuiltArtifact, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.utime(built.path)
    assert project.build_function(project.handler()) == built

    def unexpected(archive: Path) -> str:
        raise AssertionError(f"{archive} was read again")

    monkeypatch.setattr("packager.store.manifest.digest_of", unexpected)
    assert project.build_function(project.handler()) == built


def test_a_key_cannot_come_to_stand_for_other_bytes(project: Project, built: BuiltArtifact) -> None:
    manifest = built.path.with_suffix(".json")
    recorded = json.loads(manifest.read_bytes()) | {"sha256": "0" * 64}
    manifest.write_text(json.dumps(recorded))
    built.path.unlink()
    with pytest.raises(DigestError) as refused:
        project.build_function(project.handler())
    for part in (str(manifest), built.key, "0" * 64, built.sha256):
        assert part in str(refused.value)
    assert not built.path.exists()


@pytest.mark.parametrize("damage", ["[]", "{}", "null", '{"key": 1}', "\x00"])
def test_a_manifest_that_is_none_counts_as_none(
    project: Project, built: BuiltArtifact, damage: str
) -> None:
    built.path.with_suffix(".json").write_text(damage)
    assert project.build_function(project.handler()) == built
