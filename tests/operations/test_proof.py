from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from operations.errors import OperationError
from operations.live import Answer
from operations.proof import PAUSE_S, Candidate, Prover, require_proven
from tests.operations.fakes import HEALTHY, FakeLive

METRICS = Candidate(name="metrics_v2", function="alchemiser-dev-metrics", version="4")
DATA = Candidate(name="data_v2", function="alchemiser-dev-data", version="2")


@dataclass
class Clock:
    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)


@dataclass
class Improving(FakeLive):
    """Answers differently each time it is asked."""

    replies: Iterable[Answer] = ()

    def answer(self, function: str, qualifier: str, event: bytes) -> Answer:
        self.asked.append((function, qualifier, json.loads(event)))
        self.replies = iter(self.replies)
        return next(self.replies)


def unhealthy(**failure: str) -> Answer:
    body = {"status": "unhealthy", "failures": [failure]}
    return Answer(status=200, payload=json.dumps(body).encode(), log='{"event": "unhealthy"}\n')


DENIED = unhealthy(what="table t", reason="ClientError: AccessDenied", denied="yes")


def prover(live: FakeLive, clock: Clock) -> Prover:
    return Prover(live=live, patience_s=20, clock=clock.time, sleep=clock.sleep)


def test_versions_are_asked_by_their_number() -> None:
    live = FakeLive()

    require_proven(prover(live, Clock()).verdicts([METRICS, DATA]))

    asked = sorted((function, qualifier) for function, qualifier, _ in live.asked)
    assert asked == [("alchemiser-dev-data", "2"), ("alchemiser-dev-metrics", "4")]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            Answer(
                status=500,
                payload=b'{"errorType": "Runtime.ImportModuleError", "errorMessage": "No module"}',
                log="START\nNo module named nothing\n",
            ),
            "metrics_v2 version 4: Runtime.ImportModuleError: No module",
        ),
        (
            unhealthy(what="bootstrap.metrics", reason="ConfigurationError: X: Field required"),
            "metrics_v2 version 4: bootstrap.metrics: ConfigurationError: X: Field required",
        ),
        (
            Answer(status=200, payload=b'{"statusCode": 400, "body": {}}'),
            'metrics_v2 version 4: expected an answer to the health event, found {"statusCode"',
        ),
        (Answer(status=200, payload=b'{"status": "rejected"}'), "metrics_v2 version 4: answer:"),
        (Answer(status=500, payload=b"Traceback"), "metrics_v2 version 4: Traceback"),
    ],
)
def test_a_version_that_fails_is_named_with_the_reason(answer: Answer, reason: str) -> None:
    live = FakeLive(answers={("alchemiser-dev-metrics", "4"): answer})

    with pytest.raises(OperationError) as refusal:
        require_proven(prover(live, Clock()).verdicts([METRICS, DATA]))

    said = str(refusal.value)
    assert said.startswith("1 of 2 versions did not prove themselves; no alias was moved")
    assert reason in said
    assert all(
        f"log of alchemiser-dev-metrics: {line}" in said for line in answer.log.split("\n")[:-1]
    )
    assert "data_v2" not in said


def test_permissions_that_are_not_in_effect_yet_are_waited_for() -> None:
    live, clock = Improving(replies=[DENIED, DENIED, HEALTHY]), Clock()

    require_proven(prover(live, clock).verdicts([METRICS]))

    assert clock.slept == [PAUSE_S, PAUSE_S]


def test_a_grant_that_is_lacking_for_good_fails_when_patience_is_over() -> None:
    live = FakeLive(answers={("alchemiser-dev-metrics", "4"): DENIED})

    with pytest.raises(OperationError, match="metrics_v2 version 4: table t: ClientError: Access"):
        require_proven(prover(live, Clock()).verdicts([METRICS]))

    assert len(live.asked) == 5


def test_what_time_cannot_mend_is_not_waited_for() -> None:
    live, clock = FakeLive(answers={("alchemiser-dev-metrics", "4"): unhealthy(what="x")}), Clock()

    prover(live, clock).verdicts([METRICS])

    assert clock.slept == []
