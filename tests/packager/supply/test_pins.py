from __future__ import annotations

from pathlib import Path

import pytest

from packager.errors import LockError
from packager.supply.pins import GO, PYTHON, Pin, read_pins

LOCK = """
[[package]]
name = "Requests"
version = "2.30.0"
source = { registry = "https://index.example/simple" }

[[package]]
name = "ours"
version = "0.1.0"
source = { virtual = "." }
"""
MODULES = """module ours

go 1.26.6

require (
\tgolang.org/x/net v0.10.0
\tgithub.com/a/b/v2 v2.1.0 // indirect
)

replace example.com/c => example.com/d v1.0.0
"""


def write(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_every_lock_is_read_wherever_it_lies(tmp_path: Path) -> None:
    write(tmp_path, "layers/first/requirements.txt", "idna==3.6 ; python_version > '3' \\\n  --h\n")
    write(tmp_path, "tools/uv.lock", LOCK)
    write(tmp_path, "engine/go.mod", MODULES)
    write(tmp_path, ".venv/uv.lock", LOCK)
    assert read_pins(tmp_path) == (
        Pin(GO, "github.com/a/b/v2", "2.1.0", "engine/go.mod"),
        Pin(GO, "golang.org/x/net", "0.10.0", "engine/go.mod"),
        Pin(PYTHON, "idna", "3.6", "layers/first/requirements.txt"),
        Pin(PYTHON, "requests", "2.30.0", "tools/uv.lock"),
    )


def test_a_lock_that_is_none_is_named(tmp_path: Path) -> None:
    write(tmp_path, "uv.lock", "[[package]\n")
    with pytest.raises(LockError, match=r"uv\.lock: expected a lock of uv"):
        read_pins(tmp_path)
