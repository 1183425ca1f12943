"""Which system `make example` runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.examples import find_system
from local.problems import LocalProblem


def system(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text("name: some\n")
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    system(tmp_path / "checkout/examples/chat")
    return tmp_path / "checkout"


def test_an_example_is_found_by_its_name(root: Path) -> None:
    assert find_system(root, "chat") == root / "examples/chat"


def test_a_system_elsewhere_is_found_by_its_folder(root: Path, tmp_path: Path) -> None:
    own = system(tmp_path / "elsewhere/shop")

    assert find_system(root, str(own)) == own
    assert find_system(root, "../elsewhere/shop") == own


@pytest.mark.parametrize("name", ["chatt", "", "/nowhere", "examples"])
def test_what_is_no_system_is_told_with_those_that_there_are(root: Path, name: str) -> None:
    with pytest.raises(LocalProblem, match=f"one of chat, or a folder .* found '{name}'"):
        find_system(root, name)
