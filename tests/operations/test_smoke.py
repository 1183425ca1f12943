from __future__ import annotations

from collections.abc import Callable

import pytest

from blueprint.outputs import StackOutputs
from operations.smoke import ask_all
from tests.operations.fakes import FakeLive

_NAME = "alchemiser-dev-metrics_v2"


@pytest.mark.parametrize(
    ("status", "payload", "is_healthy"),
    [
        (200, b'{"status": "healthy"}', True),
        (200, b'{"status": "rejected"}', False),
        (500, b'{"status": "healthy"}', False),
        (200, b"Traceback", False),
        (200, b"[]", False),
    ],
)
def test_only_a_plain_yes_counts_as_alive(
    status: int, payload: bytes, is_healthy: bool, outputs: Callable[..., StackOutputs]
) -> None:
    live = FakeLive(answers={_NAME: (status, payload)})

    (answer,) = ask_all(outputs({"metrics_v2": "code"}, {}).functions, live)

    assert answer.is_healthy is is_healthy
