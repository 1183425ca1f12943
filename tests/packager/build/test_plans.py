from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from packager.build import plans, wheel_content
from packager.errors import GateError
from packager.store.manifest import BuiltArtifact
from tests.packager.elf_files import shared_object
from tests.packager.projects import Project
from tests.packager.wheelhouse import Wheelhouse

FILES = {"tiny/__init__.py": "A = 1", "tiny/data.bin": "x" * 5_000, "tiny/tests/test_a.py": ""}


def built_anew(project: Project, spec: object) -> BuiltArtifact:
    """Build with an empty build folder and the wheel store as it is."""
    shutil.rmtree(project.output_dir, ignore_errors=True)
    return project.build(spec)  # type: ignore[arg-type]


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count how often files are chosen among all that wheels bring."""
    found: list[str] = []
    choose = wheel_content.choose_files

    def counting(root: object, spec: object, *rest: object) -> object:
        found.append(spec.name)  # type: ignore[attr-defined]
        return choose(root, spec, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(wheel_content, "choose_files", counting)
    return found


def test_a_layer_that_was_planned_is_the_same_without_choosing_again(
    project: Project, wheelhouse: Wheelhouse, chosen: list[str]
) -> None:
    spec = project.lock(
        "first", wheelhouse.add("tiny", FILES), wheelhouse.add("other", {"o.py": ""})
    )
    first = project.build(spec)
    content = first.path.read_bytes()
    again = built_anew(project, spec)
    assert (again, again.path.read_bytes()) == (first, content)
    assert chosen == ["first"]


def test_another_choice_is_another_plan(
    project: Project, wheelhouse: Wheelhouse, chosen: list[str]
) -> None:
    spec = project.lock("first", wheelhouse.add("tiny", FILES))
    first = project.build(spec)
    kept = project.build(replace(spec, keep=("tiny/tests/*",)))
    assert kept.unzipped_bytes != first.unzipped_bytes
    assert chosen == ["first", "first"]


def test_a_plan_is_worth_nothing_without_the_locked_bytes(
    project: Project, wheelhouse: Wheelhouse, chosen: list[str]
) -> None:
    spec = project.lock("first", wheelhouse.add("tiny", FILES))
    first = project.build(spec)
    (wheel,) = (project.output_dir.parent / "wheel-store").glob("*.whl")
    content = bytearray(wheel.read_bytes())
    content[len(content) // 2] ^= 1
    wheel.write_bytes(content)
    assert built_anew(project, spec) == first
    assert chosen == ["first", "first"]


def test_what_is_planned_passes_the_gates_each_time(
    project: Project, wheelhouse: Wheelhouse, chosen: list[str]
) -> None:
    library = shared_object(needed=("libgomp.so.1",))
    wheel = wheelhouse.add("tiny", {"tiny/__init__.py": "", "tiny/a.so": library})
    spec = project.lock("first", wheel)
    waived = replace(spec, system_libraries=("libgomp.so.1",))
    project.build(waived)
    with pytest.raises(GateError, match="libgomp"):
        built_anew(project, spec)
    assert built_anew(project, waived).packages["tiny"].version == "1.0"
    assert chosen == ["first"]


def test_a_plan_of_another_version_counts_for_nothing(
    project: Project,
    wheelhouse: Wheelhouse,
    chosen: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spec = project.lock("first", wheelhouse.add("tiny", FILES))
    project.build(spec)
    monkeypatch.setattr(plans, "PLAN_VERSION", plans.PLAN_VERSION + 1)
    built_anew(project, spec)
    assert chosen == ["first", "first"]
