"""A function that moves into its own zip and back, on a real engine and the emulator."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.engine.checkout import Checkout

pytestmark = [pytest.mark.engine, pytest.mark.timeout(600)]

CATALOGUE = "catalogue/functions.py"
IMPORT = "from catalogue.shorthand import"
LAYERS = '        layers=("portfolio", "shared_code"),\n'
ALONE = {
    "portfolio_v2-function": "update",
    "portfolio_v2-alias": "update",
    "release-proof": "update",
    "release-record": "update",
}


def into_zip(text: str) -> str:
    imported = text.replace(IMPORT, f"from blueprint import Shipping\n{IMPORT}", 1)
    return imported.replace(LAYERS, f"{LAYERS}        shipping=Shipping.ZIP,\n", 1)


@pytest.fixture
def moved(clone: Checkout, stack: Checkout) -> Iterator[Checkout]:
    clone.edit(CATALOGUE, into_zip)
    yield clone
    stack.pulumi("up", "--stack", "local", "--yes", "--skip-preview").succeeded()


def test_a_function_moves_into_its_zip_and_back_alone(moved: Checkout, stack: Checkout) -> None:
    client = stack.account().client("lambda")
    assert moved.planned() == ALONE

    moved.pulumi("up", "--stack", "local", "--yes", "--skip-preview").succeeded()

    deployed = client.get_function_configuration(FunctionName="alchemiser-local-portfolio")
    layers = [layer["Arn"].split(":")[-2] for layer in deployed["Layers"]]
    assert layers == ["alchemiser-local-shared-code"]
    answer = client.invoke(
        FunctionName="alchemiser-local-portfolio",
        Qualifier="live",
        Payload=json.dumps({"action": "health"}),
    )
    assert json.loads(answer["Payload"].read()) == {"status": "healthy"}
    moved.pulumi("preview", "--stack", "local", "--expect-no-changes").succeeded()
    assert stack.planned() == ALONE
