"""The adapter runs the real alpaca-py against a fake wire."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from decimal import Decimal

import pytest
from alpaca.common import exceptions as alpaca_exceptions
from alpaca.trading.enums import OrderStatus
from hypothesis import given
from hypothesis import strategies as st
from requests import exceptions as http

from local.market.faults import Fault, FaultKind
from local.market.terms import Terms
from tests.functions.alpaca_in_process import AlpacaInProcess
from tests.simulated_market import quote_of
from the_alchemiser.shared.broker import OrderState, OrderTicket
from the_alchemiser.shared.broker_alpaca import AlpacaBroker
from the_alchemiser.shared.broker_alpaca_errors import translate
from the_alchemiser.shared.broker_alpaca_values import STATES, decimal
from the_alchemiser.shared.broker_errors import BrokerRefused, error_for_status
from the_alchemiser.shared.broker_patience import Patience
from the_alchemiser.shared.errors import (
    AlchemiserError,
    ConfigurationError,
    PermanentError,
    TransientError,
)
from the_alchemiser.shared.lots import Side

TICKET = OrderTicket(
    client_order_id="alch-SPY-1", symbol="SPY", side=Side.BUY, quantity=Decimal("1.234567")
)


@pytest.fixture
def alpaca() -> AlpacaInProcess:
    fake = AlpacaInProcess()
    fake.trade_at("SPY", "400.01", "0.02")
    return fake


@pytest.fixture
def broker(alpaca: AlpacaInProcess) -> AlpacaBroker:
    return alpaca.broker()


class TestReading:
    def test_keeps_every_decimal(self, alpaca: AlpacaInProcess, broker: AlpacaBroker) -> None:
        alpaca.cash = Decimal("12345.678901234567")
        alpaca.hold("SPY", "0.123456789")
        assert broker.account().cash == Decimal("12345.678901234567")
        assert broker.positions()[0].quantity == Decimal("0.123456789")
        assert quote_of(broker, "SPY").ask == Decimal("400.02")

    def test_signs_a_short_position(self, alpaca: AlpacaInProcess, broker: AlpacaBroker) -> None:
        alpaca.hold("SPY", "-3")
        assert broker.positions()[0].quantity == -3

    def test_finds_nothing_where_nothing_is(self, broker: AlpacaBroker) -> None:
        assert broker.find("alch-SPY-unknown") is None
        assert broker.position("SPY") is None
        assert broker.views([]) == {}
        assert broker.views(["NONE"]) == {}

    @pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
    def test_is_repeated_while_the_broker_is_busy(
        self, alpaca: AlpacaInProcess, broker: AlpacaBroker, status: int
    ) -> None:
        alpaca.fail("GET /account", times=3, status=status)
        assert broker.account().cash == 100_000
        assert alpaca.requests == ["GET /account"] * 4

    def test_gives_up_after_four_attempts(
        self, alpaca: AlpacaInProcess, broker: AlpacaBroker
    ) -> None:
        alpaca.fail("GET /account", times=99, status=503)
        with pytest.raises(TransientError, match="503"):
            broker.account()
        assert len(alpaca.requests) == 4

    def test_waits_for_the_next_minute_when_there_were_too_many_requests(
        self, alpaca: AlpacaInProcess
    ) -> None:
        now_s = 1_000.0
        waits: list[float] = []

        def sleep(seconds: float) -> None:
            nonlocal now_s
            waits.append(seconds)
            now_s += seconds

        patience = Patience(sleep=sleep, clock_s=lambda: now_s, jitter=lambda: 0.5)
        alpaca.market.terms = Terms(requests_per_minute=2)
        alpaca.market.window.clock_s = lambda: now_s
        broker = alpaca.broker(patience)
        for _ in range(5):
            broker.account()
        assert waits == [60.5, 60.0]

    def test_gives_up_when_others_take_the_requests_of_two_minutes(
        self, alpaca: AlpacaInProcess
    ) -> None:
        waits: list[float] = []
        broker = alpaca.broker(Patience(sleep=waits.append))
        alpaca.fail("GET /account", times=999, status=429)
        with pytest.raises(TransientError, match="429"):
            broker.account()
        assert 100 < sum(waits) < 130

    def test_survives_a_dropped_connection(
        self, alpaca: AlpacaInProcess, broker: AlpacaBroker
    ) -> None:
        alpaca.fail("GET /clock")
        assert broker.clock().is_open

    def test_takes_an_unreadable_answer_for_a_breakdown(
        self, alpaca: AlpacaInProcess, broker: AlpacaBroker
    ) -> None:
        alpaca.market.faults.arm(Fault(kind=FaultKind.GARBLED, path="/v2/account", count=99))
        with pytest.raises(TransientError, match="unreadable"):
            broker.account()

    def test_does_not_repeat_what_is_refused(
        self, alpaca: AlpacaInProcess, broker: AlpacaBroker
    ) -> None:
        alpaca.fail("GET /assets", times=99, status=404)
        with pytest.raises(BrokerRefused):
            broker.asset("SPY")
        assert len(alpaca.requests) == 1

    def test_names_the_secret_when_the_credentials_are_wrong(
        self, alpaca: AlpacaInProcess, broker: AlpacaBroker
    ) -> None:
        alpaca.fail("GET /account", status=401)
        with pytest.raises(ConfigurationError, match="ALPACA__SECRET_ARN"):
            broker.account()


class TestPlacing:
    def test_sends_the_exact_quantity(self, alpaca: AlpacaInProcess, broker: AlpacaBroker) -> None:
        order = broker.place(TICKET)
        assert order.quantity == order.filled_quantity == Decimal("1.234567")
        assert order.state is OrderState.FILLED
        assert alpaca.cash == 100_000 - Decimal("1.234567") * Decimal("400.02")

    @pytest.mark.parametrize("status", [None, 429, 500, 504])
    def test_finds_the_order_whose_answer_was_lost(
        self, alpaca: AlpacaInProcess, broker: AlpacaBroker, status: int | None
    ) -> None:
        alpaca.fail("POST /orders", status=status, after_acting=True)
        assert broker.place(TICKET).filled_quantity == TICKET.quantity
        assert len(alpaca.placed()) == 1
        assert alpaca.requests.count("POST /orders") == 1

    @pytest.mark.parametrize("status", [None, 429, 500, 504])
    def test_places_again_what_never_arrived(
        self, alpaca: AlpacaInProcess, broker: AlpacaBroker, status: int | None
    ) -> None:
        alpaca.fail("POST /orders", times=2, status=status)
        broker.place(TICKET)
        assert len(alpaca.placed()) == 1
        assert alpaca.requests.count("POST /orders") == 3

    def test_gives_the_earlier_order_when_its_id_is_taken(
        self, alpaca: AlpacaInProcess, broker: AlpacaBroker
    ) -> None:
        assert broker.place(TICKET) == broker.place(TICKET)
        assert len(alpaca.placed()) == 1

    def test_tells_too_little_money_from_other_refusals(
        self, alpaca: AlpacaInProcess, broker: AlpacaBroker
    ) -> None:
        alpaca.cash = Decimal(1)
        with pytest.raises(BrokerRefused) as refusal:
            broker.place(TICKET)
        assert refusal.value.lacks_funds
        assert alpaca.requests.count("POST /orders") == 1

    def test_leaves_a_final_order_uncancelled(
        self, alpaca: AlpacaInProcess, broker: AlpacaBroker
    ) -> None:
        order = broker.place(TICKET)
        broker.cancel(order.order_id)
        assert broker.read(order.order_id).state is OrderState.FILLED


class TestErrors:
    @pytest.mark.parametrize("status", range(400, 600))
    def test_every_status_is_either_passing_or_final(self, status: int) -> None:
        error = error_for_status(status, "said")
        assert isinstance(error, TransientError) != isinstance(error, PermanentError)
        waits = status >= 500 or status in (408, 425, 429)
        assert isinstance(error, TransientError) is waits

    def test_every_failure_of_the_http_library_is_ours(self) -> None:
        failures = list(_subclasses(http.RequestException))
        assert len(failures) > 15
        for failure in failures:
            assert isinstance(translate(_made(failure), "account"), AlchemiserError)

    def test_every_failure_of_the_vendor_is_ours(self) -> None:
        vendors = [
            kind
            for _, kind in inspect.getmembers(alpaca_exceptions, inspect.isclass)
            if issubclass(kind, Exception)
        ]
        assert len(vendors) >= 2
        for kind in vendors:
            arguments = ["{}"] if kind is alpaca_exceptions.APIError else []
            assert isinstance(translate(kind(*arguments), "account"), TransientError)

    def test_a_wrong_address_is_a_wrong_setting(self) -> None:
        assert isinstance(translate(http.MissingSchema("x"), "account"), ConfigurationError)

    def test_every_order_status_has_a_meaning(self) -> None:
        assert set(STATES) == set(OrderStatus)

    @pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "sNaN"])
    def test_what_is_no_number_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match="finite"):
            decimal(text)


class TestPatience:
    @given(st.integers(1, 20), st.floats(0, 1))
    def test_waits_between_half_and_all_of_a_capped_span(
        self, failures: int, jitter: float
    ) -> None:
        patience = Patience(jitter=lambda: jitter)
        span = min(patience.longest_wait_s, patience.first_wait_s * 2 ** (failures - 1))
        assert span / 2 <= patience.wait_s(failures) <= span

    def test_raises_the_last_failure(self) -> None:
        waits: list[float] = []
        failures = self._failing(9)
        with pytest.raises(TransientError, match="failure 3"):
            Patience(attempts=3, sleep=waits.append).call(lambda: next(failures))
        assert len(waits) == 2

    @staticmethod
    def _failing(times: int) -> Iterator[None]:
        class Failing:
            count = 0

            def __iter__(self) -> Failing:
                return self

            def __next__(self) -> None:
                self.count += 1
                raise TransientError(f"failure {self.count}")

        return iter(Failing())


def _subclasses(kind: type[Exception]) -> Iterator[type[Exception]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _subclasses(each)


def _made(kind: type[Exception]) -> Exception:
    if kind is http.JSONDecodeError:
        return http.JSONDecodeError("expected", "doc", 0)
    return kind("it failed")
