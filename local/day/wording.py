"""Each event in plain words: what was decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from local.day.observations import ObservedEvent


def told(event: ObservedEvent) -> str:
    """Say what an event decided; its name stands elsewhere."""
    words = _WORDS.get(event.name)
    return words(event.detail) if words else ""


def is_told_later(event: ObservedEvent) -> bool:
    """Tell whether an event is a line of the table of trades, and so needs none of its own."""
    if event.name != "TradeExecuted" or not event.detail["success"]:
        return False
    return not event.detail["execution_data"].get("skipped")


def label_of(event: ObservedEvent) -> str:
    """Name an event shortly, by what tells it from others of its kind."""
    if event.name == "PartialSignalGenerated":
        return PurePosixPath(event.detail["dsl_file"]).stem
    if event.name == "TradeExecuted":
        data = event.detail["execution_data"]
        return f"{data['action']} {data['symbol']}"
    return event.name


def percent(part: object) -> str:
    """Write a part of a whole as a percentage with one decimal."""
    return f"{Decimal(str(part)) * 100:.1f} %"


def dollars(amount: object) -> str:
    """Write an amount in dollars and cents."""
    cents = round(Decimal(str(amount)), 2)
    return f"-${-cents:,.2f}" if cents < 0 else f"${abs(cents):,.2f}"


def _partial(detail: Mapping[str, Any]) -> str:
    return f"{PurePosixPath(detail['dsl_file']).stem} has decided"


def _signal(detail: Mapping[str, Any]) -> str:
    return f"{detail['consolidated_portfolio']['strategy_count']} strategies are one signal"


def _plan(detail: Mapping[str, Any]) -> str:
    plan = detail["rebalance_plan"]
    if not detail["trades_required"]:
        return "nothing to trade: every position is where it should be"
    parts = [
        f"{plan[side]['count']} to {side} for {dollars(plan[side]['amount'])}"
        for side in ("sell", "buy")
        if plan[side]["count"]
    ]
    kept = plan["hold"]["count"]
    held = f", {kept} left as they are" if kept else ""
    return " and ".join(parts) + held


def _trade(detail: Mapping[str, Any]) -> str:
    data = detail["execution_data"]
    what = f"{data['action']} {data['symbol']}"
    if data.get("skipped"):
        return f"{what} skipped: {data.get('error_message')}"
    if not detail["success"]:
        return f"{what} failed: {detail.get('failure_reason') or data.get('error_message')}"
    return f"{what}: {data['shares_executed']} shares at {dollars(data['price'])}"


def _end(detail: Mapping[str, Any]) -> str:
    counts = f"{detail['succeeded_trades']} of {detail['total_trades']} trades succeeded"
    pct = detail.get("capital_deployed_pct")
    return counts + (f", {pct} % of the capital is deployed" if pct is not None else "")


def _failure(detail: Mapping[str, Any]) -> str:
    return f"{detail['failure_step']}: {detail['failure_reason']}"


def _fetch(detail: Mapping[str, Any]) -> str:
    return f"bars of {detail['symbol']} are missing and asked for"


def _fetched(detail: Mapping[str, Any]) -> str:
    if detail["success"]:
        return f"{detail['symbol']}: {detail['bars_fetched']} bars"
    return f"{detail['symbol']}: {detail['error_message'].removeprefix(detail['symbol'] + ': ')}"


_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "PartialSignalGenerated": _partial,
    "SignalGenerated": _signal,
    "RebalancePlanned": _plan,
    "TradeExecuted": _trade,
    "AllTradesCompleted": _end,
    "WorkflowFailed": _failure,
    "MarketDataFetchRequested": _fetch,
    "MarketDataFetchCompleted": _fetched,
}
