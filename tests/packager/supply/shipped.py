"""Zips as builds leave them, with what metadata says of licences."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

from packager.inputs.keys import key_of
from packager.store.manifest import BuiltArtifact
from packager.supply.inventory import ShippedDistribution

INPUTS = {"kind": "layer", "rules": 2, "python": "3.12", "platform": "p", "lock": "aa"}


def artifact(folder: Path, files: Mapping[str, str], name: str = "numbers") -> BuiltArtifact:
    """Write a zip and give it the manifest that a build would."""
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w") as opened:
        for file, text in sorted(files.items()):
            opened.writestr(zipfile.ZipInfo(file), text)
    return BuiltArtifact(
        name=name,
        key=key_of(INPUTS),
        path=path,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        zipped_bytes=path.stat().st_size,
        unzipped_bytes=sum(map(len, files.values())),
        packages={},
        modules=(),
        inputs=INPUTS,
    )


def package(name: str, version: str, *files: str, metadata: str = "") -> dict[str, str]:
    """List the files that a package ships below python/."""
    info = f"{name}-{version}.dist-info"
    listed = [*files, f"{info}/METADATA", f"{info}/RECORD"]
    return {
        **{f"python/{file}": f"# {file}\n" for file in files},
        f"python/{info}/METADATA": f"Name: {name}\nVersion: {version}\n{metadata}",
        f"python/{info}/RECORD": "".join(f"{file},,\n" for file in listed),
    }


def distribution(
    licence: str = "", *classifiers: str, name: str = "tiny", version: str = "1.0"
) -> ShippedDistribution:
    """Make a package of which only its metadata matters."""
    return ShippedDistribution(
        name=name, version=version, licence=licence, classifiers=classifiers, files={}
    )
