"""The folder of built artifacts: what is in it is whole, or it is not there."""

from __future__ import annotations

import errno
import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from packager.answers import HOME_VARIABLE
from packager.errors import SpaceError
from packager.system import packager_setting

LAYERS = "layers"
FUNCTIONS = "functions"
_VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*):-([^}]*)\}")
_FULL = {errno.ENOSPC, errno.EDQUOT}
_LOCKED = {errno.EACCES, errno.EPERM, errno.EROFS}


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one artifact is, or will be."""

    archive: Path
    manifest: Path
    lock: Path

    @property
    def statement(self) -> Path:
        """What is said of it where it was fetched from."""
        return self.archive.with_suffix(".provenance.json")


@dataclass(frozen=True, slots=True)
class Output:
    """The build folder."""

    folder: Path

    def slot(self, kind: str, name: str, key: str) -> Slot:
        """Say where the artifact with a key belongs; `kind` is layers or functions."""
        folder = self.folder / kind / name
        return Slot(
            folder / f"{key}.zip", folder / f"{key}.json", self.folder / "locks" / f"{key}.lock"
        )

    def twins(self, kind: str, slot: Slot) -> Iterator[Slot]:
        """Find artifacts of other names with the same key: they have the same bytes."""
        for archive in sorted((self.folder / kind).glob(f"*/{slot.archive.name}")):
            if archive != slot.archive:
                yield self.slot(kind, archive.parent.name, archive.stem)

    @property
    def wheels(self) -> Path:
        """Where wheels are kept, beside the build folder: who clears that need not fetch again."""
        return self.folder.parent / "wheel-store"

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """Lend a folder that is gone afterwards, also after a kill: the next build sweeps it."""
        # shutil loads every compressor of Python, which a run that finds all built does without.
        import shutil

        folder = self.folder / "tmp"
        with reporting_full_disk(self.folder), ExitStack() as stack:
            folder.mkdir(parents=True, exist_ok=True)
            with held(folder / ".sweep"):
                _sweep(folder)
                workspace = folder / os.urandom(8).hex()
                workspace.mkdir()
                stack.callback(shutil.rmtree, workspace, ignore_errors=True)
                stack.enter_context(held(workspace / ".alive"))
            yield workspace

    @contextmanager
    def building(self, slot: Slot) -> Iterator[None]:
        """Keep every other process and thread from building the same artifact meanwhile."""
        with reporting_full_disk(self.folder):
            slot.archive.parent.mkdir(parents=True, exist_ok=True)
            with self._held_for(slot.lock):
                yield

    @contextmanager
    def checking(self, name: str) -> Iterator[Path]:
        """Lend the record of a check, and keep every other process from the same meanwhile."""
        with (
            reporting_full_disk(self.folder),
            self._held_for(self.folder / "locks" / f"{name}.lock"),
        ):
            yield self.folder / "checks" / name

    @contextmanager
    def _held_for(self, lock: Path) -> Iterator[None]:
        lock.parent.mkdir(parents=True, exist_ok=True)
        with held(lock):
            yield


def output_folder(root: Path) -> Path:
    """Say where artifacts are built: where [tool.packager] home says, below the project's root.

    A setting may be a variable with what counts without it, as in `${MY_HOME:-.work}`.
    """
    home = os.environ.get(HOME_VARIABLE) or packager_setting(root, "home") or ".packager"
    return root / _VARIABLE.sub(_value, home) / "build"


def _value(variable: re.Match[str]) -> str:
    name, default = variable.groups()
    return os.environ.get(name) or default


@contextmanager
def reporting_full_disk(folder: Path) -> Iterator[None]:
    """Turn a full or locked disk into one error that says where, and what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in _LOCKED:
            raise SpaceError(
                f"{error.filename or folder}: expected a place that can be written, found "
                f"{error.strerror!r}. Set {HOME_VARIABLE} to a folder of your own."
            ) from error
        if error.errno not in _FULL:
            raise
        raise SpaceError(full_disk_message(folder)) from error


def full_disk_message(folder: Path) -> str:
    """Say that a folder's disk is full, and what to do."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    disk = os.statvfs(existing)
    free_bytes = disk.f_bavail * disk.f_frsize
    return (
        f"{folder}: the disk is full ({free_bytes:,} bytes free); nothing half-built was kept. "
        f"Free some space, or set {HOME_VARIABLE} to a folder on another disk, and run it again."
    )


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a lock that the kernel lifts when its holder dies."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sweep(folder: Path) -> None:
    """Remove the workspaces of builds that were killed."""
    import shutil

    for workspace in folder.glob("*/"):
        try:
            descriptor = os.open(workspace / ".alive", os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue
        else:
            shutil.rmtree(workspace, ignore_errors=True)
        finally:
            os.close(descriptor)
