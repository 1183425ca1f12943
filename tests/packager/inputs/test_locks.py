from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from blueprint import LayerSpec
from packager.errors import LockError
from packager.inputs.locks import check_locks, upgrade, write_locks
from tests.packager.index import serve
from tests.packager.projects import Project, sources_layer
from tests.packager.wheelhouse import Wheelhouse

pytestmark = pytest.mark.integration

LAYERS = (
    LayerSpec(name="strategy", purpose="Test.", group="layer-strategy"),
    LayerSpec(name="shared_data", purpose="Test.", group="layer-shared-data"),
    sources_layer(),
)
GROUPS = """layer-strategy = ["tiny"]
layer-shared-data = ["tiny", "small"]
"""


def describe(project: Project, groups: str = GROUPS) -> None:
    project.write(
        "pyproject.toml",
        f"""[project]
name = "sample"
version = "0"
requires-python = ">=3.11"

[dependency-groups]
{groups}

[tool.uv]
package = false
""",
    )


@pytest.fixture
def sample(
    project: Project, wheelhouse: Wheelhouse, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Project]:
    wheelhouse.add("tiny", {"tiny.py": ""})
    wheelhouse.add("small", {"small.py": ""}, requires=("tiny",))
    wheelhouse.add("boto3", {"boto3.py": ""})
    describe(project)
    monkeypatch.delenv("UV_NO_INDEX")
    monkeypatch.delenv("UV_FIND_LINKS")
    with serve(wheelhouse.folder) as address:
        monkeypatch.setenv("UV_DEFAULT_INDEX", address)
        yield project


def lock_of(project: Project, layer: str) -> Path:
    return project.root / "layers" / layer / "requirements.txt"


def test_exports_each_group_with_hashes(sample: Project) -> None:
    assert write_locks(sample.root, LAYERS) == ("strategy", "shared_data")
    strategy = lock_of(sample, "strategy").read_text()
    assert "tiny==1.0" in strategy
    assert "--hash=sha256:" in strategy
    assert "small" not in strategy
    assert "small==1.0" in lock_of(sample, "shared_data").read_text()
    check_locks(sample.root, LAYERS)


def test_locks_on_this_interpreter_where_no_other_is_found(
    sample: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("UV_PYTHON_PREFERENCE", "only-system")
    monkeypatch.setenv("UV_PYTHON_DOWNLOADS", "never")

    assert write_locks(sample.root, LAYERS) == ("strategy", "shared_data")


def test_a_package_without_a_hash_is_named(project: Project, wheelhouse: Wheelhouse) -> None:
    wheelhouse.add("tiny", {"tiny.py": ""})
    wheelhouse.add("small", {"small.py": ""})
    describe(project)
    with pytest.raises(LockError, match=r"locks tiny==1\.0 without a hash"):
        write_locks(project.root, LAYERS)


def test_names_no_place_on_this_machine(sample: Project, tmp_path: Path) -> None:
    write_locks(sample.root, LAYERS)
    assert str(tmp_path) not in lock_of(sample, "shared_data").read_text()


def test_writes_nothing_when_nothing_changed(sample: Project) -> None:
    write_locks(sample.root, LAYERS)
    assert write_locks(sample.root, LAYERS) == ()


def test_a_lock_that_was_edited_is_named(sample: Project) -> None:
    write_locks(sample.root, LAYERS)
    lock = lock_of(sample, "strategy")
    lock.write_text(lock.read_text().replace("tiny==1.0", "tiny==1.1"))
    with pytest.raises(LockError, match=r"layers strategy: requirements\.txt is not"):
        check_locks(sample.root, LAYERS)


def test_a_lock_that_is_missing_is_named(sample: Project) -> None:
    write_locks(sample.root, LAYERS)
    lock_of(sample, "shared_data").unlink()
    with pytest.raises(LockError, match="layers shared_data"):
        check_locks(sample.root, LAYERS)


def test_a_group_that_moved_on_without_uv_lock_is_refused(sample: Project) -> None:
    write_locks(sample.root, LAYERS)
    describe(sample, GROUPS.replace('["tiny"]', '["tiny", "small"]'))
    with pytest.raises(LockError, match="packager lock"):
        check_locks(sample.root, LAYERS)


def test_boto3_in_a_group_is_named_and_nothing_is_written(sample: Project) -> None:
    describe(sample, GROUPS.replace('["tiny"]', '["tiny", "boto3"]'))
    with pytest.raises(LockError, match="layer strategy: group layer-strategy locks boto3"):
        write_locks(sample.root, LAYERS)
    assert not lock_of(sample, "strategy").exists()


def test_a_group_that_does_not_exist_is_named(sample: Project) -> None:
    layers = (LayerSpec(name="strategy", purpose="Test.", group="layer-unknown"),)
    with pytest.raises(LockError, match="layer-unknown"):
        write_locks(sample.root, layers)


@pytest.mark.parametrize(("asked", "near"), [("tinny", "it has tiny"), ("zzz", "none like it")])
def test_a_package_that_no_lock_has_cannot_be_upgraded(
    project: Project, asked: str, near: str
) -> None:
    project.write("uv.lock", '[[package]]\nname = "tiny"\n[[package]]\nname = "small"\n')
    with pytest.raises(LockError, match=f"found '{asked}'; .*{near}"):
        upgrade(project.root, asked)
