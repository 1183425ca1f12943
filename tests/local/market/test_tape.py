from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from local.market.bars import Restatement
from local.market.faults import Fault, FaultKind
from local.market.tape import Tape
from tests.simulated_market import opened

DAY = date(2022, 3, 15)


@pytest.fixture
def tape() -> Tape:
    made = opened(DAY).tape
    made.fix("SPY", Decimal(100))
    return made


@pytest.mark.parametrize(
    ("kind", "value", "bid", "ask"),
    [
        (FaultKind.NO_BID, "0", "0", "100.02"),
        (FaultKind.NO_ASK, "0", "99.98", "0"),
        (FaultKind.LOW_BID, "0.75", "75", "100.02"),
        (FaultKind.CROSSED_QUOTE, "1.25", "125", "80"),
        (FaultKind.FAR_OFF_QUOTE, "0.5", "49.99", "50.01"),
    ],
)
def test_a_quote_may_be_anything_while_the_truth_stays(
    tape: Tape, kind: FaultKind, value: str, bid: str, ask: str
) -> None:
    tape.faults.arm(Fault(kind=kind, symbol="SPY", value=Decimal(value)))
    shown = tape.quote("SPY")
    assert shown is not None
    assert (shown.bid, shown.ask) == (Decimal(bid), Decimal(ask))
    assert tape.price("SPY") == 100
    usual = tape.quote("SPY")
    assert usual is not None
    assert usual.bid == Decimal("99.98")


def test_a_quote_may_be_stale_or_missing(tape: Tape) -> None:
    tape.faults.arm(Fault(kind=FaultKind.STALE_QUOTE, symbol="SPY", value=Decimal(600)))
    stale = tape.quote("SPY")
    assert stale is not None
    assert tape.now - stale.at == timedelta(seconds=600)
    tape.faults.arm(Fault(kind=FaultKind.NO_QUOTE, symbol="SPY"))
    assert tape.quote("SPY") is None


def test_below_a_dollar_the_spread_is_two_hundredths_of_a_cent(tape: Tape) -> None:
    tape.fix("PENNY", Decimal("0.0145"))
    quote = tape.true_quote("PENNY")
    assert (quote.bid, quote.ask) == (Decimal("0.0144"), Decimal("0.0146"))


def test_the_previous_close_is_in_the_shares_of_its_day(tape: Tape) -> None:
    real = tape.prices.close("KO", date(2022, 3, 14))
    assert tape.previous_close("KO") == real
    tape.restatements.append(Restatement(symbol="KO", day=DAY, ratio=Decimal(2)))
    assert tape.previous_close("KO") == real
    assert tape.price("KO") == tape.prices.close("KO", DAY) / 2
