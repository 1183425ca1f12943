from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.functions.alpaca_in_process import NOW
from the_alchemiser.execution_v2.lot_booking import Booking, book_fill, held_by
from the_alchemiser.shared.ledger.filled_order import FilledOrder
from the_alchemiser.shared.lots import Lot, Side

WEIGHTS = st.dictionaries(
    st.sampled_from(["calm", "trend", "pair"]), st.decimals("0", "1", places=10), max_size=3
)
ORDERS = st.lists(
    st.tuples(
        st.sampled_from(list(Side)),
        st.decimals("0.000001", "1000", places=6),
        st.decimals("0.01", "500", places=4),
        WEIGHTS,
    ),
    max_size=8,
)


def fill(side: Side, quantity: str | Decimal, price: str | Decimal, number: int) -> FilledOrder:
    return FilledOrder(
        order_id=f"order-{number}",
        symbol="SPY",
        side=side,
        quantity=Decimal(quantity),
        price=Decimal(price),
        filled_at=NOW + timedelta(minutes=number),
        order_type="market",
    )


def after(lots: list[Lot], booking: Booking) -> list[Lot]:
    left = {closure.lot_id: closure.remaining for closure in booking.closed}
    kept = [
        Lot(
            lot_id=lot.lot_id,
            strategy=lot.strategy,
            symbol=lot.symbol,
            opened_at=lot.opened_at,
            entry_price=lot.entry_price,
            quantity=lot.quantity,
            remaining=left.get(lot.lot_id, lot.remaining),
        )
        for lot in lots
    ]
    return [*kept, *booking.opened]


def bought(quantity: str, price: str, weights: dict[str, str], number: int = 1) -> list[Lot]:
    shares = {name: Decimal(share) for name, share in weights.items()}
    return list(book_fill(fill(Side.BUY, quantity, price, number), shares, []).opened)


@given(ORDERS)
def test_keeps_the_sum_of_lots_equal_to_the_position(
    orders: list[tuple[Side, Decimal, Decimal, dict[str, Decimal]]],
) -> None:
    lots: list[Lot] = []
    position = Decimal(0)
    for number, (side, quantity, price, weights) in enumerate(orders):
        booking = book_fill(fill(side, quantity, price, number), weights, lots)
        assert sum(booking.parts.values()) == quantity
        lots = after(lots, booking)
        position += quantity if side is Side.BUY else -(quantity - booking.unmatched)
        assert sum(lot.remaining for lot in lots) == position
        assert all(lot.remaining >= 0 for lot in lots)


@given(ORDERS)
def test_earns_exactly_what_came_in_beyond_what_went_out(
    orders: list[tuple[Side, Decimal, Decimal, dict[str, Decimal]]],
) -> None:
    lots: list[Lot] = []
    earned = cost = income = Decimal(0)
    for number, (side, quantity, price, weights) in enumerate(orders):
        booking = book_fill(fill(side, quantity, price, number), weights, lots)
        lots = after(lots, booking)
        earned += sum((closure.pnl for closure in booking.closed), Decimal(0))
        if side is Side.BUY:
            cost += quantity * price
        else:
            income += (quantity - booking.unmatched) * price
    still_in = sum((lot.remaining * lot.entry_price for lot in lots), Decimal(0))
    assert earned == income - (cost - still_in)


def test_opens_one_lot_for_each_strategy() -> None:
    lots = bought("10", "400", {"calm": "0.75", "trend": "0.25"})
    assert {lot.strategy: lot.remaining for lot in lots} == {
        "calm": Decimal("7.5"),
        "trend": Decimal("2.5"),
    }


def test_buys_for_the_strategy_that_lacks_shares() -> None:
    held = bought("10", "400", {"calm": "1"})
    weights = {"calm": Decimal("0.5"), "trend": Decimal("0.5")}
    booking = book_fill(fill(Side.BUY, "10", "410", 2), weights, held)
    assert booking.parts == {"trend": Decimal(10)}


def test_sells_for_the_strategy_that_has_too_many() -> None:
    held = bought("10", "400", {"calm": "0.5", "trend": "0.5"})
    booking = book_fill(fill(Side.SELL, "5", "410", 2), {"calm": Decimal(1)}, held)
    assert booking.parts == {"trend": Decimal(5)}
    assert sum(closure.pnl for closure in booking.closed) == 50


def test_closes_every_lot_on_an_exit() -> None:
    held = bought("10", "400", {"calm": "0.5", "trend": "0.5"})
    booking = book_fill(fill(Side.SELL, "10", "390", 2), {}, held)
    assert held_by(after(held, booking)) == {}
    assert sum(closure.pnl for closure in booking.closed) == -100


def test_takes_the_oldest_lot_first_and_part_of_the_next() -> None:
    held = bought("5", "400", {"calm": "1"}, 1) + bought("5", "420", {"calm": "1"}, 2)
    booking = book_fill(fill(Side.SELL, "7", "410", 3), {"calm": Decimal(1)}, held)
    assert [(c.quantity, c.pnl) for c in booking.closed] == [
        (Decimal(5), Decimal(50)),
        (Decimal(2), Decimal(-20)),
    ]


def test_names_what_no_lot_accounts_for() -> None:
    booking = book_fill(fill(Side.SELL, "7", "410", 3), {}, [])
    assert booking.unmatched == 7
    assert booking.parts == {"alch": Decimal(7)}
