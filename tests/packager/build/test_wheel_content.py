from __future__ import annotations

import base64
import hashlib
import zipfile
from dataclasses import replace

import pytest

from packager.errors import GateError, InstallError, LockError
from packager.store.manifest import BuiltArtifact
from packager.store.output import Output
from packager.store.wheels import WheelStore
from packager.target import Target
from tests.packager.elf_files import shared_object
from tests.packager.projects import TARGET, Project
from tests.packager.wheelhouse import Wheel, Wheelhouse

NAMESPACE = "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n"


def names(artifact: BuiltArtifact) -> list[str]:
    with zipfile.ZipFile(artifact.path) as opened:
        return [name.removeprefix("python/") for name in opened.namelist()]


def content(artifact: BuiltArtifact, path: str) -> bytes:
    with zipfile.ZipFile(artifact.path) as opened:
        return opened.read(f"python/{path}")


def raw(archive: str, path: str) -> bytes:
    """Read an entry's bytes as they are compressed."""
    with zipfile.ZipFile(archive) as opened:
        member = opened.getinfo(path)
        start = member.header_offset + 30 + len(member.filename.encode())
        with open(archive, "rb") as stream:  # noqa: PTH123
            stream.seek(start)
            return stream.read(member.compress_size)


@pytest.fixture
def wheel(wheelhouse: Wheelhouse) -> Wheel:
    return wheelhouse.add("tiny", {"tiny.py": "alpha = beta = gamma = 1\n" * 400})


def test_what_a_wheel_compressed_is_copied(project: Project, wheel: Wheel) -> None:
    built = project.build(project.lock("first", wheel))
    assert raw(str(built.path), "python/tiny.py") == raw(str(wheel.path), "tiny.py")


def test_the_smallest_is_compressed_anew_under_a_key_of_its_own(
    project: Project, wheel: Wheel
) -> None:
    spec = project.lock("first", wheel)
    copied, smallest = project.build(spec), project.build(spec, replace(TARGET, smallest=True))
    assert copied.key != smallest.key
    assert names(copied) == names(smallest)
    assert content(copied, "tiny.py") == content(smallest, "tiny.py")
    assert smallest.zipped_bytes < copied.zipped_bytes


def test_a_wheel_with_stored_files_is_compressed_alone_and_told(
    project: Project, wheel: Wheel, wheelhouse: Wheelhouse, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = wheelhouse.add("loose", {"loose.py": "A = 1\n" * 99}, method=zipfile.ZIP_STORED)
    built = project.build(project.lock("first", stored, wheel))
    assert raw(str(built.path), "python/tiny.py") == raw(str(wheel.path), "tiny.py")
    assert len(raw(str(built.path), "python/loose.py")) < 99
    said = capsys.readouterr().err
    assert "layer first: loose 1.0 is compressed anew, since loose.py is stored" in said
    assert "tiny" not in said


def test_an_edit_of_a_kept_wheel_cannot_ship(
    project: Project, wheel: Wheel, wheelhouse: Wheelhouse
) -> None:
    spec = project.lock("first", wheel)
    built = project.build(spec)
    whole = built.path.read_bytes()
    built.path.unlink()
    store = WheelStore(Output(project.output_dir).wheels)
    kept = store.folder / f"{wheel.sha256}.whl"
    kept.write_bytes(kept.read_bytes() + b"# an edit\n")
    assert project.build(spec).path.read_bytes() == whole


def test_nothing_else_on_the_disk_shares_a_kept_wheel(project: Project, wheel: Wheel) -> None:
    project.build(project.lock("first", wheel))
    kept = WheelStore(Output(project.output_dir).wheels).folder / f"{wheel.sha256}.whl"
    assert kept.stat().st_nlink == 1


def test_equal_bytes_of_two_wheels_are_one_file(project: Project, wheelhouse: Wheelhouse) -> None:
    one = wheelhouse.add("ns-one", {"ns/__init__.py": NAMESPACE, "ns/one.py": ""})
    two = wheelhouse.add("ns-two", {"ns/__init__.py": NAMESPACE, "ns/two.py": ""})
    built = project.build(project.lock("both", one, two))
    assert names(built).count("ns/__init__.py") == 1
    for name in ("ns_one", "ns_two"):
        assert "ns/__init__.py," in content(built, f"{name}-1.0.dist-info/RECORD").decode()


DECLARED = "__import__('pkg_resources').declare_namespace(__name__)\n"
EITHER = """# Copyright
try:
    import pkg_resources
    pkg_resources.declare_namespace(__name__)
except ImportError:
    import pkgutil
    __path__ = pkgutil.extend_path(__path__, __name__)
"""


@pytest.mark.parametrize(
    ("first", "second", "shipping"),
    [
        (NAMESPACE, NAMESPACE.replace("\n", "\r\n"), NAMESPACE),
        (NAMESPACE, f"# Copyright 2026\n\n{NAMESPACE}", NAMESPACE),
        (DECLARED, NAMESPACE, NAMESPACE),
        (DECLARED, EITHER, EITHER),
        ("", NAMESPACE, NAMESPACE),
        (NAMESPACE, "# nothing\r\n", NAMESPACE),
        ("A = 1\n", "A = 1  # one\r\n", "A = 1\n"),
    ],
)
def test_files_that_mean_the_same_are_one(
    project: Project, wheelhouse: Wheelhouse, first: str, second: str, shipping: str
) -> None:
    one = wheelhouse.add("ns-one", {"ns/__init__.py": first, "ns/one.py": ""})
    two = wheelhouse.add("ns-two", {"ns/__init__.py": second, "ns/two.py": ""})

    built = project.build(project.lock("both", one, two))

    assert content(built, "ns/__init__.py").decode() == shipping
    for name in ("ns_one", "ns_two"):
        assert "ns/__init__.py," in content(built, f"{name}-1.0.dist-info/RECORD").decode()


@pytest.mark.parametrize(
    ("path", "second"),
    [
        ("ns/__init__.py", f"{NAMESPACE}VERSION = 2\n"),
        ("ns/__init__.py", f"{NAMESPACE}import ns.one\n"),
        ("ns/data.csv", NAMESPACE.replace("\n", "\r\n")),
    ],
)
def test_files_that_mean_something_else_are_refused_with_a_way_out(
    project: Project, wheelhouse: Wheelhouse, path: str, second: str
) -> None:
    one = wheelhouse.add("ns-one", {path: NAMESPACE, "ns/one.py": ""})
    two = wheelhouse.add("ns-two", {path: second, "ns/two.py": ""})

    with pytest.raises(InstallError, match="or put them into two layers"):
        project.build(project.lock("both", one, two))


@pytest.mark.parametrize("path", ["LICENSE", "README.md", "tests/__init__.py", "docs/index.html"])
def test_only_what_ships_can_collide(project: Project, wheelhouse: Wheelhouse, path: str) -> None:
    one = wheelhouse.add("one", {"one.py": "", path: "of one"})
    two = wheelhouse.add("two", {"two.py": "", path: "of two"})
    assert path not in names(project.build(project.lock("both", one, two)))


def test_two_contents_at_one_path_are_refused_every_time(
    project: Project, wheelhouse: Wheelhouse
) -> None:
    one = wheelhouse.add("one", {"examples/__init__.py": "A = 1\n"})
    two = wheelhouse.add("two", {"examples/__init__.py": "A = 2\n"})
    spec = project.lock("both", one, two)
    for _ in range(3):
        with pytest.raises(InstallError, match=r"examples/__init__\.py: .* one 1\.0 and two 1\.0"):
            project.build(spec)


def test_a_record_lists_what_ships_and_nothing_else(
    project: Project, wheelhouse: Wheelhouse
) -> None:
    wheel = wheelhouse.add("tiny", {"tiny/__init__.py": "A = 1\n", "tiny/tests/test_a.py": ""})
    built = project.build(project.lock("first", wheel))
    rows = content(built, "tiny-1.0.dist-info/RECORD").decode().splitlines()
    assert [row.partition(",")[0] for row in rows] == [
        "tiny-1.0.dist-info/METADATA",
        "tiny-1.0.dist-info/WHEEL",
        "tiny/__init__.py",
        "tiny-1.0.dist-info/RECORD",
    ]
    digest = base64.urlsafe_b64encode(hashlib.sha256(b"A = 1\n").digest()).rstrip(b"=").decode()
    assert f"tiny/__init__.py,sha256={digest},6" in rows


def test_every_target_has_a_key_of_its_own(project: Project, wheel: Wheel) -> None:
    spec = project.lock("first", wheel)
    targets = [
        Target(python, machine) for python in ("3.11", "3.12") for machine in ("x86_64", "arm64")
    ]
    assert len({project.build(spec, target).key for target in targets}) == len(targets)


def test_a_prompt_that_the_code_reads_ships_and_other_documents_do_not(
    project: Project, wheelhouse: Wheelhouse
) -> None:
    code = "from pathlib import Path\nASK = (Path(__file__).parent / 'ask.md').read_text()\n"
    files = {"agent/__init__.py": code, "agent/ask.md": "Ask.", "agent/notes.md": "Notes."}
    built = project.build(project.lock("first", wheelhouse.add("agent", files)))
    assert [path for path in names(built) if path.endswith(".md")] == ["agent/ask.md"]


def test_what_a_layer_keeps_is_part_of_its_key(project: Project, wheelhouse: Wheelhouse) -> None:
    spec = project.lock("first", wheelhouse.add("tiny", {"tiny.py": "", "bin/tiny": "#!x"}))
    plain, keeping = project.build(spec), project.build(replace(spec, keep=("bin/*",)))
    assert plain.key != keeping.key
    assert set(names(keeping)) - set(names(plain)) == {"bin/tiny"}


def test_a_pattern_that_keeps_nothing_names_the_layer(
    project: Project, wheelhouse: Wheelhouse
) -> None:
    spec = project.lock("first", wheelhouse.add("tiny", {"tiny.py": ""}))
    with pytest.raises(InstallError, match=r"layer first: keep: 'x/\*' was expected to match"):
        project.build(replace(spec, keep=("x/*",)))


def test_a_package_without_sources_ships_its_byte_code(
    project: Project, wheelhouse: Wheelhouse
) -> None:
    code = TARGET.magic.to_bytes(2, "little") + b"\r\n" + bytes(12)
    wheel = wheelhouse.add("closed", {"closed/__init__.pyc": code, "closed/part.pyc": code})
    built = project.build(project.lock("first", wheel))
    assert {"closed/__init__.pyc", "closed/part.pyc"} <= set(names(built))
    assert built.modules == ("closed",)


def test_binaries_for_other_systems_stay_behind(project: Project, wheelhouse: Wheelhouse) -> None:
    files = {
        "tls/client-amd64.so": shared_object(),
        "tls/client-arm64.so": shared_object(machine=183),
        "tls/client.dll": b"MZ" + bytes(60) + b"PE\0\0",
        "tls/client.dylib": bytes.fromhex("cffaedfe") + bytes(60),
    }
    built = project.build(project.lock("first", wheelhouse.add("tls", files)))
    assert [path for path in names(built) if path.startswith("tls/")] == ["tls/client-amd64.so"]


def test_a_library_that_the_layer_says_is_on_the_runtime_is_not_missed(
    project: Project, wheelhouse: Wheelhouse
) -> None:
    wheel = wheelhouse.add("native", {"native.so": shared_object(needed=("libexpat.so.1",))})
    spec = project.lock("first", wheel)
    with pytest.raises(GateError, match=r"needs libexpat\.so\.1"):
        project.build(spec)
    assert project.build(replace(spec, system_libraries=("libexpat.so.1",))).modules == ("native",)


def test_a_layer_may_bring_its_own_release_of_what_the_runtime_has(
    project: Project, wheelhouse: Wheelhouse, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = project.lock("first", wheelhouse.add("botocore", {"botocore/__init__.py": "A = 1\n"}))
    with pytest.raises(LockError, match=r"comes with the Lambda runtime.*own_runtime_packages"):
        project.build(spec)
    project.build(replace(spec, own_runtime_packages=("botocore",)))
    assert "layer first: ships a botocore of its own, 1.0, which costs" in capsys.readouterr().err


def test_a_waiver_for_a_package_that_is_not_locked_is_refused(
    project: Project, wheelhouse: Wheelhouse
) -> None:
    spec = project.lock("first", wheelhouse.add("tiny", {"tiny.py": ""}))
    with pytest.raises(LockError, match=r"own_runtime_packages names botocore, which its lock do"):
        project.build(replace(spec, own_runtime_packages=("botocore",)))


@pytest.mark.parametrize("first", ["#!python", "#!pythonw", "#!python -E", "#!python3\r"])
def test_a_script_that_is_kept_names_the_runtimes_python(
    project: Project, wheelhouse: Wheelhouse, first: str
) -> None:
    script = "tiny-1.0.data/scripts/tiny"
    wheel = wheelhouse.add("tiny", {"tiny.py": "", script: f"{first}\nprint('hello')\n"})
    spec = replace(project.lock("first", wheel), keep=("bin/tiny",))

    built = project.build(spec)

    expected = b"#!/var/lang/bin/python3.12\nprint('hello')\n"
    assert content(built, "bin/tiny") == expected
    digest = base64.urlsafe_b64encode(hashlib.sha256(expected).digest()).rstrip(b"=").decode()
    assert f"bin/tiny,sha256={digest},{len(expected)}\n" in content(
        built, "tiny-1.0.dist-info/RECORD"
    ).decode().replace("../", "")
    with zipfile.ZipFile(built.path) as opened:
        assert (opened.getinfo("python/bin/tiny").external_attr >> 16) & 0o777 == 0o755


@pytest.mark.parametrize("text", ["#!/bin/sh\necho\n", "#! python\n", "print(1)\n"])
def test_any_other_script_ships_as_it_is(
    project: Project, wheelhouse: Wheelhouse, text: str
) -> None:
    wheel = wheelhouse.add("tiny", {"tiny.py": "", "tiny-1.0.data/scripts/tiny": text})
    spec = replace(project.lock("first", wheel), keep=("bin/tiny",))

    assert content(project.build(spec), "bin/tiny").decode() == text


@pytest.mark.parametrize("files", [{}, {"tests/test_a.py": ""}, {"LICENSE": "MIT"}])
def test_a_layer_of_which_nothing_would_ship_is_refused(
    project: Project, wheelhouse: Wheelhouse, files: dict[str, str | bytes]
) -> None:
    spec = project.lock("first", wheelhouse.add("tiny", files))
    with pytest.raises(InstallError, match=r"layer first: expected at least one .* none in tiny"):
        project.build(spec)


@pytest.mark.parametrize("marker", ["", " ; sys_platform == 'win32'"])
def test_a_lock_that_stands_for_no_package_is_refused(
    project: Project, wheelhouse: Wheelhouse, marker: str
) -> None:
    spec = project.lock("first")
    locked = wheelhouse.add("tiny", {"tiny.py": ""}).locked.replace("==1.0", f"==1.0{marker}")
    project.write("layers/first/requirements.txt", locked if marker else "# nothing\n")
    with pytest.raises(InstallError, match="found none in no package on Python 3"):
        project.build(spec)
