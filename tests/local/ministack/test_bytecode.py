from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "local/ministack/bytecode"


def _answer(code: Path, kept: Path) -> str:
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "import answer; print(answer.value(), answer.value.__code__.co_filename)",
        ],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join((str(FOLDER), str(code))),
            "ALCHEMISER_BYTECODE": str(kept),
        },
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def _module(folder: Path, value: int) -> Path:
    folder.mkdir()
    (folder / "answer.py").write_text(f"def value():\n    return {value}\n")
    return folder


def test_the_same_source_is_compiled_once_and_knows_each_place(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    first = _answer(_module(tmp_path / "a", 1), kept)
    files = sorted(file for file in kept.rglob("*") if file.is_file())
    second = _answer(_module(tmp_path / "b", 1), kept)
    assert first == f"1 {tmp_path}/a/answer.py"
    assert second == f"1 {tmp_path}/b/answer.py"
    assert files == sorted(file for file in kept.rglob("*") if file.is_file())


def test_another_source_of_the_same_size_is_another_module(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    assert _answer(_module(tmp_path / "a", 1), kept).startswith("1 ")
    assert _answer(_module(tmp_path / "b", 2), kept).startswith("2 ")


def test_damaged_bytecode_is_compiled_again(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    code = _module(tmp_path / "a", 1)
    before = _answer(code, kept)
    for file in kept.rglob("*"):
        if file.is_file():
            file.write_bytes(b"\0")
    assert _answer(code, kept) == before
