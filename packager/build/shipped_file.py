"""What every file that ships has in common, wherever it comes from."""

from __future__ import annotations

from typing import Protocol

from packager.build.compression import Blob
from packager.check.elf import SharedObject


class ShippedFile(Protocol):
    """One file on its way into a zip."""

    @property
    def path(self) -> str:
        """Where it goes, with forward slashes."""

    @property
    def executable(self) -> bool:
        """Whether its owner may execute it; nothing else of its mode is kept."""

    @property
    def unzipped_bytes(self) -> int:
        """What it weighs once it is unpacked."""

    @property
    def binary(self) -> SharedObject | str | None:
        """What the loader will ask of it, or why it cannot be loaded; None for other files."""

    def blob(self) -> Blob | None:
        """Return its bytes as they are compressed already; None where that is still to be done."""

    def read(self) -> bytes:
        """Return its content."""
