from __future__ import annotations

from pathlib import Path

import deflate._deflate
import pytest

from packager.check.elf import read_shared_object
from packager.errors import ArchiveError
from tests.packager.elf_files import shared_object


def test_takes_the_newest_of_several_glibc_versions() -> None:
    content = shared_object(versions=("GLIBC_2.2.5", "GLIBC_2.35", "GLIBC_2.9", "GLIBC_PRIVATE"))
    assert read_shared_object(content).glibc == (2, 35)


def test_needs_no_glibc_when_it_names_none() -> None:
    assert read_shared_object(shared_object(versions=("GCC_3.0",))).glibc is None


def test_reads_a_real_extension_module() -> None:
    found = read_shared_object(Path(deflate._deflate.__file__).read_bytes())
    assert found.machine in {62, 183}
    assert found.glibc is not None
    assert (2, 2) <= found.glibc <= (2, 40)


def test_reads_the_machine_of_a_32_bit_file() -> None:
    content = bytearray(shared_object(machine=3))
    content[4] = 1
    assert read_shared_object(bytes(content)).machine == 3


@pytest.mark.parametrize("kept", [5, 40, 100, 200])
def test_refuses_a_damaged_file(kept: int) -> None:
    with pytest.raises(ArchiveError, match="expected a whole ELF file"):
        read_shared_object(shared_object()[:kept])
