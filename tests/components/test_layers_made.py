from __future__ import annotations

import pytest

from blueprint import LayerSpec
from catalogue.system import SYSTEM
from packager.inputs.keys import layer_key
from packager.target import Target
from policies.model import Resource
from tests.recorded_program import ROOT, recorded

LAYER = "aws:lambda/layerVersion:LayerVersion"
COMMAND = "command:local:Command"
EACH = pytest.mark.parametrize("spec", SYSTEM.layers, ids=lambda spec: spec.name)
BOTH = pytest.mark.parametrize("preview", [False, True], ids=["update", "preview"])


def key(spec: LayerSpec) -> str:
    return layer_key(ROOT, spec, Target("3.12", "x86_64"))


def version(spec: LayerSpec, stack: str = "dev", preview: bool = False) -> Resource:
    return recorded(stack, preview=preview).one(LAYER, f"{spec.name}-version")


@BOTH
@EACH
def test_a_preview_knows_which_object_a_layer_is_taken_from(spec: LayerSpec, preview: bool) -> None:
    inputs = version(spec, preview=preview).inputs

    assert inputs["s3Key"] == f"layers/{spec.name}/{key(spec)}.zip"
    assert inputs["s3Bucket"] == "alchemiser-dev-artifacts-111111111111"
    assert inputs["sourceCodeHash"] == inputs["description"] == key(spec)


@BOTH
@EACH
def test_a_layer_is_built_by_one_command_that_names_its_key(spec: LayerSpec, preview: bool) -> None:
    build = recorded("dev", preview=preview).one(COMMAND, f"{spec.name}-build")

    assert build.inputs["create"] == (
        f".venv/bin/python -m packager layer {spec.name} --python 3.12 --architecture x86_64"
        f" --key {key(spec)} --bucket alchemiser-dev-artifacts-111111111111"
    )


@EACH
def test_a_build_depends_on_nothing_but_its_command(spec: LayerSpec) -> None:
    inputs = recorded("dev").one(COMMAND, f"{spec.name}-build").inputs

    assert inputs["dir"] == "."
    assert inputs["addPreviousOutputInEnv"] is False
    assert not {"delete", "triggers", "environment", "update"} & set(inputs)


@EACH
def test_a_build_waits_for_the_artifact_bucket(spec: LayerSpec) -> None:
    waits = recorded("dev").asked[(COMMAND, f"{spec.name}-build")].depends_on

    assert "artifacts-bucket" in waits


@EACH
def test_a_version_waits_for_its_build(spec: LayerSpec) -> None:
    waits = recorded("dev").asked[(LAYER, f"{spec.name}-version")].depends_on

    assert f"{spec.name}-build" in waits


@pytest.mark.parametrize(("stack", "kept"), [("local", False), ("dev", True), ("prod", True)])
def test_earlier_versions_stay_where_functions_may_go_back(stack: str, kept: bool) -> None:
    assert {item.inputs["skipDestroy"] for item in recorded(stack).of(LAYER)} == {kept}
