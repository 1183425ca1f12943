"""Looks through a wheel once: where each file's bytes are, where it goes, and what it asks for.

The formats: https://packaging.python.org/en/latest/specifications/binary-distribution-format/ and
APPNOTE.TXT 6.3.3 of the zip format.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import replace

from packager.build.named_files import is_document, named_documents
from packager.build.needed_test_modules import asked_test_modules
from packager.build.slimming import reads_stub
from packager.build.wheel_index import IndexedFile, WheelIndex
from packager.check.elf import MAGIC, SharedObject, read_shared_object
from packager.check.unpacking import member_fault
from packager.errors import ArchiveError, InstallError
from packager.inputs.requirements import normalised

_LOCAL = struct.Struct("<4s5H3L2H")
_KNOWN_FLAGS = 0x080E
"""Compression options, a data descriptor, names in UTF-8; encryption and patches are others."""
_STORED, _DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
_SCHEMES = {"purelib": "", "platlib": "", "data": "", "scripts": "bin/"}
_MACH_O = {bytes.fromhex(it) for it in ("feedface", "feedfacf", "cefaedfe", "cffaedfe", "cafebabe")}
_UNRECORDED = ("RECORD", "RECORD.jws", "RECORD.p7s")


def index_wheel(content: bytes, what: str) -> WheelIndex:
    """Look through a wheel; InstallError, which begins with `what`, where none could use it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            return _Reading(content, opened, what).index()
    except (zipfile.BadZipFile, struct.error, ArchiveError) as error:
        raise InstallError(
            f"{what}: expected a whole wheel, found a damaged one ({error})"
        ) from None


class _Reading:
    def __init__(self, content: bytes, opened: zipfile.ZipFile, what: str) -> None:
        self.content = content
        self.opened = opened
        self.what = what
        self.members = [member for member in opened.infolist() if not member.is_dir()]
        self.reasons: list[str] = []

    def index(self) -> WheelIndex:
        for member in self.members:
            self._require_known(member)
        folder = self._metadata_folder()
        stem = folder.removesuffix(".dist-info")
        name, _, version = stem.partition("-")
        recorded = self._recorded(f"{folder}/RECORD")
        files: dict[str, IndexedFile] = {}
        for member in self.members:
            file = self._file(member, f"{stem}.data/", normalised(name), recorded)
            earlier = files.setdefault(file.path, file)
            if earlier.sha256 != file.sha256:
                raise self._refusal(f"{file.path} is in it twice, with different bytes")
        files = self._with_documents(files)
        return WheelIndex(
            name=normalised(name),
            version=version,
            metadata_folder=folder,
            recompressed=self.reasons[0] if self.reasons else "",
            files=tuple(files.values()),
        )

    def _with_documents(self, files: dict[str, IndexedFile]) -> dict[str, IndexedFile]:
        """Say of each module which of the wheel's documents it names; most wheels have none."""
        documents = [path for path in files if is_document(path)]
        if not documents:
            return files
        found = {}
        for path, file in files.items():
            content = self._content(file) if path.endswith(".py") else b""
            named = named_documents(path, content, documents)
            found[path] = replace(file, named_documents=named) if named else file
        return found

    def _content(self, file: IndexedFile) -> bytes:
        stored = self.content[file.offset : file.offset + file.zipped_bytes]
        return stored if file.method == _STORED else zlib.decompress(stored, -zlib.MAX_WBITS)

    def _metadata_folder(self) -> str:
        found = {
            member.filename.split("/")[0]
            for member in self.members
            if member.filename.split("/")[0].endswith(".dist-info")
        }
        if len(found) != 1:
            raise self._refusal(f"expected one .dist-info folder, found {len(found)}")
        (folder,) = found
        wheel = self._text(f"{folder}/WHEEL")
        version = next((it for it in wheel.splitlines() if it.startswith("Wheel-Version:")), "")
        if version.partition(":")[2].strip().partition(".")[0] != "1":
            raise self._refusal(f"expected Wheel-Version 1, found {version or 'none'!r}")
        return folder

    def _recorded(self, path: str) -> Mapping[str, str]:
        rows = csv.reader(io.StringIO(self._text(path)))
        return {row[0]: row[1] for row in rows if len(row) > 1}

    def _text(self, path: str) -> str:
        try:
            return self.opened.read(path).decode("utf-8")
        except (KeyError, UnicodeDecodeError):
            raise self._refusal(f"expected {path} in it, found none that can be read") from None

    def _require_known(self, member: zipfile.ZipInfo) -> None:
        fault = member_fault(member)
        if fault is None and member.flag_bits & ~_KNOWN_FLAGS:
            fault = f"has flags {member.flag_bits:#x}, of which not all are known here"
        if fault is None and member.compress_type not in {_STORED, _DEFLATED}:
            fault = f"is compressed by method {member.compress_type}, which is not known here"
        if fault is not None:
            raise self._refusal(f"{member.orig_filename!r} {fault}")

    def _file(
        self, member: zipfile.ZipInfo, data: str, name: str, recorded: Mapping[str, str]
    ) -> IndexedFile:
        offset = self._offset(member)
        content = self._unpacked(member, offset)
        digest = hashlib.sha256(content)
        if member.filename.rpartition("/")[2] not in _UNRECORDED:
            self._compare(member.filename, digest.digest(), recorded)
        path = self._destination(member.filename, data, name)
        shared_object, fault = _shared_object(content)
        asks_for_python = member.filename.startswith(f"{data}scripts/") and _asks_python(content)
        return IndexedFile(
            path=path,
            executable=bool((member.external_attr >> 16) & 0o111) or asks_for_python,
            offset=offset,
            zipped_bytes=member.compress_size,
            unzipped_bytes=member.file_size,
            method=member.compress_type,
            crc32=member.CRC,
            sha256=digest.hexdigest(),
            test_modules=asked_test_modules(path, content),
            reads_stub=reads_stub(path, content),
            asks_for_python=asks_for_python,
            magic=int.from_bytes(content[:2], "little") if path.endswith(".pyc") else 0,
            foreign=_foreign(content),
            shared_object=shared_object,
            fault=fault,
        )

    def _offset(self, member: zipfile.ZipInfo) -> int:
        """Pass the local header, whose name and extra field may be longer than the directory's."""
        header = _LOCAL.unpack_from(self.content, member.header_offset)
        if header[0] != b"PK\x03\x04":
            raise self._refusal(f"{member.filename!r} has no header where the directory says")
        return member.header_offset + _LOCAL.size + int(header[-2]) + int(header[-1])

    def _unpacked(self, member: zipfile.ZipInfo, offset: int) -> bytes:
        stored = self.content[offset : offset + member.compress_size]
        if member.compress_type == _STORED:
            content = stored
            if content:
                self.reasons.append(f"{member.filename} is stored in it uncompressed")
        else:
            content = self._inflated(member, stored)
        if len(content) != member.file_size or zlib.crc32(content) != member.CRC:
            raise self._refusal(f"the checksum of {member.filename!r} does not hold")
        return content

    def _inflated(self, member: zipfile.ZipInfo, stored: bytes) -> bytes:
        stream = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            content = stream.decompress(stored, member.file_size + 1)
        except zlib.error as error:
            raise self._refusal(f"{member.filename!r} cannot be unpacked ({error})") from None
        if not stream.eof and len(content) <= member.file_size:
            content += stream.flush()
        if not stream.eof:
            raise self._refusal(f"{member.filename!r} is longer than the directory says")
        if stream.unused_data:
            self.reasons.append(f"{member.filename} has bytes after its end")
        return content

    def _compare(self, path: str, digest: bytes, recorded: Mapping[str, str]) -> None:
        spelled = base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
        said = recorded.get(path, "")
        if said.startswith("sha256=") and said != f"sha256={spelled}":
            self.reasons.append(f"{path} is not what its RECORD says")

    def _destination(self, path: str, data: str, name: str) -> str:
        if not path.startswith(data):
            return path
        scheme, slash, rest = path.removeprefix(data).partition("/")
        if slash and scheme == "headers":
            return f"include/{name}/{rest}"
        if not slash or scheme not in _SCHEMES:
            raise self._refusal(f"{path!r} is for a place that is not known here")
        return _SCHEMES[scheme] + rest

    def _refusal(self, why: str) -> InstallError:
        return InstallError(f"{self.what}: {why}. Lock another release, or tell its authors.")


def _asks_python(content: bytes) -> bool:
    first = content.partition(b"\n")[0]
    return first.startswith((b"#!python", b"#!pythonw"))


def _foreign(content: bytes) -> str:
    """Name the system that a program or library is for, by its first bytes.

    https://learn.microsoft.com/windows/win32/debug/pe-format; Mach-O's numbers: mach-o/loader.h
    """
    if content.startswith(b"MZ") and b"PE\0\0" in content[:1024]:
        return "Windows"
    return "macOS" if content[:4] in _MACH_O else ""


def _shared_object(content: bytes) -> tuple[SharedObject | None, str | None]:
    if not content.startswith(MAGIC):
        return None, None
    try:
        return read_shared_object(content), None
    except ArchiveError as error:
        return None, str(error)
