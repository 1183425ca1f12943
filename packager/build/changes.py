"""Changes what a wheel's files hold, where installing or stripping would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from packager.build.stripping import stripped
from packager.build.wheel_files import WheelFile
from packager.errors import InstallError
from packager.inputs.requirements import normalised
from packager.progress import say
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import LayerSpec


def changed_files(files: Iterable[WheelFile], spec: LayerSpec, target: Target) -> list[WheelFile]:
    """Point scripts at the runtime's Python, and strip the packages that a layer names."""
    wanted = set(map(normalised, spec.strip))
    saved: Counter[str] = Counter()
    changed = []
    for file in files:
        after = _changed(file, wanted, target)
        if file.about.shared_object is not None:
            saved[file.brought_by] += file.unzipped_bytes - after.unzipped_bytes
        changed.append(after)
    for name in sorted(wanted):
        if not saved[name]:
            raise InstallError(
                f"layer {spec.name}: strip: expected {name} to bring shared objects with something "
                "to strip, found nothing. Take it out of the layer's entry."
            )
        say(f"layer {spec.name}: stripping {name} saves {saved[name]:,} bytes unzipped")
    return changed


def _changed(file: WheelFile, strip: set[str], target: Target) -> WheelFile:
    if file.about.asks_for_python:
        return file.with_content(_pointed(file.read(), target.interpreter))
    if file.about.shared_object is not None and file.brought_by in strip:
        before = file.read()
        after = stripped(before)
        return file if len(after) == len(before) else file.with_content(after)
    return file


def _pointed(script: bytes, interpreter: str) -> bytes:
    """Write a script's first line as an installer does, which drops what followed there.

    https://packaging.python.org/en/latest/specifications/binary-distribution-format/
    """
    return f"#!{interpreter}\n".encode() + script.partition(b"\n")[2]
