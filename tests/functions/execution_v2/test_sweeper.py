from __future__ import annotations

import pytest

from tests.functions.trading_world import Killed, World
from the_alchemiser.shared.errors import TransientError
from the_alchemiser.shared.run_record.states import RunStatus


def sell_and_die_before_the_buys_are_queued(market: World) -> str:
    market.alpaca.hold("GLD", "100")
    run_id = market.start_run({"SPY": "1"})
    (sell,) = market.queued()
    executor = market.executor()

    def die(message: object) -> None:
        raise Killed

    executor.phases.queue.send = die  # type: ignore[method-assign]
    with pytest.raises(Killed):
        executor.execute(sell)
    assert market.run(run_id).status is RunStatus.BUY_PHASE
    return run_id


def test_queues_buys_that_were_never_sent(market: World) -> None:
    run_id = sell_and_die_before_the_buys_are_queued(market)
    market.clock.advance(seconds=61)
    assert market.sweeper().sweep().buys_released == 1
    assert [message.symbol for message in market.queued()] == ["SPY"]
    assert market.run(run_id).buys_released


def test_leaves_a_run_alone_that_moved_a_moment_ago(market: World) -> None:
    sell_and_die_before_the_buys_are_queued(market)
    market.clock.advance(seconds=59)
    assert market.sweeper().sweep().buys_released == 0
    assert market.queued() == []


def test_tells_of_trades_whose_event_was_lost(market: World) -> None:
    market.start_run({"SPY": "1"})
    (message,) = market.queued()
    market.execute_while_the_bus_is_away(message)
    market.clock.advance(seconds=61)
    assert market.sweeper().sweep().trades_told == 1
    assert market.sweeper().sweep().trades_told == 0
    assert len(market.publisher.named("TradeExecuted")) == 1


def test_fails_a_run_that_hangs_and_says_why(market: World) -> None:
    run_id = market.start_run({"SPY": "1"})
    (message,) = market.queued()
    market.alpaca.fail("POST /orders", times=99)
    with pytest.raises(TransientError):
        market.executor().execute(message)
    market.clock.advance(seconds=3001)
    assert market.sweeper().sweep().runs_failed == 1
    assert market.run(run_id).status is RunStatus.FAILED
    (failure,) = market.publisher.named("WorkflowFailed")
    told = failure.model_dump()
    assert told["failure_step"] == "RUN_STUCK"
    assert "BUY SPY RUNNING (place alch-SPY-" in told["failure_reason"]
    assert market.metric.values == [1]


def test_tells_of_a_failure_whose_event_was_lost(market: World) -> None:
    run_id = market.start_run({"SPY": "1"})
    market.progress().fail(run_id, "TEST", "for the test")
    for _ in range(2):
        market.sweeper().sweep()
    assert len(market.publisher.named("WorkflowFailed")) == 1


def test_reports_that_nothing_hangs(market: World) -> None:
    market.start_run({"SPY": "1"})
    market.trade_until_idle()
    market.sweeper().sweep()
    assert market.metric.values == [0]


def test_begins_the_buys_when_the_last_seller_died_before_it_could(market: World) -> None:
    market.alpaca.hold("GLD", "100")
    run_id = market.start_run({"SPY": "1"})
    (sell,) = market.queued()
    executor = market.executor()
    counted = executor.progress.count

    def count_and_die(*arguments: object) -> object:
        counted(*arguments)  # type: ignore[arg-type]
        raise Killed

    executor.progress.count = count_and_die  # type: ignore[method-assign,assignment]
    with pytest.raises(Killed):
        executor.execute(sell)
    market.clock.advance(seconds=61)
    market.sweeper().sweep()
    assert market.run(run_id).status is RunStatus.BUY_PHASE
    assert [message.symbol for message in market.queued()] == ["SPY"]


def test_counts_a_decided_trade_that_nobody_counted(market: World) -> None:
    run_id = market.start_run({"SPY": "1"})
    (message,) = market.queued()
    executor = market.executor()

    def die(*arguments: object) -> object:
        raise Killed

    executor.progress.count = die  # type: ignore[method-assign,assignment]
    with pytest.raises(Killed):
        executor.execute(message)
    assert market.run(run_id).completed_trades == 0
    market.clock.advance(seconds=61)
    market.sweeper().sweep()
    assert market.run(run_id).completed_trades == 1
    assert len(market.publisher.named("TradeExecuted")) == 1
