from __future__ import annotations

from dataclasses import replace

import pytest

from blueprint import Architecture, FunctionSpec, LayerKind, LayerSpec, System
from catalogue.system import SYSTEM

X86_64, ARM64 = Architecture
NUMBERS = LayerSpec(name="numbers", purpose="Test.", group="layer-numbers")
OURS = LayerSpec(name="ours", purpose="Test.", kind=LayerKind.SOURCES, sources=("ours",))


def function(kind: Architecture) -> FunctionSpec:
    return FunctionSpec(
        name=f"on_{kind}",
        physical_name=f"on-{kind}",
        purpose="Test.",
        layers=("ours", "numbers"),
        architecture=kind,
        timeout_s=1,
        memory_mb=128,
    )


def system(*kinds: Architecture) -> System:
    return replace(SYSTEM, functions=tuple(map(function, kinds)), layers=(NUMBERS, OURS))


@pytest.mark.parametrize(
    ("kinds", "names"),
    [
        ([X86_64], ["numbers", "ours"]),
        ([ARM64], ["numbers-arm64", "ours"]),
        ([ARM64, X86_64], ["numbers", "numbers-arm64", "ours"]),
        ([], ["numbers", "ours"]),
    ],
    ids=["x86_64", "arm64", "both", "no functions"],
)
def test_a_layer_is_built_for_what_its_functions_run_on(
    kinds: list[Architecture], names: list[str]
) -> None:
    assert [build.name for build in system(*kinds).layer_builds] == names


def test_own_sources_are_built_once_and_fit_both() -> None:
    (ours,) = (build for build in system(X86_64, ARM64).layer_builds if build.spec is OURS)

    assert (ours.architecture, ours.compatible) == (X86_64, (X86_64, ARM64))


def test_a_function_carries_the_builds_for_what_it_runs_on() -> None:
    both = system(X86_64, ARM64)

    carried = {
        spec.architecture: [build.name for build in both.carried(spec)] for spec in both.functions
    }

    assert carried == {X86_64: ["ours", "numbers"], ARM64: ["ours", "numbers-arm64"]}


def test_a_system_moved_to_one_instruction_set_needs_one_build_of_each_layer() -> None:
    moved = system(X86_64, ARM64).on(ARM64)

    assert [build.name for build in moved.layer_builds] == ["numbers-arm64", "ours"]


def test_a_function_without_a_handler_gets_the_systems() -> None:
    own = replace(function(X86_64), name="own", handler="index.handler")

    named = replace(SYSTEM, functions=(function(X86_64), own), handler="{name}.main.run")

    assert [spec.handler for spec in named.functions] == ["on_x86_64.main.run", "index.handler"]


def test_a_system_without_stages_may_be_deployed_as_any() -> None:
    assert not replace(SYSTEM, stages=()).stage("anything").emulated


def test_a_system_with_stages_has_no_other() -> None:
    with pytest.raises(KeyError):
        SYSTEM.stage("anything")
