"""The comment of a review, posted or printed, whatever became of the preview."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from blueprint.outputs import StackOutputs
from catalogue.system import SYSTEM
from operations.checkout import Checkout
from operations.engine import ROOT
from operations.errors import OperationError
from operations.preview import Preview
from operations.review import Sizes
from operations.reviewing import review_pull_request
from packager.inputs.keys import layer_inputs, layer_keys
from packager.store.bucket import ArtifactBucket
from packager.store.output import Output
from packager.target import Target
from tests.operations.fakes import FakeEngine


@dataclass
class FakeCheckout:
    problem: str = ""

    def files_since(self, commit: str) -> tuple[str, ...] | None:
        return ("functions/metrics_v2/the_alchemiser/metrics_v2/service.py",)

    def shipping_report(self, base: str) -> str:
        return f"against {base}"

    def layer_changes(self, deployed: object, bucket: object) -> dict[str, tuple[str, ...]]:
        return {"strategy": ()}

    def sizes(self) -> Sizes:
        if self.problem:
            raise OperationError(self.problem)
        return Sizes(functions={"metrics_v2": 30}, layers={}, totals={"metrics_v2": 30})


@pytest.fixture(autouse=True)
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def review(engine: FakeEngine, checkout: FakeCheckout | None, base: str = "") -> int:
    whole = Path("logs/review.md")

    def made() -> FakeCheckout:
        assert checkout is not None, "a failed preview needs no checkout"
        return checkout

    def bucket(name: str) -> ArtifactBucket:
        raise AssertionError(f"nothing is deployed, and yet {name} was looked into")

    return review_pull_request("dev", engine, made, bucket, {"BASE_SHA": base}, whole)  # type: ignore[arg-type]


def test_a_preview_that_went_through_is_a_success(capsys: pytest.CaptureFixture[str]) -> None:
    assert review(FakeEngine(deployed=None), FakeCheckout()) == 0
    said = capsys.readouterr().out
    assert "| function | `metrics_v2` | 0 | 30 | +30 |" in said
    assert said == Path("logs/review.md").read_text() + "\n"


def test_a_base_brings_what_the_packager_says_of_the_change(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert review(FakeEngine(deployed=None), FakeCheckout(), base="abc123") == 0
    assert "against abc123" in capsys.readouterr().out
    assert review(FakeEngine(deployed=None), FakeCheckout()) == 0
    assert "against" not in capsys.readouterr().out


def test_a_failed_preview_is_told_without_looking_at_the_checkout(
    capsys: pytest.CaptureFixture[str],
) -> None:
    engine = FakeEngine(deployed=None, planned=Preview.failed(["log_level: found LOUD"]))

    assert review(engine, None) == 1
    said = capsys.readouterr().out
    assert "failed" in said
    assert "log_level: found LOUD" in said


def test_a_package_that_cannot_be_built_is_told_too(capsys: pytest.CaptureFixture[str]) -> None:
    engine = FakeEngine(deployed=None)

    assert review(engine, FakeCheckout(problem="layer strategy: 300 MB")) == 1
    assert "layer strategy: 300 MB" in capsys.readouterr().out


def checkout_of(tmp_path: Path) -> Checkout:
    return Checkout(root=ROOT, system=SYSTEM, output=Output(tmp_path))


@dataclass
class Remembering:
    """An artifact bucket that remembers one layer's inputs."""

    inputs: dict[str, object]

    def find_layer(self, name: str, key: str, path: Path) -> SimpleNamespace | None:
        return SimpleNamespace(inputs=self.inputs) if name == "strategy" else None


def test_a_layer_is_other_by_the_inputs_that_lie_beside_the_deployed_one(
    outputs: Callable[..., StackOutputs], tmp_path: Path
) -> None:
    spec = next(spec for spec in SYSTEM.layers if spec.name == "strategy")
    earlier = {**layer_inputs(ROOT, spec, Target()), "rules": "0"}
    keys = layer_keys(ROOT, SYSTEM)
    deployed = outputs({}, keys | {"strategy": "a" * 64, "portfolio": "b" * 64})

    found = checkout_of(tmp_path).layer_changes(deployed, lambda name: Remembering(earlier))  # type: ignore[arg-type,return-value]

    (reason,) = found["strategy"]
    assert reason.startswith("the packager's rules: 0 -> ")
    assert {name for name, reasons in found.items() if reasons} == {"strategy"}


def test_a_stack_without_layers_has_no_earlier_inputs(tmp_path: Path) -> None:
    def bucket(name: str) -> Remembering:
        raise AssertionError(f"there is no {name}")

    found = checkout_of(tmp_path).layer_changes(None, bucket)  # type: ignore[arg-type]

    assert found.keys() == {spec.name for spec in SYSTEM.layers}
    assert not any(found.values())
