from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from blueprint import (
    Access,
    CatalogueError,
    FunctionSpec,
    Grant,
    LayerKind,
    LayerSpec,
    OnEvent,
    OnQueue,
    Operation,
    Reference,
    ResourceKind,
    Setting,
    System,
    require_whole,
)
from blueprint.validation import problems
from catalogue.system import SYSTEM


def with_function(name: str, **changes: object) -> System:
    functions = tuple(
        replace(spec, **changes) if spec.name == name else spec  # type: ignore[arg-type]
        for spec in SYSTEM.functions
    )
    return replace(SYSTEM, functions=functions)


def portfolio() -> FunctionSpec:
    return next(spec for spec in SYSTEM.functions if spec.name == "portfolio_v2")


MISSING_TABLE = Reference(ResourceKind.TABLE, "nope")
LEDGER = Reference(ResourceKind.TABLE, "trade-ledger")
MISSING_GROUP = LayerSpec(name="empty", purpose="Test.")
MIXED = LayerSpec(name="mixed", purpose="Test.", kind=LayerKind.SOURCES, sources=("a",), group="b")
NO_COMMIT = LayerSpec(name="private", purpose="Test.", kind=LayerKind.GIT)
BREAKAGES: dict[str, Callable[[], System]] = {
    "function 'portfolio_v2': no layer is named 'nope'": lambda: with_function(
        "portfolio_v2", layers=("nope",)
    ),
    "function 'portfolio_v2': expected at most 5 layers, found 6": lambda: with_function(
        "portfolio_v2", layers=("shared_code",) * 6
    ),
    "layer 'empty': a layer of kind dependencies needs group": lambda: replace(
        SYSTEM, layers=(*SYSTEM.layers, MISSING_GROUP)
    ),
    "layer 'mixed': a layer of kind sources has no use for group": lambda: replace(
        SYSTEM, layers=(*SYSTEM.layers, MIXED)
    ),
    "layer 'private': a layer of kind git needs git": lambda: replace(
        SYSTEM, layers=(*SYSTEM.layers, NO_COMMIT)
    ),
    "function 'portfolio_v2': no table is named 'nope'": lambda: with_function(
        "portfolio_v2",
        grants=(Grant(Access.ITEMS, MISSING_TABLE, operations=frozenset({Operation.GET})),),
    ),
    "function 'portfolio_v2': expected items of 'trade-ledger', found read": lambda: with_function(
        "portfolio_v2",
        grants=(Grant(Access.READ, LEDGER, operations=frozenset({Operation.GET})),),
    ),
    "function 'portfolio_v2': 'trade-ledger' is granted without an operation": (
        lambda: with_function("portfolio_v2", grants=(Grant(Access.ITEMS, LEDGER),))
    ),
    "function 'portfolio_v2': 'trade-ledger' has no index 'GSI9'": lambda: with_function(
        "portfolio_v2", grants=(Grant(Access.ITEMS, LEDGER, indexes=("GSI9",)),)
    ),
    "function 'portfolio_v2': X wants the setting 'nope', which does not exist": (
        lambda: with_function("portfolio_v2", environment={"X": Setting("nope")})
    ),
    "function 'execution_v2': no queue is named 'nope'": lambda: with_function(
        "execution_v2", triggers=(OnQueue(queue="nope", maximum_concurrency=2),)
    ),
    "function 'execution_v2': its queue may start 2 to 1000 at once, found 1": (
        lambda: with_function(
            "execution_v2", triggers=(OnQueue(queue="execution", maximum_concurrency=1),)
        )
    ),
    "function 'execution_v2': its queue starts 11 at once, more than the 10 reserved": (
        lambda: with_function(
            "execution_v2", triggers=(OnQueue(queue="execution", maximum_concurrency=11),)
        )
    ),
    "rule 'r': nobody publishes Nothing": lambda: with_function(
        "portfolio_v2", triggers=(OnEvent(rule="r", detail_types=("Nothing",), sources=("s",)),)
    ),
    "rule 'r': expected sources or a prefix of them, found neither": lambda: with_function(
        "portfolio_v2", triggers=(OnEvent(rule="r", detail_types=("SignalGenerated",)),)
    ),
    "function 'portfolio_v2': expected one, found 2": lambda: replace(
        SYSTEM, functions=(*SYSTEM.functions, replace(portfolio(), physical_name="x", triggers=()))
    ),
    "deployed function 'portfolio': expected one, found 2": lambda: with_function(
        "metrics_v2", physical_name="portfolio"
    ),
    "table 'trade-ledger': expected one, found 2": lambda: replace(
        SYSTEM, tables=(*SYSTEM.tables, next(t for t in SYSTEM.tables if t.name == "trade-ledger"))
    ),
    "system: no topic is named 'nope'": lambda: replace(SYSTEM, alarm_topic="nope"),
    "system: no bucket is named 'nope'": lambda: replace(SYSTEM, artifact_bucket="nope"),
    "system: no queue is named 'nope'": lambda: replace(SYSTEM, failed_queue="nope"),
    "queue 'execution': failures need a standard queue, found a FIFO one": lambda: replace(
        SYSTEM, undelivered_queue="execution"
    ),
    "bucket 'reports': no bucket is named 'nope'": lambda: replace(
        SYSTEM,
        buckets=tuple(
            replace(spec, logs_to="nope") if spec.name == "reports" else spec
            for spec in SYSTEM.buckets
        ),
    ),
    "bucket 'reports': 'artifacts' must not log to a bucket itself": lambda: replace(
        SYSTEM,
        buckets=tuple(
            replace(spec, logs_to="artifacts") if spec.name == "reports" else spec
            for spec in SYSTEM.buckets
        ),
    ),
}


def test_the_catalogue_is_whole() -> None:
    assert problems(SYSTEM) == ()


@pytest.mark.parametrize("message", BREAKAGES)
def test_a_catalogue_that_is_not_whole_says_why(message: str) -> None:
    assert message in problems(BREAKAGES[message]())


def test_all_problems_come_in_one_error() -> None:
    broken = replace(with_function("portfolio_v2", layers=("nope",)), alarm_topic="nope")

    with pytest.raises(CatalogueError) as caught:
        require_whole(broken)

    assert len(caught.value.problems) == 2
    assert all(problem in str(caught.value) for problem in caught.value.problems)


def test_a_whole_catalogue_is_handed_back() -> None:
    assert require_whole(SYSTEM) is SYSTEM
