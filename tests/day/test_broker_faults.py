"""The broker misbehaves: the run ends, says what happened, and the books say where the money is."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from local.day.following import Ending
from local.day.observations import ObservedEvent
from tests.day.agreement import (
    assert_books_agree,
    assert_on_target,
    assert_profits_agree,
    is_on_target,
)
from tests.day.floor import DAYS, Floor
from the_alchemiser.shared.broker_alpaca_clients import READ_TIMEOUT_S

pytestmark = pytest.mark.day

ORDERS = "/v2/orders"


TOO_LATE = READ_TIMEOUT_S + 1


def test_whatever_is_refused_lost_or_late_is_tried_again_and_each_trade_is_placed_once(
    floor: Floor,
) -> None:
    floor.ill("latency", path="/v2/account", value=TOO_LATE)
    floor.ill("status", method="POST", path=ORDERS, symbol="AAPL", value=429, count=2)
    floor.ill("status", method="POST", path=ORDERS, symbol="CVX", value=500, count=2)
    floor.ill("drop", method="POST", path=ORDERS, symbol="JNJ", count=1)
    floor.ill("drop_after", method="POST", path=ORDERS, symbol="JPM", count=1)
    floor.ill("slow_answer", method="POST", path=ORDERS, symbol="PG", value=TOO_LATE)
    floor.ill("late_fill", symbol="MRK", value=2)
    floor.ill("partial_fill", symbol="LLY", value="0.5")
    result = floor.trade(DAYS[0])
    assert result.ending is Ending.COMPLETED
    assert floor.market.ask("faults") == []
    assert len({fill.symbol for fill in result.fills}) == len(result.plan)
    assert_on_target(result)
    assert_books_agree(floor)


def test_rejected_orders_and_stale_quotes_are_told_and_the_others_are_placed(floor: Floor) -> None:
    floor.ill("reject", symbol="KO", count=100)
    floor.ill("stale_quote", symbol="UNH", value=7200, count=100)
    result = floor.trade(DAYS[0])
    assert result.ending is Ending.COMPLETED
    [mail] = result.mails
    assert mail.subject == "[FAILURE] Alchemiser SIMULATED Trading"
    assert "Failed symbols: KO" in mail.body
    assert "UNH: not bought: expected a quote of the last 900 s, found one of 72" in mail.body
    held = {line.symbol: line for line in result.positions}
    assert held.pop("KO").quantity == 0
    assert "UNH" not in held
    assert all(is_on_target(line, result) for line in held.values())
    assert_books_agree(floor)
    assert_profits_agree(result)


def test_a_run_on_a_closed_market_is_not_begun_and_told(floor: Floor) -> None:
    result = floor.trade(DAYS[0], at="16:30")
    assert result.ending is Ending.FAILED
    assert not floor.books["fills"]
    [mail] = result.mails
    assert "expected an open market" in mail.body


def test_sells_that_fail_beyond_the_guard_stop_all_buys(floor: Floor) -> None:
    floor.trade(DAYS[0])
    floor.ill("reject", count=10_000)
    result = floor.trade(DAYS[1], watch=_setting(floor, "portfolio_value_usd"))
    assert result.ending is Ending.FAILED
    assert any(line.action == "BUY" for line in result.plan)
    assert not result.fills
    assert "SELL_PHASE_GUARD" in result.troubles[0].reason
    assert any("SELL_PHASE_GUARD" in mail.body for mail in result.mails)
    assert_books_agree(floor)


def test_the_breaker_stops_buys_beyond_the_limit(floor: Floor) -> None:
    floor.trade(DAYS[0])
    result = floor.trade(DAYS[1], watch=_setting(floor, "max_equity_limit_usd"))
    assert result.ending is Ending.FAILED
    bought = sum((fill.value for fill in result.fills if fill.side == "buy"), Decimal(0))
    assert bought == 0
    assert any("EQUITY_CIRCUIT_BREAKER" in trouble.reason for trouble in result.troubles)
    assert any("EQUITY_CIRCUIT_BREAKER" in mail.body for mail in result.mails)
    assert_books_agree(floor)


def _setting(floor: Floor, attribute: str) -> Callable[[ObservedEvent], None]:
    """Give what sets a run's limit to ten dollars as soon as the run is planned."""

    def lower_the_limit(event: ObservedEvent) -> None:
        if event.name == "RebalancePlanned":
            floor.stack.client("dynamodb").update_item(
                TableName=floor.stack.outputs.tables["execution-runs"],
                Key={
                    "PK": {"S": f"RUN#{event.detail['metadata']['run_id']}"},
                    "SK": {"S": "METADATA"},
                },
                UpdateExpression=f"SET {attribute} = :limit",
                ExpressionAttributeValues={":limit": {"N": "10"}},
            )

    return lower_the_limit
