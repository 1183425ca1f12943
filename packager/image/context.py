"""Writes what a container image is built from: a folder as a tar whose bytes never vary.

The image gets the very files that passed the gates as a zip, so building it needs no package index
and no credential. docs/decisions/0501-images-from-verified-files.md says why.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from packager.build.functions import build_function
from packager.inputs.keys import key_of, locked, read_lock
from packager.rules import RULES_VERSION
from packager.store.output import Output
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import FunctionSpec

IMAGES = "images"
TASK = "task/"
"""What becomes the image's /var/task."""
_MTIME_S = 315_532_800
"""1980-01-01, as in our zips."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BuildContext:
    """A finished build context."""

    name: str
    key: str
    path: Path
    sha256: str


def build_context(
    root: Path, spec: FunctionSpec, target: Target, output_dir: Path, base_image: str | None
) -> BuildContext:
    """Return the context of a function's image, made now if what goes into it is new."""
    function = build_function(root, spec, target, output_dir)
    documents = {
        "Dockerfile": dockerfile(spec.handler, base_image),
        **{f"locks/{layer.name}": read_lock(root, layer).decode() for layer in locked(spec.packed)},
    }
    key = key_of({"rules": RULES_VERSION, "function": function.key, "documents": documents})
    path = output_dir / IMAGES / spec.name / f"{key}.tar"
    if not path.exists():
        with Output(output_dir).workspace() as work:
            finished = work / "context.tar"
            _write(finished, documents, function.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            finished.replace(path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return BuildContext(name=spec.name, key=key, path=path, sha256=sha256)


def dockerfile(handler: str, base_image: str | None) -> str:
    """Spell the build; without a base image it has to be given to the builder as an argument."""
    argument = "BASE_IMAGE" if base_image is None else f"BASE_IMAGE={base_image}"
    return (
        f"ARG {argument}\n"
        "FROM ${BASE_IMAGE}\n"
        f"COPY {TASK} ${{LAMBDA_TASK_ROOT}}/\n"
        f"CMD {json.dumps([handler])}\n"
    )


def _write(destination: Path, documents: dict[str, str], archive: Path) -> None:
    with tarfile.open(destination, "w", format=tarfile.PAX_FORMAT) as tar:
        for path, executable, content in (*_texts(documents), *_files(archive)):
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            entry.mtime = _MTIME_S
            entry.mode = 0o755 if executable else 0o644
            tar.addfile(entry, io.BytesIO(content))


def _texts(documents: dict[str, str]) -> Iterator[tuple[str, bool, bytes]]:
    for path, text in sorted(documents.items()):
        yield path, False, text.encode()


def _files(archive: Path) -> Iterator[tuple[str, bool, bytes]]:
    """Read the zip's files, which are in order already."""
    with zipfile.ZipFile(archive) as opened:
        for member in opened.infolist():
            executable = bool((member.external_attr >> 16) & 0o100)
            yield TASK + member.filename, executable, opened.read(member)
