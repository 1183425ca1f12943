"""Checks everything that the program registers against the table of resource types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from attached_providers import checking
from attached_providers.aws.types import ROWS
from attached_providers.command.provider import INPUTS, TOKEN
from attached_providers.wire import ARCHIVE_MARK, SIGNATURE, dump, load, reveal
from tests.recorded_program import recorded

SEED = checking.Seed(resource_name="any", random=b"any")
# The SDK warns of a table's keys that are not spelled as a key schema; the program chose them so.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning"),
    pytest.mark.lengthy,
]


@pytest.mark.parametrize("stack", ["local", "dev", "prod"])
def test_every_type_and_property_that_a_stack_registers_is_served(stack: str) -> None:
    found = [
        item
        for item in recorded(stack, preview=True).resources.all
        if item.type.startswith(("aws:", "command:"))
    ]
    assert len(found) > 100
    assert {item.type for item in found} - {*ROWS, TOKEN} == set()
    refused = [
        f"{item.type} {item.name}: {why}"
        for item in found
        for _, why in _failures(item.type, item.inputs)
    ]
    assert refused == []


def _failures(token: str, inputs: Mapping[str, Any]) -> list[checking.Failure]:
    sent = reveal(load(dump({key: _wired(item) for key, item in inputs.items()})))
    if token == TOKEN:
        return list(checking.object_failures(INPUTS, sent, ""))
    return checking.check(ROWS[token], {}, sent, SEED, {})[1]


def _wired(value: Any) -> Any:
    """Return an archive as the engine sends it."""
    if isinstance(value, pulumi.FileArchive):
        return {SIGNATURE: ARCHIVE_MARK, "path": value.path, "hash": "any"}
    return value
