"""Which shared libraries Lambda's managed Python runtimes have, and how new they are.

Nothing is taken to be there that AWS's own image has only for building: a function of Python 3.12
finds no libexpat (https://github.com/developmentseed/eoapi-cdk/issues/149) although the image with
the same name has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from packager.check.elf import SharedObject
from packager.target import Target

RUNTIME_LIBRARIES = frozenset(
    {
        # glibc's own: https://sourceware.org/glibc/manual/latest/html_node/
        *("libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1"),
        *("libutil.so.1", "libresolv.so.2", "libanl.so.1", "libmvec.so.1"),
        *("ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"),
        # GCC's, which every manylinux policy lets a wheel take from the system, and zlib, which
        # Python's own zlib module needs: https://peps.python.org/pep-0600/
        *("libgcc_s.so.1", "libstdc++.so.6", "libz.so.1"),
    }
)

_VERSIONS: Mapping[bool, Mapping[str, tuple[int, ...]]] = {
    # Amazon Linux 2: glibc 2.26, GCC 7.3.  Amazon Linux 2023: glibc 2.34, GCC 11.
    # https://gcc.gnu.org/onlinedocs/libstdc++/manual/abi.html
    False: {"GLIBC": (2, 26), "GLIBCXX": (3, 4, 24), "CXXABI": (1, 3, 11)},
    True: {"GLIBC": (2, 34), "GLIBCXX": (3, 4, 29), "CXXABI": (1, 3, 13)},
}
_NAMED = {
    # glibc says so of itself since 2.36: https://sourceware.org/glibc/wiki/Release/2.36
    "GLIBC_ABI_DT_RELR": "GLIBC_2.36",
}
_VERSION = re.compile(r"(GLIBC|GLIBCXX|CXXABI)_(\d+(?:\.\d+)+)")


def missing_libraries(found: SharedObject, shipped: frozenset[str]) -> tuple[str, ...]:
    """Name what a shared object needs and neither the runtime nor its artifact has."""
    return tuple(name for name in found.needed if name not in RUNTIME_LIBRARIES | shipped)


def too_new_versions(found: SharedObject, target: Target) -> Iterator[str]:
    """Name, newest of each kind, the symbol versions that the runtime's libraries lack."""
    newest: dict[str, tuple[int, ...]] = {}
    for library, names in found.versions.items():
        for name in names if library in RUNTIME_LIBRARIES else ():
            match = _VERSION.fullmatch(_NAMED.get(name, name))
            if match:
                version = tuple(int(part) for part in match[2].split("."))
                newest[match[1]] = max(newest.get(match[1], ()), version)
    for kind, version in sorted(newest.items()):
        has = _VERSIONS[target.glibc >= (2, 34)][kind]
        if version > has:
            yield (
                f"needs {_SPELLED[kind]} {_dotted(version)}, and Lambda's Python {target.python} "
                f"has {_dotted(has)}"
            )


_SPELLED = {"GLIBC": "glibc", "GLIBCXX": "GLIBCXX", "CXXABI": "CXXABI"}


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
