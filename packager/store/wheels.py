"""Keeps wheels by the hash that a lock names, and what was found out about each.

The files are this store's own: nothing else on the machine links to them, and whoever reads one
gets bytes that have just been hashed. So an edit, wherever it was made, cannot ship.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packager.errors import InstallError
from packager.store.output import held, reporting_full_disk

LENDER_VARIABLE = "PACKAGER_WHEELS"
"""Another store, from which wheels are copied rather than fetched."""


@dataclass(frozen=True, slots=True)
class WheelStore:
    """A folder of wheels."""

    folder: Path
    opened: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What builds that share this very store have in common, by hash."""

    def read(self, sha256: str) -> bytes | None:
        """Return the bytes that have this hash; None where they are not here, or not any more."""
        content = _read(self._wheel(sha256))
        if content is not None and _sha256(content) == sha256:
            return content
        self._wheel(sha256).unlink(missing_ok=True)
        return self._borrowed(sha256)

    def has(self, sha256: str) -> bool:
        """Tell whether a wheel is here as far as its name goes; reading it proves its bytes."""
        return self._wheel(sha256).exists()

    def add(self, content: bytes, sha256: str, *, what: str) -> None:
        """Keep a wheel; InstallError when it is not the one that was locked."""
        found = _sha256(content)
        if found != sha256:
            raise InstallError(
                f"{what}: expected SHA-256 {sha256}, found {found}. The file is not the one that "
                "was locked. If the release was replaced on purpose, run `python -m packager "
                "lock`; otherwise do not trust the index."
            )
        self._write(self._wheel(sha256), content)

    def recall(self, subject: str, version: int) -> Any:
        """Return what was remembered of a subject under this version; None for nothing whole."""
        content = _read(self._facts(subject, version)) or b""
        digest, _, facts = content.partition(b"\n")
        return json.loads(facts) if digest == _sha256(facts).encode("ascii") else None

    def remember(self, subject: str, version: int, facts: object) -> None:
        """Keep what took long to find out; JSON-able, and the same whoever finds it out."""
        content = json.dumps(facts, separators=(",", ":")).encode("ascii")
        digest = _sha256(content).encode("ascii")
        self._write(self._facts(subject, version), digest + b"\n" + content)

    @contextmanager
    def fetching(self) -> Iterator[None]:
        """Keep others from fetching meanwhile: most of what they want is being fetched."""
        with reporting_full_disk(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            with held(self.folder / "fetching.lock"):
                yield

    def _borrowed(self, sha256: str) -> bytes | None:
        lender = os.environ.get(LENDER_VARIABLE)
        if not lender or Path(lender) == self.folder:
            return None
        content = WheelStore(Path(lender)).read(sha256)
        if content is not None:
            self._write(self._wheel(sha256), content)
        return content

    def _wheel(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.whl"

    def _facts(self, subject: str, version: int) -> Path:
        return self.folder / f"{subject}.{version}.json"

    def _write(self, path: Path, content: bytes) -> None:
        with reporting_full_disk(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            fresh = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
            try:
                fresh.write_bytes(content)
                fresh.replace(path)
            finally:
                fresh.unlink(missing_ok=True)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
