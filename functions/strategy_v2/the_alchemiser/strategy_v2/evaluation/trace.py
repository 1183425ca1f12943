"""Why a strategy holds what it holds today: each choice that was made, each ranking."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator
from decimal import Decimal

from the_alchemiser.strategy_v2.evaluation.days import TODAY
from the_alchemiser.strategy_v2.evaluation.evaluation import Evaluation
from the_alchemiser.strategy_v2.evaluation.ranking import Candidate
from the_alchemiser.strategy_v2.language.text import Source
from the_alchemiser.strategy_v2.language.tree import write
from the_alchemiser.strategy_v2.plan.steps import (
    Choice,
    Filter,
    IndicatorOf,
    StepNumber,
    comparisons,
)

TraceNode = dict[str, object]

MAX_TRACE_BYTES = 200_000
"""What trace and weights may take together of the 262,144 bytes that an event can have."""

SYMBOL_BYTES = 240
"""What one symbol takes of an event at most: it stands there four times, with 28 digits or
more, and once with its last close."""

MAX_SCORES = 12
"""Candidates of a ranking that are told; those behind them are counted."""

_encode = json.JSONEncoder(ensure_ascii=False).encode


def trace(evaluation: Evaluation, source: Source, symbols: int) -> list[TraceNode]:
    """List today's decisions in the order of the text, as many as fit an event beside weights.

    The last entry says how many were left out, if any. What occurs several times in a text is
    decided once, and told once, where it stands first.
    """
    lines = source.lines()
    nodes: list[TraceNode] = []
    left = MAX_TRACE_BYTES - SYMBOL_BYTES * symbols
    numbers = list(_decided_today(evaluation))
    for told, number in enumerate(numbers):
        node = _node(evaluation, number)
        node["line"] = bisect_left(lines, evaluation.plan.steps[number].offset) + 1
        left -= len(_encode(node).encode()) + 2
        if left < 0:
            return [*nodes, {"omitted_decisions": len(numbers) - told}]
        nodes.append(node)
    return nodes


def _decided_today(evaluation: Evaluation) -> Iterator[StepNumber]:
    """Walk from the result through everything that was worked out today."""
    steps, demand = evaluation.plan.steps, evaluation.demand
    seen: set[StepNumber] = set()
    todo = [len(steps) - 1]
    while todo:
        number = todo.pop()
        if number in seen or not demand.days[number] & TODAY:
            continue
        seen.add(number)
        step = steps[number]
        if isinstance(step, Choice):
            branches = demand.branches[number]
            yield number
            taken = (branches.then, branches.otherwise)
            todo += [inner for inner, days in zip(step.inner, taken, strict=False) if days & TODAY]
        else:
            if isinstance(step, Filter) and number in evaluation.rankings.today:
                yield number
            todo += reversed(step.inner)


def _node(evaluation: Evaluation, number: StepNumber) -> TraceNode:
    step = evaluation.plan.steps[number]
    if isinstance(step, Filter):
        return _ranking(evaluation, step, evaluation.rankings.today[number])
    assert isinstance(step, Choice)
    holds = bool(evaluation.demand.branches[number].then & TODAY)
    condition = step.condition
    return {
        "condition": write(condition.spelled),
        "values": [
            _shown(evaluation, side)
            for comparison in comparisons(condition)
            for side in (comparison.left, comparison.right)
        ],
        "result": holds,
        "branch": "then" if holds else "else",
    }


def _shown(evaluation: Evaluation, side: IndicatorOf | Decimal | str) -> str:
    if isinstance(side, IndicatorOf):
        return repr(evaluation.indicators.series(side.indicator, side.symbol).values[0])
    return side if isinstance(side, str) else f"{side:f}"


def _ranking(evaluation: Evaluation, step: Filter, ranked: list[Candidate]) -> TraceNode:
    kept = len(ranked) if step.keep is None else min(step.keep, len(ranked))
    return {
        "filter": " ".join(write(part) for part in step.spelled),
        "candidates": len(ranked),
        "kept": kept,
        "ranking": [[_name(evaluation, found), repr(found.score)] for found in ranked[:MAX_SCORES]],
    }


def _name(evaluation: Evaluation, candidate: Candidate) -> str:
    item = candidate.item
    if isinstance(item, str):
        return item
    return item.group or evaluation.rankings.name(candidate, 0)
