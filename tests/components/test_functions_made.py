from __future__ import annotations

import pytest

from blueprint import FunctionSpec
from catalogue.system import SYSTEM
from policies.model import Resource
from tests.recorded_program import Recorded, recorded

FUNCTION = "aws:lambda/function:Function"
STACKS = ("local", "dev", "prod")
BOTH = pytest.mark.parametrize("preview", [False, True], ids=["update", "preview"])
EACH = pytest.mark.parametrize("spec", SYSTEM.functions, ids=lambda spec: spec.name)


def dev(preview: bool = False) -> Recorded:
    return recorded("dev", preview=preview)


def function(spec: FunctionSpec, preview: bool = False) -> Resource:
    return dev(preview).one(FUNCTION, f"{spec.name}-function")


@BOTH
def test_every_entry_is_one_function(preview: bool) -> None:
    made = sorted(resource.name for resource in dev(preview).of(FUNCTION))

    assert made == sorted(f"{spec.name}-function" for spec in SYSTEM.functions)


@BOTH
@EACH
def test_a_function_has_the_name_that_the_catalogue_gives_it(
    spec: FunctionSpec, preview: bool
) -> None:
    assert function(spec, preview).inputs["name"] == f"alchemiser-dev-{spec.physical_name}"


@BOTH
@EACH
def test_a_function_has_the_catalogues_sizes_in_dev(spec: FunctionSpec, preview: bool) -> None:
    inputs = function(spec, preview).inputs

    assert (inputs["memorySize"], inputs["timeout"]) == (spec.memory_mb, spec.timeout_s)


@EACH
def test_a_function_runs_its_own_handler(spec: FunctionSpec) -> None:
    expected = f"the_alchemiser.{spec.name}.lambda_handler.lambda_handler"

    assert function(spec).inputs["handler"] == expected


@EACH
def test_a_function_ships_its_own_zip(spec: FunctionSpec) -> None:
    assert function(spec).inputs["code"].path == f"/nowhere/{spec.name}.zip"


@EACH
def test_a_function_carries_the_current_versions_of_its_layers(spec: FunctionSpec) -> None:
    versions = [f"arn:aws:test:us-east-1:1:{name}-version" for name in spec.layers]

    assert function(spec).inputs["layers"] == versions


@EACH
def test_a_function_is_checked_before_it_is_made_or_changed(spec: FunctionSpec) -> None:
    asked = dev().asked[(FUNCTION, f"{spec.name}-function")]

    assert asked.before_create == asked.before_update == ("function-gate",)


@EACH
def test_a_functions_role_is_its_own(spec: FunctionSpec) -> None:
    assert function(spec).inputs["role"] == f"arn:aws:test:us-east-1:1:{spec.name}-role"


@EACH
def test_a_function_waits_for_its_log_group_and_its_grants(spec: FunctionSpec) -> None:
    waits = dev().asked[(FUNCTION, f"{spec.name}-function")].depends_on

    assert {f"{spec.name}-logs", f"{spec.name}-role", f"{spec.name}-policy"} <= set(waits)


@EACH
def test_a_functions_log_group_is_kept_for_thirty_days_in_dev(spec: FunctionSpec) -> None:
    group = dev().one("aws:cloudwatch/logGroup:LogGroup", f"{spec.name}-logs")

    assert group.inputs["name"] == f"/aws/lambda/alchemiser-dev-{spec.physical_name}"
    assert group.inputs["retentionInDays"] == 30


@EACH
def test_the_alias_follows_the_newest_version(spec: FunctionSpec) -> None:
    alias = dev().one("aws:lambda/alias:Alias", f"{spec.name}-alias")

    assert (alias.inputs["name"], alias.inputs["functionVersion"]) == ("live", "7")


@EACH
def test_an_asynchronous_call_that_fails_goes_to_the_failed_queue(spec: FunctionSpec) -> None:
    config = dev().one(
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", f"{spec.name}-failures"
    )

    assert config.inputs["destinationConfig"]["onFailure"]["destination"].endswith(
        ":failed-invocations-queue"
    )
    assert config.inputs["qualifier"] == "live"
    assert config.inputs["maximumRetryAttempts"] == spec.async_retries


@EACH
def test_a_function_learns_its_stage_its_bus_and_its_log_level(spec: FunctionSpec) -> None:
    variables = function(spec).inputs["environment"]["variables"]

    assert variables["APP__STAGE"] == "dev"
    assert variables["EVENT_BUS_NAME"] == "alchemiser-dev-events"
    assert variables["LOG_LEVEL"] == "DEBUG"


@EACH
def test_a_function_gets_every_variable_of_its_entry(spec: FunctionSpec) -> None:
    assert set(spec.environment) <= set(function(spec).inputs["environment"]["variables"])


def variables_of(name: str, stack: str = "dev") -> dict[str, str]:
    found = recorded(stack).one(FUNCTION, f"{name}-function")
    variables: dict[str, str] = found.inputs["environment"]["variables"]
    return variables


REACHED = {
    ("portfolio_v2", "REBALANCE_PLAN__TABLE_NAME"): "alchemiser-dev-rebalance-plans",
    ("portfolio_v2", "EXECUTION_FIFO_QUEUE_URL"): "https://queue/execution-queue",
    ("portfolio_v2", "ALPACA__SECRET_ARN"): "arn:aws:test:us-east-1:1:broker-secret",
    ("coordinator_v2", "STRATEGY_FUNCTION_NAME"): "alchemiser-dev-strategy-worker:live",
    ("data_v2", "MARKET_DATA_BUCKET"): "alchemiser-dev-market-data-111111111111",
    ("data_v2", "CONTINUATION_FUNCTION_NAME"): "alchemiser-dev-shared-data:live",
    ("notifications_v2", "SNS_NOTIFICATION_TOPIC_ARN"): (
        "arn:aws:test:us-east-1:1:notifications-topic"
    ),
    ("metrics_v2", "METRICS_NAMESPACE"): "Alchemiser/Dev",
}


@pytest.mark.parametrize(("name", "variable"), REACHED)
def test_a_variable_carries_what_a_client_needs(name: str, variable: str) -> None:
    assert variables_of(name)[variable] == REACHED[(name, variable)]


@pytest.mark.parametrize("stack", STACKS)
def test_metrics_are_published_where_alarms_and_dashboard_look(stack: str) -> None:
    namespace = variables_of("metrics_v2", stack)["METRICS_NAMESPACE"]
    alarm = recorded(stack).one("aws:cloudwatch/metricAlarm:MetricAlarm", "stuck-runs")
    (dashboard,) = recorded(stack).of("aws:cloudwatch/dashboard:Dashboard")

    assert alarm.inputs["namespace"] == namespace
    assert f'Namespace=\\"{namespace}\\"' in dashboard.inputs["dashboardBody"]
