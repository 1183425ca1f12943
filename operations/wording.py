"""Makes what the engine said fit for a reader elsewhere: no colours, paths or secrets of here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from packager.secrets import mask

_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_PREFIX = re.compile(r"^error: ", re.MULTILINE)
_ANNOUNCED = re.compile(r"^REHEARSAL: .*\n?", re.MULTILINE)
# Follows every error that the program itself has explained.
_ECHO = "an unhandled error occurred: program exited with non-zero exit code"


def readable(message: str, root: Path) -> str:
    """Return one message as a person reads it."""
    plain = _ANNOUNCED.sub("", _COLOURS.sub("", message))
    plain = plain.replace(f"{root}/", "").replace(str(Path.home()), "~")
    return mask(_PREFIX.sub("", plain)).strip()


def reasons(messages: Iterable[str], root: Path) -> tuple[str, ...]:
    """Return each reason once, without the engine's echo of what the program said."""
    said = tuple(dict.fromkeys(readable(message, root) for message in messages))
    telling = tuple(text for text in said if text and not text.startswith(_ECHO))
    return telling or said
