from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import pytest

from blueprint import Shipping
from blueprint.validation import problems as catalogue_problems
from catalogue.system import SYSTEM
from components.settings_checks import catalogue_problems as settings_problems
from tests.recorded_program import run, stack_config

FIRST, *OTHERS = SYSTEM.functions
SNAPPED = replace(SYSTEM, functions=(replace(FIRST, snap_start=True), *OTHERS))
FUNCTION = "aws:lambda/function:Function"


def test_only_a_function_that_asks_for_it_starts_from_snapshots_of_its_versions() -> None:
    with patch("catalogue.system.SYSTEM", SNAPPED):
        found = run("prod", stack_config("prod"))
    asked = {it.name for it in found.of(FUNCTION) if it.inputs.get("snapStart")}
    assert asked == {f"{FIRST.name}-function"}
    snapped = found.one(FUNCTION, f"{FIRST.name}-function").inputs["snapStart"]
    assert snapped == {"applyOn": "PublishedVersions"}


@pytest.mark.parametrize(("python", "has"), [("3.11", False), ("3.12", True), ("3.14", True)])
def test_a_catalogue_on_a_python_without_it_is_refused(python: str, has: bool) -> None:
    found = [it for it in catalogue_problems(replace(SNAPPED, python=python)) if "snap" in it]
    assert found == (
        []
        if has
        else [
            f"function {FIRST.name!r}: snap_start: expected Python 3.12 or later, found 3.11, "
            "which has none"
        ]
    )


def test_an_image_is_refused() -> None:
    image = replace(FIRST, snap_start=True, shipping=Shipping.IMAGE)
    found = catalogue_problems(replace(SYSTEM, functions=(image, *OTHERS)))
    assert any("expected a zip, found an image" in it for it in found)


@pytest.mark.parametrize(("python", "refused"), [("3.11", True), ("3.13", False), (None, False)])
def test_a_stack_on_a_python_without_it_is_refused(python: str | None, refused: bool) -> None:
    raw = {"stage": "dev", "python": python}
    found = {it.key for it in settings_problems(raw, SNAPPED)}
    assert ("python" in found) == refused
    assert "python" not in {it.key for it in settings_problems(raw, SYSTEM)}
