"""A function whose dependencies ship inside its own zip."""

from __future__ import annotations

import sys
import zipfile
from dataclasses import replace

import pytest

from blueprint import FunctionSpec, LayerSpec, Shipping, as_shipped
from packager.check.built import PASSED
from packager.check.gates.function import function_faults
from packager.errors import GateError, InstallError, LockError
from packager.store.manifest import BuiltArtifact
from packager.target import Target
from tests.packager.elf_files import shared_object
from tests.packager.projects import Project, sources_layer
from tests.packager.wheelhouse import Wheelhouse

HERE = Target(f"3.{sys.version_info[1]}")


def shipped(
    spec: FunctionSpec, *layers: LayerSpec, shipping: Shipping = Shipping.ZIP
) -> FunctionSpec:
    wanted = replace(spec, shipping=shipping, layers=tuple(layer.name for layer in layers))
    return as_shipped([wanted], layers)[0]


def names(artifact: BuiltArtifact) -> list[str]:
    with zipfile.ZipFile(artifact.path) as opened:
        return opened.namelist()


@pytest.fixture
def first(project: Project, wheelhouse: Wheelhouse) -> LayerSpec:
    wheel = wheelhouse.add("tiny", {"tiny/__init__.py": "A = 1\n", "tiny/tests/test_all.py": ""})
    return project.lock("first", wheel, smoke="import tiny; assert tiny.A == 1")


def test_the_locked_wheels_are_beside_the_functions_code(
    project: Project, first: LayerSpec
) -> None:
    built = project.build_function(shipped(project.handler(), first))
    assert names(built) == [
        "the_alchemiser/greet/__init__.py",
        "the_alchemiser/greet/lambda_handler.py",
        "tiny-1.0.dist-info/METADATA",
        "tiny-1.0.dist-info/RECORD",
        "tiny-1.0.dist-info/WHEEL",
        "tiny/__init__.py",
    ]
    assert built.packages["tiny"].version == "1.0"
    assert built.modules == ("the_alchemiser.greet", "tiny")


def test_only_our_own_sources_stay_attached(project: Project, first: LayerSpec) -> None:
    shared = sources_layer("shared")
    assert shipped(project.handler(), first, shared).layers == ("shared",)
    image = shipped(project.handler(), first, shared, shipping=Shipping.IMAGE)
    assert (image.layers, image.packed) == ((), (first, shared))
    assert shipped(project.handler(), first, shipping=Shipping.LAYER).layers == ("first",)


def test_moving_into_the_zip_and_back_changes_that_function_alone(
    project: Project, first: LayerSpec
) -> None:
    other = project.build_function(project.handler("other"))
    layer = project.build(first)
    spec = project.handler()
    attached = shipped(spec, first, shipping=Shipping.LAYER)
    before = project.build_function(attached)
    inside = project.build_function(shipped(spec, first))
    back = project.build_function(attached)
    assert inside.key != before.key == back.key
    assert back == before
    assert project.build(first) == layer
    assert project.build_function(project.handler("other")) == other


def test_a_handler_imports_from_its_zip_and_its_smoke_test_runs_there(
    project: Project, first: LayerSpec
) -> None:
    spec = shipped(project.handler(body="import tiny"), first)
    assert project.check(spec, target=HERE) == PASSED


def test_a_smoke_test_that_fails_in_the_zip_is_named(project: Project, first: LayerSpec) -> None:
    broken = replace(first, smoke="import tiny.absent")
    spec = shipped(project.handler(), broken)
    with pytest.raises(GateError, match=r"layer first in function greet.*\n.*tiny\.absent"):
        project.check(spec, target=HERE)


def test_a_pin_changes_the_key_of_the_zip_that_packs_it(
    project: Project, wheelhouse: Wheelhouse, first: LayerSpec
) -> None:
    spec = shipped(project.handler(), first)
    before = project.build_function(spec)
    project.lock("first", wheelhouse.add("tiny", {"tiny.py": ""}, version="2.0"))
    after = project.build_function(spec)
    assert before.key != after.key
    assert after.packages["tiny"].version == "2.0"


def test_a_module_in_the_zip_and_in_a_layer_is_refused(
    project: Project, first: LayerSpec, wheelhouse: Wheelhouse
) -> None:
    built = project.build_function(shipped(project.handler(), first))
    second = project.build(project.lock("second", wheelhouse.add("tiny", {"tiny.py": ""})))
    (fault,) = function_faults(built, [second])
    assert fault.startswith("tiny is both in greet and in layer second")


def test_two_packed_layers_with_one_package_are_refused(
    project: Project, wheelhouse: Wheelhouse
) -> None:
    wheel = wheelhouse.add("tiny", {"tiny.py": ""})
    layers = [project.lock(name, wheel) for name in ("first", "second")]
    with pytest.raises(GateError, match="tiny is both in layer first and in layer second"):
        project.build_function(shipped(project.handler(), *layers))
    assert project.leftovers == []


def test_a_package_that_hides_the_functions_namespace_is_refused(
    project: Project, wheelhouse: Wheelhouse
) -> None:
    wheel = wheelhouse.add("evil", {"the_alchemiser/__init__.py": ""})
    with pytest.raises(GateError, match=r"the_alchemiser.* is both in function greet and in layer"):
        project.build_function(shipped(project.handler(), project.lock("first", wheel)))


def test_a_binary_for_another_machine_is_refused(project: Project, wheelhouse: Wheelhouse) -> None:
    wheel = wheelhouse.add("native", {"native/_speed.so": shared_object(machine=183)})
    with pytest.raises(GateError, match=r"native/_speed\.so: expected a binary for x86_64"):
        project.build_function(shipped(project.handler(), project.lock("first", wheel)))
    assert project.leftovers == []


def test_what_the_runtime_brings_is_refused(project: Project, wheelhouse: Wheelhouse) -> None:
    wheel = wheelhouse.add("boto3", {"boto3.py": ""})
    with pytest.raises(LockError, match="boto3, which comes with the Lambda runtime"):
        project.build_function(shipped(project.handler(), project.lock("first", wheel)))


def test_a_wheel_other_than_the_locked_one_is_refused(
    project: Project, first: LayerSpec, wheelhouse: Wheelhouse
) -> None:
    wheelhouse.add("tiny", {"tiny/__init__.py": "import os\n"})
    with pytest.raises(InstallError, match="tiny"):
        project.build_function(shipped(project.handler(), first))
    assert project.leftovers == []


def test_a_package_may_bring_files_that_ours_may_not(
    project: Project, wheelhouse: Wheelhouse
) -> None:
    wheel = wheelhouse.add(
        "tiny", {"tiny/setup.py": ""}, metadata={"licenses/LICENSE.md": "Do as you like."}
    )
    spec = shipped(project.handler(), project.lock("first", wheel))
    assert project.check(spec, target=HERE) == PASSED
