from __future__ import annotations

import platform
from dataclasses import replace
from unittest.mock import patch

import pytest

from blueprint import Architecture, System
from catalogue.system import SYSTEM
from components.stack_overrides import machine_architecture
from tests.recorded_program import Recorded, run, stack_config

FUNCTION = "aws:lambda/function:Function"
LAYER = "aws:lambda/layerVersion:LayerVersion"
COMMAND = "command:local:Command"
MOVED = "portfolio_v2"


def one_on_arm64() -> System:
    moved = (
        replace(spec, architecture=Architecture.ARM64) if spec.name == MOVED else spec
        for spec in SYSTEM.functions
    )
    return replace(SYSTEM, functions=tuple(moved))


def deployed(stack: str) -> Recorded:
    with patch("catalogue.system.SYSTEM", one_on_arm64()):
        return run(stack, stack_config(stack), preview=True)


def test_one_function_runs_on_arm64_beside_the_others() -> None:
    found = deployed("dev")

    kinds = {it.name: it.inputs["architectures"] for it in found.of(FUNCTION)}
    assert kinds.pop(f"{MOVED}-function") == ["arm64"]
    assert set(map(tuple, kinds.values())) == {("x86_64",)}


def test_only_the_layers_that_it_carries_are_packaged_for_arm64() -> None:
    found = deployed("dev")

    built = {it.name: it.inputs["compatibleArchitectures"] for it in found.of(LAYER)}
    assert built["portfolio-arm64-version"] == ["arm64"]
    assert built["shared_code-version"] == ["x86_64", "arm64"]
    assert built["strategy-version"] == ["x86_64"]
    assert "portfolio-version" not in built
    command = found.one(COMMAND, "portfolio-arm64-build").inputs["create"]
    assert " layer portfolio --python 3.12 --architecture arm64 --key " in command


def test_the_local_stack_takes_what_this_machine_runs_and_says_so() -> None:
    said: list[str] = []
    with (
        patch("components.stack_overrides.machine_architecture", lambda: Architecture.X86_64),
        patch("pulumi.log.info", said.append),
    ):
        found = deployed("local")

    assert {tuple(it.inputs["architectures"]) for it in found.of(FUNCTION)} == {("x86_64",)}
    assert said == [
        f"packaged for x86_64, which this machine runs, instead of what their entries say: {MOVED}"
    ]


@pytest.mark.parametrize(
    ("machine", "expected"),
    [("x86_64", "x86_64"), ("AMD64", "x86_64"), ("arm64", "arm64"), ("aarch64", "arm64")],
)
def test_a_machine_is_known_by_either_spelling(machine: str, expected: str) -> None:
    assert machine_architecture(machine) == expected


def test_a_machine_says_itself_what_it_is() -> None:
    assert machine_architecture() == machine_architecture(platform.machine())
