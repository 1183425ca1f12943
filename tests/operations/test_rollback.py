from __future__ import annotations

from dataclasses import replace

import pytest

from blueprint.artifacts import release_object
from operations.errors import OperationError
from operations.history import Version
from operations.hold import Hold, hold_in, require_same_hold, write_hold
from operations.rollback import Plan, is_cut_off, plan_forward, plan_rollback
from operations.stack_file import stack_settings
from tests.operations.deployments import LAYER, Deployed, deployed

A = {"data_v2": "data", "metrics_v2": "metrics", "portfolio_v2": "portfolio"}
B = {**A, "metrics_v2": "metrics 2"}
C = {**A, "metrics_v2": "metrics 3"}


@pytest.fixture
def abc(stack: Deployed) -> Deployed:
    """Deploy all, then shared code and metrics, then metrics alone."""
    stack.deploy(A)
    stack.deploy(B, layer="k2")
    stack.deploy(C, layer="k2")
    assert stack.versions == {"data_v2": "2", "metrics_v2": "3", "portfolio_v2": "2"}
    return stack


def back(stack: Deployed, to: int | None = None, function: str = "") -> Plan:
    running = stack.running()
    plan = plan_rollback(running, stack.live, to=to, function=function)
    stack.mover.carry_out(running, plan, hold=True)
    return plan


def forward(stack: Deployed, function: str = "") -> Plan:
    running = stack.running()
    plan = plan_forward(running, function=function)
    stack.mover.carry_out(running, plan, hold=False)
    return plan


def held_by(stack: Deployed) -> Hold | None:
    return hold_in(stack_settings(stack.engine))


def moves(plan: Plan) -> list[str]:
    return [str(move) for move in plan.moves]


def test_only_what_the_last_release_changed_goes_back(abc: Deployed) -> None:
    assert moves(back(abc)) == ["metrics_v2 3 -> 2"]

    assert abc.versions == {"data_v2": "2", "metrics_v2": "2", "portfolio_v2": "2"}
    assert abc.recorded_versions == abc.versions


def test_a_second_rollback_goes_one_release_further(abc: Deployed) -> None:
    back(abc)

    assert moves(back(abc)) == ["data_v2 2 -> 1", "metrics_v2 2 -> 1", "portfolio_v2 2 -> 1"]


def test_before_the_first_release_there_is_none(abc: Deployed) -> None:
    back(abc, to=1)

    with pytest.raises(OperationError, match="no release before 1"):
        back(abc)


def test_a_release_is_restored_by_its_number(abc: Deployed) -> None:
    plan = back(abc, to=1)

    assert plan.restores == 1
    assert set(abc.versions.values()) == {"1"}


def test_a_number_that_is_none_is_answered_with_those_there_are(abc: Deployed) -> None:
    with pytest.raises(OperationError, match="found TO=9; dev has 1 to 3"):
        back(abc, to=9)


def test_each_move_is_a_release_of_its_own_that_says_what_it_restores(abc: Deployed) -> None:
    back(abc)
    forward(abc)

    told = [(it.number, it.replaces, it.restores, it.held) for it in abc.store.all()]
    assert told[2:] == [(3, 2, None, False), (4, 3, 2, True), (5, 4, 3, False)]


def test_one_function_goes_back_to_its_version_before(abc: Deployed) -> None:
    assert moves(back(abc, function="data_v2")) == ["data_v2 2 -> 1"]
    assert abc.versions == {"data_v2": "1", "metrics_v2": "3", "portfolio_v2": "2"}


def test_a_function_that_is_none_is_answered_with_those_there_are(abc: Deployed) -> None:
    with pytest.raises(OperationError, match="FUNCTION=metrics"):
        back(abc, function="metrics")


def test_forward_brings_what_was_published_last_and_lets_go(abc: Deployed) -> None:
    back(abc, to=1)

    forward(abc)

    assert abc.versions == {"data_v2": "2", "metrics_v2": "3", "portfolio_v2": "2"}
    assert held_by(abc) is None
    assert abc.recorded_versions == abc.versions


def test_what_is_deployed_onto_a_held_stack_waits(abc: Deployed) -> None:
    back(abc)
    release = abc.deploy({**C, "metrics_v2": "metrics 4"}, layer="k2")

    assert abc.versions["metrics_v2"] == "2"
    assert release is not None
    assert release.number == 4
    assert "metrics_v2 2 (newest 4)" in abc.running().held
    forward(abc)
    assert abc.versions["metrics_v2"] == "4"
    assert abc.store.all()[-1].restores is None


def test_what_is_live_after_a_move_is_told_with_the_commit_that_it_came_from(
    abc: Deployed,
) -> None:
    commits = {it.number: f"{it.number}" * 40 for it in abc.store.all()}
    for release in abc.store.all():
        told = release.model_copy(update={"commit": commits[release.number]})
        abc.store.client.put_object(
            Bucket="artifacts", Key=release_object(told.number), Body=told.model_dump_json()
        )

    back(abc)
    assert abc.running().last.commit == commits[2]
    forward(abc)
    assert abc.running().last.commit == commits[3]

    back(abc)
    abc.deploy({**C, "metrics_v2": "metrics 4"}, layer="k2")
    abc.engine.history = [
        {
            "kind": "update",
            "startTime": "2026-11-29T20:00:00Z",
            "endTime": "2026-11-29T20:01:00Z",
            "environment": {"git.head": "4" * 40, "git.dirty": "true"},
        }
    ]
    forward(abc)
    assert (abc.running().last.commit, abc.running().last.dirty) == ("4" * 40, True)


def test_settings_deployed_onto_a_held_stack_leave_what_it_restores(abc: Deployed) -> None:
    back(abc)
    release = abc.deploy(C, layer="k2", settings={"schedules": "on"})

    assert release is not None
    assert (release.number, release.held, release.restores) == (5, True, 2)
    assert back(abc).restores == 1


def test_a_function_added_in_between_stays_and_is_told_of(abc: Deployed) -> None:
    abc.deploy({**C, "risk_report": "new"}, layer="k2")

    plan = back(abc, to=2)

    assert moves(plan) == ["metrics_v2 3 -> 2"]
    assert plan.notes[0] == "risk_report is new since release 2: it stays at version 1"


def test_a_function_removed_in_between_is_told_of(abc: Deployed) -> None:
    abc.deploy({name: it for name, it in C.items() if name != "data_v2"}, layer="k2")

    plan = back(abc, to=2)

    assert moves(plan) == ["metrics_v2 3 -> 2"]
    assert plan.notes[0].startswith("data_v2 was removed since: only a deployment")


def test_a_change_of_a_layer_alone_goes_back_with_its_functions(stack: Deployed) -> None:
    stack.deploy(A)
    stack.deploy(A, layer="k2")

    back(stack)

    layers = {it.layers["shared_code"].version for it in stack.running().serving.values()}
    assert layers == {"1"}


def test_settings_that_versions_carry_go_back_and_others_are_told_of(stack: Deployed) -> None:
    stack.deploy(A, settings={"log_level": "a", "schedules": "off"})
    stack.deploy(A, function_settings="s2", settings={"log_level": "b", "schedules": "on"})

    plan = back(stack)

    assert set(stack.versions.values()) == {"1"}
    (note,) = plan.notes
    assert note.startswith("settings schedules stay as they are, for no version of a function")


def test_a_release_of_settings_alone_cannot_be_taken_back_and_says_why(stack: Deployed) -> None:
    stack.deploy(A, settings={"schedules": "off"})
    stack.deploy(A, settings={"schedules": "on"}, wiring="w2")

    with pytest.raises(OperationError) as refusal:
        back(stack)

    assert "release 1 has the very versions that are live in dev" in str(refusal.value)
    assert "settings schedules stay as they are" in str(refusal.value)
    assert "queues, tables, triggers or alarms were changed since" in str(refusal.value)


def test_a_version_whose_layer_is_gone_is_refused_before_anything_moves(abc: Deployed) -> None:
    del abc.live.layers[f"{LAYER}:1"]
    before = dict(abc.versions)

    with pytest.raises(OperationError, match=f"{LAYER}:1, which no longer exists"):
        back(abc, to=1)

    assert abc.versions == before
    assert abc.engine.ran == []


def test_a_version_that_is_gone_is_refused(abc: Deployed) -> None:
    name = deployed("data_v2")
    abc.live.published[name] = abc.live.published[name][1:]

    with pytest.raises(OperationError, match="data_v2: version 1 of release 1 is gone"):
        back(abc, to=1)


def test_the_same_number_with_other_code_is_another_version(abc: Deployed) -> None:
    name = deployed("data_v2")
    first, *rest = abc.live.published[name]
    made_anew: Version = replace(first, code_sha256="AA==")
    abc.live.published[name] = (made_anew, *rest)

    with pytest.raises(OperationError, match="of other code: the function was made anew"):
        back(abc, to=1)


def test_a_move_that_fails_moves_the_others_back_and_holds_nothing(abc: Deployed) -> None:
    before = dict(abc.versions)
    abc.live.stuck = deployed("portfolio_v2")

    with pytest.raises(OperationError, match="stuck"):
        back(abc, to=1)

    assert abc.versions == before
    assert held_by(abc) is None
    assert len(abc.store.all()) == 3


def test_an_update_that_died_between_aliases_is_taken_back(abc: Deployed) -> None:
    abc.deploy({name: f"{it} again" for name, it in C.items()}, layer="k2", whole=False)
    assert abc.versions["data_v2"] == "3"
    assert abc.running().live is None

    assert moves(back(abc)) == ["data_v2 3 -> 2"]
    assert abc.store.all()[-1].restores == 3


@pytest.mark.parametrize("failing", ["import", "set-all"])
def test_a_rollback_that_was_cut_off_is_finished_and_goes_no_further(
    abc: Deployed, failing: str
) -> None:
    abc.engine.failing = failing
    with pytest.raises(OperationError):
        back(abc)
    abc.engine.failing = None

    assert is_cut_off(abc.running()) is (failing == "import")
    back(abc)

    assert abc.versions["metrics_v2"] == "2"
    assert abc.recorded_versions == abc.versions
    assert not is_cut_off(abc.running())


def test_a_rollback_that_died_before_an_alias_moved_is_finished(abc: Deployed) -> None:
    versions = {"data_v2": "1", "metrics_v2": "1", "portfolio_v2": "1"}
    write_hold(abc.engine, None, Hold(release="1", functions=versions))

    assert is_cut_off(abc.running())
    back(abc)

    assert abc.versions == versions


@pytest.mark.parametrize("function", ["", "metrics_v2"])
def test_what_was_to_move_is_all_that_finishing_a_rollback_moves(
    abc: Deployed, function: str
) -> None:
    running = abc.running()
    plan = plan_rollback(running, abc.live, to=1, function="metrics_v2")
    versions = {**abc.versions, "metrics_v2": "1"}
    write_hold(abc.engine, None, Hold(release=str(plan.restores), functions=versions))

    assert moves(back(abc, function=function)) == ["metrics_v2 3 -> 1"]
    assert abc.versions == {"data_v2": "2", "metrics_v2": "1", "portfolio_v2": "2"}
    assert not is_cut_off(abc.running())


@pytest.mark.parametrize("moved", range(4))
def test_a_second_rollback_that_was_cut_off_is_finished_too(abc: Deployed, moved: int) -> None:
    back(abc)
    versions = {"data_v2": "1", "metrics_v2": "1", "portfolio_v2": "1"}
    write_hold(abc.engine, held_by(abc), Hold(release="1", functions=versions))
    for name in list(versions)[:moved]:
        abc.live.move_alias(deployed(name), "live", "1")

    back(abc)

    assert abc.versions == versions
    assert abc.running().last.restores == 1


def test_a_checkout_whose_file_knows_nothing_of_a_rollback_may_not_deploy(abc: Deployed) -> None:
    back(abc)
    write_hold(abc.engine, held_by(abc), None)
    running = abc.running()

    with pytest.raises(OperationError, match="release 4 restored release 2"):
        require_same_hold("dev", running.hold, running.last)


def test_a_file_and_a_record_that_agree_let_an_update_pass(abc: Deployed) -> None:
    for act in (lambda: None, lambda: back(abc), lambda: forward(abc)):
        act()
        running = abc.running()
        require_same_hold("dev", running.hold, running.last)


def test_a_hold_that_is_none_is_refused(stack: Deployed) -> None:
    stack.engine.settings = {"alchemiser:held": {"objectValue": [1]}}

    with pytest.raises(OperationError, match="expected a release and the functions' versions"):
        held_by(stack)


def test_a_stack_without_releases_is_told_to_be_deployed_once(abc: Deployed) -> None:
    running = replace(abc.running(), releases=())

    with pytest.raises(OperationError, match="make deploy-dev"):
        plan_rollback(running, abc.live, to=None, function="")
