"""With IAM enforced by the emulator, functions prove themselves with the rights of their roles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

import pytest

from tests.accounts.emulator import emulator
from tests.accounts.recorder import Forwarding, Recorder, served
from tests.engine.checkout import copy_checkout
from tests.engine.rehearsal import METRICS, Rehearsal, marked
from tests.stack_files import FILLED, filled

# Two deployments and a refused one with IAM asked at each call: eight minutes beside others.
pytestmark = [pytest.mark.engine, pytest.mark.soak, pytest.mark.timeout(1800)]

GRANTS = "components/grants.py"
GRANTED = 'f"dynamodb:{operation}"'
LACKING = f'{GRANTED}.replace("Query", "Scan" if grant.target.name == "trade-ledger" else "Query")'
"""Only metrics_v2 asks the ledger so."""
GITHUB = ("--owner", "o", "--owner-id", "1", "--repository", "r", "--repository-id", "2")


class Secure(Forwarding):
    """Says that what it hands on came by TLS, without which buckets and queues refuse all."""

    def _kept(self, headers: Iterable[tuple[str, str]]) -> dict[str, str]:
        return {**super()._kept(headers), "X-Forwarded-Proto": "https"}


@pytest.fixture(scope="module")
def enforced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """Rehearse dev in an account that was bootstrapped, on an emulator that asks IAM."""
    folder = tmp_path_factory.mktemp("enforced")
    (folder / "server").mkdir()
    checkout = copy_checkout(folder / "checkout", folder / "home")
    for stack, provider in FILLED.items():
        checkout.edit(f"Pulumi.{stack}.yaml", partial(filled, provider=provider))
    with (
        emulator(folder / "server", {"AUTH": "true"}) as upstream,
        served(Recorder(upstream), Secure) as proxy,
    ):
        asked = {"REHEARSE": "1", "EMULATOR_ENDPOINT": proxy.url}
        rehearsed = replace(checkout, environment=asked)
        rehearsed.run("bootstrap-account", "--stack", "dev", *GITHUB).succeeded()
        rehearsed.run("deploy", "--stack", "dev").succeeded()
        yield Rehearsal(rehearsed)


def test_a_version_without_a_grant_that_it_needs_keeps_the_whole_release_out(
    enforced: Rehearsal,
) -> None:
    before = enforced.live()
    assert "alive" in enforced.operate("smoke").succeeded().output
    grants = (enforced.checkout.root / GRANTS).read_bytes()
    enforced.checkout.edit(GRANTS, lambda text: text.replace(GRANTED, LACKING))
    for file in (METRICS, "functions/portfolio_v2/the_alchemiser/portfolio_v2/plan.py"):
        enforced.checkout.edit(file, lambda text: marked(text, "without a grant"))

    refused = enforced.operate("deploy")

    said = refused.output + refused.messages
    assert refused.status == 1
    assert "1 of 2 versions did not prove themselves; no alias was moved" in said
    assert "metrics_v2 version " in said
    assert "table alchemiser-dev-trade-ledger: ClientError: " in said
    assert "AccessDeniedException" in said
    assert enforced.live() == before

    (enforced.checkout.root / GRANTS).write_bytes(grants)
    enforced.operate("deploy").succeeded()
    assert all(
        int(enforced.live()[name]) > int(before[name]) for name in ("metrics_v2", "portfolio_v2")
    )
