"""The comment of a review, posted or printed, whatever became of the preview."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from catalogue.system import SYSTEM
from operations.errors import OperationError
from operations.preview import Preview
from operations.review import Sizes
from operations.reviewing import review_pull_request
from tests.operations.fakes import FakeEngine


@dataclass
class FakeCheckout:
    problem: str = ""
    system: object = SYSTEM

    def sizes(self) -> Sizes:
        if self.problem:
            raise OperationError(self.problem)
        return Sizes(functions={"metrics_v2": 30}, layers={}, totals={"metrics_v2": 30})


def review(engine: FakeEngine, checkout: FakeCheckout | None) -> int:
    def made() -> FakeCheckout:
        assert checkout is not None, "a failed preview needs no checkout"
        return checkout

    return review_pull_request("dev", engine, made, {})  # type: ignore[arg-type]


def test_a_preview_that_went_through_is_a_success(capsys: pytest.CaptureFixture[str]) -> None:
    assert review(FakeEngine(deployed=None), FakeCheckout()) == 0
    assert "| function | `metrics_v2` | 0 | 30 | +30 |" in capsys.readouterr().out


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
