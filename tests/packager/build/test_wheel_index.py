from __future__ import annotations

import json
import stat
import zipfile

import pytest

from packager.build.wheel_index import WheelIndex, index_from, recorded_form
from packager.build.wheel_reading import index_wheel
from packager.errors import InstallError
from tests.packager.elf_files import shared_object
from tests.packager.wheelhouse import Wheel, Wheelhouse


def index(wheel: Wheel) -> WheelIndex:
    return index_wheel(wheel.path.read_bytes(), f"wheel {wheel.path.name}")


def entry(name: str, kind: int = stat.S_IFREG, mode: int = 0o644) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.external_attr = (kind | mode) << 16
    made.compress_type = zipfile.ZIP_DEFLATED
    return made


def paths(wheel: Wheel) -> list[str]:
    return [file.path for file in index(wheel).files]


def test_says_where_each_file_goes(wheelhouse: Wheelhouse) -> None:
    data = "tiny_one-1.0.data"
    wheel = wheelhouse.add(
        "tiny-one",
        {
            "tiny.py": "",
            f"{data}/purelib/pure.py": "",
            f"{data}/platlib/plat.so": "",
            f"{data}/data/share/man.1": "",
            f"{data}/scripts/tiny": "#!python\n",
            f"{data}/headers/tiny.h": "",
        },
    )
    assert paths(wheel)[:6] == [
        "tiny.py",
        "pure.py",
        "plat.so",
        "share/man.1",
        "bin/tiny",
        "include/tiny-one/tiny.h",
    ]


def test_where_a_scheme_is_not_known_the_wheel_is_named(wheelhouse: Wheelhouse) -> None:
    wheel = wheelhouse.add("tiny", {"tiny-1.0.data/elsewhere/x": ""})
    with pytest.raises(InstallError, match=r"tiny-1\.0-py3.*elsewhere/x' is for a place that"):
        index(wheel)


@pytest.mark.parametrize("name", ["../evil.py", "/etc/evil", "a\\..\\evil.py", "a/../../evil.py"])
def test_a_path_outside_is_refused_by_the_wheels_name(wheelhouse: Wheelhouse, name: str) -> None:
    wheel = wheelhouse.add("tiny", {"tiny.py": ""}, planted={entry(name): "x"})
    with pytest.raises(InstallError, match=r"wheel tiny-1\.0-py3-none-any\.whl: .*evil"):
        index(wheel)


def test_a_symbolic_link_is_refused_by_the_wheels_name(wheelhouse: Wheelhouse) -> None:
    link = entry("link.py", stat.S_IFLNK, 0o777)
    wheel = wheelhouse.add("tiny", {"tiny.py": ""}, planted={link: "tiny.py"})
    with pytest.raises(InstallError, match=r"tiny-1\.0.*'link\.py' is not a regular file"):
        index(wheel)


def test_one_path_with_two_contents_is_refused(wheelhouse: Wheelhouse) -> None:
    files = {"tiny.py": "A = 1\n", "tiny-1.0.data/purelib/tiny.py": "A = 2\n"}
    with pytest.raises(InstallError, match=r"tiny\.py is in it twice, with different bytes"):
        index(wheelhouse.add("tiny", files))


def test_a_checksum_that_does_not_hold_is_refused(wheelhouse: Wheelhouse) -> None:
    wheel = wheelhouse.add("tiny", {"tiny.py": "A = 1\n"}, method=zipfile.ZIP_STORED)
    broken = wheel.path.read_bytes().replace(b"A = 1", b"A = 2")
    with pytest.raises(InstallError, match=r"the checksum of 'tiny\.py' does not hold"):
        index_wheel(broken, "wheel x")


@pytest.mark.parametrize("cut", [10, 100])
def test_a_wheel_that_is_cut_short_is_refused(wheelhouse: Wheelhouse, cut: int) -> None:
    whole = wheelhouse.add("tiny", {"tiny.py": "A = 1\n"}).path.read_bytes()
    with pytest.raises(InstallError, match="wheel x: expected a whole wheel"):
        index_wheel(whole[:-cut], "wheel x")


def test_a_compression_that_is_not_known_is_refused(wheelhouse: Wheelhouse) -> None:
    wheel = wheelhouse.add("tiny", {"tiny.py": "A = 1\n" * 9}, method=zipfile.ZIP_LZMA)
    with pytest.raises(InstallError, match="is compressed by method 14, which is not known"):
        index(wheel)


def test_a_later_format_of_wheels_is_refused(wheelhouse: Wheelhouse) -> None:
    wheel = wheelhouse.add("tiny", {"tiny.py": ""}, metadata={"WHEEL": "Wheel-Version: 2.0\n"})
    with pytest.raises(InstallError, match=r"expected Wheel-Version 1, found 'Wheel-Version: 2\.0"):
        index(wheel)


def test_says_why_a_wheel_is_compressed_anew(wheelhouse: Wheelhouse) -> None:
    copied = wheelhouse.add("one", {"one.py": "A = 1\n", "empty.py": ""})
    stored = wheelhouse.add("two", {"two.py": "A = 1\n"}, method=zipfile.ZIP_STORED)
    assert index(copied).recompressed == ""
    assert index(stored).recompressed == "two.py is stored in it uncompressed"


def test_says_when_a_record_is_wrong(wheelhouse: Wheelhouse) -> None:
    wrong = "tiny.py,sha256=AAAA,6\n"
    wheel = wheelhouse.add("tiny", {"tiny.py": "A = 1\n"}, record=wrong)
    assert index(wheel).recompressed == "tiny.py is not what its RECORD says"


def test_knows_executables_and_what_the_loader_will_ask(wheelhouse: Wheelhouse) -> None:
    wheel = wheelhouse.add(
        "tiny",
        {"a.so": shared_object(versions=("GLIBC_2.17",)), "b.so": shared_object()[:100]},
        planted={entry("run", mode=0o755): "#!/bin/sh\n"},
    )
    found = {file.path: file for file in index(wheel).files}
    assert found["a.so"].shared_object is not None
    assert "GLIBC_2.17" in found["a.so"].shared_object.versions["libc.so.6"]
    assert "expected a whole ELF file" in (found["b.so"].fault or "")
    assert (found["run"].executable, found["a.so"].executable) == (True, False)


def test_what_is_remembered_says_the_same(wheelhouse: Wheelhouse) -> None:
    wheel = wheelhouse.add(
        "tiny",
        {
            "tiny.py": "from tests import a\nlazy.attach_stub(__name__)\n",
            "a.so": shared_object(versions=("GLIBC_2.17",)),
            "b.so": shared_object()[:100],
        },
    )
    found = index(wheel)
    assert index_from(json.loads(json.dumps(recorded_form(found)))) == found
