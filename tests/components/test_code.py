"""Each way of shipping, as the program asks the engine for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pulumi
import pytest

from blueprint import Shipping, System, as_shipped
from blueprint.limits import INLINE_LIMIT_BYTES
from catalogue.functions import FUNCTIONS
from catalogue.layers import LAYERS
from catalogue.system import SYSTEM
from tests.recorded_program import Recorded, recorded, run, stack_config, stub_zip

FUNCTION = "aws:lambda/function:Function"
COMMAND = "command:local:Command"
NAME = "portfolio_v2"
PUSHED = f"sha256:{'3' * 64}"


def shipping(way: Shipping) -> System:
    changed = (replace(spec, shipping=way) if spec.name == NAME else spec for spec in FUNCTIONS)
    return replace(SYSTEM, functions=as_shipped(changed, LAYERS))


def run_shipping(
    way: Shipping, build: Callable[..., Any] = stub_zip, stack: str = "dev"
) -> Recorded:
    # Images are for AWS alone, so that is where all of this runs.
    with patch("catalogue.system.SYSTEM", shipping(way)):
        return run(stack, stack_config(stack), environ={}, build=build)


def all_inputs(found: Recorded) -> dict[tuple[str, str], dict[str, Any]]:
    """List what every resource is asked to be; archives are told apart by their paths."""
    return {
        (it.type, it.name): {key: getattr(value, "path", value) for key, value in it.inputs.items()}
        for it in found.resources.all
    }


def sized(zipped_bytes: int) -> Callable[..., SimpleNamespace]:
    def build(root: Path, spec: Any, target: Any, output: Path) -> SimpleNamespace:
        stub = stub_zip(root, spec, target, output)
        stub.zipped_bytes = zipped_bytes if spec.name == NAME else stub.zipped_bytes
        return stub

    return build


def test_a_function_moved_into_its_zip_changes_alone() -> None:
    before, after = run_shipping(Shipping.LAYER), run_shipping(Shipping.ZIP)
    ours, theirs = all_inputs(before), all_inputs(after)
    assert ours.keys() == theirs.keys()
    changed = {name for name in ours if ours[name] != theirs[name]}
    assert changed == {(COMMAND, "release-record"), (FUNCTION, f"{NAME}-function")}
    attached = after.one(FUNCTION, f"{NAME}-function").inputs["layers"]
    assert attached == ["arn:aws:test:us-east-1:1:shared_code-version"]


def test_a_function_moved_back_is_what_it_was() -> None:
    before, after = run("dev", stack_config("dev"), environ={}), run_shipping(Shipping.LAYER)
    ours, theirs = all_inputs(before), all_inputs(after)
    assert ours == theirs


def test_a_zip_at_the_limit_travels_in_the_request() -> None:
    found = run_shipping(Shipping.ZIP, sized(INLINE_LIMIT_BYTES))
    inputs = found.one(FUNCTION, f"{NAME}-function").inputs
    assert "code" in inputs
    assert "s3Key" not in inputs


def test_a_larger_zip_travels_by_way_of_the_artifact_bucket() -> None:
    found = run_shipping(Shipping.ZIP, sized(INLINE_LIMIT_BYTES + 1))
    inputs = found.one(FUNCTION, f"{NAME}-function").inputs
    bucket = found.one(COMMAND, f"{NAME}-upload").inputs["create"].rpartition(" ")[2]
    assert "code" not in inputs
    assert inputs["s3Key"] == f"functions/{NAME}/{'1' * 64}.zip"
    assert inputs["s3Bucket"] == bucket
    assert inputs["sourceCodeHash"]
    assert f"{NAME}-upload" in found.asked[(FUNCTION, f"{NAME}-function")].depends_on
    command = found.one(COMMAND, f"{NAME}-upload").inputs["create"]
    assert command.startswith(f".venv/bin/python -m packager function {NAME} --python 3.12 ")
    assert f"--key {'1' * 64} --bucket " in command


def test_an_image_is_named_by_the_digest_that_its_push_reports() -> None:
    with patch("packager.packaging.require_images", lambda *_: {NAME: "2" * 64}):
        found = run_shipping(Shipping.IMAGE)
    inputs = found.one(FUNCTION, f"{NAME}-function").inputs
    assert inputs["packageType"] == "Image"
    assert inputs["imageUri"] == f"1.registry.test/{NAME}-images@{PUSHED}"
    assert inputs["description"].endswith(f" Key: {'2' * 64}")
    assert not inputs.keys() & {"code", "s3Key", "runtime", "handler", "sourceCodeHash"}
    assert inputs.get("layers", []) == []
    (repository,) = found.of("aws:ecr/repository:Repository")
    assert repository.inputs["imageTagMutability"] == "IMMUTABLE"
    assert repository.inputs["imageScanningConfiguration"] == {"scanOnPush": True}
    waits_for = found.asked[(FUNCTION, f"{NAME}-function")].depends_on
    assert {f"{NAME}-image", f"{NAME}-images-policy"} <= set(waits_for)
    push = found.one(COMMAND, f"{NAME}-image").inputs["create"]
    assert push.startswith(f".venv/bin/python -m packager image {NAME} --python 3.12 ")
    assert push.endswith(f"--key {'2' * 64} --repository 1.registry.test/{NAME}-images")


def test_images_expire_only_without_a_tag_and_only_lambda_may_fetch_them() -> None:
    with patch("packager.packaging.require_images", lambda *_: {NAME: "2" * 64}):
        found = run_shipping(Shipping.IMAGE)
    (lifecycle,) = found.of("aws:ecr/lifecyclePolicy:LifecyclePolicy")
    (rule,) = json.loads(lifecycle.inputs["policy"])["rules"]
    assert rule["selection"]["tagStatus"] == "untagged"
    (policy,) = found.of("aws:ecr/repositoryPolicy:RepositoryPolicy")
    (statement,) = json.loads(policy.inputs["policy"])["Statement"]
    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": "111111111111"}


def test_a_system_without_images_has_no_repository() -> None:
    assert [it.type for it in recorded("dev").resources.all if ":ecr/" in it.type] == []


def test_an_image_is_refused_where_it_could_not_be_promoted() -> None:
    with (
        patch("tests.recorded_program.RecordingMocks.new_resource") as registered,
        pytest.raises(pulumi.RunError, match="promoted by its zips, and an image has none"),
    ):
        run_shipping(Shipping.IMAGE, stack="prod")
    registered.assert_not_called()


def test_an_image_is_refused_on_the_emulator() -> None:
    with (
        patch("catalogue.system.SYSTEM", shipping(Shipping.IMAGE)),
        patch("tests.recorded_program.RecordingMocks.new_resource") as registered,
        pytest.raises(pulumi.RunError, match=f"{NAME}: expected .* runs no images"),
    ):
        run("dev", stack_config("dev"))
    registered.assert_not_called()


def test_an_image_that_nothing_can_build_stops_the_program_before_any_resource() -> None:
    context = SimpleNamespace(key="k", path=Path("/build/k.tar"), sha256="s")
    with (
        patch("packager.image.functions.verified_context", lambda *_: context),
        patch(
            "packager.image.container_engines.find_builder",
            lambda: "docker: its daemon does not run",
        ),
        patch("tests.recorded_program.RecordingMocks.new_resource") as registered,
        pytest.raises(pulumi.RunError) as refusal,
    ):
        run_shipping(Shipping.IMAGE)
    registered.assert_not_called()
    assert f"function {NAME} ships as a container image, which does not exist" in str(refusal.value)
    assert "docker: its daemon does not run" in str(refusal.value)
    assert "/build/k.tar" in str(refusal.value)
