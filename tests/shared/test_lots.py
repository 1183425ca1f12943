"""Lots reconcile with fills, whatever was bought and sold."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import MONDAY
from the_alchemiser.shared.apportionment import apportion, apportion_sale, in_cents
from the_alchemiser.shared.lots import Fill, Lot, Side, opened, replay, sell
from the_alchemiser.shared.money import cents

quantities = st.decimals("0.000001", "100000", places=6)
prices = st.decimals("0.01", "9999.9999", places=4)
weights = st.dictionaries(
    st.sampled_from(["calm", "trend", "pair", "mix"]),
    st.decimals("0.0001", "1", places=4),
    min_size=1,
)


@st.composite
def fills(draw: st.DrawFn) -> list[Fill]:
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["calm", "trend"]),
                st.sampled_from(["SPY", "TLT"]),
                st.sampled_from(list(Side)),
                quantities,
                prices,
            ),
            max_size=12,
        )
    )
    return [
        Fill(
            fill_id=f"fill-{index:03}",
            strategy=strategy,
            symbol=symbol,
            side=side,
            quantity=quantity,
            price=price,
            filled_at=MONDAY + timedelta(minutes=index // 2),
        )
        for index, (strategy, symbol, side, quantity, price) in enumerate(rows)
    ]


def fill(side: Side, quantity: str, price: str, minute: int) -> Fill:
    return Fill(
        fill_id=f"fill-{minute}",
        strategy="calm",
        symbol="SPY",
        side=side,
        quantity=Decimal(quantity),
        price=Decimal(price),
        filled_at=MONDAY + timedelta(minutes=minute),
    )


class TestSell:
    def test_takes_the_oldest_lot_first_and_part_of_the_next(self) -> None:
        lots = [opened(fill(Side.BUY, "10", "11", 2)), opened(fill(Side.BUY, "5", "10", 1))]
        sale = sell(lots, Decimal(8), Decimal(12))
        assert [match.quantity for match in sale.matches] == [5, 3]
        assert sale.pnl == Decimal(13)
        assert [lot.remaining for lot in sale.lots] == [0, 7]
        assert [lot.is_open for lot in sale.lots] == [False, True]
        assert sale.unmatched == 0

    def test_says_what_no_lot_accounts_for(self) -> None:
        sale = sell([opened(fill(Side.BUY, "5", "10", 1))], Decimal(8), Decimal(9))
        assert sale.unmatched == 3
        assert sale.pnl == -5

    def test_of_nothing_held_is_wholly_unmatched(self) -> None:
        assert sell([], Decimal(8), Decimal(9)).unmatched == 8


class TestReplay:
    @given(fills())
    def test_lots_are_what_was_bought_less_what_was_matched(self, history: list[Fill]) -> None:
        holdings = replay(history)
        bought = sum((f.quantity for f in history if f.side is Side.BUY), Decimal(0))
        sold = sum((f.quantity for f in history if f.side is Side.SELL), Decimal(0))
        assert holdings.position == bought - sold + holdings.unmatched
        assert all(0 <= lot.remaining <= lot.quantity for lot in holdings.lots)

    @given(fills())
    def test_profit_plus_open_cost_is_money_out_less_money_in(self, history: list[Fill]) -> None:
        history = [f for f in history if f.side is Side.BUY or _covered(f, history)]
        holdings = replay(history)
        if holdings.unmatched:
            return
        spent = sum((f.value for f in history if f.side is Side.BUY), Decimal(0))
        received = sum((f.value for f in history if f.side is Side.SELL), Decimal(0))
        open_cost = sum((lot.remaining * lot.entry_price for lot in holdings.lots), Decimal(0))
        assert holdings.realised == received - spent + open_cost

    @given(fills(), st.randoms())
    def test_does_not_depend_on_the_order_of_reading(
        self, history: list[Fill], random: Random
    ) -> None:
        shuffled = list(history)
        random.shuffle(shuffled)
        assert set(replay(shuffled).matches) == set(replay(history).matches)
        assert replay(shuffled).realised == replay(history).realised

    @given(fills())
    def test_equals_booking_fill_by_fill(self, history: list[Fill]) -> None:
        lots: list[Lot] = []
        pnl = Decimal(0)
        for item in sorted(history, key=lambda f: (f.filled_at, f.fill_id)):
            if item.side is Side.BUY:
                lots.append(opened(item))
                continue
            own = [x for x in lots if (x.strategy, x.symbol) == (item.strategy, item.symbol)]
            sale = sell(own, item.quantity, item.price)
            lots = [x for x in lots if x not in own] + list(sale.lots)
            pnl += sale.pnl
        assert pnl == replay(history).realised
        assert set(lots) == set(replay(history).lots)


class TestApportion:
    @given(quantities, weights)
    def test_parts_sum_to_the_whole(self, quantity: Decimal, by: dict[str, Decimal]) -> None:
        parts = apportion(quantity, by)
        assert sum(parts.values()) == quantity
        assert all(part > 0 for part in parts.values())

    def test_keeps_what_is_smaller_than_a_step(self) -> None:
        parts = apportion(Decimal("1.0000000004"), {"a": Decimal(1), "b": Decimal(1)})
        assert sum(parts.values()) == Decimal("1.0000000004")

    def test_leaves_out_weights_of_zero(self) -> None:
        assert apportion(Decimal(1), {"a": Decimal(1), "b": Decimal(0)}) == {"a": 1}

    @pytest.mark.parametrize("by", [{}, {"a": Decimal(0)}, {"a": Decimal(2), "b": Decimal(-1)}])
    def test_needs_weights_above_zero(self, by: dict[str, Decimal]) -> None:
        with pytest.raises(ValueError, match="expected shares to divide"):
            apportion(Decimal(1), by)


class TestApportionSale:
    @given(quantities, weights, st.dictionaries(st.sampled_from(["calm", "pair"]), quantities))
    def test_sells_everything_and_leaves_no_lot_that_the_position_lacks(
        self, quantity: Decimal, by: dict[str, Decimal], held: dict[str, Decimal]
    ) -> None:
        parts = apportion_sale(quantity, by, held)
        assert sum(parts.values()) == quantity
        from_lots = sum((min(parts.get(n, Decimal(0)), h) for n, h in held.items()), Decimal(0))
        assert from_lots == min(quantity, sum(held.values(), Decimal(0)))

    def test_follows_the_weights_where_the_lots_allow(self) -> None:
        held = {"a": Decimal(10), "b": Decimal(10)}
        by = {"a": Decimal("0.75"), "b": Decimal("0.25")}
        assert apportion_sale(Decimal(8), by, held) == {"a": 6, "b": 2}

    def test_takes_from_the_others_what_one_lacks(self) -> None:
        held = {"a": Decimal(1), "b": Decimal(10)}
        assert apportion_sale(Decimal(8), {"a": Decimal(1)}, held) == {"a": 1, "b": 7}


class TestInCents:
    @given(st.dictionaries(st.text(max_size=3), st.decimals("-9999", "9999", places=10)))
    def test_parts_sum_to_the_rounded_total(self, amounts: dict[str, Decimal]) -> None:
        rounded = in_cents(amounts)
        assert sum(rounded.values(), Decimal(0)) == cents(sum(amounts.values(), Decimal(0)))
        assert all(abs(rounded[name] - amounts[name]) < Decimal("0.02") for name in amounts)


def _covered(sale: Fill, history: list[Fill]) -> bool:
    held = replay(f for f in history if (f.filled_at, f.fill_id) < (sale.filled_at, sale.fill_id))
    own = [x for x in held.lots if (x.strategy, x.symbol) == (sale.strategy, sale.symbol)]
    return sum((x.remaining for x in own), Decimal(0)) >= sale.quantity
