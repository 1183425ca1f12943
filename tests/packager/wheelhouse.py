"""Makes small wheels, so that no test needs a package index."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Wheel:
    """One wheel in the wheelhouse."""

    path: Path
    name: str
    version: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.path.read_bytes()).hexdigest()

    @property
    def locked(self) -> str:
        """The line that locks it."""
        return f"{self.name}=={self.version} \\\n    --hash=sha256:{self.sha256}\n"


@dataclass(frozen=True)
class Wheelhouse:
    """A folder of wheels that uv looks into."""

    folder: Path

    @staticmethod
    def sha256(wheel: Path) -> str:
        """Digest a wheel as locks do."""
        return hashlib.sha256(wheel.read_bytes()).hexdigest()

    def add(
        self,
        name: str,
        files: Mapping[str, str | bytes],
        *,
        version: str = "1.0",
        tag: str = "py3-none-any",
        metadata: Mapping[str, str] | None = None,
        requires: tuple[str, ...] = (),
        method: int = zipfile.ZIP_DEFLATED,
        record: str | None = None,
        planted: Mapping[str | zipfile.ZipInfo, str | bytes] | None = None,
    ) -> Wheel:
        """Make a wheel; what is `planted` comes last, and is not in its RECORD."""
        stem = name.replace("-", "_")
        info = f"{stem}-{version}.dist-info"
        lines = "".join(f"Requires-Dist: {requirement}\n" for requirement in requires)
        content = {
            **files,
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{lines}",
            f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
            **{f"{info}/{file}": text for file, text in (metadata or {}).items()},
        }
        path = self.folder / f"{stem}-{version}-{tag}.whl"
        with zipfile.ZipFile(path, "w", method) as wheel:
            for file, text in content.items():
                wheel.writestr(file, text)
            wheel.writestr(f"{info}/RECORD", _record(content, info) if record is None else record)
            for entry, text in (planted or {}).items():
                wheel.writestr(entry, text)
        return Wheel(path, name, version)


def _record(content: Mapping[str, str | bytes], info: str) -> str:
    rows = []
    for file, text in content.items():
        data = text.encode() if isinstance(text, str) else text
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        rows.append(f"{file},sha256={digest},{len(data)}")
    return "\n".join([*rows, f"{info}/RECORD,,", ""])
