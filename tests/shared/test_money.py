"""Money, weights and symbols are exact and checked where they enter."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from the_alchemiser.shared.money import Exact, Money, Symbol, Weight, cents, normalise, plain


class Held(BaseModel):
    symbol: Symbol
    weight: Weight
    value: Money


class TestExact:
    @pytest.mark.parametrize(
        ("given_value", "written"),
        [
            ("1E+2", "100"),
            (0.1, "0.1"),
            (7, "7"),
            ("-0.50", "-0.50"),
            (Decimal("1e-20"), "0.00000000000000000001"),
        ],
    )
    def test_is_written_in_fixed_point(
        self, given_value: Decimal | float | str, written: str
    ) -> None:
        assert plain(Exact(given_value)) == written

    @pytest.mark.parametrize(
        "value",
        [
            "NaN",
            "Infinity",
            "-inf",
            float("nan"),
            float("inf"),
            "1e41",
            "1e-41",
            "9" * 39,
            "",
            "x",
            "1" * 100_000,
        ],
    )
    def test_refuses_what_is_not_finite_or_too_long(self, value: float | str) -> None:
        with pytest.raises(ValueError, match="expected"):
            Exact(value)

    def test_survives_copies(self) -> None:
        weight = Weight("0.5")
        assert type(copy.deepcopy(weight)) is Weight
        assert type(pickle.loads(pickle.dumps(weight))) is Weight

    @given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9)))
    def test_goes_round_as_text(self, value: Decimal) -> None:
        try:
            exact = Exact(value)
        except ValueError:
            return
        assert Exact(plain(exact)) == value


class TestRanges:
    @pytest.mark.parametrize("value", ["-0.0001", "1.0101"])
    def test_a_weight_is_a_part_of_one(self, value: str) -> None:
        with pytest.raises(ValueError, match=r"expected at (least|most)"):
            Weight(value)

    def test_money_has_limits(self) -> None:
        with pytest.raises(ValueError, match="expected at most"):
            Money("1e16")


class TestSymbol:
    @pytest.mark.parametrize(
        ("text", "symbol"),
        [
            (" spy ", "SPY"),
            ("brk.b", "BRK.B"),
            ("BF-B", "BF.B"),
            ("BTC/USD", "BTC/USD"),
            ("x1", "X1"),
        ],
    )
    def test_is_spelled_as_the_broker_does(self, text: str, symbol: str) -> None:
        assert Symbol(text) == symbol

    @pytest.mark.parametrize(
        "text", ["", "1X", "TOOLONGTICKER", "S PY", "SPY\n;", "\uff33PY", "ß", "A.", ".A", "A..B"]
    )
    def test_refuses_what_is_no_ticker(self, text: str) -> None:
        with pytest.raises(ValueError, match="expected a ticker"):
            Symbol(text)


class TestFields:
    def test_models_check_and_write_them(self) -> None:
        held = Held.model_validate_json('{"symbol":"spy","weight":0.5,"value":"1E+2"}')
        assert held == Held(symbol=Symbol("SPY"), weight=Weight("0.5"), value=Money(100))
        assert held.model_dump(mode="json") == {"symbol": "SPY", "weight": "0.5", "value": "100"}

    @pytest.mark.parametrize("bad", ['"symbol":7', '"weight":true', '"weight":[]', '"value":null'])
    def test_models_refuse_other_types(self, bad: str) -> None:
        with pytest.raises(ValidationError):
            Held.model_validate_json('{"symbol":"spy","weight":0.5,"value":"1",' + bad + "}")


def test_halves_of_a_cent_go_to_the_even_one() -> None:
    assert [cents(Decimal(text)) for text in ("0.005", "0.015", "-0.025")] == [
        Decimal("0.00"),
        Decimal("0.02"),
        Decimal("-0.02"),
    ]


class TestNormalise:
    @given(st.dictionaries(st.text(max_size=3), st.decimals("0.0001", "1000", places=4)))
    def test_weights_sum_to_one_and_are_never_negative(self, weights: dict[str, Decimal]) -> None:
        if not weights:
            return
        scaled = normalise(weights)
        assert abs(sum(scaled.values(), Decimal(0)) - 1) < Decimal("1e-24")
        assert all(weight > 0 for weight in scaled.values())

    def test_zero_weights_drop_out(self) -> None:
        assert normalise({"a": Decimal(2), "b": Decimal(0)}) == {"a": 1}

    @pytest.mark.parametrize(
        "weights", [{}, {"a": Decimal(0)}, {"a": Decimal(2), "b": Decimal(-1)}]
    )
    def test_refuses_what_has_no_sum_or_is_negative(self, weights: dict[str, Decimal]) -> None:
        with pytest.raises(ValueError, match="expected weights"):
            normalise(weights)
