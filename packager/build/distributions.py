"""Tells which distribution each installed file came from."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packager.errors import InstallError


@dataclass(frozen=True, slots=True)
class Distribution:
    """One installed package."""

    name: str
    """As its metadata folder spells it, in lower case with hyphens."""
    version: str
    files: tuple[str, ...]
    """What its RECORD lists, relative to the folder that it was installed into."""


def read_distributions(folder: Path) -> tuple[Distribution, ...]:
    """Read every distribution that is installed in a folder."""
    return tuple(_read(record) for record in sorted(folder.glob("*.dist-info/RECORD")))


def owners(distributions: tuple[Distribution, ...]) -> Mapping[str, Distribution]:
    """Say whose each file is; a file of two distributions has the bytes of whichever came last."""
    owned: dict[str, Distribution] = {}
    for distribution in distributions:
        for file in distribution.files:
            earlier = owned.setdefault(file, distribution)
            if earlier is not distribution and not _may_be_shared(file):
                raise InstallError(
                    f"{file}: expected one owner, found {earlier.name} {earlier.version} and "
                    f"{distribution.name} {distribution.version}, each of which would overwrite "
                    "the other's. Lock only one of them."
                )
    return owned


def _may_be_shared(file: str) -> bool:
    """Tell whether a clash is harmless: scripts and top-level tests never ship."""
    return file.split("/", 1)[0] in {"bin", "..", "tests", "test", "docs", "examples"}


def _read(record: Path) -> Distribution:
    name, _, version = record.parent.name.removesuffix(".dist-info").partition("-")
    return Distribution(name.lower().replace("_", "-"), version, tuple(_files(record)))


def _files(record: Path) -> Iterator[str]:
    with record.open(encoding="utf-8", newline="") as stream:
        for row in csv.reader(stream):
            if row:
                yield row[0]
