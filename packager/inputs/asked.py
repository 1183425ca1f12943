"""Reads the requirements.txt beside a function's code, which nothing installs from."""

from __future__ import annotations

import re
from pathlib import Path

from packager.errors import SourceError
from packager.inputs.requirements import normalised
from packager.rules import RUNTIME_PACKAGES

FILE = "requirements.txt"
_NAME = re.compile(r"\s*([A-Za-z0-9][\w.-]*)")


def already_there(folder: Path, what: str) -> tuple[str, ...]:
    """Name what a function asks for and the runtime has; SourceError for anything else.

    The file says what the code is written against. What ships comes from locks, so a package that
    the runtime does not bring has to be in a layer's, attached or packed.
    """
    try:
        lines = (folder / FILE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    asked = [normalised(found[1]) for line in lines if (found := _NAME.match(line))]
    unknown = sorted(set(asked) - set(RUNTIME_PACKAGES))
    if unknown:
        raise SourceError(
            f"{what}: {folder / FILE} asks for {', '.join(unknown)}, which Lambda's runtime does "
            "not have and nothing here would install. Lock it for a layer, and take it out there."
        )
    return tuple(asked)
