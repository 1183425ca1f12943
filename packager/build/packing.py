"""Puts files into a zip in their order: as they are compressed already, or compressed here."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from types import TracebackType

from packager.build.archive import Entry, Written, write_archive
from packager.build.compression import Blob, compress, require_known_release
from packager.build.shipped_file import ShippedFile
from packager.errors import ArchiveError
from packager.inputs.patterns import folders_of

_BATCH_BYTES = 1 << 20


class Packer:
    """Compresses side by side; a content that several artifacts share is compressed once."""

    def __init__(self, threads: int | None = None) -> None:
        require_known_release()
        self._executor = ThreadPoolExecutor(threads or os.cpu_count() or 1)
        self._known: dict[bytes, Future[Blob]] = {}
        self._lock = Lock()

    def __enter__(self) -> Packer:
        """Keep the threads until the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the threads go."""
        self._executor.shutdown(cancel_futures=True)

    def pack(self, destination: Path, files: Sequence[ShippedFile], prefix: str = "") -> Written:
        """Write files, which come sorted by path, as one zip below a prefix."""
        _refuse_overlaps(files)
        blobs = {file.path: blob for file in files if (blob := file.blob()) is not None}
        blobs |= self._compressed([file for file in files if file.path not in blobs])
        with destination.open("wb") as stream:
            return write_archive(
                stream,
                (Entry(prefix + file.path, file.executable, blobs[file.path]) for file in files),
            )

    def _compressed(self, files: Sequence[ShippedFile]) -> Iterator[tuple[str, Blob]]:
        for batch in self._executor.map(self._compress_batch, _batches(files)):
            yield from batch

    def _compress_batch(self, files: Sequence[ShippedFile]) -> list[tuple[str, Blob]]:
        return [(file.path, self._compress_once(file.read())) for file in files]

    def _compress_once(self, content: bytes) -> Blob:
        digest = hashlib.sha256(content).digest()
        with self._lock:
            known = self._known.get(digest)
            if known is None:
                mine: Future[Blob] = Future()
                self._known[digest] = mine
        if known is not None:
            return known.result()
        try:
            mine.set_result(compress(content))
        except BaseException as error:
            mine.set_exception(error)
            raise
        return mine.result()


def _refuse_overlaps(files: Iterable[ShippedFile]) -> None:
    """Refuse a path that is a file and a folder too: nothing could unpack both."""
    paths = [file.path for file in files]
    folders = folders_of(paths)
    for path in paths:
        if path in folders:
            raise ArchiveError(
                f"{path}: expected a file or a folder, found both. Lock another release of what "
                "brings it, or rename one."
            )


@contextmanager
def lent_or_new(packer: Packer | None, threads: int | None = None) -> Iterator[Packer]:
    """Use the packer that several builds share, or one of our own for this block."""
    if packer is not None:
        yield packer
        return
    with Packer(threads) as own:
        yield own


def _batches(files: Iterable[ShippedFile]) -> Iterator[list[ShippedFile]]:
    """Group files by size, the largest first, so that no thread is left with a large one last."""
    sized = sorted(((file.unzipped_bytes, file) for file in files), key=_descending)
    batch: list[ShippedFile] = []
    batch_bytes = 0
    for file_bytes, file in sized:
        batch.append(file)
        batch_bytes += file_bytes
        if batch_bytes >= _BATCH_BYTES:
            yield batch
            batch, batch_bytes = [], 0
    if batch:
        yield batch


def _descending(sized: tuple[int, ShippedFile]) -> tuple[int, str]:
    return -sized[0], sized[1].path
