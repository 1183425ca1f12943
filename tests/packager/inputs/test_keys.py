from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from packager.errors import LockError
from packager.inputs import keys
from packager.inputs.keys import function_inputs, layer_key
from packager.rules import RULES_VERSION
from packager.target import Target
from tests.packager.projects import Project, sources_layer
from tests.packager.wheelhouse import Wheelhouse

TARGET = Target()


@pytest.fixture
def shared(project: Project) -> Project:
    project.write("the_alchemiser/shared/money.py", "A = 1\n")
    project.write("the_alchemiser/shared/clock.py", "B = 2\n")
    return project


def key_of(project: Project, target: Target = TARGET) -> str:
    return layer_key(project.root, sources_layer(), target)


def test_is_the_same_at_another_path_and_with_other_modes_and_times(
    shared: Project, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "some where" / "else"
    shutil.copytree(shared.root, elsewhere, copy_function=shutil.copyfile)
    (elsewhere / "the_alchemiser/shared/money.py").chmod(0o600)
    assert layer_key(elsewhere, sources_layer(), TARGET) == key_of(shared)


def test_changes_with_one_byte(shared: Project) -> None:
    before = key_of(shared)
    shared.write("the_alchemiser/shared/money.py", "A = 3\n")
    assert key_of(shared) != before


def test_changes_with_a_file_name_alone(shared: Project) -> None:
    before = key_of(shared)
    folder = shared.root / "the_alchemiser/shared"
    (folder / "money.py").rename(folder / "cash.py")
    assert key_of(shared) != before


def test_modes_of_a_checkout_do_not_matter(shared: Project) -> None:
    before = key_of(shared)
    (shared.root / "the_alchemiser/shared/money.py").chmod(0o755)
    assert key_of(shared) == before


@pytest.mark.parametrize("target", [Target("3.13"), Target("3.12", "arm64")])
def test_changes_with_the_target(shared: Project, target: Target) -> None:
    assert key_of(shared, target) != key_of(shared)


def test_changes_with_the_rules(shared: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    before = key_of(shared)
    monkeypatch.setattr(keys, "RULES_VERSION", RULES_VERSION + 1)
    assert key_of(shared) != before


def test_stays_when_a_file_that_does_not_ship_changes(shared: Project) -> None:
    before = key_of(shared)
    shared.write("the_alchemiser/shared/__pycache__/money.cpython-312.pyc", "compiled")
    shared.write("the_alchemiser/shared/README.md", "text")
    assert key_of(shared) == before


def test_function_and_layer_with_the_same_files_have_different_keys(project: Project) -> None:
    spec = project.handler()
    layer = sources_layer("greet", "functions/greet/the_alchemiser/greet")
    function_key = keys.key_of(function_inputs(project.root, spec, TARGET))
    assert function_key != layer_key(project.root, layer, TARGET)


def test_follows_the_lock_alone_for_dependencies(project: Project, wheelhouse: Wheelhouse) -> None:
    wheel = wheelhouse.add("tiny", {"tiny.py": ""})
    first, second = project.lock("first", wheel), project.lock("second", wheel)
    assert layer_key(project.root, first, TARGET) == layer_key(project.root, second, TARGET)
    project.write("layers/second/requirements.txt", wheel.locked + "# another\n")
    assert layer_key(project.root, first, TARGET) != layer_key(project.root, second, TARGET)


def test_names_a_lock_that_is_missing(project: Project, wheelhouse: Wheelhouse) -> None:
    spec = project.lock("first")
    (project.root / "layers/first/requirements.txt").unlink()
    with pytest.raises(LockError, match=r"layer first: .*requirements.txt.*packager lock"):
        layer_key(project.root, spec, TARGET)
