"""Keeps compiled modules by their source, for function workers that unpack their zips anew.

MiniStack gives each worker a folder of its own, so Python's cache, which goes by path and time,
never has anything for it: compiling was most of a cold start. Python itself imports this module at
start-up, in MiniStack and in its workers, because server_environment puts the folder on their path.
"""

from __future__ import annotations

import _imp
import hashlib
import marshal
import os
import sys
import tempfile
from importlib.machinery import SourceFileLoader
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType
from typing import Any

FOLDER_VARIABLE = "ALCHEMISER_BYTECODE"


def kept(source: bytes, path: str) -> CodeType | None:
    """Give what these very bytes were compiled to before, as if it had been at this path."""
    try:
        code = marshal.loads(_file(source).read_bytes())
    except (OSError, ValueError, EOFError, TypeError):
        return None
    if not isinstance(code, CodeType):
        return None
    _imp._fix_co_filename(code, path)  # type: ignore[attr-defined]
    return code


def keep(source: bytes, code: CodeType) -> None:
    """Keep compiled code; a reader sees all of it or nothing."""
    file = _file(source)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, partial = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(marshal.dumps(code))
        Path(partial).replace(file)
    except OSError:
        # A full disk costs speed, not the import.
        return


def _file(source: bytes) -> Path:
    level = str(sys.flags.optimize).encode()
    digest = hashlib.sha256(MAGIC_NUMBER + level + b"\n" + source).hexdigest()
    return Path(os.environ[FOLDER_VARIABLE]) / digest[:2] / digest


def install() -> None:
    """Look for kept code before compiling any source file."""
    compiled = SourceFileLoader.source_to_code

    def source_to_code(
        self: SourceFileLoader, data: Any, path: Any, *rest: Any, **named: Any
    ) -> CodeType:
        if not isinstance(data, bytes) or not isinstance(path, str):
            return compiled(self, data, path, *rest, **named)
        code = kept(data, path)
        if code is None:
            code = compiled(self, data, path, *rest, **named)
            keep(data, code)
        return code

    SourceFileLoader.source_to_code = source_to_code  # type: ignore[assignment]
    # Nobody will look for it where this process would put it.
    sys.dont_write_bytecode = True


if os.environ.get(FOLDER_VARIABLE):
    install()
