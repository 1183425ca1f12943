"""Releases that are cut off while they go live, are taken back or promoted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from catalogue.system import SYSTEM
from tests.engine.alias_gate import AliasGate, gated
from tests.engine.checkout import Checkout, kill_when
from tests.engine.rehearsal import SHARED, Rehearsal, marked

pytestmark = [pytest.mark.engine, pytest.mark.timeout(1800)]

MOMENTS = range(10)
"""How many of the ten aliases have moved when everything is killed."""


@pytest.fixture(scope="module")
def gate(dev: Checkout) -> Iterator[AliasGate]:
    """Hear of every alias that moves; functions carry where it is, and are rid of it afterwards."""
    with gated(dev.endpoint) as found:
        yield found
        # A refresh reads by the provider that is on record, so through the gate once more.
        Rehearsal(dev).operate("deploy").succeeded()


@pytest.fixture
def behind(dev: Checkout, gate: AliasGate) -> Iterator[Rehearsal]:
    """Reach dev through the gate; whatever moved had proved itself by then."""
    through = {**dev.environment, "EMULATOR_ENDPOINT": gate.url}
    yield Rehearsal(replace(dev, environment=through))
    gate.open()
    # A test that fails half-way leaves a release held; the next ones begin on the newest.
    Rehearsal(dev).operate("forward")
    assert gate.moves
    assert gate.unproven(lambda name: Rehearsal(dev, name.split("-")[1]).account) == []


def kill(rehearsal: Rehearsal, gate: AliasGate, verb: str, moment: int) -> dict[str, str]:
    """Start a verb that moves every alias and kill it at a moment; return what was live before."""
    before = rehearsal.live()
    gate.close_after(moment)
    on_stack = () if verb == "promote" else ("--stack", rehearsal.stack)
    agreed = {**rehearsal.checkout.environment, "YES": "1"}
    process = replace(rehearsal.checkout, environment=agreed).start(verb, *on_stack)
    came = kill_when(process, gate.reached.is_set)
    assert came, (rehearsal.checkout.home / "killed.log").read_text()[-3000:]
    gate.open()
    moved = {name for name, version in rehearsal.live().items() if version != before[name]}
    assert len(moved) == moment
    rehearsal.operate("recover").succeeded()
    return before


def assert_whole(rehearsal: Rehearsal, before: dict[str, str]) -> None:
    """Every alias serves one release, which the record names as live."""
    assert set(rehearsal.live()) == {spec.name for spec in SYSTEM.functions}
    listed = rehearsal.operate("releases").succeeded()
    assert sum(" live " in line for line in listed.output.splitlines()) == 1
    assert all(rehearsal.live()[name] != version for name, version in before.items())
    rehearsal.operate("smoke").succeeded()


def going_live(rehearsal: Rehearsal, gate: AliasGate, moment: int) -> None:
    rehearsal.checkout.edit(SHARED, lambda text: marked(text, f"killed going live at {moment}"))
    before = kill(rehearsal, gate, "deploy", moment)
    rehearsal.operate("smoke").succeeded()

    rehearsal.operate("deploy").succeeded()

    assert_whole(rehearsal, before)


def going_back(rehearsal: Rehearsal, gate: AliasGate, moment: int) -> None:
    first = rehearsal.live()
    rehearsal.checkout.edit(SHARED, lambda text: marked(text, f"killed going back at {moment}"))
    rehearsal.operate("deploy").succeeded()
    before = kill(rehearsal, gate, "rollback", moment)

    rehearsal.operate("rollback").succeeded()

    assert rehearsal.live() == first
    assert_whole(rehearsal, before)
    rehearsal.operate("forward").succeeded()
    assert rehearsal.live() == before


def being_promoted(source: Rehearsal, gate: AliasGate, moment: int) -> None:
    target = replace(source, stack="prod")
    source.operate("deploy").succeeded()
    target.operate("promote").succeeded()
    source.checkout.edit(SHARED, lambda text: marked(text, f"killed promoted at {moment}"))
    source.operate("deploy").succeeded()
    before = kill(target, gate, "promote", moment)

    target.operate("promote").succeeded()

    assert target.served() == source.served()
    assert_whole(target, before)


Act = Callable[[Rehearsal, AliasGate, int], None]
ACTS: tuple[Act, ...] = (going_live, going_back, being_promoted)
BY_NAME = pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)


@pytest.mark.parametrize(("act", "moment"), [(going_live, 4), (going_back, 2)])
def test_a_release_that_was_cut_off_is_whole_after_the_next_command(
    behind: Rehearsal, gate: AliasGate, act: Act, moment: int
) -> None:
    act(behind, gate, moment)


@pytest.mark.soak
@BY_NAME
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_release_killed_at_any_moment_is_whole_after_the_next_command(
    behind: Rehearsal, gate: AliasGate, act: Act, moment: int
) -> None:
    act(behind, gate, moment)
