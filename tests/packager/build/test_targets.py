"""Every Python and architecture that Lambda runs, in one matrix."""

from __future__ import annotations

from itertools import product

import pytest

from packager.build.wheel_choice import best_wheel
from packager.check.elf import SharedObject
from packager.check.runtime_libraries import too_new_versions
from packager.errors import GateError
from packager.inputs.keys import layer_key
from packager.target import RUNTIME_RELEASES, Target
from tests.packager.elf_files import shared_object
from tests.packager.projects import Project
from tests.packager.wheelhouse import Wheelhouse

TARGETS = [
    Target(python, architecture)
    for python, architecture in product(RUNTIME_RELEASES, ("x86_64", "arm64"))
]
by_target = pytest.mark.parametrize("target", TARGETS, ids=str)
MACHINES = {"x86_64": 62, "aarch64": 183}


def tag(target: Target, glibc: str) -> str:
    python = f"cp{target.python.replace('.', '')}"
    return f"{python}-{python}-manylinux_{glibc}_{target.machine}"


def test_all_targets_have_keys_of_their_own(project: Project, wheelhouse: Wheelhouse) -> None:
    spec = project.lock("first", wheelhouse.add("tiny", {"tiny.py": ""}))
    keys = {layer_key(project.root, spec, target) for target in TARGETS}
    assert len(keys) == len(TARGETS) == 8


@by_target
def test_each_target_takes_the_one_wheel_that_is_made_for_it(target: Target) -> None:
    names = [f"x-1.0-{tag(it, '2_17')}.whl" for it in TARGETS]
    assert best_wheel(names, target) == f"x-1.0-{tag(target, '2_17')}.whl"


@by_target
def test_what_ships_is_for_the_machine_and_its_glibc(
    target: Target, project: Project, wheelhouse: Wheelhouse
) -> None:
    for machine, number in MACHINES.items():
        python = f"cp{target.python.replace('.', '')}"
        platform = f"manylinux_2_17_{machine}"
        wheelhouse.add(
            "native",
            {"native.so": shared_object(machine=number)},
            tag=f"{python}-{python}-{platform}",
        )
    wheels = sorted(wheelhouse.folder.glob("*.whl"))
    hashes = "".join(f" --hash=sha256:{wheelhouse.sha256(wheel)}" for wheel in wheels)
    spec = project.lock("first")
    project.write("layers/first/requirements.txt", f"native==1.0{hashes}\n")
    assert project.build(spec, target).modules == ("native",)


@by_target
def test_a_tag_that_promises_less_than_the_bytes_need_is_found_out(
    target: Target, project: Project, wheelhouse: Wheelhouse
) -> None:
    content = shared_object(machine=target.elf_machine, versions=("GLIBC_2.38",))
    wheel = wheelhouse.add("native", {"native.so": content}, tag=tag(target, "2_17"))
    with pytest.raises(GateError, match=r"native\.so: needs glibc 2\.38"):
        project.build(project.lock("first", wheel), target)


@by_target
def test_what_the_runtime_itself_has_is_never_too_new(target: Target) -> None:
    major, minor = target.glibc
    own = SharedObject(target.elf_machine, (), {"libc.so.6": (f"GLIBC_{major}.{minor}",)})
    assert list(too_new_versions(own, target)) == []
