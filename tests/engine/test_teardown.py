"""What `make down` leaves: nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.checkout import Checkout, copy_checkout

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]


def test_destroy_leaves_the_emulator_empty_and_down_stops_it(
    stack: Checkout, tmp_path: Path
) -> None:
    stack.pulumi("destroy", "--stack", "local", "--yes", "--skip-preview").succeeded()

    assert stack.account().inventory() == {}

    stack.run("local").succeeded()
    stack.run("down").succeeded()

    other = copy_checkout(
        tmp_path / "checkout", tmp_path / "home", ALCHEMISER_ENDPOINT=stack.endpoint
    )
    assert "none answers" in other.pulumi("preview").messages
    stack.run("local").succeeded()
