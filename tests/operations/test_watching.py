"""What is a release's doing and what is not, asked of a CloudWatch in this process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from blueprint.outputs import StackOutputs
from operations.watching import Watch
from tests.cloud import Cloud, in_process_cloud
from tests.deployed_outputs import outputs_document
from tests.operations.alarms import ERRORS, EVALUATED, alarm, count, fire
from tests.operations.fakes import lambda_digest

METRICS = "alchemiser-dev-metrics-errors"
DEPTH = "alchemiser-dev-execution-dlq-depth"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    with in_process_cloud(monkeypatch) as found:
        alarm(found, METRICS)
        yield found


@pytest.fixture
def outputs() -> StackOutputs:
    document = outputs_document({"metrics_v2": lambda_digest("code")}, {})
    document["functions"]["metrics_v2"]["name"] = "alchemiser-dev-metrics"
    return StackOutputs.read(document, "dev")


def released(minutes_ago: float = 5) -> datetime:
    return datetime.now(UTC) - timedelta(minutes=minutes_ago)


def watch(cloud: Cloud, outputs: StackOutputs, *steps: Any, **asked: Any) -> tuple[Any, list[str]]:
    """Watch for a minute; at each pause the next step is taken."""
    now, left = [0.0], list(steps)
    told: list[str] = []

    def sleep(seconds: float) -> None:
        now[0] += seconds
        if left:
            left.pop(0)()

    watching = Watch(
        outputs=outputs,
        cloudwatch=cloud.client("cloudwatch"),
        sleep=sleep,
        clock=lambda: now[0],
        **{"released_at": released(), **asked},
    )
    return watching.until_one_fires(60, told.append), told


def test_an_alarm_that_fires_during_the_watch_ends_it(cloud: Cloud, outputs: StackOutputs) -> None:
    alarm(cloud, "alchemiser-prod-metrics-errors")

    fired, told = watch(
        cloud,
        outputs,
        lambda: fire(cloud, "alchemiser-prod-metrics-errors"),
        lambda: fire(cloud, METRICS),
    )

    assert (fired.name, fired.why) == ("metrics-errors", "set by hand")
    assert len(told) == 2


def test_what_fired_before_is_named_and_takes_nothing_back(
    cloud: Cloud, outputs: StackOutputs
) -> None:
    fire(cloud, METRICS)

    fired, told = watch(cloud, outputs)

    assert fired is None
    assert told[0] == "in ALARM before the watch began: metrics-errors"


def test_what_fired_since_a_release_went_live_just_now_is_its_doing(
    cloud: Cloud, outputs: StackOutputs
) -> None:
    fire(cloud, METRICS)

    fired, _ = watch(cloud, outputs, released_at=released(1), is_fresh=True)

    assert fired.name == "metrics-errors"


def test_an_alarm_on_errors_before_the_release_is_named_and_passed_over(
    cloud: Cloud, outputs: StackOutputs
) -> None:
    count(cloud, released() - 2 * MINUTE)

    fired, told = watch(cloud, outputs, lambda: fire(cloud, METRICS, EVALUATED), is_fresh=True)

    assert fired is None
    assert f"passed over: metrics-errors fired for what came before: {EVALUATED}" in told
    assert sum(line.startswith("passed over") for line in told) == 1
    assert told[-1].startswith("no alarm of this release; 0 errors since it went live")


def test_errors_since_the_release_went_live_take_it_back(
    cloud: Cloud, outputs: StackOutputs
) -> None:
    count(cloud, released() + MINUTE)

    fired, told = watch(cloud, outputs, lambda: fire(cloud, METRICS, EVALUATED))

    assert fired.name == "metrics-errors"
    assert "2 errors since it went live" in told[0]


def test_errors_that_follow_older_ones_take_a_release_back_though_the_alarm_stands(
    cloud: Cloud, outputs: StackOutputs
) -> None:
    count(cloud, released() - 2 * MINUTE)
    fire(cloud, METRICS, EVALUATED)

    fired, told = watch(cloud, outputs, lambda: count(cloud, datetime.now(UTC)))

    assert told[0] == "in ALARM before the watch began: metrics-errors"
    assert fired.name == "metrics-errors"


def test_errors_of_versions_that_no_alias_serves_are_not_the_release_s(
    cloud: Cloud, outputs: StackOutputs
) -> None:
    function = {"FunctionName": ERRORS["FunctionName"]}
    count(cloud, released() - 2 * MINUTE)
    count(cloud, released() + MINUTE, dimensions=function)

    fired, told = watch(cloud, outputs, lambda: fire(cloud, METRICS, EVALUATED))

    assert fired is None
    assert "0 errors since it went live" in told[-1]


def test_where_no_aliases_are_told_apart_the_function_s_errors_count_and_it_is_said(
    cloud: Cloud, outputs: StackOutputs
) -> None:
    function = {"FunctionName": ERRORS["FunctionName"]}
    count(cloud, released() + MINUTE, dimensions=function)

    fired, told = watch(cloud, outputs, lambda: fire(cloud, METRICS, EVALUATED), on_aws=False)

    assert fired.name == "metrics-errors"
    assert "errors are counted by function here" in told[0]


@pytest.mark.parametrize("on_aws", [True, False])
def test_a_breach_of_which_no_value_is_to_be_had_is_held_against_the_release_on_aws(
    on_aws: bool, cloud: Cloud, outputs: StackOutputs
) -> None:
    # MiniStack's alarms ignore dimensions: docs/ministack-gaps.md.
    fired, _ = watch(cloud, outputs, lambda: fire(cloud, METRICS, EVALUATED), on_aws=on_aws)

    assert (fired is not None) == on_aws


@pytest.mark.parametrize(("minutes_before", "is_its_doing"), [(None, True), (2, False)])
def test_a_level_that_stood_when_the_release_went_live_is_not_its_doing(
    minutes_before: int | None, is_its_doing: bool, cloud: Cloud, outputs: StackOutputs
) -> None:
    queue = {"QueueName": "alchemiser-dev-execution-dlq.fifo"}
    alarm(cloud, DEPTH, metric="Depth", statistic="Maximum", dimensions=queue)
    if minutes_before is not None:
        at = released() - minutes_before * MINUTE
        count(cloud, at, metric="Depth", dimensions=queue)
    count(cloud, released() + MINUTE, metric="Depth", dimensions=queue)

    fired, _ = watch(cloud, outputs, lambda: fire(cloud, DEPTH, EVALUATED))

    assert (fired is not None) == is_its_doing
