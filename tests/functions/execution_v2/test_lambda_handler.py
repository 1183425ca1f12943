from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings

from local.market.faults import FaultKind
from tests.functions.junk import JUNK
from tests.functions.trading_world import FIFO, World, world
from the_alchemiser.execution_v2.commands import trade_in
from the_alchemiser.execution_v2.lambda_handler import lambda_handler
from the_alchemiser.shared.errors import InvalidEvent
from the_alchemiser.shared.trade_message import TradeMessage


@pytest.fixture
def market() -> Iterator[World]:
    with world() as made:
        for symbol in ("SPY", "TLT", "GLD"):
            made.alpaca.trade_at(symbol, "100")
        yield made


def record(message_id: str, body: object, group: str) -> dict[str, Any]:
    return {"messageId": message_id, "body": body, "attributes": {"MessageGroupId": group}}


def body_of(message: TradeMessage, **changed: object) -> str:
    return json.dumps({**json.loads(message.model_dump_json()), **changed})


class TestBatch:
    def test_executes_every_message(self, market: World) -> None:
        run_id = market.start_run({"SPY": "0.5", "TLT": "0.5"})
        records = [record(m.symbol, body_of(m), m.symbol) for m in market.queued()]
        assert market.execution_handles({"Records": records}) == {"batchItemFailures": []}
        assert market.run(run_id).completed_trades == 2

    def test_reports_the_failed_message_and_those_behind_it_in_its_group(
        self, market: World
    ) -> None:
        run_id = market.start_run({"SPY": "0.5", "TLT": "0.5"})
        spy, tlt = sorted(market.queued(), key=lambda message: message.symbol)
        records = [
            record("spy-1", "no json", "SPY"),
            record("spy-2", body_of(spy), "SPY"),
            record("tlt-1", body_of(tlt), "TLT"),
        ]
        failed = market.execution_handles({"Records": records})["batchItemFailures"]
        assert failed == [{"itemIdentifier": "spy-1"}, {"itemIdentifier": "spy-2"}]
        assert market.run(run_id).completed_trades == 1
        assert market.alpaca.placed("SPY") == []

    def test_acknowledges_a_trade_that_was_decided_to_fail(self, market: World) -> None:
        market.start_run({"SPY": "1"})
        market.alpaca.arm(FaultKind.REFUSE, "SPY", count=9)
        (message,) = market.queued()
        event = {"Records": [record("one", body_of(message), "SPY")]}
        assert market.execution_handles(event) == {"batchItemFailures": []}

    def test_leaves_a_poison_message_to_the_dead_letter_queue(self, market: World) -> None:
        dead = market.sqs.create_queue(QueueName="dead.fifo", Attributes={"FifoQueue": "true"})
        self._redrive(market, dead["QueueUrl"])
        run_id = market.start_run({"SPY": "0.5", "TLT": "0.5"})
        (spy,) = [m for m in market.queued() if m.symbol == "SPY"]
        tlt = next(r.message for r in market.trades().of_run(run_id) if r.message.symbol == "TLT")
        self._send(market, "poison", body_of(spy, trade_amount="NaN"), "SPY")
        self._send(market, "good", body_of(tlt), "TLT")
        for _ in range(4):
            self._deliver(market)
        assert market.run(run_id).completed_trades == 1
        (poisoned,) = market.sqs.receive_message(QueueUrl=dead["QueueUrl"])["Messages"]
        assert "NaN" in poisoned["Body"]
        repaired = body_of(spy)
        for _ in range(2):
            market.execution_handles({"Records": [record("again", repaired, "SPY")]})
        assert market.run(run_id).completed_trades == 2
        assert len(market.alpaca.placed("SPY")) <= 4
        assert len(market.publisher.named("TradeExecuted")) == 2

    @staticmethod
    def _redrive(market: World, dead_url: str) -> None:
        arn = market.sqs.get_queue_attributes(QueueUrl=dead_url, AttributeNames=["QueueArn"])
        policy = {"deadLetterTargetArn": arn["Attributes"]["QueueArn"], "maxReceiveCount": "3"}
        market.sqs.set_queue_attributes(
            QueueUrl=market.queue_url,
            Attributes={**FIFO, "RedrivePolicy": json.dumps(policy)},
        )

    @staticmethod
    def _send(market: World, name: str, body: str, group: str) -> None:
        market.sqs.send_message(
            QueueUrl=market.queue_url,
            MessageBody=body,
            MessageGroupId=group,
            MessageDeduplicationId=name,
        )

    @staticmethod
    def _deliver(market: World) -> None:
        """Hand one batch over as Lambda's poller does, and delete what was not reported."""
        received = market.sqs.receive_message(
            QueueUrl=market.queue_url, MaxNumberOfMessages=10, AttributeNames=["All"]
        ).get("Messages", [])
        records = [
            record(each["MessageId"], each["Body"], each["Attributes"]["MessageGroupId"])
            for each in received
        ]
        answer = market.execution_handles({"Records": records})
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        for each in received:
            handle = {"QueueUrl": market.queue_url, "ReceiptHandle": each["ReceiptHandle"]}
            if each["MessageId"] in failed:
                market.sqs.change_message_visibility(**handle, VisibilityTimeout=0)
            else:
                market.sqs.delete_message(**handle)


class TestBadInput:
    @pytest.mark.parametrize(
        "event",
        [{}, None, [], "sweep", 7, {"action": "swoop"}, {"action": None}, {"Records": "x"}],
    )
    def test_is_refused_without_a_trace(self, event: object) -> None:
        answer = lambda_handler(event, None)
        assert answer["statusCode"] == 400
        assert answer["body"]["error_type"] == "InvalidEvent"

    @settings(max_examples=50)
    @given(JUNK)
    def test_of_any_shape_never_crashes(self, event: object) -> None:
        if isinstance(event, dict) and isinstance(event.get("Records"), list):
            return
        assert lambda_handler(event, None)["statusCode"] == 400

    @settings(max_examples=50)
    @given(JUNK)
    def test_in_a_body_fails_only_its_own_message(self, body: object) -> None:
        answer = lambda_handler({"Records": [record("one", body, "SPY")]}, None)
        assert answer == {"batchItemFailures": [{"itemIdentifier": "one"}]}

    @settings(max_examples=50)
    @given(JUNK)
    def test_as_a_record_fails_the_batch(self, junk: object) -> None:
        answer = lambda_handler({"Records": [junk]}, None)
        assert len(answer["batchItemFailures"]) == 1

    @pytest.mark.parametrize(
        "changed",
        [
            {"trade_amount": "NaN"},
            {"trade_amount": "1e400"},
            {"trade_amount": "9" * 60},
            {"symbol": "ŠPÝ"},
            {"symbol": ""},
            {"schema_version": "9.0.0"},
            {"action": "HOLD"},
            {"strategy_weights": {"calm": "x"}},
            {"run_id": None},
            {"unknown": 1},
            {"metadata": {"note": "x" * 1_000_000}},
        ],
    )
    def test_in_a_field_is_named(self, market: World, changed: dict[str, object]) -> None:
        market.start_run({"SPY": "1"})
        (message,) = market.queued()
        with pytest.raises(InvalidEvent, match=next(iter(changed)) + "|262144"):
            trade_in(body_of(message, **changed))
        assert market.alpaca.placed() == []


class TestSweep:
    def test_reports_what_it_did(self, market: World) -> None:
        market.start_run({"SPY": "1"})
        answer = market.execution_handles({"action": "sweep"})
        assert answer["statusCode"] == 200
        assert answer["body"]["runs_seen"] == 1
        assert answer["body"]["runs_failed"] == 0

    def test_tells_of_every_sweep_that_fails(self, market: World) -> None:
        market.untold.add("METRICS_NAMESPACE")
        answers = [market.execution_handles({"action": "sweep"}) for _ in range(2)]
        told = market.publisher.events
        assert [answer["statusCode"] for answer in answers] == [500, 500]
        assert len({event.event_id for event in told}) == 2
        assert len({event.correlation_id for event in told}) == 2


def test_every_missing_variable_is_named_at_once(market: World) -> None:
    market.untold |= {"EXECUTION_RUNS_TABLE_NAME", "ALPACA__SECRET_ARN"}
    with pytest.raises(Exception, match=r"ALPACA__SECRET_ARN.*EXECUTION_RUNS_TABLE_NAME"):
        market.execution()
