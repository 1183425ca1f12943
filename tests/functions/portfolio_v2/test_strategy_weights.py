from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from the_alchemiser.portfolio_v2.strategy_weights import strategy_weights

shares = st.dictionaries(
    st.sampled_from(["calm", "trend", "pair"]),
    st.dictionaries(st.sampled_from(["SPY", "TLT"]), st.decimals("0.0001", "1", places=6)),
)


@given(shares, st.lists(st.sampled_from(["calm", "trend"]), unique=True))
def test_sums_to_exactly_one_for_each_symbol(
    contributions: dict[str, dict[str, Decimal]], strategies: list[str]
) -> None:
    targets = {"SPY": Decimal("0.5"), "TLT": Decimal("0.5")}
    found = strategy_weights(targets, contributions, strategies)
    assert set(found) == set(targets)
    assert all(sum(each.values()) == 1 for each in found.values())
    assert all(share >= 0 for each in found.values() for share in each.values())


def test_follows_what_each_strategy_asked_for() -> None:
    found = strategy_weights(
        {"SPY": Decimal("0.4")},
        {"calm": {"SPY": Decimal("0.3")}, "trend": {"SPY": Decimal("0.1")}, "pair": {}},
        [],
    )
    assert found == {"SPY": {"calm": Decimal("0.75"), "trend": Decimal("0.25")}}


def test_splits_evenly_when_nobody_knows() -> None:
    found = strategy_weights({"SPY": Decimal(1)}, {}, ["calm", "trend"])
    assert found == {"SPY": {"calm": Decimal("0.5"), "trend": Decimal("0.5")}}


def test_falls_to_the_house_when_no_strategy_is_named() -> None:
    assert strategy_weights({"SPY": Decimal(1)}, {}, []) == {"SPY": {"alch": Decimal(1)}}


def test_leaves_out_what_nobody_is_to_hold() -> None:
    assert strategy_weights({"SPY": Decimal(0)}, {}, ["calm"]) == {}
