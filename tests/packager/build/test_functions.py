from __future__ import annotations

import pytest

from packager.build import functions
from packager.errors import SourceError
from packager.inputs.keys import packed_inputs
from tests.packager.projects import Project


def test_builds_once_for_the_same_sources(project: Project) -> None:
    spec = project.handler()
    first = project.build_function(spec)
    written = first.path.stat().st_mtime_ns
    assert project.build_function(spec) == first
    assert first.path.stat().st_mtime_ns == written


def test_builds_again_when_a_line_changes(project: Project) -> None:
    first = project.build_function(project.handler())
    second = project.build_function(project.handler(body="A = 1"))
    assert first.key != second.key
    assert len(project.zips) == 2


def test_builds_again_when_the_zip_was_cut_short(project: Project) -> None:
    spec = project.handler()
    first = project.build_function(spec)
    whole = first.path.read_bytes()
    first.path.write_bytes(whole[:-10])
    project.build_function(spec)
    assert first.path.read_bytes() == whole


def test_builds_again_when_the_manifest_is_damaged(project: Project) -> None:
    spec = project.handler()
    first = project.build_function(spec)
    first.path.with_suffix(".json").write_text('{"key": ')
    assert project.build_function(spec) == first


def test_refuses_sources_that_change_while_they_are_packed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = project.handler()
    calls = iter(range(10))

    def changing(root, spec, target, files):  # type: ignore[no-untyped-def]
        if next(calls) == 1:
            project.handler(body="A = 1")
        return packed_inputs(root, spec, target, files)

    monkeypatch.setattr(functions, "packed_inputs", changing)
    with pytest.raises(SourceError, match=r"function greet: .* changed while"):
        project.build_function(spec)
    assert project.leftovers == []


def test_equal_sources_at_different_paths_give_the_same_bytes(project: Project) -> None:
    first = project.build_function(project.handler())
    other = Project(project.root.parent / "elsewhere", project.root.parent / "other-build")
    second = other.build_function(other.handler())
    assert (first.key, first.sha256) == (second.key, second.sha256)
