"""The life of each record from its first write to its last, by the code that owns it alone.

Each says how what is stored then differs from what functions have stored. The modules are
handed in, so that a life can be led by code in which a name was changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.fakes import FixedClock, RecordingPublisher
from tests.shared.records.stored import ITEMS, differences
from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.names import EventName
from the_alchemiser.shared.events.signals import SignalGenerated
from the_alchemiser.shared.events.trades import AllTradesCompleted
from the_alchemiser.shared.events.unwrap import unwrap
from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.table import Table

Modules = Mapping[str, Any]
EVENTS: dict[EventName, type[DomainEvent]] = {
    EventName.ALL_TRADES_COMPLETED: AllTradesCompleted,
    EventName.SIGNAL_GENERATED: SignalGenerated,
}
OPENED_AT = datetime(2022, 3, 14, 19, 45, tzinfo=UTC)
MOVED_AT = OPENED_AT + timedelta(minutes=1)
LATER_S = 120
"""After so long a publisher that did not settle its record counts as dead."""
TRADES = ("trade_sell_gld", "trade_buy_spy", "trade_buy_tlt")


def run(table: Table, modules: Modules) -> Iterator[str]:
    """Open, count, move on, conclude; and fail in each of the ways there are."""
    runs = modules["run_record.run"]
    yield from _rewritten(runs, "run", "run_opened", "run_completed", "run_failed")
    yield from _completed_run(table, modules)
    yield from _failed_runs(table, modules)


def trade(table: Table, modules: Modules) -> Iterator[str]:
    """Queue, start, size, decide and tell one; queue one that waited; note an error."""
    trades, changes = modules["run_record.trade"], modules["run_record.trade_changes"]
    yield from _rewritten(trades, "trade", *TRADES, "trade_opened")
    end = trades.trade_of(ITEMS[TRADES[0]])
    message = end.message
    table.put_new(
        trades.trade_item(
            replace(
                end,
                status=trades.TradeStatus.PENDING,
                **dict.fromkeys(("result", "last_error", "intended_quantity")),
                **dict.fromkeys(("enqueued_at", "started_at", "decided_at", "told_at")),
            )
        )
    )
    table.change(changes.enqueue(message.run_id, message.trade_id, OPENED_AT))
    yield from differences(ITEMS["trade_opened"], table.get(_key("trade_opened")) or {})
    table.change(changes.start(message, end.started_at))
    table.change(changes.note_error(message, "the broker is away"))
    table.change(changes.pin_quantity(message, end.intended_quantity))
    started = trades.find_trade(table, message.run_id, message.trade_id)
    yield from _unless(started.last_error == "the broker is away", "error_message")
    table.change(changes.decide(message, end.result, end.decided_at))
    yield from _unless(table.change(changes.start(message, MOVED_AT)) is None, "status")
    table.change(changes.tell(message, end.told_at))
    (found,) = trades.trades_of_run(table, message.run_id)
    yield from _unless(found == end, "a trade that was read")
    yield from differences(ITEMS[TRADES[0]], table.get(_key(TRADES[0])) or {})
    waiting = trades.trade_of(ITEMS[TRADES[1]])
    table.put_new(trades.trade_item(replace(waiting, status=trades.TradeStatus.WAITING)))
    queued = table.change(changes.enqueue_waiting(waiting.message, MOVED_AT))
    yield from _unless(queued is not None and queued["status"] == "PENDING", "a waiting trade")


def active_run(table: Table, modules: Modules) -> Iterator[str]:
    """Claim the right to trade, take it over, and give it back."""
    active = modules["run_record.active"]
    holder = active.active_run_of(ITEMS["active_run"])
    table.put_new(active.active_run_item(holder))
    yield from differences(ITEMS["active_run"], table.get(active.active_run_key()) or {})
    other = replace(holder, run_id="run-2")
    table.change(active.replace_active_run(holder.run_id, other))
    found = table.get(active.active_run_key()) or {}
    yield from differences({**ITEMS["active_run"], "run_id": "run-2"}, found)
    yield from _unless(active.leave_active_run(table, "run-2"), "a right given back")


def session(table: Table, modules: Modules) -> Iterator[str]:
    """Open, count, conclude; and fail one that waits."""
    sessions = modules["session_record.session"]
    opened = sessions.session_of(ITEMS["session_opened"])
    yield from _rewritten(sessions, "session", "session_opened", "session_completed")
    table.put_new(sessions.session_item(opened))
    yield from _unless(sessions.unfinished_sessions(table) == [opened], "an open session")
    for _ in opened.strategies:
        table.change(sessions.count_report(opened.session_id))
    yield from _conclude(
        table, modules, "session_completed", ("PENDING",), sessions.unfinished_sessions
    )
    yield from _unless(sessions.unfinished_sessions(table) == [], "a settled session")
    table.put_new(sessions.session_item(replace(opened, session_id="workflow-2")))
    table.change(sessions.fail_session("workflow-2"))
    failed = sessions.find_session(table, "workflow-2")
    yield from _unless(failed.status == "FAILED", "a failed session")


def partial(table: Table, modules: Modules) -> Iterator[str]:
    """Report twice, and read both in their order."""
    partials = modules["session_record.partial"]
    reports = [partials.partial_of(ITEMS[name]) for name in ("partial_1", "partial_2")]
    for report in reversed(reports):
        table.put_new(partials.partial_item(report))
    found = partials.partials_of_session(table, "workflow-1")
    yield from _rewritten(partials, "partial", "partial_1", "partial_2")
    yield from _unless(found == reports, "reports that were read")


def day(table: Table, modules: Modules) -> Iterator[str]:
    """Take a day, find it overdue, and give it back."""
    days = modules["session_record.day"]
    lock = days.day_of(ITEMS["day"])
    table.write_together([days.taking_day(table, lock, OPENED_AT)])
    yield from differences(ITEMS["day"], table.get(_key("day")) or {})
    late = lock.free_at + timedelta(seconds=1)
    yield from _unless(days.find_day(table, lock.as_of) == lock, "a day that was read")
    yield from _unless(days.overdue_days(table, late) == [lock], "a day that is overdue")
    other = replace(lock, session_id="workflow-2")
    yield from _unless(
        not table.write_together([days.taking_day(table, other, OPENED_AT)])
        and table.write_together([days.taking_day(table, other, late)]),
        "a day that is taken once",
    )
    returned = days.release_day(table, lock.as_of, "workflow-2")
    yield from _unless(returned, "a day given back")


def rebalance(table: Table, modules: Modules) -> Iterator[str]:
    """Keep what a run brought a strategy to; what an earlier run tells later changes nothing."""
    rebalances = modules["session_record.rebalance"]
    yield from _rewritten(rebalances, "rebalance", "rebalance")
    kept = rebalances.rebalance_of(ITEMS["rebalance"])
    table.write_together([rebalances.keeping_rebalance(table, kept)])
    yield from differences(ITEMS["rebalance"], table.get(_key("rebalance")) or {})
    earlier = replace(kept, opened_at=kept.opened_at - timedelta(days=1))
    was_kept = table.write_together([rebalances.keeping_rebalance(table, earlier)])
    yield from _unless(not was_kept, "a later rebalance")
    yield from _unless(rebalances.last_rebalances(table) == {kept.dsl_file: kept}, "a reading")


def plan(table: Table, modules: Modules) -> Iterator[str]:
    """Keep a plan and find it by its correlation id."""
    plans = modules["plan_record"]
    record = plans.plan_of(ITEMS["plan"])
    plans.keep_plan(table, record)
    yield from differences(ITEMS["plan"], table.get(_key("plan")) or {})
    yield from differences(ITEMS["plan_claim"], table.get(_key("plan_claim")) or {})
    found = plans.find_plan(table, record.correlation_id)
    yield from _unless(found == record, "a plan that was read")


def ledger(table: Table, modules: Modules) -> Iterator[str]:
    """Book an order and a strategy's part of it; sell from a lot."""
    orders, parts = modules["ledger.filled_order"], modules["ledger.strategy_trade"]
    lots = modules["ledger.lot"]
    entry = orders.order_of(ITEMS["order"])
    table.put_new(orders.order_item(replace(entry, is_booked=False)))
    table.change(orders.mark_booked(entry.fill.order_id))
    part = parts.strategy_trade_of(ITEMS["strategy_trade"])
    table.put_new(parts.strategy_trade_item(part))
    sold = lots.lot_of(ITEMS["lot_sold"])
    opened = replace(sold, exits=(), realized_pnl=Decimal(0), lot=_before(sold))
    table.put_new(lots.lot_item(opened))
    yield from differences(ITEMS["lot_opened"], table.get(_key("lot_opened")) or {})
    found = lots.open_lots(table, opened.lot.symbol)
    yield from _unless(found == [opened.lot], "a lot found by its symbol")
    table.change(lots.sell_from_lot(opened.lot, sold.exits[0]))
    again = lots.find_lot(table, opened.lot.lot_id)
    yield from _unless(again.was_sold_by(sold.exits[0].order_id), "a sale that is remembered")
    read = parts.strategy_trades(table, part.strategy)
    yield from _unless(read == parts.all_strategy_trades(table) == [part], "parts that were read")
    for name in ("order", "strategy_trade", "lot_sold"):
        yield from differences(ITEMS[name], table.get(_key(name)) or {})


LIVES: dict[str, dict[str, Callable[[Table, Modules], Iterator[str]]]] = {
    "run": {
        "outbox": run,
        "run_record.run": run,
        "run_record.run_changes": run,
        "run_record.run_scans": run,
        "run_record.trade": trade,
        "run_record.trade_changes": trade,
        "run_record.active": active_run,
    },
    "session": {
        "outbox": session,
        "session_record.session": session,
        "session_record.partial": partial,
        "session_record.day": day,
        "session_record.rebalance": rebalance,
    },
    "plan": {"plan_record": plan},
    "ledger": {
        "ledger.strategy_trade": ledger,
        "ledger.filled_order": ledger,
        "ledger.lot": ledger,
    },
}
"""By record, the modules that know how it looks, each behind those that it imports, and the life
that holds each module's names."""


def _completed_run(table: Table, modules: Modules) -> Iterator[str]:
    runs, changes = modules["run_record.run"], modules["run_record.run_changes"]
    scans = modules["run_record.run_scans"]
    end = runs.run_of(ITEMS["run_completed"])
    messages = [modules["run_record.trade"].trade_of(ITEMS[name]) for name in TRADES]
    started = replace(
        runs.run_of(ITEMS["run_opened"]),
        announced_at=None,
        enqueued_at=None,
    )
    table.put_new(runs.run_item(started))
    table.change(changes.announce(end.run_id, end.announced_at))
    table.change(changes.enqueue(end.run_id, end.enqueued_at))
    yield from differences(ITEMS["run_opened"], table.get(_key("run_opened")) or {})
    yield from _unless(scans.unconcluded_runs(table) == [], "a run with trades open")
    for record in messages:
        message, result = record.message, record.result
        is_sell = message.action is Side.SELL
        if not is_sell:
            amount = abs(message.trade_amount)
            reserve = changes.reserve(end.run_id, message.symbol, amount, end.buy_limit)
            table.change(reserve)
            yield from _unless(table.change(reserve) is None, "a buy reserved once")
        tally = changes.Tally(
            run_id=end.run_id,
            symbol=message.symbol,
            trade_id=message.trade_id,
            phase=message.phase,
            outcome=changes.TradeOutcome.SUCCEEDED,
            succeeded_amount=abs(message.trade_amount) - result.unexecuted_amount,
            failed_amount=result.unexecuted_amount,
            released_amount=result.unexecuted_amount,
            sold_value=result.executed_value if is_sell else Decimal(0),
            capital_deployed_pct=result.capital_deployed_pct,
        )
        count = changes.count(tally, end.updated_at)
        table.change(count)
        yield from _unless(table.change(count) is None, "a trade counted once")
        if is_sell:
            begin = changes.begin_buys(end.run_id, end.phase_changed_by, Decimal(0), end.updated_at)
            table.change(begin)
            table.change(changes.release_buys(end.run_id, end.buys_enqueued_at))
    yield from _unless(len(scans.unconcluded_runs(table)) == 1, "a run that is decided")
    yield from _conclude(table, modules, "run_completed", ("BUY_PHASE",), scans.unconcluded_runs)
    later = replace(end.outcome, lease_until_s=end.outcome.lease_until_s + LATER_S)
    wanted = replace(end, outcome=later)
    yield from _unless(scans.opened_runs(table) == [wanted], "a run that was read")
    yield from _unless(scans.unconcluded_runs(table) == [], "a settled run")


def _failed_runs(table: Table, modules: Modules) -> Iterator[str]:
    runs, changes = modules["run_record.run"], modules["run_record.run_changes"]
    wanted = ITEMS["run_failed"]
    step, reason = wanted["failure_step"], wanted["failure_reason"]
    opened = runs.run_of(ITEMS["run_opened"])
    told_at = runs.run_of(wanted).failure_told_at
    ways = {
        "run-2": [changes.fail("run-2", step, reason), changes.tell_failure("run-2", told_at)],
        "run-3": [changes.fail_told("run-3", reason, told_at)],
        "run-4": [changes.fail_stalled(replace(opened, run_id="run-4"), step, reason)],
    }
    for run_id, way in ways.items():
        table.put_new(runs.run_item(replace(opened, run_id=run_id)))
        for change in way:
            table.change(change)
        item = table.get(runs.run_key(run_id)) or {}
        names = [name for name in ("failure_step", "failure_told_at") if name in item]
        expected = {name: wanted[name] for name in ("status", "failure_reason", *names)}
        before = {**ITEMS["run_opened"], **runs.run_key(run_id), "run_id": run_id}
        yield from differences({**before, **expected}, item)
        yield from _unless(bool(names), f"how {run_id} failed")
    quiet = replace(opened, run_id="run-5")
    tally = changes.Tally(
        run_id="run-5",
        symbol="SPY",
        trade_id="trade-1",
        phase=Side.SELL,
        outcome=changes.TradeOutcome.FAILED,
    )
    table.put_new(runs.run_item(quiet))
    for number, outcome in enumerate(("FAILED", "SKIPPED")):
        each = replace(tally, symbol=f"S{number}", outcome=changes.TradeOutcome[outcome])
        table.change(changes.count(each, MOVED_AT))
    found = runs.find_run(table, "run-5")
    yield from _unless((found.failed_trades, found.skipped_trades) == (1, 1), "other outcomes")
    yield from _quiet_run(table, modules)


def _quiet_run(table: Table, modules: Modules) -> Iterator[str]:
    runs, outbox = modules["run_record.run"], modules["outbox"]
    quiet = runs.Run(
        run_id="run-6", plan_id="plan-6", correlation_id="workflow-6", status="SELL_PHASE"
    )
    attributes = runs.quiet_run_attributes(quiet, OPENED_AT)
    yield from _unless(set(attributes) <= set(ITEMS["run_opened"]), "attributes of a run")
    event: DomainEvent = unwrap(json.loads(ITEMS["run_completed"]["outcome"]), EVENTS)
    conclusion = outbox.Conclusion(
        key=runs.run_key("run-6"),
        event=event,
        open_statuses=("SELL_PHASE",),
        claimed_status="AGGREGATING",
        final_status="COMPLETED",
        new_record=attributes,
    )
    desk = outbox.Outbox(table, RecordingPublisher(), FixedClock(MOVED_AT), EVENTS)
    yield from _unless(desk.claim(conclusion), "the end of a run that nobody opened")
    found = runs.find_run(table, "run-6")
    yield from _unless(found.plan_id == "plan-6" and found.is_decided, "a run with no trades")


def _conclude(
    table: Table,
    modules: Modules,
    name: str,
    states: tuple[str, ...],
    unsettled: Callable[[Table], Sequence[Any]],
) -> Iterator[str]:
    outbox = modules["outbox"]
    clock = FixedClock(MOVED_AT)
    desk = outbox.Outbox(table, RecordingPublisher(), clock, EVENTS)
    wanted = ITEMS[name]
    event: DomainEvent = unwrap(json.loads(wanted["outcome"]), EVENTS)
    conclusion = outbox.Conclusion(
        key=_key(name),
        event=event,
        open_statuses=states,
        claimed_status="AGGREGATING",
        final_status="COMPLETED",
    )
    fresh = replace(
        conclusion, key={"PK": "NEW#1", "SK": "METADATA"}, new_record={"opened": "never"}
    )
    yield from _unless(desk.claim(fresh) and not desk.claim(fresh), "a new record that ends once")
    desk.claim(conclusion)
    yield from _unless(len(unsettled(table)) == 1, "one record that is not settled")
    claimed = outbox.outcome_of(table.get(_key(name)) or {})
    clock.advance(seconds=LATER_S)
    taken = desk.take_over(_key(name), claimed)
    yield from _unless(taken == event, "an event that is taken over")
    desk.deliver(_key(name), event)
    lease_until_s = wanted["outcome_lease_until_s"] + LATER_S
    found = table.get(_key(name)) or {}
    yield from differences({**wanted, "outcome_lease_until_s": lease_until_s}, found)


def _before(entry: Any) -> Any:
    (sale,) = entry.exits
    return replace(entry.lot, remaining=entry.lot.remaining + sale.quantity)


def _rewritten(module: Any, kind: str, *names: str) -> Iterator[str]:
    read, write = getattr(module, f"{kind}_of"), getattr(module, f"{kind}_item")
    for name in names:
        for problem in differences(ITEMS[name], write(read(ITEMS[name]))):
            yield f"{name}: {problem}"


def _unless(holds: bool, what: str) -> Iterator[str]:
    if not holds:
        yield f"expected {what}"


def _key(name: str) -> dict[str, str]:
    item = ITEMS[name]
    return {"PK": item["PK"], "SK": item["SK"]}
