from __future__ import annotations

from packager.inputs.explaining import differences
from packager.inputs.keys import function_inputs, layer_inputs
from packager.target import Target
from tests.packager.projects import Project, sources_layer
from tests.packager.wheelhouse import Wheelhouse

TARGET = Target()


def test_names_files_that_changed_came_went_and_moved(project: Project) -> None:
    project.write("the_alchemiser/shared/changed.py", "1")
    project.write("the_alchemiser/shared/gone.py", "2")
    project.write("the_alchemiser/shared/moved.py", "3")
    project.write("the_alchemiser/shared/same.py", "4")
    before = layer_inputs(project.root, sources_layer(), TARGET)
    folder = project.root / "the_alchemiser/shared"
    project.write("the_alchemiser/shared/changed.py", "11")
    project.write("the_alchemiser/shared/came.py", "5")
    (folder / "gone.py").unlink()
    (folder / "moved.py").rename(folder / "new_name.py")
    now = layer_inputs(project.root, sources_layer(), TARGET)
    assert list(differences(before, now)) == [
        "the_alchemiser/shared/came.py added",
        "the_alchemiser/shared/changed.py changed",
        "the_alchemiser/shared/new_name.py renamed from the_alchemiser/shared/moved.py",
        "the_alchemiser/shared/gone.py removed",
    ]


def test_names_an_empty_file_that_went_though_others_are_as_empty(project: Project) -> None:
    project.write("the_alchemiser/shared/__init__.py")
    project.write("the_alchemiser/shared/events/__init__.py")
    before = layer_inputs(project.root, sources_layer(), TARGET)
    (project.root / "the_alchemiser/shared/events/__init__.py").unlink()
    now = layer_inputs(project.root, sources_layer(), TARGET)
    assert list(differences(before, now)) == ["the_alchemiser/shared/events/__init__.py removed"]


def test_names_the_target(project: Project) -> None:
    spec = project.handler()
    before = function_inputs(project.root, spec, TARGET)
    now = function_inputs(project.root, spec, Target("3.11"))
    assert list(differences(before, now)) == [
        "the platform: x86_64-manylinux_2_34 -> x86_64-manylinux2014",
        "Python: 3.12.12 -> 3.11.14",
    ]


def test_names_packages_that_moved(project: Project, wheelhouse: Wheelhouse) -> None:
    tiny = wheelhouse.add("tiny", {"tiny.py": ""})
    small = wheelhouse.add("small", {"small.py": ""})
    spec = project.lock("first", tiny, small)
    before = layer_inputs(project.root, spec, TARGET)
    newer = wheelhouse.add("tiny", {"tiny.py": ""}, version="1.1")
    fresh = wheelhouse.add("fresh", {"fresh.py": ""})
    project.lock("first", newer, fresh)
    now = layer_inputs(project.root, spec, TARGET)
    assert list(differences(before, now)) == [
        "package fresh 1.0 added",
        "package small 1.0 removed",
        "package tiny: 1.0 -> 1.1",
    ]


def test_says_when_only_hashes_moved(project: Project, wheelhouse: Wheelhouse) -> None:
    tiny = wheelhouse.add("tiny", {"tiny.py": ""})
    spec = project.lock("first", tiny)
    before = layer_inputs(project.root, spec, TARGET)
    project.write("layers/first/requirements.txt", f"# again\n{tiny.locked}")
    now = layer_inputs(project.root, spec, TARGET)
    assert list(differences(before, now)) == [
        "the lock's hashes or comments, with the same versions"
    ]


def test_says_nothing_when_nothing_changed(project: Project) -> None:
    spec = project.handler()
    inputs = function_inputs(project.root, spec, TARGET)
    assert list(differences(inputs, inputs)) == []
