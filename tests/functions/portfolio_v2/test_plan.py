from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from the_alchemiser.portfolio_v2.plan import Action, Proposal, priority_of, propose, smallest_trade
from the_alchemiser.portfolio_v2.snapshot import Margin, Snapshot
from the_alchemiser.shared.errors import PlanRejected

SYMBOLS = ("SPY", "TLT", "GLD", "QQQ", "BIL", "IWM")

prices = st.decimals("0.01", "5000", places=4)
quantities = st.decimals("0", "500", places=6)
cash_amounts = st.decimals("0", "1000000", places=2)
deployments = st.decimals("0.01", "1", places=2)


@st.composite
def targets(draw: st.DrawFn) -> dict[str, Decimal]:
    parts = draw(st.dictionaries(st.sampled_from(SYMBOLS), st.integers(1, 1000), min_size=1))
    total = sum(parts.values())
    return {symbol: Decimal(part) / Decimal(total) for symbol, part in parts.items()}


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    held = draw(st.dictionaries(st.sampled_from(SYMBOLS), quantities, max_size=6))
    return Snapshot(
        quantities=held,
        prices={symbol: draw(prices) for symbol in SYMBOLS},
        cash=draw(cash_amounts),
    )


def total_of(proposal: Proposal, action: Action) -> Decimal:
    amounts = [abs(i.trade_amount) for i in proposal.items if i.action is action]
    return sum(amounts, Decimal(0))


def snapshot(cash: str = "0", margin: Margin | None = None, **held: str) -> Snapshot:
    return Snapshot(
        quantities={symbol: Decimal(quantity) for symbol, quantity in held.items()},
        prices=dict.fromkeys(SYMBOLS, Decimal(100)),
        cash=Decimal(cash),
        margin=margin,
    )


class TestEveryPlan:
    @given(targets(), snapshots(), deployments)
    def test_spends_no_more_than_cash_and_sells_provide(
        self, wanted: dict[str, Decimal], held: Snapshot, deployment: Decimal
    ) -> None:
        if held.total <= 0:
            return
        proposal = propose(wanted, held, deployment)
        bought, sold = total_of(proposal, Action.BUY), total_of(proposal, Action.SELL)
        assert bought <= held.cash + sold + Decimal("0.01")

    @given(targets(), snapshots(), deployments)
    def test_wants_no_more_than_it_may_deploy(
        self, wanted: dict[str, Decimal], held: Snapshot, deployment: Decimal
    ) -> None:
        if held.total <= 0:
            return
        proposal = propose(wanted, held, deployment)
        assert sum(item.target_value for item in proposal.items) <= held.total * deployment

    @given(targets(), snapshots(), deployments)
    def test_trades_nothing_below_the_smallest_amount(
        self, wanted: dict[str, Decimal], held: Snapshot, deployment: Decimal
    ) -> None:
        if held.total <= 0:
            return
        proposal = propose(wanted, held, deployment)
        for item in proposal.items:
            if item.action is Action.HOLD:
                assert item.trade_amount == 0
            else:
                assert abs(item.trade_amount) >= proposal.smallest_trade

    @given(targets(), snapshots(), deployments)
    def test_sells_no_more_of_a_symbol_than_is_held(
        self, wanted: dict[str, Decimal], held: Snapshot, deployment: Decimal
    ) -> None:
        if held.total <= 0:
            return
        for item in propose(wanted, held, deployment).items:
            if item.action is Action.SELL:
                assert -item.trade_amount <= held.value(item.symbol)

    @given(targets(), snapshots(), deployments)
    def test_names_each_symbol_once_and_sells_first(
        self, wanted: dict[str, Decimal], held: Snapshot, deployment: Decimal
    ) -> None:
        if held.total <= 0:
            return
        items = propose(wanted, held, deployment).items
        assert len({item.symbol for item in items}) == len(items)
        order = [list(Action).index(item.action) for item in items]
        assert order == sorted(order)


class TestAmounts:
    def test_are_the_differences_to_weight_times_deployable(self) -> None:
        proposal = propose(
            {"SPY": Decimal("0.6"), "TLT": Decimal("0.4")}, snapshot("5000", SPY="50"), Decimal(1)
        )
        amounts = {item.symbol: item.trade_amount for item in proposal.items}
        assert amounts == {"SPY": Decimal(1000), "TLT": Decimal(4000)}

    def test_exit_what_is_no_target_any_more(self) -> None:
        proposal = propose({"SPY": Decimal(1)}, snapshot("0", TLT="10"), Decimal(1))
        exit_item = proposal.items[0]
        assert (exit_item.symbol, exit_item.action) == ("TLT", Action.SELL)
        assert exit_item.is_exit
        assert exit_item.target_weight == 0

    def test_below_five_dollars_are_held(self) -> None:
        proposal = propose({"SPY": Decimal(1)}, snapshot("4.99", SPY="100"), Decimal(1))
        assert proposal.items[0].action is Action.HOLD

    def test_of_five_dollars_are_traded(self) -> None:
        proposal = propose({"SPY": Decimal(1)}, snapshot("5.00", SPY="100"), Decimal(1))
        assert proposal.items[0].action is Action.BUY

    @pytest.mark.parametrize(
        ("total", "smallest"), [("999.99", "9.9999"), ("1000", "5"), ("1000000", "5"), ("100", "1")]
    )
    def test_start_at_one_percent_of_a_small_portfolio(self, total: str, smallest: str) -> None:
        assert smallest_trade(Decimal(total)) == Decimal(smallest)

    def test_leave_room_for_the_small_sells_that_are_not_made(self) -> None:
        # Four holdings are $4 too large each; without their $16 the buy has to be smaller.
        held = snapshot("0", SPY="2.54", TLT="2.54", GLD="2.54", QQQ="2.54")
        wanted = {s: Decimal("0.246062992") for s in ("SPY", "TLT", "GLD", "QQQ")}
        proposal = propose({**wanted, "BIL": Decimal("0.015748032")}, held, Decimal(1))
        assert total_of(proposal, Action.BUY) == 0
        assert {item.action for item in proposal.items} == {Action.HOLD}

    @pytest.mark.parametrize(
        ("difference", "priority"),
        [
            ("10000", 1),
            ("-10000", 1),
            ("9999.99", 2),
            ("1000", 2),
            ("999.99", 3),
            ("100", 3),
            ("99.99", 4),
            ("50", 4),
            ("49.99", 5),
            ("0", 5),
        ],
    )
    def test_rank_by_size(self, difference: str, priority: int) -> None:
        assert priority_of(Decimal(difference)) == priority


class TestRefusals:
    def test_name_a_sum_of_weights_above_101_percent(self) -> None:
        with pytest.raises(PlanRejected, match=r"sum to 1, found 1\.02"):
            propose({"SPY": Decimal("1.02")}, snapshot("1000"), Decimal(1))

    def test_spare_a_sum_that_is_a_little_over_one_by_scaling(self) -> None:
        proposal = propose({"SPY": Decimal("1.01")}, snapshot("1000"), Decimal(1))
        assert proposal.items[0].trade_amount == 1000

    def test_name_the_symbol_without_a_price(self) -> None:
        held = Snapshot(quantities={}, prices={"SPY": Decimal(0)}, cash=Decimal(1000))
        with pytest.raises(PlanRejected, match=r"TLT.*None"):
            propose({"TLT": Decimal(1)}, held, Decimal(1))
        with pytest.raises(PlanRejected, match=r"SPY.*found 0"):
            propose({"SPY": Decimal(1)}, held, Decimal(1))

    def test_name_a_holding_without_a_price(self) -> None:
        held = Snapshot(
            quantities={"GLD": Decimal(1)}, prices={"SPY": Decimal(1)}, cash=Decimal(1000)
        )
        with pytest.raises(PlanRejected, match="GLD"):
            propose({"SPY": Decimal(1)}, held, Decimal(1))

    @pytest.mark.parametrize("deployment", ["0", "-1", "1.51"])
    def test_name_an_impossible_deployment(self, deployment: str) -> None:
        with pytest.raises(PlanRejected, match="deployment"):
            propose({"SPY": Decimal(1)}, snapshot("1000"), Decimal(deployment))

    def test_name_a_negative_weight(self) -> None:
        with pytest.raises(PlanRejected, match="negative"):
            propose({"SPY": Decimal("1.1"), "TLT": Decimal("-0.1")}, snapshot("9"), Decimal(1))

    def test_name_an_account_without_equity(self) -> None:
        with pytest.raises(PlanRejected, match="equity above zero"):
            propose({"SPY": Decimal(1)}, snapshot("-1"), Decimal(1))


def margin(
    initial: str = "0", maintenance: str = "0", equity: str = "10000", power: str = "20000"
) -> Margin:
    return Margin(
        equity=Decimal(equity),
        multiplier=Decimal(2),
        initial_margin=Decimal(initial),
        maintenance_margin=Decimal(maintenance),
        regt_buying_power=Decimal(power),
    )


class TestLeverage:
    def test_buys_for_more_than_the_equity(self) -> None:
        proposal = propose({"SPY": Decimal(1)}, snapshot("10000", margin()), Decimal("1.5"))
        assert proposal.items[0].trade_amount == 15000

    def test_needs_margin_data(self) -> None:
        with pytest.raises(PlanRejected, match="margin data"):
            propose({"SPY": Decimal(1)}, snapshot("10000"), Decimal("1.1"))

    def test_stops_above_75_percent_of_the_margin(self) -> None:
        with pytest.raises(PlanRejected, match="75%"):
            propose({"SPY": Decimal(1)}, snapshot("10000", margin(initial="15001")), Decimal("1.1"))
        propose({"SPY": Decimal(1)}, snapshot("10000", margin(initial="15000")), Decimal("1.1"))

    def test_stops_near_a_margin_call(self) -> None:
        near = margin(maintenance="9100")
        with pytest.raises(PlanRejected, match="maintenance margin"):
            propose({"SPY": Decimal(1)}, snapshot("10000", near), Decimal("1.1"))

    def test_stops_at_the_regt_buying_power(self) -> None:
        short = margin(power="10000")
        with pytest.raises(PlanRejected, match="Reg T buying power"):
            propose({"SPY": Decimal(1)}, snapshot("10000", short), Decimal("1.1"))
