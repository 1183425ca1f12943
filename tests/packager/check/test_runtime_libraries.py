from __future__ import annotations

import pytest

from packager.check.elf import SharedObject, read_shared_object
from packager.check.runtime_libraries import missing_libraries, too_new_versions
from packager.target import Target
from tests.packager.elf_files import shared_object

NONE_SHIPPED: frozenset[str] = frozenset()


def too_new(python: str, versions: tuple[str, ...] = (), **of: tuple[str, ...]) -> list[str]:
    libraries = {"cxx": "libstdc++.so.6", "own": "libstdc++-7a51a47c.so.6.0.33"}
    content = shared_object(
        versions=versions, of={libraries[name]: names for name, names in of.items()}
    )
    return list(too_new_versions(read_shared_object(content), Target(python)))


@pytest.mark.parametrize("library", ["libgomp.so.1", "libexpat.so.1", "libGL.so.1"])
def test_what_only_a_full_system_has_is_missing(library: str) -> None:
    found = read_shared_object(shared_object(needed=(library, "libc.so.6", "libstdc++.so.6")))
    assert missing_libraries(found, NONE_SHIPPED) == (library,)
    assert missing_libraries(found, frozenset({library})) == ()


def test_an_object_that_needs_nothing_misses_nothing() -> None:
    assert missing_libraries(SharedObject(62), NONE_SHIPPED) == ()


@pytest.mark.parametrize(
    ("python", "versions", "fault"),
    [
        ("3.12", ("GLIBC_2.2.5", "GLIBC_2.34", "GLIBC_PRIVATE"), ""),
        ("3.12", ("GLIBC_2.35", "GLIBC_2.9"), "needs glibc 2.35, and Lambda's Python 3.12 has"),
        ("3.11", ("GLIBC_2.27",), "needs glibc 2.27, and Lambda's Python 3.11 has 2.26"),
        ("3.12", ("GLIBC_ABI_DT_RELR",), "needs glibc 2.36"),
    ],
)
def test_the_newest_glibc_counts(python: str, versions: tuple[str, ...], fault: str) -> None:
    assert "".join(too_new(python, versions)).startswith(fault)
    assert bool(too_new(python, versions)) == bool(fault)


def test_the_standard_library_of_cxx_is_held_too() -> None:
    assert too_new("3.12", cxx=("GLIBCXX_3.4.29", "CXXABI_1.3.13")) == []
    assert too_new("3.11", cxx=("GLIBCXX_3.4.29", "CXXABI_1.3.11")) == [
        "needs GLIBCXX 3.4.29, and Lambda's Python 3.11 has 3.4.24"
    ]


def test_a_library_that_ships_may_be_as_new_as_it_likes() -> None:
    assert too_new("3.12", own=("GLIBCXX_3.4.33",)) == []
