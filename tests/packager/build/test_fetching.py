from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from blueprint import LayerSpec
from packager.build import downloading
from packager.build.fetching import fetch_wheels
from packager.errors import InstallError, SpaceError
from packager.store.wheels import WheelStore
from packager.target import Target
from tests.packager.index import serve
from tests.packager.projects import Project
from tests.packager.wheelhouse import Wheelhouse


@pytest.fixture
def store(tmp_path: Path) -> WheelStore:
    return WheelStore(tmp_path / "store")


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.fixture
def failing(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in for uv: say what the test says, and fail."""
    uv = tmp_path / "uv"
    uv.write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\nenv >> {tmp_path}/environment\n'
        f"cat {tmp_path}/says >&2\nexit 2\n"
    )
    uv.chmod(0o755)
    monkeypatch.setattr(downloading, "uv_executable", lambda: str(uv))
    project.write("layers/first/requirements.txt", f"tiny==1.0 --hash=sha256:{'0' * 64}\n")
    return tmp_path


def run(project: Project, store: WheelStore, work: Path, says: str) -> None:
    (project.root.parent / "says").write_text(says)
    spec = LayerSpec(name="first", purpose="Test.", group="layer-first")
    fetch_wheels(project.root, spec, Target(), store, work)


@pytest.mark.parametrize(
    ("says", "advice"),
    [
        ("Because tiny==1.0 has no usable wheels", "Lock a release that has one"),
        ("Failed to fetch: `https://index.example/tiny/`", "index could not be reached"),
    ],
)
def test_advice_follows_what_uv_says(
    failing: Path, project: Project, store: WheelStore, work: Path, says: str, advice: str
) -> None:
    with pytest.raises(InstallError) as refused:
        run(project, store, work, says)
    assert "layer first: uv could not find the wheels of its lock" in str(refused.value)
    assert says in str(refused.value)
    assert advice in str(refused.value)


def test_credentials_of_an_index_are_not_in_the_error(
    failing: Path, project: Project, store: WheelStore, work: Path
) -> None:
    with pytest.raises(InstallError) as refused:
        run(project, store, work, "Failed to fetch: `https://me:s3cr3t@index.example/`")
    assert "s3cr3t" not in str(refused.value)


def test_asks_the_cache_before_the_index_and_only_for_wheels(
    failing: Path, project: Project, store: WheelStore, work: Path
) -> None:
    with pytest.raises(InstallError):
        run(project, store, work, "no")
    first, second = (failing / "calls").read_text().splitlines()
    assert first == f"{second} --offline"
    assert "--only-binary :all:" in second
    assert "--python-version 3.12.12 --python-platform x86_64-manylinux_2_34" in second


def test_the_machines_wishes_for_installing_are_none_of_a_builds(
    failing: Path, project: Project, store: WheelStore, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_COMPILE_BYTECODE", "1")
    monkeypatch.setenv("UV_LINK_MODE", "symlink")
    monkeypatch.setenv("UV_CONSTRAINT", "/some/file")
    monkeypatch.setenv("UV_INDEX_OURS_PASSWORD", "word")
    with pytest.raises(InstallError):
        run(project, store, work, "no")
    seen = (failing / "environment").read_text()
    assert "UV_INDEX_OURS_PASSWORD=word" in seen
    assert not {"UV_COMPILE_BYTECODE", "UV_LINK_MODE", "UV_CONSTRAINT"} & {
        line.partition("=")[0] for line in seen.splitlines()
    }


def test_wheels_in_the_store_are_asked_of_nobody(
    project: Project,
    wheelhouse: Wheelhouse,
    store: WheelStore,
    work: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tiny = wheelhouse.add("tiny", {"tiny.py": ""})
    spec = project.lock("first", tiny)
    found = fetch_wheels(project.root, spec, Target(), store, work)
    assert found == [(tiny.path.name, tiny.sha256)]
    monkeypatch.setattr(downloading, "uv_executable", lambda: "/no/such/uv")
    assert fetch_wheels(project.root, spec, Target(), store, work) == found


def test_a_full_disk_is_told_as_such(
    served: str, project: Project, wheelhouse: Wheelhouse, store: WheelStore, work: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    spec = project.lock("first", wheelhouse.add("tiny", {"tiny.py": ""}))
    python = work / "python"
    python.write_text('#!/bin/sh\necho "[Errno 28] No space left on device" >&2\nexit 2\n')
    python.chmod(0o755)
    monkeypatch.setattr("packager.build.downloading.PIP", (str(python),))
    with pytest.raises(SpaceError, match="the disk is full"):
        fetch_wheels(project.root, spec, Target(), store, work)


@pytest.fixture
def served(wheelhouse: Wheelhouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Have an index instead of a folder, so that pip has to download."""
    monkeypatch.delenv("UV_FIND_LINKS")
    monkeypatch.delenv("UV_NO_INDEX")
    with serve(wheelhouse.folder) as url:
        monkeypatch.setenv("UV_DEFAULT_INDEX", url)
        yield url


@pytest.mark.integration
@pytest.mark.parametrize(
    ("python", "architecture", "tag"),
    [
        ("3.12", "x86_64", "cp312-cp312-manylinux_2_28_x86_64"),
        ("3.11", "arm64", "cp39-abi3-manylinux2014_aarch64"),
        ("3.13", "arm64", "py3-none-manylinux_2_34_aarch64"),
        ("3.14", "x86_64", "py2.py3-none-any"),
    ],
)
def test_downloads_for_every_target_from_here(
    served: str,
    project: Project,
    wheelhouse: Wheelhouse,
    store: WheelStore,
    work: Path,
    python: str,
    architecture: str,
    tag: str,
) -> None:
    wheel = wheelhouse.add("native-one", {"native.py": ""}, tag=tag)
    spec = project.lock("first", wheel)
    assert fetch_wheels(project.root, spec, Target(python, architecture), store, work) == [
        (wheel.path.name, wheel.sha256)
    ]
    assert store.read(wheel.sha256) == wheel.path.read_bytes()


@pytest.mark.integration
def test_markers_are_decided_on_the_runtimes_own_release_which_is_told(
    project: Project,
    wheelhouse: Wheelhouse,
    store: WheelStore,
    work: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    early = wheelhouse.add("early", {"early.py": ""})
    late = wheelhouse.add("late", {"late.py": ""})
    spec = project.lock("first")
    project.write(
        "layers/first/requirements.txt",
        early.locked.replace("==1.0", "==1.0 ; python_full_version < '3.12.4'")
        + late.locked.replace("==1.0", "==1.0 ; python_full_version >= '3.12.4'"),
    )
    found = fetch_wheels(project.root, spec, Target("3.12"), store, work)
    assert [name for name, _ in found] == [late.path.name]
    said = capsys.readouterr().err
    assert "whether late ships depends on a patch release of Python" in said
    assert f"taken to be {Target('3.12').release}" in said


@pytest.mark.integration
@pytest.mark.parametrize("marker", ["python_full_version < '3.13'", "python_version < '3.13'"])
def test_a_marker_of_a_whole_python_is_not_told_of(
    project: Project,
    wheelhouse: Wheelhouse,
    store: WheelStore,
    work: Path,
    capsys: pytest.CaptureFixture[str],
    marker: str,
) -> None:
    wheel = wheelhouse.add("tiny", {"tiny.py": ""})
    spec = project.lock("first")
    lock = wheel.locked.replace("==1.0", f"==1.0 ; {marker}")
    project.write("layers/first/requirements.txt", lock)
    assert len(fetch_wheels(project.root, spec, Target("3.12"), store, work)) == 1
    assert "patch release" not in capsys.readouterr().err


@pytest.mark.integration
def test_an_index_of_some_packages_alone_is_asked_for_them(
    project: Project,
    wheelhouse: Wheelhouse,
    store: WheelStore,
    work: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("UV_FIND_LINKS")
    monkeypatch.delenv("UV_NO_INDEX")
    ours = replace(wheelhouse, folder=tmp_path / "ours")
    ours.folder.mkdir()
    public = wheelhouse.add("tiny", {"tiny.py": ""})
    private = ours.add("secretive", {"secretive.py": ""})
    spec = project.lock("first", private, public)
    with serve(wheelhouse.folder) as everyones, serve(ours.folder) as url:
        monkeypatch.setenv("UV_DEFAULT_INDEX", everyones)
        project.write(
            "pyproject.toml",
            f'[[tool.uv.index]]\nname = "ours"\nurl = "{url}"\nexplicit = true\n',
        )
        monkeypatch.delenv("UV_NO_CONFIG")
        found = fetch_wheels(project.root, spec, Target(), store, work)
    assert {name for name, _ in found} == {private.path.name, public.path.name}
