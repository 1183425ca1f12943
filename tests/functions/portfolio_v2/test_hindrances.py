"""A plan around doubted prices and short positions."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from the_alchemiser.portfolio_v2.plan import Action, Proposal, propose
from the_alchemiser.portfolio_v2.rebalance_plan import RebalancePlan
from the_alchemiser.portfolio_v2.run_store import shortened
from the_alchemiser.portfolio_v2.service import require_within_limit
from the_alchemiser.portfolio_v2.snapshot import Snapshot
from the_alchemiser.shared.errors import PlanRejected

HUNDRED = Decimal(100)


def snapshot(
    quantities: dict[str, str], cash: str, doubted: dict[str, str | None] | None = None
) -> Snapshot:
    """Everything costs 100 dollars; `doubted` symbols are worth what the broker says."""
    doubts = doubted or {}
    symbols = {"SPY", "TLT", "GLD", *quantities} - set(doubts)
    return Snapshot(
        quantities={symbol: Decimal(text) for symbol, text in quantities.items()},
        prices=dict.fromkeys(symbols, HUNDRED),
        cash=Decimal(cash),
        doubts=dict.fromkeys(doubts, "expected a quote, found none"),
        broker_values={
            symbol: Decimal(value) for symbol, value in doubts.items() if value is not None
        },
    )


def amounts(proposal: Proposal) -> dict[str, Decimal]:
    return {i.symbol: i.trade_amount for i in proposal.items if i.action is not Action.HOLD}


HALVES = {"SPY": Decimal("0.5"), "TLT": Decimal("0.5")}


def test_a_doubted_holding_is_counted_at_the_brokers_value_and_left() -> None:
    held = snapshot({"GLD": "100"}, "10000", {"GLD": "30000"})
    proposal = propose(HALVES, held, Decimal(1))
    assert proposal.total_value == 40_000
    assert "GLD" not in amounts(proposal)
    assert sum(amounts(proposal).values()) == pytest.approx(10_000, abs=1)
    assert proposal.left_out == {"GLD": "kept as it is: expected a quote, found none"}


def test_a_doubted_target_is_not_bought_and_the_other_keeps_its_weight() -> None:
    proposal = propose(HALVES, snapshot({}, "10000", {"TLT": None}), Decimal(1))
    assert amounts(proposal) == {"SPY": Decimal(5000)}
    assert proposal.left_out == {"TLT": "not bought: expected a quote, found none"}


def test_more_than_half_in_doubt_is_refused() -> None:
    weights = {"SPY": Decimal("0.49"), "TLT": Decimal("0.51")}
    with pytest.raises(PlanRejected, match="TLT: expected a quote, found none"):
        propose(weights, snapshot({}, "10000", {"TLT": None}), Decimal(1))


def test_a_doubted_holding_whose_value_nobody_knows_is_refused() -> None:
    with pytest.raises(PlanRejected, match="GLD"):
        propose(HALVES, snapshot({"GLD": "100"}, "10000", {"GLD": None}), Decimal(1))


def test_a_short_position_is_covered_with_room_in_price_before_all_else() -> None:
    proposal = propose({"SPY": Decimal(1)}, snapshot({"GLD": "-10"}, "11000"), Decimal(1))
    first, second = proposal.items
    assert (first.symbol, first.action, first.is_cover) == ("GLD", Action.BUY, True)
    assert first.trade_amount == 1020
    assert (second.symbol, second.trade_amount) == ("SPY", Decimal(9980))


def test_a_cover_counts_as_no_purchase() -> None:
    require_within_limit(plan_of({"GLD": "-10"}, "11000", limit="9980"))
    with pytest.raises(PlanRejected, match=r"expected buys up to \$9979.99, found \$9980.00"):
        require_within_limit(plan_of({"GLD": "-10"}, "11000", limit="9979.99"))


def plan_of(quantities: dict[str, str], cash: str, limit: str) -> RebalancePlan:
    proposal = propose({"SPY": Decimal(1)}, snapshot(quantities, cash), Decimal(1))
    return RebalancePlan(
        plan_id="plan-1",
        run_id="run-1",
        correlation_id="workflow-1",
        causation_id="signal-1",
        timestamp=datetime(2022, 3, 14, 19, 45, tzinfo=UTC),
        items=proposal.items,
        total_portfolio_value=proposal.total_value,
        total_trade_value=proposal.trade_value,
        cash_balance=proposal.cash,
        position_count=1,
        min_trade_threshold=proposal.smallest_trade,
        max_equity_limit_usd=Decimal(limit),
        capital_deployed_pct=None,
        strategy_attribution={},
        strategy_name="calm",
    )


def test_what_a_run_leaves_out_is_shortened_to_what_an_item_holds() -> None:
    few = {"SPY": "expected a quote, found none"}
    assert shortened(few) == few
    many = shortened({f"S{number}": "x" * 1000 for number in range(2000)})
    assert len(many) == 101
    assert many["…"] == "1900 more, see the plan"
    assert sum(len(name) + len(reason) for name, reason in many.items()) < 40_000
