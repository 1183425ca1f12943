from __future__ import annotations

from catalogue.system import SYSTEM
from tests.recorded_program import run, stack_config

FUNCTION = "aws:lambda/function:Function"
RESERVED = {spec.name for spec in SYSTEM.functions if spec.reserved_concurrency is not None}


def reserving(**changes: object) -> set[str]:
    found = run("dev", stack_config("dev", **changes), preview=True)
    return {
        it.name.removesuffix("-function")
        for it in found.of(FUNCTION)
        if it.inputs.get("reservedConcurrentExecutions") is not None
    }


def test_functions_reserve_what_their_entries_say() -> None:
    assert reserving() == RESERVED != set()


def test_a_stack_of_a_new_account_reserves_nothing() -> None:
    assert reserving(reserves_concurrency="false") == set()
