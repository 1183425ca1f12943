"""Shows authors what strategies want and why: `python -m local.strategies [FILE...] [--as-of DAY]`.

Without files, all of strategies/. Decides on the real closes that the project ships.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date, timedelta
from pathlib import Path

from local.market.prices import Prices
from the_alchemiser.shared.errors import AlchemiserError, DataUnavailable
from the_alchemiser.shared.market_data import Closes
from the_alchemiser.shared.strategy_book import STRATEGIES_FOLDER, check_books, load_strategy

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "functions/strategy_v2"))


class ShippedCloses:
    """The shipped closes as a store of bars."""

    def __init__(self) -> None:
        self.prices = Prices.read()

    def closes(self, symbol: str, before: date) -> Closes:
        """Read the closes of the days before `before`."""
        days = tuple(day for day in self.prices.days if day < before)
        if symbol not in self.prices.symbols or not days:
            raise DataUnavailable(symbol)
        values = tuple(map(float, self.prices.closes[symbol][: len(days)]))
        return Closes(dates=days, values=values)


def main() -> int:
    """Check the books, and evaluate each file."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("files", nargs="*", metavar="FILE", help="path below strategies/")
    options.add_argument("--as-of", type=date.fromisoformat, help="decide on the bars before")
    chosen = options.parse_args()
    store = ShippedCloses()
    as_of = chosen.as_of or store.prices.days[-1] + timedelta(days=1)
    folder = ROOT / STRATEGIES_FOLDER
    every = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.clj"))
    problems = check_books(ROOT)
    for file in chosen.files or every:
        try:
            _show(file, store, as_of)
        except AlchemiserError as error:
            problems.append(error.message)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _show(file: str, store: ShippedCloses, as_of: date) -> None:
    from the_alchemiser.strategy_v2.evaluation.decision import decide
    from the_alchemiser.strategy_v2.language.source import Source

    decision = decide(Source(file=file, text=load_strategy(ROOT, file)), store, as_of)
    print(f"\n{file} on {as_of}")
    for node in decision.trace:
        print(f"  {node.get('line', '')}: {_reason(node)}")
    for symbol, weight in sorted(decision.weights.items(), key=lambda item: -item[1]):
        print(f"  {symbol:<6} {weight:>8.2%}")


def _reason(node: dict[str, object]) -> str:
    if "condition" in node:
        return f"{node['condition']} is {node['result']}: {node['values']}"
    return f"{node.get('filter', 'left out')} ranks {node.get('ranking', node)}"


if __name__ == "__main__":
    sys.exit(main())
