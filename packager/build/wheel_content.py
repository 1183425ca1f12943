"""Turns a lock into the files of a layer, straight from its wheels, each with who brought it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from blueprint import LayerKind
from packager.build import plans
from packager.build.changes import changed_files
from packager.build.fetching import LockedWheel, fetch_wheels
from packager.build.overlaps import one_of
from packager.build.plans import Planned
from packager.build.slimming import slim
from packager.build.wheel_files import RecordFile, Wheel, WheelFile, record_of
from packager.build.wheel_index import (
    INDEX_VERSION,
    WheelIndex,
    index_from,
    recorded_form,
)
from packager.errors import InstallError
from packager.inputs.keys import read_lock
from packager.inputs.locks import refuse_runtime_packages
from packager.inputs.requirements import normalised
from packager.progress import say
from packager.store.manifest import Package
from packager.store.wheels import WheelStore
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import LayerSpec

Files = Sequence[WheelFile | RecordFile]


@dataclass(frozen=True, kw_only=True, slots=True)
class ChosenFiles:
    """What ships of a layer's wheels, and what does not."""

    wheels: Sequence[Wheel]
    hashes: Mapping[str, str]
    """SHA-256 of each wheel, by its distribution."""
    shipping: Sequence[WheelFile]
    left_out: Sequence[tuple[WheelFile, str]]
    """Each with the rule by which it stays behind."""


def locked_content(
    root: Path, spec: LayerSpec, target: Target, store: WheelStore, work: Path
) -> tuple[Files, Mapping[str, Package]]:
    """Choose what ships of a layer's locked wheels, in the order of the zip."""
    files, packages = _planned(root, spec, target, store) or _chosen(
        root, spec, target, store, work
    )
    if all(".dist-info/" in file.path for file in files):
        found = ", ".join(packages) or "no package"
        raise InstallError(
            f"layer {spec.name}: expected at least one module or file that ships, found none in "
            f"{found} on Python {target.python}. Add what it is for to its dependency group, or "
            "take the layer out of the catalogue."
        )
    for name in map(normalised, spec.own_runtime_packages):
        say(
            f"layer {spec.name}: ships a {name} of its own, {packages[name].version}, which costs "
            f"{packages[name].unzipped_bytes:,} bytes; the runtime has one too"
        )
    return files, packages


def _planned(root: Path, spec: LayerSpec, target: Target, store: WheelStore) -> Planned | None:
    """Recall what was chosen for the same lock before; what is compressed anew is in no plan."""
    if spec.kind is LayerKind.GIT or target.smallest:
        return None
    lock = read_lock(root, spec)
    refuse_runtime_packages(lock, where="its lock", spec=spec)
    return plans.recall(store, plans.subject_of(spec, lock, target))


def _chosen(root: Path, spec: LayerSpec, target: Target, store: WheelStore, work: Path) -> Planned:
    chosen = choose_files(root, spec, target, store, work)
    wheels, shipping = chosen.wheels, chosen.shipping
    for wheel in wheels:
        if wheel.index.recompressed:
            say(
                f"layer {spec.name}: {wheel.index.name} {wheel.index.version} is compressed anew, "
                f"since {wheel.index.recompressed}"
            )
    records = [_record(wheel, shipping) for wheel in wheels]
    everything: list[WheelFile | RecordFile] = [*shipping, *records]
    files = sorted(everything, key=lambda file: file.path)
    packages = _packages(wheels, files)
    if spec.kind is not LayerKind.GIT and all(it.copied for it in shipping):
        subject = plans.subject_of(spec, read_lock(root, spec), target)
        plans.remember(store, subject, chosen.hashes, files, packages)
    return files, packages


def _wheels(
    root: Path, spec: LayerSpec, target: Target, store: WheelStore, work: Path
) -> Mapping[str, Wheel]:
    """Open each wheel of a layer, by its hash; one that was damaged is fetched once more."""
    for _ in range(2):
        locked = _locked_wheels(root, spec, target, store, work)
        wheels = [_opened(store, it, f"layer {spec.name}: wheel {it.name}") for it in locked]
        if None not in wheels:
            hashes = [it.sha256 for it in locked]
            return dict(zip(hashes, cast("list[Wheel]", wheels), strict=True))
    raise InstallError(f"layer {spec.name}: {store.folder} loses what is put there. Look into it.")


def _opened(store: WheelStore, locked: LockedWheel, what: str) -> Wheel | None:
    known: Wheel | None = store.opened.get(locked.sha256)
    if known is None and (content := store.read(locked.sha256)) is not None:
        known = Wheel(index=_index(store, locked, content, what), content=content)
        store.opened[locked.sha256] = known
    return known


def _locked_wheels(
    root: Path, spec: LayerSpec, target: Target, store: WheelStore, work: Path
) -> Sequence[LockedWheel]:
    """Have each wheel in the store, and name them."""
    if spec.kind is LayerKind.GIT:
        # Most systems have no such layer.
        from packager.inputs.git_wheels import locked_wheel

        lock, path = locked_wheel(root, spec, work)
        store.add(path.read_bytes(), lock.sha256, what=f"layer {spec.name}: {lock.wheel}")
        return [LockedWheel(lock.wheel, lock.sha256)]
    refuse_runtime_packages(read_lock(root, spec), where="its lock", spec=spec)
    return fetch_wheels(root, spec, target, store, work)


def _index(store: WheelStore, wheel: LockedWheel, content: bytes, what: str) -> WheelIndex:
    """Look through a wheel, unless that was done before."""
    known = index_from(store.recall(wheel.sha256, INDEX_VERSION))
    if known is not None:
        return known
    # Looking through a wheel loads much that one which is known does without.
    from packager.build.wheel_reading import index_wheel

    index = index_wheel(content, what)
    store.remember(wheel.sha256, INDEX_VERSION, recorded_form(index))
    return index


def choose_files(
    root: Path, spec: LayerSpec, target: Target, store: WheelStore, work: Path
) -> ChosenFiles:
    """Choose among the files of all wheels of a layer; equal bytes at one path are one file."""
    opened = _wheels(root, spec, target, store, work)
    wheels = list(opened.values())
    brought: dict[str, list[WheelFile]] = {}
    for wheel in wheels:
        copied = not (target.smallest or wheel.index.recompressed)
        for about in wheel.index.files:
            brought.setdefault(about.path, []).append(WheelFile(wheel, about, copied))
    first = {path: files[0] for path, files in brought.items()}
    try:
        slimmed = slim(first, target, spec.keep)
    except InstallError as error:
        raise InstallError(f"layer {spec.name}: {error}") from None
    return ChosenFiles(
        wheels=wheels,
        hashes={wheel.index.name: sha256 for sha256, wheel in opened.items()},
        shipping=changed_files([one_of(brought[path]) for path in slimmed.kept], spec, target),
        left_out=[(first[path], rule) for path, rule in slimmed.left_out.items()],
    )


def _record(wheel: Wheel, shipping: Sequence[WheelFile]) -> RecordFile:
    """List what ships of a wheel, and that of which another wheel brings the same bytes."""
    own = {about.path for about in wheel.index.files}
    return record_of(wheel, [file for file in shipping if file.path in own])


def _packages(wheels: Sequence[Wheel], files: Files) -> Mapping[str, Package]:
    sizes: Counter[str] = Counter()
    for folder, unzipped_bytes in _weights(files):
        sizes[folder] += unzipped_bytes
    return {
        index.name: Package(version=index.version, unzipped_bytes=sizes[index.metadata_folder])
        for index in sorted((wheel.index for wheel in wheels), key=lambda index: index.name)
    }


def _weights(files: Files) -> Iterator[tuple[str, int]]:
    for file in files:
        folder = (
            file.path.partition("/")[0]
            if isinstance(file, RecordFile)
            else file.wheel.index.metadata_folder
        )
        yield folder, file.unzipped_bytes
