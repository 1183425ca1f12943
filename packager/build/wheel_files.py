"""The files of a wheel as they ship: copied as they are compressed there, wherever that holds."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from packager.build.compression import DEFLATED, STORED, Blob
from packager.build.wheel_index import IndexedFile, WheelIndex
from packager.check.elf import SharedObject


@dataclass(frozen=True, kw_only=True, slots=True)
class Wheel:
    """A wheel whose bytes were held to its locked hash when they were read."""

    index: WheelIndex
    content: bytes


@dataclass(frozen=True, slots=True)
class WheelFile:
    """One file that a wheel brings."""

    wheel: Wheel
    about: IndexedFile
    copied: bool
    """Whether its bytes ship as they are compressed in the wheel."""
    changed: bytes | None = None
    """Its content, where that is not what the wheel has."""

    @property
    def path(self) -> str:
        """Where it goes below the folder that Python looks into."""
        return self.about.path

    @property
    def executable(self) -> bool:
        """Whether its owner may execute it."""
        return self.about.executable

    @property
    def unzipped_bytes(self) -> int:
        """What it weighs once it is unpacked."""
        return self.about.unzipped_bytes

    @property
    def sha256(self) -> str:
        """Digest of its content, hex."""
        return self.about.sha256

    @property
    def test_modules(self) -> tuple[str, ...]:
        """Modules of tests that it imports."""
        return self.about.test_modules

    @property
    def brought_by(self) -> str:
        """Name of the distribution that brings it."""
        return self.wheel.index.name

    @property
    def named_documents(self) -> tuple[str, ...]:
        """Documents of its package that it opens by name."""
        return self.about.named_documents

    @property
    def foreign(self) -> str:
        """The system that its binary format is for, where that is not Linux."""
        return self.about.foreign

    @property
    def magic(self) -> int:
        """Number of the Python that compiled it; 0 for what is no byte code."""
        return self.about.magic

    @property
    def reads_stub(self) -> bool:
        """Whether it reads the .pyi beside it when it is imported."""
        return self.about.reads_stub

    @property
    def binary(self) -> SharedObject | str | None:
        """What the loader will ask of it, or why it cannot be loaded; None for other files."""
        return self.about.fault or self.about.shared_object

    def blob(self) -> Blob | None:
        """Return its bytes as they stand in the wheel; None where they are compressed anew."""
        if not self.copied:
            return None
        about = self.about
        method = DEFLATED if about.method == zlib.DEFLATED else STORED
        return Blob(method, self._stored(), about.crc32, about.unzipped_bytes)

    def read(self) -> bytes:
        """Return its content."""
        if self.changed is not None:
            return self.changed
        stored = bytes(self._stored())
        if self.about.method != zlib.DEFLATED:
            return stored
        return zlib.decompress(stored, -zlib.MAX_WBITS, max(self.about.unzipped_bytes, 1))

    def with_content(self, content: bytes) -> WheelFile:
        """Return the same file with another content, which is compressed here."""
        digest = hashlib.sha256(content).hexdigest()
        about = replace(self.about, sha256=digest, unzipped_bytes=len(content))
        return WheelFile(self.wheel, about, copied=False, changed=content)

    def _stored(self) -> memoryview:
        start = self.about.offset
        return memoryview(self.wheel.content)[start : start + self.about.zipped_bytes]


@dataclass(frozen=True, slots=True)
class RecordFile:
    """The RECORD of what ships of one wheel, from which importlib.metadata lists its files."""

    path: str
    content: bytes
    executable: bool = False
    binary: None = None

    @property
    def unzipped_bytes(self) -> int:
        """What it weighs once it is unpacked."""
        return len(self.content)

    def blob(self) -> None:
        """Return nothing: it is in no wheel, and is compressed here."""
        return

    def read(self) -> bytes:
        """Return its content."""
        return self.content


def record_of(wheel: Wheel, shipping: Iterable[WheelFile]) -> RecordFile:
    """Write the RECORD of the files that ship.

    The format: https://packaging.python.org/en/latest/specifications/recording-installed-packages/
    """
    path = f"{wheel.index.metadata_folder}/RECORD"
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    for file in shipping:
        digest = base64.urlsafe_b64encode(bytes.fromhex(file.sha256)).rstrip(b"=").decode("ascii")
        rows.writerow((file.path, f"sha256={digest}", file.unzipped_bytes))
    rows.writerow((path, "", ""))
    return RecordFile(path, text.getvalue().encode())
