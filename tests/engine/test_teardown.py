"""What `make down` leaves: nothing. The last of the engine's tests, as it ends the stack."""

from __future__ import annotations

import pytest

from local.ministack.server import is_healthy
from tests.engine.checkout import Checkout

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]


def test_destroy_leaves_the_emulator_empty_and_down_stops_it(stack: Checkout) -> None:
    stack.pulumi("destroy", "--stack", "local", "--yes", "--skip-preview").succeeded()

    assert stack.account().inventory() == {}

    endpoint = stack.endpoint
    stack.run("down").succeeded()

    assert not is_healthy(endpoint)
