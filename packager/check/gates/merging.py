"""Layers of one function are merged into one /opt, where the last of two equal paths wins."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

from packager.check.equal_modules import mean_the_same
from packager.inputs.patterns import folders_of
from packager.store.manifest import BuiltArtifact

_NAMED = 3


def merge_faults(layers: Sequence[BuiltArtifact]) -> Iterator[str]:
    """Refuse two layers that bring another file under one path; one that is equal loses nothing.

    https://docs.aws.amazon.com/lambda/latest/dg/adding-layers.html
    """
    checksums = {layer.name: _checksums(layer) for layer in layers}
    zips = {layer.name: layer.path for layer in layers}
    for first, second in combinations(checksums, 2):
        ours, theirs = checksums[first], checksums[second]
        paths = [path for path in ours.keys() & theirs.keys() if ours[path] != theirs[path]]
        paths = sorted(_differing(zips[first], zips[second], paths))
        if paths:
            more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
            yield (
                f"layers {first} and {second} both bring {', '.join(paths[:_NAMED])}{more}, with "
                f"different bytes; in /opt that of {second} would replace the other. Attach only "
                "one, or take the file out of one of them."
            )
        for path in sorted((ours.keys() & folders_of(theirs)) | (theirs.keys() & folders_of(ours))):
            yield (
                f"layers {first} and {second}: {path} is a file in one and a folder in the other, "
                "and /opt can have only one. Attach only one, or take it out of one of them."
            )


def _differing(first: Path, second: Path, paths: Sequence[str]) -> Iterator[str]:
    if not paths:
        return
    with zipfile.ZipFile(first) as ours, zipfile.ZipFile(second) as theirs:
        yield from (it for it in paths if not mean_the_same(it, ours.read(it), theirs.read(it)))


def _checksums(layer: BuiltArtifact) -> Mapping[str, tuple[int, int]]:
    with zipfile.ZipFile(layer.path) as opened:
        return {member.filename: (member.CRC, member.file_size) for member in opened.infolist()}
