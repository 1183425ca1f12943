from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from catalogue.system import SYSTEM
from components.settings import Schedules, StackSettings
from components.settings_problems import SettingsError
from components.stack_config import StackConfig, stack_settings
from tests.recorded_program import stack_config

EMULATED = {"EMULATOR_ENDPOINT": "http://127.0.0.1:4566"}
REHEARSED = {**EMULATED, "EMULATOR_REHEARSAL": "1"}
AWS: Mapping[str, str] = {}


def read(
    stack: str, environ: Mapping[str, str], encrypted: Any = (), **changes: object
) -> StackSettings:
    config = StackConfig(
        stack=stack,
        project="alchemiser",
        values=stack_config(stack, **changes),
        encrypted=frozenset(f"alchemiser:{key}" for key in encrypted),
        environ=environ,
    )
    return stack_settings(config, SYSTEM)


def problems(stack: str, environ: Mapping[str, str], **changes: object) -> dict[str, Any]:
    with pytest.raises(SettingsError) as caught:
        read(stack, environ, **changes)
    return {problem.key: problem for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("stack", "environ"), [("local", EMULATED), ("dev", AWS), ("prod", AWS), ("prod", REHEARSED)]
)
def test_every_stacks_file_is_accepted(stack: str, environ: Mapping[str, str]) -> None:
    assert read(stack, environ).stage == stack


BAD: dict[str, tuple[dict[str, object], str, str, str]] = {
    "missing": ({"region": None}, "region", "a value", "nothing"),
    "unknown": ({"regoin": "x"}, "regoin", "no such key", "'x'"),
    "wrong type": ({"protect": "maybe"}, "protect", "a valid boolean", "'maybe'"),
    "not a mapping": ({"functions": "many"}, "functions", "a mapping", "'many'"),
    "out of range": (
        {"unzipped_budget_bytes": 300_000_000},
        "unzipped_budget_bytes",
        "less than or equal to 262144000",
        "'300000000'",
    ),
    "no such retention": ({"log_retention_days": 31}, "log_retention_days", "365", "31"),
    "no number at all": ({"log_retention_days": "x"}, "log_retention_days", "365", "'x'"),
    "no such choice": ({"schedules": "often"}, "schedules", "'exact'", "'often'"),
    "no such region": (
        {"region": "us-esat-1"},
        "region",
        "us-east-1",
        "'us-esat-1'",
    ),
    "no account": ({"account_id": "42"}, "account_id", "12", "'42'"),
    "no such function": ({"functions": {"nope": {}}}, "functions.nope", "portfolio_v2", "'nope'"),
    "bad override": (
        {"functions": {"portfolio_v2": {"memory_mb": 1}}},
        "functions.portfolio_v2.memory_mb",
        "greater than or equal to 128",
        "1",
    ),
    "below its queue": (
        {"functions": {"execution_v2": {"reserved_concurrency": 4}}},
        "functions.execution_v2.reserved_concurrency",
        "at least the 8",
        "4",
    ),
    "no such topic": ({"subscribers": {"nope": ["a@b"]}}, "subscribers.nope", "alarms", "'nope'"),
    "tool's own key": (
        {"endpoint": "http://x"},
        "alchemiser:endpoint",
        "no such key",
        "'http://x'",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_key_is_named_with_what_was_expected_and_found(case: str) -> None:
    changes, key, expected, shown = BAD[case]

    problem = problems("dev", AWS, **changes)[key]

    assert expected in problem.expected
    assert problem.found == shown


@pytest.mark.parametrize("subscribers", [None, {}, {"alarms": []}, {"notifications": ["a@b.c"]}])
def test_a_stack_that_is_promoted_to_must_have_somebody_who_hears_of_alarms(
    subscribers: dict[str, list[str]] | None,
) -> None:
    problem = problems("prod", AWS, subscribers=subscribers)["subscribers.alarms"]

    assert (problem.expected, problem.found) == (
        "at least one mail address that hears of alarms",
        "none",
    )


VALUES: dict[str, tuple[str, str]] = {
    "broker_data_endpoint": ("data.alpaca.markets", "an http or https URL"),
    "equity_deployment_pct": ("1.6", "a number from 0.01 to 1.5"),
    "step_wait_s": ("soon", "a number from 0 to 60"),
    "aggregation_timeout_s": ("NaN", "a number from 10 to 3600"),
    "broker_endpoint": (
        "https://api.alpaca.markets",
        "'https://paper-api.alpaca.markets', the only",
    ),
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_for_functions_is_held_to_its_kind_and_range(name: str) -> None:
    value, expected = VALUES[name]
    application = application_of("dev") | {name: value}

    problem = problems("dev", AWS, application=application)[f"application.{name}"]

    assert problem.expected.startswith(expected)
    assert problem.found == repr(value)


def test_a_url_that_is_no_text_is_named() -> None:
    application = application_of("dev") | {"broker_data_endpoint": 5}

    found = problems("dev", AWS, application=application)["application.broker_data_endpoint"]

    assert found.expected == "an http or https URL"


def application_of(stack: str) -> dict[str, str]:
    return dict(read(stack, EMULATED if stack == "local" else AWS).application)


def test_a_value_that_functions_need_and_nobody_gives_is_named() -> None:
    application = application_of("dev")
    del application["step_wait_s"]

    assert "application.step_wait_s" in problems("dev", AWS, application=application)


def test_a_value_that_no_function_needs_is_named() -> None:
    application = application_of("dev") | {"step_wait": "10"}

    assert "application.step_wait" in problems("dev", AWS, application=application)


def test_all_problems_come_in_one_message_with_file_key_expected_and_found() -> None:
    with pytest.raises(SettingsError) as caught:
        read("dev", AWS, region=None, regoin="x", protect="maybe", schedules="often")

    message = str(caught.value)
    assert len(caught.value.problems) == 4
    assert message.count("Pulumi.dev.yaml: ") == 4
    assert "Pulumi.dev.yaml: protect: expected a valid boolean" in message
    assert "found 'maybe'" in message
    assert "Nothing was touched" in message


def test_a_field_and_a_cross_check_are_reported_together() -> None:
    found = problems("dev", EMULATED, account_id="000000000000", protect="maybe")

    assert set(found) == {"EMULATOR_ENDPOINT", "account_id", "protect"}


@pytest.mark.parametrize("stack", ["staging", "production", "Prod", "prod2", ""])
def test_a_stack_of_another_name_is_refused_and_never_taken_for_prod(stack: str) -> None:
    config = StackConfig(
        stack=stack, project="alchemiser", values=stack_config("prod"), environ=AWS
    )
    with pytest.raises(SettingsError) as caught:
        stack_settings(config, SYSTEM)

    (problem,) = caught.value.problems
    assert problem.expected == "one of local, dev, prod"


@pytest.mark.parametrize("stack", ["dev", "prod"])
@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "EMULATOR_ENDPOINT"])
def test_an_endpoint_outside_a_rehearsal_is_refused(stack: str, variable: str) -> None:
    assert variable in problems(stack, {variable: "http://127.0.0.1:4566"})


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_the_emulators_account_outside_a_rehearsal_is_refused(stack: str) -> None:
    assert "account_id" in problems(stack, AWS, account_id="000000000000")


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_a_rehearsal_needs_the_emulator(stack: str) -> None:
    assert "EMULATOR_ENDPOINT" in problems(stack, {"EMULATOR_REHEARSAL": "1"})


def test_a_rehearsal_goes_to_the_emulator() -> None:
    assert read("dev", REHEARSED).endpoint == EMULATED["EMULATOR_ENDPOINT"]


def test_the_local_stack_needs_the_emulator() -> None:
    assert "EMULATOR_ENDPOINT" in problems("local", AWS)


def test_the_local_stack_takes_the_market_from_the_environment() -> None:
    settings = read("local", {**EMULATED, "ALCHEMISER_MARKET_URL": "http://127.0.0.1:9"})

    assert settings.application["broker_endpoint"] == "http://127.0.0.1:9"


def test_the_local_stack_has_a_default_for_the_market() -> None:
    assert read("local", EMULATED).application["broker_endpoint"] == "http://127.0.0.1:4580"


def test_a_variable_without_default_must_be_set() -> None:
    found = problems("local", EMULATED, log_level="${NOT_SET}")

    assert found["log_level"].expected == "$NOT_SET in the environment"


def test_other_stacks_take_nothing_from_the_environment() -> None:
    found = problems("dev", {"LEVEL": "INFO"}, log_level="${LEVEL}")

    assert found["log_level"].found == "'${LEVEL}'"


def test_secret_values_of_a_stack_on_aws_must_be_encrypted() -> None:
    values = {"broker": {"key": "k", "secret": "s3cr3t"}}

    problem = problems("dev", AWS, secret_values=values)["secret_values"]

    assert problem.found == "plain ones"


def test_encrypted_secret_values_are_taken() -> None:
    values = {"broker": {"key": "k", "secret": "s3cr3t"}}

    assert read("dev", AWS, encrypted=("secret_values",), secret_values=values).secret_values


def test_a_secret_with_other_fields_is_named_without_its_value() -> None:
    values = {"broker": {"key": "k", "sekret": "s3cr3t"}}

    with pytest.raises(SettingsError) as caught:
        read("dev", AWS, encrypted=("secret_values",), secret_values=values)

    assert "secret_values.broker: expected the fields key, secret, found key, sekret" in str(
        caught.value
    )
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["s3cr3t", '{"broker": "s3cr3t"}', '{"broker": {"key": ["s3cr3t"]}}']
)
def test_malformed_secrets_are_never_shown(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read("dev", AWS, encrypted=("secret_values",), secret_values=text)

    assert "secret_values" in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


def test_configuration_of_another_namespace_is_refused() -> None:
    config = StackConfig(
        stack="dev",
        project="alchemiser",
        values=stack_config("dev") | {"aws:region": "eu-west-1", "pulumi:tags": "{}"},
        environ=AWS,
    )
    with pytest.raises(SettingsError) as caught:
        stack_settings(config, SYSTEM)

    assert [problem.key for problem in caught.value.problems] == ["aws:region"]


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        read("dev", AWS).schedules = Schedules.EXACT
