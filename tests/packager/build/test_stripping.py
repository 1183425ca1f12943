from __future__ import annotations

import ctypes
import importlib.util
import subprocess
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from blueprint.validation import problems
from catalogue.system import SYSTEM
from packager.build.stripping import stripped
from packager.check.elf import read_shared_object
from packager.errors import InstallError
from packager.store.manifest import BuiltArtifact
from tests.packager.elf_files import shared_object
from tests.packager.projects import Project
from tests.packager.wheelhouse import Wheelhouse

DEBUG = b"\0.debug_info of a compiler" * 200


def native(name: str) -> bytes:
    """Read a compiled module of this environment."""
    found = importlib.util.find_spec(name)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).read_bytes()


@pytest.mark.parametrize("name", ["numpy._core._multiarray_umath", "pydantic_core._pydantic_core"])
def test_what_is_loaded_of_a_real_module_stays_byte_by_byte(name: str) -> None:
    before = native(name)
    after = stripped(before)
    assert stripped(after) == after
    assert read_shared_object(after) == read_shared_object(before)
    segments = [
        [(it["p_type"], it["p_offset"], it.data()) for it in ELFFile(BytesIO(each)).iter_segments()]
        for each in (before, after)
    ]
    # The first segment holds the header, whose three fields on sections differ.
    assert [it[:2] for it in segments[0]] == [it[:2] for it in segments[1]]
    assert [it[2][64:] for it in segments[0]] == [it[2][64:] for it in segments[1]]
    assert ELFFile(BytesIO(after)).num_sections() == 0


def test_a_stripped_library_loads_and_works(tmp_path: Path) -> None:
    source = tmp_path / "seven.c"
    source.write_text("int seven(void) { return 7; }\n")
    library = tmp_path / "libseven.so"
    command = ["cc", "-g", "-shared", "-fPIC", "-o", str(library), str(source)]
    subprocess.run(command, check=True)
    after = stripped(library.read_bytes())
    assert len(after) < len(library.read_bytes())
    other = tmp_path / "libother.so"
    other.write_bytes(after)
    assert ctypes.CDLL(str(other)).seven() == 7


@pytest.mark.parametrize("content", [b"", b"text", b"\x7fELF", b"\x7fELF\x01\x01" + bytes(80)])
def test_what_is_no_shared_object_of_lambda_stays(content: bytes) -> None:
    assert stripped(content) == content


def built(project: Project, wheelhouse: Wheelhouse, *strip: str) -> BuiltArtifact:
    files: dict[str, str | bytes] = {"tiny/__init__.py": "", "tiny/a.so": shared_object() + DEBUG}
    other: dict[str, str | bytes] = {"other/__init__.py": "", "other/b.so": shared_object() + DEBUG}
    spec = project.lock("first", wheelhouse.add("tiny", files), wheelhouse.add("other", other))
    return project.build(replace(spec, strip=strip))


def test_only_the_packages_that_a_layer_names_are_stripped(
    project: Project, wheelhouse: Wheelhouse, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, less = built(project, wheelhouse), built(project, wheelhouse, "tiny")
    assert whole.key != less.key
    assert len(DEBUG) - 9 < whole.unzipped_bytes - less.unzipped_bytes < len(DEBUG) + 9
    assert f"stripping tiny saves {len(DEBUG):,} bytes" in capsys.readouterr().err
    with zipfile.ZipFile(less.path) as opened:
        assert opened.read("python/tiny/a.so") == stripped(shared_object() + DEBUG)
        assert opened.read("python/other/b.so").endswith(DEBUG)
        record = opened.read("python/tiny-1.0.dist-info/RECORD").decode()
    assert f",{len(stripped(shared_object() + DEBUG))}\n" in record


@pytest.mark.parametrize("strip", ["nothing-by-that-name", "tiny"])
def test_a_package_with_nothing_to_strip_is_refused(
    project: Project, wheelhouse: Wheelhouse, strip: str
) -> None:
    spec = project.lock("first", wheelhouse.add("tiny", {"tiny.py": ""}))
    with pytest.raises(InstallError, match=f"strip: expected {strip} to bring shared objects"):
        project.build(replace(spec, strip=(strip,)))


def test_a_layer_that_strips_has_a_proof_that_all_still_loads() -> None:
    layer = replace(SYSTEM.layers[0], strip=("numpy",), smoke="")
    found = problems(replace(SYSTEM, layers=(layer, *SYSTEM.layers[1:])))
    assert any("strip needs a smoke statement" in it for it in found)
