from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from catalogue.system import SYSTEM

ROOT = Path(__file__).parents[2]
NAMES = [spec.name for spec in SYSTEM.functions]


def test_the_shared_root_stays_a_namespace() -> None:
    assert not (ROOT / "the_alchemiser/__init__.py").exists()


@pytest.mark.parametrize("name", NAMES)
def test_a_functions_root_stays_a_namespace(name: str) -> None:
    assert not (ROOT / f"functions/{name}/the_alchemiser/__init__.py").exists()


@pytest.mark.parametrize("name", NAMES)
def test_a_functions_module_is_a_package(name: str) -> None:
    assert (ROOT / f"functions/{name}/the_alchemiser/{name}/__init__.py").is_file()


@pytest.mark.parametrize("name", NAMES)
def test_a_function_has_its_handler_where_lambda_looks(name: str) -> None:
    handler = next(spec.handler for spec in SYSTEM.functions if spec.name == name)
    module, _, attribute = handler.rpartition(".")
    source = ROOT / "functions" / name / f"{module.replace('.', '/')}.py"

    assert f"def {attribute}(" in source.read_text(encoding="utf-8")


def test_every_folder_of_functions_has_an_entry_and_the_reverse() -> None:
    folders = {
        path.name for path in (ROOT / "functions").iterdir() if (path / "the_alchemiser").exists()
    }

    assert folders == set(NAMES)


def test_every_dependency_layer_has_its_lock_and_the_reverse() -> None:
    locks = {path.parent.name for path in (ROOT / "layers").glob("*/requirements.txt")}

    assert locks == {spec.name for spec in SYSTEM.layers if spec.group is not None}


def test_sources_of_layers_exist() -> None:
    for spec in SYSTEM.layers:
        for source in spec.sources:
            assert (ROOT / source).is_dir(), f"{spec.name}: {source}"


def test_data_folders_of_functions_exist() -> None:
    for spec in SYSTEM.functions:
        for folder in spec.data:
            assert (ROOT / folder).is_dir(), f"{spec.name}: {folder}"


def test_no_file_of_shared_code_is_copied_into_a_function() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-s", "functions", "the_alchemiser"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    contents = [line.split()[1] for line in tracked if line.endswith(".py")]
    sizeable = {
        line.split()[1]
        for line in tracked
        if line.endswith(".py") and not line.endswith("__init__.py")
    }

    assert all(contents.count(content) == 1 for content in sizeable)
