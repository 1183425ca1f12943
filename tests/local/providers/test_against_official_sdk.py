"""Holds every row of the table against the class of the official SDK."""

from __future__ import annotations

import json
from importlib import metadata
from importlib.resources import files

import pytest

from attached_providers.aws.provider import AwsProvider
from attached_providers.aws.types import ROWS
from attached_providers.command.provider import INPUTS, OUTPUTS, TOKEN, CommandProvider
from attached_providers.resource import ResourceType
from tests.local.providers.sdk import differences, official

EVERY_ROW = pytest.mark.parametrize("row", ROWS.values(), ids=list(ROWS))


@EVERY_ROW
def test_token_is_the_one_the_sdk_registers(row: ResourceType) -> None:
    assert official("pulumi_aws", row.token).token == row.token


@EVERY_ROW
def test_every_input_has_the_official_name(row: ResourceType) -> None:
    assert set(row.inputs) - set(official("pulumi_aws", row.token).inputs) == set()


@EVERY_ROW
def test_every_input_has_the_official_type(row: ResourceType) -> None:
    inputs = official("pulumi_aws", row.token).inputs
    found = [
        place
        for name, prop in row.inputs.items()
        for place in differences(prop, inputs[name].kind, name)
    ]
    assert found == []


@EVERY_ROW
def test_every_required_input_is_required(row: ResourceType) -> None:
    inputs = official("pulumi_aws", row.token).inputs
    required = {name for name, field in inputs.items() if field.required}
    assert {name for name, prop in row.inputs.items() if prop.required} == required


@EVERY_ROW
def test_every_official_output_is_given(row: ResourceType) -> None:
    sdk = official("pulumi_aws", row.token)
    given = set(row.managed) | set(row.outputs)
    assert set(sdk.outputs) - set(sdk.inputs) - given == set()
    assert given - set(sdk.outputs) == set()


def test_command_takes_and_gives_what_the_official_one_does() -> None:
    sdk = official("pulumi_command", TOKEN)
    assert set(INPUTS) == set(sdk.inputs)
    assert set(OUTPUTS) == set(sdk.outputs) - set(sdk.inputs)


@pytest.mark.parametrize("provider", [AwsProvider, CommandProvider])
def test_version_is_that_of_the_locked_sdk(
    provider: type[AwsProvider] | type[CommandProvider],
) -> None:
    package = {"AwsProvider": "pulumi_aws", "CommandProvider": "pulumi_command"}[provider.__name__]
    plugin = json.loads((files(package) / "pulumi-plugin.json").read_text())
    assert provider.version == plugin.get("version", metadata.version(package))
