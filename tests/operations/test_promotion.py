from __future__ import annotations

from collections.abc import Callable

import pytest

from operations.errors import OperationError, PromotionRefusedError
from operations.outputs import StackOutputs
from operations.promotion import Candidate, differences, require_promotable

Outputs = Callable[..., StackOutputs]


def hex_digest(text: str) -> str:
    return text.encode().ljust(32, b".").hex()


def test_the_very_artifacts_that_dev_runs_are_promotable(outputs: Outputs) -> None:
    dev = outputs({"portfolio_v2": "one"}, {"portfolio": "k1"})

    require_promotable(
        dev, Candidate(functions={"portfolio_v2": hex_digest("one")}, layers={"portfolio": "k1"})
    )


def test_one_changed_byte_refuses_and_names_the_function_and_both_digests(outputs: Outputs) -> None:
    dev = outputs({"portfolio_v2": "one"}, {"portfolio": "k1"})
    candidate = Candidate(functions={"portfolio_v2": hex_digest("two")}, layers={"portfolio": "k1"})

    with pytest.raises(PromotionRefusedError) as refusal:
        require_promotable(dev, candidate)

    for part in ("portfolio_v2", hex_digest("one"), hex_digest("two"), "make deploy-dev"):
        assert part in str(refusal.value)


def test_a_layer_key_that_dev_has_not_run_is_refused(outputs: Outputs) -> None:
    dev = outputs({}, {"portfolio": "k1"})

    (difference,) = differences(dev, Candidate(functions={}, layers={"portfolio": "k2"}))

    assert (difference.kind, difference.name) == ("layer", "portfolio")
    assert (difference.expected, difference.found) == ("k1", "k2")


def test_what_only_one_side_has_is_a_difference(outputs: Outputs) -> None:
    dev = outputs({"old": "one"}, {})

    found = differences(dev, Candidate(functions={"new": hex_digest("one")}, layers={}))

    assert [difference.name for difference in found] == ["new", "old"]


@pytest.mark.parametrize("text", ["", "{}", "not json", '{"functions": 3}'])
def test_a_stack_that_was_not_deployed_by_this_program_is_named(text: str) -> None:
    with pytest.raises(OperationError, match="stack dev"):
        StackOutputs.parse(text, "dev")
