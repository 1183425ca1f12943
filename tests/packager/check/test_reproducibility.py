from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from packager.check.reproducibility import TWICE, compare, copy_tree
from tests.packager.projects import Project

ZIP = "functions/greet/k.zip"


def written(folder: Path, files: dict[str, str], *, mode: int = 0o644) -> Path:
    path = folder / ZIP
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            archive.writestr(info, content)
    return folder


@pytest.mark.parametrize(
    ("other", "mode", "said"),
    [
        ({"a.py": "1", "b.py": "3"}, 0o644, "the content of b.py"),
        ({"b.py": "2", "a.py": "1"}, 0o644, "the order of files, a.py against b.py"),
        ({"a.py": "1", "b.py": "2"}, 0o755, "the mode or time of a.py"),
        ({"a.py": "1", "b.py": "2", "c.py": "3"}, 0o644, "its headers or compressed bytes"),
    ],
)
def test_names_the_first_difference(
    tmp_path: Path, other: dict[str, str], mode: int, said: str
) -> None:
    first = written(tmp_path / "first", {"a.py": "1", "b.py": "2"})
    second = written(tmp_path / "second", other, mode=mode)
    assert list(compare(first, second)) == [f"{ZIP}: differs first in {said}"]


def test_names_a_zip_that_only_one_build_made(tmp_path: Path) -> None:
    first = written(tmp_path / "first", {"a.py": "1"})
    (fault,) = compare(first, tmp_path / "second")
    assert fault.startswith(f"{ZIP}: expected it from both builds")


def test_copies_have_other_modes_but_the_same_content(project: Project, tmp_path: Path) -> None:
    project.write("layers/first/run.sh", "x").chmod(0o755)
    trees = [
        copy_tree(project.root, ["layers"], conditions, tmp_path / "work") for conditions in TWICE
    ]
    assert trees[0] != trees[1]
    for tree in trees:
        copied = tree / "layers/first/run.sh"
        assert copied.read_text() == "x"
        assert copied.stat().st_mode & 0o100
