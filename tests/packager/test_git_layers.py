"""A layer from a private git repository, which this machine serves to whoever has the token."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from blueprint import GitSource, LayerKind, LayerSpec, Shipping, as_shipped
from packager.build.layers import find_layer_artifact
from packager.check.built import PASSED, check_smoke
from packager.errors import GitError, LockError
from packager.inputs.git_source import fetch
from packager.inputs.keys import layer_key
from packager.inputs.locks import check_locks, write_locks
from packager.store.output import Output
from packager.target import Target
from tests.packager.git_server import Repository, serve
from tests.packager.projects import TARGET, Project
from tests.packager.wheelhouse import Wheelhouse

pytestmark = pytest.mark.integration

TOKEN = "planted-token-4f9d2c81"
ROOT = Path(__file__).parents[2]
HERE = Target(f"3.{sys.version_info[1]}")

PYPROJECT = """[project]
name = "quant"
version = "1.5"
requires-python = ">=3.11"
dependencies = ["numpy"]
[build-system]
requires = ["uv_build>=0.8,<2"]
build-backend = "uv_build"
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    monkeypatch.setenv("GH_TOKEN", TOKEN)
    with serve(tmp_path / "private", TOKEN) as served:
        yield served


@pytest.fixture
def spec(project: Project, wheelhouse: Wheelhouse, repository: Repository) -> LayerSpec:
    """Give a layer that pins the repository's only commit, not locked yet."""
    project.write("pyproject.toml", '[project]\nname = "p"\nversion = "1"\n')
    files = {"pyproject.toml": PYPROJECT, "src/quant/__init__.py": "EDGE = 7\n"}
    return pin(repository, repository.commit(**files))


def pin(repository: Repository, commit: str) -> LayerSpec:
    return LayerSpec(
        name="quant",
        purpose="Test.",
        kind=LayerKind.GIT,
        git=GitSource(repository=repository.url, commit=commit),
        smoke="import quant; assert quant.EDGE == 7",
    )


@pytest.fixture
def locked(project: Project, spec: LayerSpec) -> LayerSpec:
    write_locks(project.root, [spec])
    return spec


def test_the_commit_and_the_wheel_are_locked(project: Project, spec: LayerSpec) -> None:
    assert write_locks(project.root, [spec]) == ("quant",)
    lock = json.loads((project.root / "layers/quant/git.json").read_text())
    assert spec.git is not None
    assert (lock["package"], lock["version"]) == ("quant", "1.5")
    assert lock["commit"] == spec.git.commit
    assert lock["repository"] == spec.git.repository
    assert lock["wheel"] == "quant-1.5-py3-none-any.whl"
    assert len(lock["sha256"]) == 64


def test_the_layer_has_the_package_and_nothing_else(project: Project, locked: LayerSpec) -> None:
    built = project.build(locked)
    with zipfile.ZipFile(built.path) as opened:
        assert opened.namelist() == [
            "python/quant-1.5.dist-info/METADATA",
            "python/quant-1.5.dist-info/RECORD",
            "python/quant-1.5.dist-info/WHEEL",
            "python/quant/__init__.py",
        ]
    assert list(built.packages) == ["quant"]


def test_the_layer_passes_its_smoke_test(project: Project, locked: LayerSpec) -> None:
    built = project.build(locked, HERE)
    assert check_smoke(locked, built, HERE, Output(project.output_dir)) == PASSED


@pytest.mark.parametrize("kind", [(), ("--annotate", "--message=1.5")])
def test_the_tag_of_the_commit_is_there_for_its_version(
    repository: Repository, spec: LayerSpec, tmp_path: Path, kind: tuple[str, ...]
) -> None:
    repository.git("tag", *kind, "v1.5")
    assert spec.git is not None
    folder = fetch(spec.git, "quant", tmp_path)
    said = subprocess.run(
        ["git", "describe", "--tags", "--exact-match"], cwd=folder, capture_output=True, text=True
    )
    assert said.stdout == "v1.5\n"


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = ./x\n'}, "has submodules at"),
        (
            {"src/quant/model.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"},
            r"src/quant/model\.bin in .* is a pointer to Git LFS",
        ),
    ],
)
def test_a_commit_whose_files_are_not_all_in_it_is_refused(
    project: Project,
    spec: LayerSpec,
    repository: Repository,
    files: dict[str, str],
    fault: str,
) -> None:
    with pytest.raises(GitError, match=fault):
        write_locks(project.root, [pin(repository, repository.commit(**files))])
    assert not (project.root / "layers/quant/git.json").exists()


def test_two_builds_have_the_same_bytes(
    project: Project, locked: LayerSpec, tmp_path: Path
) -> None:
    first = project.build(locked)
    os.umask(os.umask(0o077))
    second = Project(project.root, tmp_path / "another place").build(locked)
    assert first.path.read_bytes() == second.path.read_bytes()


def test_only_a_new_pin_builds_the_layer_again(
    project: Project, locked: LayerSpec, repository: Repository
) -> None:
    first = project.build(locked)
    asked = len(repository.requests)
    moved = repository.commit(**{"src/quant/__init__.py": "EDGE = 8\n"})
    assert project.build(locked) == first
    assert write_locks(project.root, [locked]) == ()
    assert len(repository.requests) == asked
    moved_on = pin(repository, moved)
    assert write_locks(project.root, [moved_on]) == ("quant",)
    second = project.build(moved_on)
    assert second.key != first.key
    assert second.packages["quant"].version == "1.5"


def test_a_pin_that_is_not_locked_is_refused(
    project: Project, locked: LayerSpec, repository: Repository
) -> None:
    moved = pin(repository, repository.commit(**{"src/quant/__init__.py": "EDGE = 8\n"}))
    with pytest.raises(LockError, match=r"git\.json is for commit"):
        layer_key(project.root, moved, TARGET)
    with pytest.raises(LockError, match="Run `python -m packager lock`"):
        check_locks(project.root, [moved])
    check_locks(project.root, [locked])


def test_a_damaged_lock_is_named_and_written_anew(project: Project, locked: LayerSpec) -> None:
    project.write("layers/quant/git.json", '{"package": ')
    with pytest.raises(LockError, match=r"quant/git\.json is damaged"):
        layer_key(project.root, locked, TARGET)
    assert write_locks(project.root, [locked]) == ("quant",)
    project.build(locked)


def test_a_wheel_other_than_the_locked_one_is_refused(project: Project, locked: LayerSpec) -> None:
    lock = project.root / "layers/quant/git.json"
    found = json.loads(lock.read_text())
    project.write("layers/quant/git.json", json.dumps(found | {"sha256": "0" * 64}))
    with pytest.raises(
        GitError, match=f"expected quant-1.5-py3-none-any.whl with SHA-256 {'0' * 64}"
    ):
        project.build(locked)
    assert project.leftovers == []


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("wrong-token-4f9d2c81", "refused the token in GH_TOKEN: it is wrong, expired or revoked"),
        (None, "wants a token, and GH_TOKEN is not set"),
        ("", "wants a token, and GH_TOKEN is not set"),
    ],
)
def test_a_token_that_does_not_open_it_is_one_clear_error_and_the_old_layer_stays(
    project: Project,
    locked: LayerSpec,
    repository: Repository,
    monkeypatch: pytest.MonkeyPatch,
    token: str | None,
    said: str,
) -> None:
    old = project.build(locked)
    moved = pin(repository, repository.commit(**{"src/quant/__init__.py": "EDGE = 8\n"}))
    write_locks(project.root, [moved])
    if token is None:
        monkeypatch.delenv("GH_TOKEN")
    else:
        monkeypatch.setenv("GH_TOKEN", token)
    with pytest.raises(GitError) as refused:
        project.build(moved)
    assert said in str(refused.value)
    assert repository.url in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not token or token not in str(refused.value)
    assert project.zips == [old.path]


def test_a_revoked_token_leaves_the_lock_as_it_is(
    project: Project, locked: LayerSpec, repository: Repository
) -> None:
    before = (project.root / "layers/quant/git.json").read_bytes()
    moved = pin(repository, repository.commit(**{"src/quant/__init__.py": "EDGE = 8\n"}))
    repository.token = "another"
    with pytest.raises(GitError, match="wrong, expired or revoked"):
        write_locks(project.root, [moved])
    assert (project.root / "layers/quant/git.json").read_bytes() == before


def test_a_built_layer_needs_no_token(
    project: Project, locked: LayerSpec, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = project.build(locked)
    monkeypatch.delenv("GH_TOKEN")
    repository.token = "another"
    assert find_layer_artifact(project.root, locked, TARGET, project.output_dir) == built
    assert write_locks(project.root, [locked]) == ()
    check_locks(project.root, [locked])


def test_a_commit_that_is_not_there_is_named(
    project: Project, spec: LayerSpec, repository: Repository
) -> None:
    with pytest.raises(GitError, match=f"has no commit {'1' * 40}"):
        write_locks(project.root, [pin(repository, "1" * 40)])
    assert not (project.root / "layers/quant/git.json").exists()


@pytest.mark.parametrize("commit", ["main", "v1.0", "abc1234"])
def test_a_pin_that_could_move_is_refused(
    repository: Repository, commit: str, tmp_path: Path
) -> None:
    with pytest.raises(GitError, match="expected a commit's 40 digits"):
        fetch(GitSource(repository=repository.url, commit=commit), "quant", tmp_path)


@pytest.mark.parametrize(
    "address",
    [
        f"https://x:{TOKEN}@example.test/quant.git",
        "http://example.test/quant.git",
        "ssh://example.test/quant.git",
        "file:///quant.git",
        "--upload-pack=evil",
        "https://example.test/quant.git?token=1",
    ],
)
def test_an_address_that_is_not_safe_for_a_token_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str
) -> None:
    monkeypatch.setenv("GH_TOKEN", TOKEN)
    with pytest.raises(GitError, match="expected the repository as https://") as refused:
        fetch(GitSource(repository=address, commit="1" * 40), "quant", tmp_path)
    assert TOKEN not in str(refused.value)


def test_the_packages_own_build_does_not_see_the_token(
    project: Project,
    wheelhouse: Wheelhouse,
    repository: Repository,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "planted-aws-secret")
    backend = """
import os, sys
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    sys.exit(f"environment: {sorted(os.environ)}")
"""
    system = '[build-system]\nrequires = []\nbuild-backend = "hook"\nbackend-path = ["."]\n'
    spec = pin(repository, repository.commit(**{"pyproject.toml": system, "hook.py": backend}))
    project.write("pyproject.toml", '[project]\nname = "p"\nversion = "1"\n')
    with pytest.raises(GitError, match="could not be built") as refused:
        write_locks(project.root, [spec])
    assert "SOURCE_DATE_EPOCH" in str(refused.value)
    assert "GH_TOKEN" not in str(refused.value)
    assert "AWS_SECRET_ACCESS_KEY" not in str(refused.value)


def test_a_function_may_pack_the_private_package(project: Project, locked: LayerSpec) -> None:
    wanted = replace(project.handler(), shipping=Shipping.ZIP, layers=("quant",))
    (function,) = as_shipped([wanted], [locked])
    assert project.build_function(function).modules == ("quant", "the_alchemiser.greet")


def test_the_planted_token_is_nowhere(
    project: Project, spec: LayerSpec, repository: Repository, tmp_path: Path
) -> None:
    assert spec.git is not None
    project.write("pyproject.toml", PROJECT)
    project.write("plan.py", PLAN.format(url=repository.url, commit=spec.git.commit))
    environment = os.environ | {
        "GH_TOKEN": TOKEN,
        "GIT_TRACE": "1",
        "GIT_TRACE_CURL": "1",
        "GIT_CURL_VERBOSE": "1",
        "GIT_TRACE_REDACT": "0",
        "HOME": str(tmp_path / "home"),
        "PACKAGER_HOME": str(tmp_path / "made"),
        "PYTHONPATH": str(ROOT),
    }
    said = ""
    for arguments in (("lock",), ("layer", "quant"), ("explain",), ("lock", "--check")):
        said += packager(project.root, environment, *arguments)
    repository.token = "revoked"
    project.write("layers/quant/git.json", "{}")
    said += packager(project.root, environment, "lock", status=1)
    assert "wrong, expired or revoked" in said
    assert '"quant"' in said
    assert repository.requests
    assert any("git-remote-http" in line for line in repository.command_lines)
    assert TOKEN not in said
    assert not [line for line in repository.command_lines if TOKEN in line]
    assert list(everywhere(tmp_path)) == []


PROJECT = """[project]
name = "p"
version = "1"
[tool.packager]
catalogue = "plan:SYSTEM"
"""

PLAN = """
from blueprint import GitSource, LayerKind, LayerSpec, System

LAYERS = (
    LayerSpec(
        name="quant", purpose="Test.", kind=LayerKind.GIT, smoke="import quant",
        git=GitSource(repository={url!r}, commit={commit!r}),
    ),
)
SYSTEM = System(name="sample", functions=(), layers=LAYERS)
"""


def packager(root: Path, environment: dict[str, str], *arguments: str, status: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "packager", *arguments],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stderr
    return done.stdout + done.stderr


def everywhere(folder: Path) -> Iterator[str]:
    """Name each file below a folder that has the token, inside zips too."""
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as opened:
                    content += b"".join(opened.read(name) for name in opened.namelist())
            if TOKEN.encode() in content:
                yield str(path)
