"""Queues, logs, alarms and the last run, asked of an AWS in this process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from blueprint.outputs import StackOutputs
from operations.errors import OperationError
from operations.last_look import LastLook
from operations.logs import Line, follow_lines, read_lines, seconds_in
from operations.names import logical_name, name_rows
from operations.queues import dead_letters, queue_depths, redrivable, redrive
from operations.status import RUNS, Services, status_lines
from tests.cloud import Cloud, in_process_cloud
from tests.deployed_outputs import outputs_document
from tests.operations.alarms import alarm, fire
from tests.operations.deployments import Deployed
from tests.operations.fakes import lambda_digest

SUNDAY = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    with in_process_cloud(monkeypatch) as found:
        yield found


@pytest.fixture
def outputs(cloud: Cloud) -> StackOutputs:
    """Deploy a queue with its dead letters and one that is their like, and tell of them."""
    sqs = cloud.client("sqs")
    fifo = {"FifoQueue": "true"}
    dead = sqs.create_queue(QueueName="alchemiser-dev-execution-dlq.fifo", Attributes=fifo)
    arn = sqs.get_queue_attributes(QueueUrl=dead["QueueUrl"], AttributeNames=["QueueArn"])
    redriven = {"deadLetterTargetArn": arn["Attributes"]["QueueArn"], "maxReceiveCount": "3"}
    queue = sqs.create_queue(
        QueueName="alchemiser-dev-execution.fifo",
        Attributes={**fifo, "RedrivePolicy": json.dumps(redriven)},
    )
    failed = sqs.create_queue(QueueName="alchemiser-dev-failed-invocations")
    document = outputs_document({"metrics_v2": lambda_digest("code")}, {})
    document["functions"]["metrics_v2"]["name"] = "alchemiser-dev-metrics"
    document["queues"] = {
        name: {"name": name, "arn": f"arn:{name}", "url": it["QueueUrl"]}
        for name, it in {"execution": queue, "failed-invocations": failed}.items()
    }
    document["tables"] = {RUNS: "runs"}
    document["schedules"] = {
        "trade-run": {
            "name": "alchemiser-dev-trade-run",
            "function": "coordinator_v2",
            "expression": "cron(45 15 ? * MON-FRI *)",
            "timezone": "America/New_York",
        }
    }
    return StackOutputs.read(document, "dev")


def bury(cloud: Cloud, outputs: StackOutputs, *bodies: str) -> None:
    sqs = cloud.client("sqs")
    dead = sqs.get_queue_url(QueueName="alchemiser-dev-execution-dlq.fifo")["QueueUrl"]
    for body in bodies:
        sqs.send_message(
            QueueUrl=dead, MessageBody=body, MessageGroupId="AAPL", MessageDeduplicationId=body
        )


def test_dead_letters_are_counted_beside_their_queue(cloud: Cloud, outputs: StackOutputs) -> None:
    bury(cloud, outputs, "one", "two")

    depths = {it.name: it for it in queue_depths(outputs, cloud.client("sqs"))}

    assert (depths["execution"].waiting, depths["execution"].dead) == (0, 2)
    assert depths["failed-invocations"].dead is None


def test_a_call_that_failed_for_good_tells_event_function_and_reason(
    cloud: Cloud, outputs: StackOutputs
) -> None:
    # https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    record = {
        "requestContext": {
            "functionArn": "arn:aws:lambda:us-east-1:1:function:alchemiser-dev-metrics:live",
            "condition": "RetriesExhausted",
        },
        "requestPayload": {"detail-type": "TradeExecuted", "detail": {}},
        "responsePayload": {"errorMessage": "no table"},
    }
    url = outputs.queues["failed-invocations"].url
    cloud.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(record))

    (letter,) = dead_letters(outputs, cloud.client("sqs"))

    assert (letter.queue, letter.event) == ("failed-invocations", "TradeExecuted")
    assert letter.function == "alchemiser-dev-metrics:live"
    assert letter.reason == "RetriesExhausted no table"


def test_what_lies_dead_for_a_queue_says_whose_it_is(cloud: Cloud, outputs: StackOutputs) -> None:
    bury(cloud, outputs, "not json")

    (letter,) = dead_letters(outputs, cloud.client("sqs"))

    assert (letter.queue, letter.event) == ("execution", "not json")
    assert letter.function == "the consumer of execution"
    assert letter.reason == "received too often without success"


def test_who_has_looked_can_send_back_at_once(cloud: Cloud, outputs: StackOutputs) -> None:
    bury(cloud, outputs, *(f"trade {number:02}" for number in range(12)))

    assert len(dead_letters(outputs, cloud.client("sqs"))) >= 10

    assert redrive(outputs, cloud.client("sqs"), "execution") == 12


def test_a_message_goes_back_with_its_attributes(cloud: Cloud, outputs: StackOutputs) -> None:
    sqs = cloud.client("sqs")
    dead = sqs.get_queue_url(QueueName="alchemiser-dev-execution-dlq.fifo")["QueueUrl"]
    told = {"kind": {"StringValue": "trade", "DataType": "String"}}
    fifo = {"MessageGroupId": "SPY", "MessageDeduplicationId": "1"}
    sqs.send_message(QueueUrl=dead, MessageBody="{}", MessageAttributes=told, **fifo)

    redrive(outputs, sqs, "execution")

    url = outputs.queues["execution"].url
    (message,) = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    assert message["MessageAttributes"] == told


def test_dead_letters_go_back_in_their_order(cloud: Cloud, outputs: StackOutputs) -> None:
    bodies = [f"trade {number:02}" for number in range(25)]
    bury(cloud, outputs, *bodies)

    assert redrive(outputs, cloud.client("sqs"), "execution") == 25

    sqs, found = cloud.client("sqs"), []
    while messages := sqs.receive_message(
        QueueUrl=outputs.queues["execution"].url, MaxNumberOfMessages=10
    ).get("Messages"):
        for message in messages:
            found.append(message["Body"])
            sqs.delete_message(
                QueueUrl=outputs.queues["execution"].url, ReceiptHandle=message["ReceiptHandle"]
            )
    assert found == bodies
    assert queue_depths(outputs, sqs)[0].dead == 0


@pytest.mark.parametrize(
    ("queue", "said"), [("trades", "found 'trades'"), ("failed-invocations", "make invoke")]
)
def test_a_queue_that_nothing_goes_back_to_is_told(
    queue: str, said: str, cloud: Cloud, outputs: StackOutputs
) -> None:
    with pytest.raises(OperationError, match=said):
        redrive(outputs, cloud.client("sqs"), queue)


@pytest.mark.parametrize("given", ["metrics_v2", "metrics", "alchemiser-dev-metrics"])
def test_a_function_is_found_by_either_name(given: str, outputs: StackOutputs) -> None:
    assert logical_name(outputs, given) == "metrics_v2"


def test_a_queue_without_dead_letters_has_none_to_send_back(
    cloud: Cloud, outputs: StackOutputs
) -> None:
    assert redrivable(outputs, cloud.client("sqs"), "execution").dead == 0


def test_a_name_that_is_none_is_answered_with_those_there_are(outputs: StackOutputs) -> None:
    with pytest.raises(OperationError, match="expected one of metrics_v2, or a deployed name"):
        logical_name(outputs, "metric")
    assert any("alchemiser-dev-metrics" in row for row in name_rows(outputs))


def log(cloud: Cloud, group: str, *lines: tuple[int, dict[str, Any] | str]) -> None:
    logs = cloud.client("logs")
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    now = int(datetime.now(UTC).timestamp() * 1000)
    events = [
        {
            "timestamp": now - 60_000 + second * 1000,
            "message": text if isinstance(text, str) else json.dumps(text),
        }
        for second, text in lines
    ]
    logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=events)


def test_functions_lines_are_merged_by_time(cloud: Cloud) -> None:
    log(cloud, "a", (1, {"event": "first", "run_id": "r1"}), (3, "END RequestId: x"))
    log(cloud, "b", (2, {"event": "second", "level": "error", "run_id": "r2"}))
    since = datetime.now(UTC) - timedelta(hours=1)
    client = cloud.client("logs")

    lines = list(read_lines(client, {"one": "a", "two": "b", "gone": "c"}, since))
    of_run = list(read_lines(client, {"one": "a", "two": "b"}, since, "r2"))

    assert [it.function for it in lines] == ["one", "two", "one"]
    assert str(lines[1]).endswith("two                  ERROR   second run_id=r2")
    assert json.loads(lines[2].as_json())["message"] == "END RequestId: x"
    own = Line(at=SUNDAY, function="metrics_v2", text='{"function": "alchemiser-dev-metrics"}')
    assert json.loads(own.as_json())["function"] == "metrics_v2"
    assert [it.fields["event"] for it in of_run] == ["second"]


def test_followed_lines_come_once_each(cloud: Cloud) -> None:
    log(cloud, "a", (1, "first"))
    slept: list[float] = []

    def later(seconds: float) -> None:
        slept.append(seconds)
        now = int(datetime.now(UTC).timestamp() * 1000)
        event = {"timestamp": now, "message": f"then {len(slept)}"}
        cloud.client("logs").put_log_events(logGroupName="a", logStreamName="s", logEvents=[event])

    since = datetime.now(UTC) - timedelta(hours=1)
    followed = follow_lines(cloud.client("logs"), {"one": "a"}, since, sleep=later)

    assert [next(followed).text for _ in range(3)] == ["first", "then 1", "then 2"]


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("15m", 900), ("2h", 7200)])
def test_a_span_is_a_number_with_its_unit(text: str, seconds: int) -> None:
    assert seconds_in(text) == seconds


@pytest.mark.parametrize("text", ["", "15", "m", "-1m", "1.5h"])
def test_a_span_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(OperationError, match="expected a time such as 90s, 15m, 2h or 1d"):
        seconds_in(text)


def test_a_line_that_is_no_json_is_shown_as_it_is() -> None:
    line = Line(at=SUNDAY, function="f", text="[1]")

    assert str(line).endswith("[1]")


def test_one_screen_says_how_a_stack_is(
    stack: Deployed, cloud: Cloud, outputs: StackOutputs
) -> None:
    stack.deploy({"metrics_v2": "code"})
    running = stack.running()
    told = replace(running, outputs=outputs, paused=True)
    cloud.table("runs")
    alarm(cloud, "alchemiser-dev-metrics-errors")
    fire(cloud, "alchemiser-dev-metrics-errors")
    bury(cloud, outputs, "one")
    services = Services(
        dynamodb=cloud.client("dynamodb"),
        cloudwatch=cloud.client("cloudwatch"),
        sqs=cloud.client("sqs"),
        scheduler=cloud.client("scheduler"),
        last_look=LastLook("artifacts", cloud.client("s3")),
    )

    lines = list(status_lines(told, services, now=SUNDAY))

    assert lines[0].startswith("release    1 is live since ")
    assert any(line.startswith("paused     dev is PAUSED") for line in lines)
    assert "last run   none" in lines
    assert lines[-1] == "drift      nobody looked yet: make drift STACK=dev"
    assert any("metrics-errors since" in line for line in lines)
    assert any("execution: 0 waiting, 0 being worked on, 1 dead" in line for line in lines)
    assert any(
        "trade-run starts coordinator_v2 Mon 2026-11-30 15:45 America/New_York (off)" in line
        for line in lines
    )
