from __future__ import annotations

import os
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from blueprint.limits import UNZIPPED_LIMIT_BYTES
from packager.build import wheel_content
from packager.build.wheel_content import locked_content
from packager.errors import GateError, InstallError, LockError, SourceError
from packager.target import Target
from tests.packager.elf_files import shared_object
from tests.packager.index import serve
from tests.packager.projects import Project, sources_layer
from tests.packager.wheelhouse import Wheelhouse

TARGET = Target()


def test_ships_locked_wheels_below_python(project: Project, wheelhouse: Wheelhouse) -> None:
    wheel = wheelhouse.add("tiny", {"tiny/__init__.py": "A = 1\n", "tiny/data.json": "{}"})
    built = project.build(project.lock("first", wheel))
    with zipfile.ZipFile(built.path) as opened:
        assert opened.namelist() == [
            "python/tiny-1.0.dist-info/METADATA",
            "python/tiny-1.0.dist-info/RECORD",
            "python/tiny-1.0.dist-info/WHEEL",
            "python/tiny/__init__.py",
            "python/tiny/data.json",
        ]
    assert built.packages["tiny"].version == "1.0"
    assert built.packages["tiny"].unzipped_bytes == built.unzipped_bytes
    assert built.modules == ("tiny",)


def test_ships_shared_sources_below_python(project: Project) -> None:
    project.write("the_alchemiser/shared/__init__.py")
    project.write("the_alchemiser/shared/money.py", "A = 1\n")
    built = project.build(sources_layer())
    with zipfile.ZipFile(built.path) as opened:
        assert opened.namelist() == [
            "python/the_alchemiser/shared/__init__.py",
            "python/the_alchemiser/shared/money.py",
        ]
    assert built.modules == ("the_alchemiser.shared",)


def test_equal_locks_are_built_once(
    project: Project, wheelhouse: Wheelhouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = wheelhouse.add("tiny", {"tiny.py": ""})
    specs = [project.lock(name, wheel) for name in ("first", "second", "third")]
    gathered = []
    content = locked_content

    def counting(root, spec, target, store, work):  # type: ignore[no-untyped-def]
        gathered.append(spec.name)
        return content(root, spec, target, store, work)

    monkeypatch.setattr(wheel_content, "locked_content", counting)
    with ThreadPoolExecutor(3) as threads:
        built = list(threads.map(project.build, specs))
    assert len(gathered) == 1
    assert len({artifact.sha256 for artifact in built}) == 1
    assert [artifact.path.parent.name for artifact in built] == ["first", "second", "third"]
    assert all(artifact.path.exists() for artifact in built)


@pytest.mark.parametrize("name", ["boto3", "botocore"])
def test_names_what_the_runtime_brings(project: Project, wheelhouse: Wheelhouse, name: str) -> None:
    spec = project.lock("first", wheelhouse.add(name, {f"{name}.py": ""}))
    with pytest.raises(LockError, match=f"layer first: .* locks {name}, which comes with"):
        project.build(spec)
    assert project.leftovers == []


def test_names_the_package_whose_hash_is_wrong(project: Project, wheelhouse: Wheelhouse) -> None:
    wheel = wheelhouse.add("tiny", {"tiny.py": ""})
    spec = project.lock("first", wheel)
    wheelhouse.add("tiny", {"tiny.py": "import os; os.system('evil')"})
    with pytest.raises(InstallError) as refused:
        project.build(spec)
    assert "tiny" in str(refused.value)
    assert "not the one that was locked" in str(refused.value)
    assert wheel.path.name in str(refused.value) or "tiny==1.0" in str(refused.value)
    assert project.leftovers == []


def test_names_a_package_that_has_no_wheel(project: Project, wheelhouse: Wheelhouse) -> None:
    sdist = wheelhouse.folder / "sourceonly-1.0.tar.gz"
    sdist.write_bytes(b"not looked into")
    project.write("layers/first/requirements.txt", f"sourceonly==1.0 --hash=sha256:{'0' * 64}\n")
    wheel = wheelhouse.add("tiny", {"tiny.py": ""})
    spec = project.lock("second", wheel)
    project.write(
        "layers/second/requirements.txt",
        f"{wheel.locked}sourceonly==1.0 --hash=sha256:{'0' * 64}\n",
    )
    with pytest.raises(InstallError) as refused:
        project.build(spec)
    assert "sourceonly" in str(refused.value)
    assert "There is no wheel" in str(refused.value)
    assert project.leftovers == []


def test_names_a_wheel_for_another_platform(project: Project, wheelhouse: Wheelhouse) -> None:
    wheel = wheelhouse.add("native", {"native.py": ""}, tag="py3-none-win_amd64")
    with pytest.raises(InstallError, match="native"):
        project.build(project.lock("first", wheel))


def test_names_a_requirement_without_a_hash(project: Project, wheelhouse: Wheelhouse) -> None:
    spec = project.lock("first", wheelhouse.add("tiny", {"tiny.py": ""}))
    project.write("layers/first/requirements.txt", "tiny==1.0\n")
    with pytest.raises(LockError, match="tiny"):
        project.build(spec)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (shared_object(machine=183), "expected a binary for x86_64, found one for arm64"),
        (shared_object(versions=("GLIBC_2.17", "GLIBC_2.38")), "needs glibc 2.38, .* has 2.34"),
        (shared_object(needed=("libgomp.so.1",)), r"needs libgomp\.so\.1, which neither Lambda's"),
        (shared_object()[:100], "expected a whole ELF file"),
    ],
)
def test_names_a_binary_that_cannot_be_loaded(
    project: Project, wheelhouse: Wheelhouse, content: bytes, found: str
) -> None:
    wheel = wheelhouse.add("native", {"native/_speed.so": content, "native/__init__.py": ""})
    with pytest.raises(GateError, match=rf"layer first:\n  native/_speed\.so: {found}"):
        project.build(project.lock("first", wheel))
    assert project.leftovers == []


def test_a_pin_without_a_wheel_for_the_target_is_told_with_the_newest_that_has_one(
    project: Project, wheelhouse: Wheelhouse
) -> None:
    for version, tag in (("1.0", "cp312-cp312-manylinux2014_x86_64"), ("2.0", "cp314-cp314-any")):
        newest = wheelhouse.add("native", {"native.py": ""}, version=version, tag=tag)
    with pytest.raises(InstallError) as refused:
        project.build(project.lock("first", newest))
    assert "Of native, the newest release that has one is 1.0." in str(refused.value)


def test_a_package_without_any_wheel_for_the_target_is_told(
    project: Project, wheelhouse: Wheelhouse
) -> None:
    tag = "cp312-cp312-musllinux_1_2_x86_64"
    with pytest.raises(InstallError, match="Of native, no release has one"):
        project.build(project.lock("first", wheelhouse.add("native", {"native.py": ""}, tag=tag)))


def test_ships_a_binary_that_fits(project: Project, wheelhouse: Wheelhouse) -> None:
    beside = {"native.libs/libgomp.so.1": shared_object()}
    own = shared_object(needed=("libgomp.so.1", "libc.so.6"))
    wheel = wheelhouse.add("native", {"native/_speed.so": own, **beside})
    assert project.build(project.lock("first", wheel)).modules == ("native._speed",)


def test_names_the_package_that_makes_a_layer_too_large(
    project: Project, wheelhouse: Wheelhouse
) -> None:
    small = wheelhouse.add("small", {"small.py": ""})
    large = wheelhouse.add("large", {"large/data.bin": bytes(UNZIPPED_LIMIT_BYTES)})
    with pytest.raises(GateError) as refused:
        project.build(project.lock("first", small, large))
    assert "expected at most 262,144,000 bytes unzipped" in str(refused.value)
    assert "largest packages are large 1.0 in first: 262,144," in str(refused.value)
    assert project.leftovers == []


def test_names_two_packages_that_overwrite_each_other(
    project: Project, wheelhouse: Wheelhouse
) -> None:
    first = wheelhouse.add("first-one", {"shared_name.py": "A = 1"})
    second = wheelhouse.add("second-one", {"shared_name.py": "A = 2"})
    with pytest.raises(InstallError, match=r"shared_name\.py: .*first-one 1\.0 and second-one"):
        project.build(project.lock("both", first, second))


def test_names_a_layer_whose_lock_changes_while_it_is_built(
    project: Project, wheelhouse: Wheelhouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = wheelhouse.add("tiny", {"tiny.py": ""})
    spec = project.lock("first", wheel)
    content = locked_content

    def meanwhile(root, layer, target, store, work):  # type: ignore[no-untyped-def]
        found = content(root, layer, target, store, work)
        project.write("layers/first/requirements.txt", wheel.locked + "# edited\n")
        return found

    monkeypatch.setattr(wheel_content, "locked_content", meanwhile)
    with pytest.raises(SourceError, match=r"layer first: .* changed while"):
        project.build(spec)
    assert project.leftovers == []


def test_copies_a_twin_where_the_disk_has_no_links(
    project: Project, wheelhouse: Wheelhouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no links here")

    wheel = wheelhouse.add("tiny", {"tiny.py": ""})
    first = project.build(project.lock("first", wheel))
    monkeypatch.setattr(os, "link", refuse)
    second = project.build(project.lock("second", wheel))
    assert second.path.read_bytes() == first.path.read_bytes()


def test_names_a_release_that_was_withdrawn_from_the_index(
    project: Project, wheelhouse: Wheelhouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = project.lock("first", wheelhouse.add("tiny", {"tiny.py": ""}))
    monkeypatch.delenv("UV_FIND_LINKS")
    monkeypatch.delenv("UV_NO_INDEX")
    with serve(wheelhouse.folder, yanked="it loses data") as url:
        monkeypatch.setenv("UV_DEFAULT_INDEX", url)
        for _ in ("from the index", "from the cache"):
            with pytest.raises(InstallError) as refused:
                project.build(spec)
            assert "layer first: its lock names what was withdrawn" in str(refused.value)
            assert "tiny==1.0" in str(refused.value)
            assert "it loses data" in str(refused.value)
            assert project.leftovers == []


def test_none_of_several_twins_is_read_again(
    project: Project, wheelhouse: Wheelhouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = wheelhouse.add("tiny", {"tiny.py": ""})
    specs = [project.lock(name, wheel) for name in ("first", "second", "third")]
    built = [project.build(spec) for spec in specs]
    read: list[str] = []
    monkeypatch.setattr("packager.store.manifest.digest_of", lambda path: read.append(str(path)))
    assert [project.build(spec) for spec in specs] == built
    assert read == []
