"""What an operator's commands call on AWS is on record, and granted to the operator's role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from accounts.calls import read_calls
from tests.accounts.evaluator import named_calls
from tests.accounts.granted import refused
from tests.accounts.record import ALWAYS_ALLOWED
from tests.accounts.recorder import Recorder, recording
from tests.engine.checkout import Checkout
from tests.engine.rehearsal import METRICS, Rehearsal, marked

pytestmark = [pytest.mark.engine, pytest.mark.timeout(1800)]

UNSEEN = {"iam:PassRole"}
"""What AWS asks about by itself when a schedule is updated."""
OWN = {"cloudwatch:SetAlarmState"}
"""What this test calls by itself, so that an alarm fires."""
ALARM = "alchemiser-dev-metrics-errors"
CALLS = (
    ("status",),
    ("releases",),
    ("history",),
    ("names",),
    ("smoke",),
    ("rollback",),
    ("forward",),
    ("pause",),
    ("resume",),
    ("logs",),
    ("invoke", "--function", "metrics_v2", "--event", "health.json"),
    ("dead-letters",),
    ("redrive", "--queue", "execution"),
)


@pytest.fixture
def observed(dev: Checkout) -> Iterator[tuple[Rehearsal, Recorder]]:
    """Give dev with two releases and a dead letter, reached through a recorder."""
    rehearsal = Rehearsal(dev)
    dev.edit(METRICS, lambda text: marked(text, "for an operator"))
    rehearsal.operate("deploy").succeeded()
    (dev.root / "health.json").write_text('{"action": "health"}')
    sqs = rehearsal.account.client("sqs")
    url = sqs.get_queue_url(QueueName="alchemiser-dev-execution-dlq.fifo")["QueueUrl"]
    sqs.send_message(
        QueueUrl=url, MessageBody="{}", MessageGroupId="SPY", MessageDeduplicationId="dead"
    )
    with recording(dev.endpoint) as recorder:
        through = {**dev.environment, "EMULATOR_ENDPOINT": recorder.url}
        yield Rehearsal(replace(dev, environment=through)), recorder


def called(recorder: Recorder) -> set[str]:
    return {action for action, _ in named_calls(recorder.take())} - ALWAYS_ALLOWED


def watched(rehearsal: Rehearsal) -> None:
    """Let an alarm fire during a watch, which takes the release back."""
    with rehearsal.watched() as watch:
        assert rehearsal.fire(ALARM, watch.process) == 1, watch.said


def test_every_call_of_an_operators_commands_is_on_record_and_granted(
    observed: tuple[Rehearsal, Recorder],
) -> None:
    rehearsal, recorder = observed
    recorder.take()
    for verb, *arguments in CALLS:
        rehearsal.operate(verb, *arguments).succeeded()
    watched(rehearsal)
    found = called(recorder) - OWN
    rehearsal.operate("forward").succeeded()

    assert found == {*read_calls().of("operate")} - UNSEEN
    assert refused(found, "dev", "operate") == set()
