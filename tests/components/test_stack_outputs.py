from __future__ import annotations

from typing import Any

import pytest

from catalogue.system import SYSTEM
from tests.recorded_program import recorded

FUNCTION_KEYS = {
    "name",
    "arn",
    "alias_arn",
    "version",
    "zipped_bytes",
    "unzipped_bytes",
    "total_unzipped_bytes",
    "code_sha256",
    "layers",
    "layer_keys",
    "newest_version",
    "newest_code_sha256",
}
LAYER_KEYS = {"arn", "version", "key", "sha256", "zipped_bytes", "unzipped_bytes"}
OUTPUTS = {
    "functions",
    "layers",
    "totals",
    "bus",
    "queues",
    "tables",
    "buckets",
    "topics",
    "schedules",
    "release",
}


def outputs() -> dict[str, Any]:
    return dict(recorded("dev").outputs)


def test_a_stack_tells_what_it_is_asked_for() -> None:
    assert set(outputs()) == OUTPUTS


@pytest.mark.parametrize("spec", SYSTEM.functions, ids=lambda spec: spec.name)
def test_a_function_is_told_of_by_its_folders_name(spec: Any) -> None:
    found = outputs()["functions"][spec.name]

    assert set(found) >= FUNCTION_KEYS
    assert found["layers"] == list(spec.layers)


@pytest.mark.parametrize("spec", SYSTEM.layers, ids=lambda spec: spec.name)
def test_a_layer_is_told_of_by_its_folders_name(spec: Any) -> None:
    assert set(outputs()["layers"][spec.name]) == LAYER_KEYS


def test_a_functions_total_counts_its_layers() -> None:
    found = outputs()["functions"]["portfolio_v2"]

    assert found["total_unzipped_bytes"] == 300 + 4000 + 4000


def test_totals_count_every_zip_once() -> None:
    totals = outputs()["totals"]

    functions, layers = len(SYSTEM.functions), len(SYSTEM.layers)
    assert (totals["functions"], totals["layers"]) == (functions, layers)
    assert totals["zipped_bytes"] == functions * 100 + layers * 1000
    assert totals["unzipped_bytes"] == functions * 300 + layers * 4000


def test_a_preview_of_a_new_stack_tells_the_names_that_it_knows() -> None:
    found = recorded("dev", preview=True).outputs

    assert found["tables"]["trade-ledger"] == "alchemiser-dev-trade-ledger"
    assert found["schedules"]["trade-run"]["function"] == "coordinator_v2"
