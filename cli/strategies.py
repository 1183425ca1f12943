"""Shows the authors of strategies what each one wants on a day of real closes, and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from local.day.calendar import parse_day
from local.problems import LocalProblem
from local.progress import say
from local.workfolder import WorkFolder
from operations.strategies import CLOSES, KeptCloses, review_strategy
from the_alchemiser.shared.errors import AlchemiserError
from the_alchemiser.shared.strategy_allocations import (
    STRATEGIES_FOLDER,
    check_allocations,
    load_strategy,
)


def show_strategies(work: WorkFolder, file: str = "", day: str = "") -> int:
    """Check the allocations and evaluate one strategy, or all of them, on the bars before a day."""
    files = _files(work, file)
    store = KeptCloses.of(work.root / CLOSES)
    as_of = parse_day(day) if day else store.days[-1] + timedelta(days=1)
    problems = check_allocations(work.root)
    for name in files:
        found = review_strategy(work.root, name, store, as_of)
        problems += [*found.problems, *found.absent]
        for warning in found.warnings:
            say(f"warning: {warning}")
        if found.problems:
            continue
        try:
            _show(work, name, store, as_of)
        except AlchemiserError as error:
            problems.append(error.message)
    for problem in problems:
        say(f"error: {problem}")
    return 1 if problems else 0


def _files(work: WorkFolder, named: str) -> tuple[str, ...]:
    folder = work.root / STRATEGIES_FOLDER
    every = tuple(sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.clj")))
    if not named:
        return every
    name = named.removeprefix(f"{STRATEGIES_FOLDER}/")
    if name not in every:
        raise LocalProblem(f"FILE={named!r} is no strategy.", f"There are: {', '.join(every)}.")
    return (name,)


def _show(work: WorkFolder, file: str, store: KeptCloses, as_of: date) -> None:
    from the_alchemiser.strategy_v2.language.text import Source
    from the_alchemiser.strategy_v2.replay import replayed

    source = Source(file=file, text=load_strategy(work.root, file))
    decision = replayed(source, store, store.days_until(as_of))
    print(f"\n{file} on {as_of}")
    for node in decision.trace:
        if "held" not in node:
            print(f"  line {node.get('line', '?')}: {_reason(node)}")
    if decision.kept is not None:
        print(f"  held: {decision.kept.reason}, since {decision.kept.since}")
    for symbol, weight in sorted(decision.weights.items(), key=lambda item: -item[1]):
        print(f"  {symbol:<6} {weight:>8.2%}")


def _reason(node: Mapping[str, Any]) -> str:
    if "condition" in node:
        return f"{node['condition']} is {node['result']}: {', '.join(map(_short, node['values']))}"
    if "ranking" not in node:
        return str(node)
    ranked = (f"{name} {_short(score)}" for name, score in node["ranking"])
    return f"{node['filter']} ranks {', '.join(ranked)}"


def _short(number: str) -> str:
    return f"{float(number):.6g}"
