from __future__ import annotations

import os
import socket
import zipfile
from dataclasses import replace

import pytest

from packager.errors import SourceError
from packager.inputs.keys import digests
from packager.inputs.sources import function_sources, layer_sources
from tests.packager.projects import Project, function_spec, sources_layer

OWN = "functions/greet/the_alchemiser/greet"

SHIPPED = [
    "the_alchemiser/greet/__init__.py",
    "the_alchemiser/greet/lambda_handler.py",
    "the_alchemiser/greet/deep/er/module.py",
    "the_alchemiser/greet/rules.clj",
    "top.py",
    "config/deep/strategy.json",
    "config/notes.txt",
    "config/strategy.dev.json",
    "strategies/nuclear.clj",
]

KEPT_BACK = [
    "the_alchemiser/greet/__pycache__/module.cpython-312.pyc",
    "the_alchemiser/greet/__pycache__/planted.py",
    "the_alchemiser/greet/module.pyc",
    "the_alchemiser/greet/module.pyo",
    "greet.egg-info/PKG-INFO",
    "greet.egg-info/planted.py",
    ".mypy_cache/planted.py",
    ".pytest_cache/planted.py",
    ".ruff_cache/planted.py",
    ".hypothesis/planted.py",
    ".tox/planted.py",
    ".nox/planted.py",
    ".cache/planted.py",
    ".venv/lib/planted.py",
    ".vscode/planted.py",
    ".idea/planted.py",
    ".aws/credentials",
    ".aws/planted.py",
    ".git/hooks/planted.py",
    ".hg/planted.py",
    ".svn/planted.py",
    "README.md",
    "the_alchemiser/greet/NOTES.md",
    ".env",
    ".env.local",
    ".env.py",
    ".editorconfig",
    ".gitignore",
    ".gitattributes",
    ".DS_Store",
    ".coverage",
    "pyproject.toml",
    "uv.lock",
    "poetry.lock",
    "setup.py",
    "the_alchemiser/greet/setup.py",
    "setup.cfg",
    "requirements.txt",
    "the_alchemiser/greet/data.json",
    "the_alchemiser/greet/binary.so",
]


@pytest.fixture
def planted(project: Project) -> Project:
    for path in [*SHIPPED, *KEPT_BACK]:
        root = "" if path.startswith(("config/", "strategies/")) else "functions/greet/"
        project.write(f"{root}{path}", f"# {path}")
    return project


def test_ships_what_is_included_and_nothing_from_the_never_list(planted: Project) -> None:
    spec = function_spec(data=("config", "strategies"))
    with zipfile.ZipFile(planted.build_function(spec).path) as built:
        assert built.namelist() == sorted(SHIPPED)


@pytest.mark.parametrize("path", KEPT_BACK)
def test_keeps_back(planted: Project, path: str) -> None:
    spec = function_spec(data=("config", "strategies"))
    assert path not in {file.path for file in function_sources(planted.root, spec)}


def test_data_folders_ship_at_the_same_paths(planted: Project) -> None:
    shipped = {file.path for file in function_sources(planted.root, function_spec())}
    assert "config/strategy.dev.json" not in shipped
    with_data = function_spec(data=("config",))
    shipped = {file.path for file in function_sources(planted.root, with_data)}
    assert "config/strategy.dev.json" in shipped


def test_sources_layer_ships_below_the_path_of_its_folder(project: Project) -> None:
    project.write("the_alchemiser/shared/money.py")
    project.write("the_alchemiser/other/secret.py")
    found = layer_sources(project.root, sources_layer())
    assert [file.path for file in found] == ["the_alchemiser/shared/money.py"]


@pytest.mark.parametrize("place", ["functions/greet/the_alchemiser", "the_alchemiser"])
def test_names_a_package_file_planted_in_a_namespace(project: Project, place: str) -> None:
    project.handler()
    project.write("the_alchemiser/shared/money.py")
    planted = project.write(f"{place}/__init__.py")
    with pytest.raises(SourceError) as refused:
        function_sources(project.root, function_spec())
        layer_sources(project.root, sources_layer())
    assert str(planted) in str(refused.value)
    assert "Delete it" in str(refused.value)


def test_names_a_symbolic_link(project: Project) -> None:
    project.handler()
    link = project.root / OWN / "linked.py"
    link.symlink_to(project.root / OWN / "lambda_handler.py")
    with pytest.raises(SourceError, match=r"linked\.py: .* found a symbolic link"):
        function_sources(project.root, function_spec())


def test_a_program_among_data_is_known_by_its_content(project: Project) -> None:
    project.handler()
    project.write("models/tool", "#!/bin/sh\n").chmod(0o644)
    project.write("models/prices.csv", "SPY,1\n").chmod(0o755)
    found = {
        file.path: file.executable
        for file in function_sources(project.root, function_spec(data=("models",)))
    }
    assert found["models/tool"]
    assert not found["models/prices.csv"]


def test_every_kind_of_file_ships_of_a_data_folder(project: Project) -> None:
    project.handler()
    project.write("models/.env", "TOKEN=x")
    for name in ("prices.csv", "weights.bin", "deep/prompt.txt", "notes.md"):
        project.write(f"models/{name}", "x")
    found = [
        file.path
        for file in function_sources(project.root, function_spec(data=("models",)))
        if file.path.startswith("models/")
    ]
    assert found == ["models/deep/prompt.txt", "models/prices.csv", "models/weights.bin"]


@pytest.mark.parametrize("name", ["pipe.py", "pipe"])
def test_names_a_pipe_instead_of_waiting_for_it(project: Project, name: str) -> None:
    project.handler()
    os.mkfifo(project.root / OWN / name)
    with pytest.raises(SourceError, match=rf"{name}: expected a file, found a pipe"):
        function_sources(project.root, function_spec())


def test_names_a_socket(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.handler()
    monkeypatch.chdir(project.root / OWN)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("agent")
        with pytest.raises(SourceError, match="agent: expected a file, found a pipe, socket"):
            function_sources(project.root, function_spec())


def test_names_a_file_whose_name_is_no_text(project: Project) -> None:
    project.handler()
    (project.root / OWN / os.fsdecode(b"caf\xe9.py")).write_text("")
    with pytest.raises(SourceError, match=r"expected a name in UTF-8"):
        function_sources(project.root, function_spec())


def test_names_a_file_that_went_away_meanwhile(project: Project) -> None:
    spec = project.handler()
    files = function_sources(project.root, spec)
    (project.root / OWN / "lambda_handler.py").unlink()
    with pytest.raises(SourceError, match=r"lambda_handler\.py: expected a file that can be read"):
        digests(files)


def test_names_a_linked_folder(project: Project) -> None:
    project.handler()
    (project.root / OWN / "linked").symlink_to(project.root / "functions")
    with pytest.raises(SourceError, match=r"linked: .* found a symbolic link"):
        function_sources(project.root, function_spec())


def test_names_a_function_without_a_folder(project: Project) -> None:
    with pytest.raises(SourceError, match=r"function greet: expected the folder .*functions/greet"):
        function_sources(project.root, function_spec())


def test_names_a_function_without_code(project: Project) -> None:
    project.write("functions/greet/README.md")
    with pytest.raises(SourceError, match="function greet: expected at least one source file"):
        function_sources(project.root, function_spec())


def test_names_a_data_folder_that_is_missing(project: Project) -> None:
    project.handler()
    with pytest.raises(SourceError, match=r"'strategies' of function greet: .*not exist"):
        function_sources(project.root, function_spec(data=("strategies",)))


def test_names_two_files_that_would_be_one(project: Project) -> None:
    project.handler()
    project.write("functions/greet/config/one.json", "1")
    project.write("config/one.json", "2")
    with pytest.raises(SourceError, match=r"would both be config/one\.json"):
        function_sources(project.root, function_spec(data=("config",)))


@pytest.mark.parametrize("data", ["../outside", "/etc", "a/../b", "models/", "./models", "."])
def test_data_that_is_not_below_the_root_by_its_plain_path_is_refused(
    project: Project, data: str
) -> None:
    spec = replace(project.handler(), data=(data,))
    project.write("models/a.csv", "1")
    with pytest.raises(SourceError, match="expected a path below the project's root"):
        project.build_function(spec)


@pytest.mark.parametrize("file", [None, ".env"])
def test_a_data_folder_of_which_nothing_would_ship_is_refused(
    project: Project, file: str | None
) -> None:
    (project.root / "models").mkdir()
    if file is not None:
        project.write(f"models/{file}", "SECRET=1")
    spec = replace(project.handler(), data=("models",))
    with pytest.raises(SourceError, match=r"data folder 'models' of function greet: .*found none"):
        project.build_function(spec)
