from __future__ import annotations

from pathlib import Path

import deflate._deflate
import pytest
from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

from packager.check.elf import read_shared_object
from packager.errors import ArchiveError
from tests.packager.elf_files import shared_object


def test_tells_which_library_must_have_which_versions() -> None:
    content = shared_object(
        versions=("GLIBC_2.2.5", "GLIBC_2.35"), of={"libstdc++.so.6": ("GLIBCXX_3.4.30",)}
    )
    assert read_shared_object(content).versions == {
        "libc.so.6": ("GLIBC_2.2.5", "GLIBC_2.35"),
        "libstdc++.so.6": ("GLIBCXX_3.4.30",),
    }


def test_tells_which_libraries_the_loader_must_find() -> None:
    content = shared_object(needed=("libgomp.so.1", "libc.so.6"))
    assert read_shared_object(content).needed == ("libgomp.so.1", "libc.so.6")


def test_reads_a_real_extension_module_as_pyelftools_does() -> None:
    module = Path(deflate._deflate.__file__)
    found = read_shared_object(module.read_bytes())
    with module.open("rb") as stream:
        elf = ELFFile(stream)
        dynamic = elf.get_section_by_name(".dynamic")
        needs = elf.get_section_by_name(".gnu.version_r")
        assert isinstance(dynamic, DynamicSection) and isinstance(needs, GNUVerNeedSection)
        assert found.machine in {62, 183}
        assert list(found.needed) == [
            getattr(tag, "needed", "") for tag in dynamic.iter_tags("DT_NEEDED")
        ]
        assert dict(found.versions) == {
            need.name: tuple(version.name for version in versions)
            for need, versions in needs.iter_versions()
        }


def test_reads_the_machine_of_a_32_bit_file() -> None:
    content = bytearray(shared_object(machine=3))
    content[4] = 1
    assert read_shared_object(bytes(content)).machine == 3


@pytest.mark.parametrize("kept", [5, 40, 100, 200])
def test_refuses_a_damaged_file(kept: int) -> None:
    with pytest.raises(ArchiveError, match="expected a whole ELF file"):
        read_shared_object(shared_object()[:kept])
