"""One deployed stack and one simulated market for all days that are traded in tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from blueprint.outputs import StackOutputs
from local.day.session import TradingSession
from local.market.address import URL_VARIABLE, market_url
from local.market.service import stop_market
from local.workfolder import WorkFolder
from tests.day.floor import SEEDED_AS_OF, Floor
from tests.engine.checkout import Checkout, copy_checkout


def open_floor(checkout: Checkout) -> Floor:
    work = WorkFolder(root=checkout.root, home=checkout.home)
    outputs = StackOutputs.parse(checkout.run("outputs").succeeded().output, "local")
    session = TradingSession.of(work, checkout.endpoint, "local", outputs)
    return Floor(checkout=checkout, session=session)


def seed(floor: Floor, as_of: date = SEEDED_AS_OF) -> None:
    floor.market.tell("day", date=as_of)
    answer = floor.stack.call("data_v2", {"as_of": as_of.isoformat()})
    assert answer.is_good, answer.reason


@pytest.fixture(scope="session")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    folder = tmp_path_factory.mktemp("day")
    home = folder / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(URL_VARIABLE, raising=False)
        url = market_url(WorkFolder(root=folder / "checkout", home=home))
    copied = copy_checkout(folder / "checkout", home)
    checkout = replace(copied, environment={URL_VARIABLE: url})
    try:
        checkout.run("local").succeeded()
        floor = open_floor(checkout)
        seed(floor)
        yield floor
    finally:
        stop_market(WorkFolder(root=checkout.root, home=checkout.home))
        checkout.run("clean")


@pytest.fixture
def floor(exchange: Floor) -> Floor:
    """Give the floor with empty books and a market that behaves."""
    exchange.empty()
    return exchange
