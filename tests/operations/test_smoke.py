from __future__ import annotations

from operations.live import Answer
from operations.smoke import ask_all, told
from tests.operations.deployments import Deployed, deployed


def test_every_alias_is_asked_deeply_for_what_its_grants_let_it_touch(stack: Deployed) -> None:
    stack.deploy({"metrics_v2": "code"})

    (verdict,) = ask_all(stack.running(), stack.live)

    assert told(verdict, stack.running()) == "alive  metrics_v2  version 1, 0 grants touched"
    ((function, qualifier, event),) = stack.live.asked
    assert (function, qualifier) == (deployed("metrics_v2"), "live")
    probes = [{"kind": "table", "name": "t", "keys": "PK"}]
    assert event == {"action": "health", "deep": True, "probes": probes}


def test_a_function_whose_settings_do_not_parse_is_dead_and_says_why(stack: Deployed) -> None:
    stack.deploy({"metrics_v2": "code"})
    stack.live.answers[(deployed("metrics_v2"), "live")] = Answer(
        status=200,
        payload=b'{"status": "unhealthy", "failures": [{"what": "bootstrap.metrics", '
        b'"reason": "ConfigurationError: X: Field required"}]}',
    )

    (verdict,) = ask_all(stack.running(), stack.live)

    assert told(verdict, stack.running()) == (
        "DEAD   metrics_v2  version 1: bootstrap.metrics: ConfigurationError: X: Field required"
    )
