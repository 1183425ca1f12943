"""Reading the arguments of a call, with errors that point at the argument."""

from __future__ import annotations

from decimal import Decimal

from the_alchemiser.shared.errors import StrategyError
from the_alchemiser.shared.strategy_symbols import is_ticker
from the_alchemiser.strategy_v2.language.locate import item_offset
from the_alchemiser.strategy_v2.language.printer import write
from the_alchemiser.strategy_v2.language.source import Source
from the_alchemiser.strategy_v2.language.tree import Atom, AtomKind, Form
from the_alchemiser.strategy_v2.plan.steps import Condition, IndicatorOf

MAX_WINDOW = 10_000
"""Days; some forty years of bars."""

WINDOW = (AtomKind.KEYWORD, "window")


class Known:
    """Forms that were read before, for files that repeat them."""

    __slots__ = ("conditions", "indicators")

    def __init__(self) -> None:
        self.conditions: dict[Form, Condition] = {}
        self.indicators: dict[Form, IndicatorOf] = {}


class Call:
    """A form headed by a symbol; a plain class, since a large file makes tens of thousands."""

    __slots__ = ("arguments", "form", "head", "known", "source")

    def __init__(self, source: Source, form: Form, known: Known) -> None:
        self.source = source
        self.form = form
        self.arguments = form.items[1:]
        self.known = known
        first = form.items[0] if form.items else None
        named = isinstance(first, Atom) and first.kind is AtomKind.SYMBOL
        self.head = first.text if named and isinstance(first, Atom) else ""

    def inner(self, index: int, bracket: str = "(") -> Call | None:
        """Open an argument that is itself a form, if it is one."""
        node = self.arguments[index] if index < len(self.arguments) else None
        if isinstance(node, Form) and node.bracket == bracket:
            return Call(self.source, node, self.known)
        return None

    def fault(self, index: int, expected: str) -> StrategyError:
        """Make the error for one argument, counted from 0; -1 is the operator itself."""
        items = self.form.items
        missing = index + 1 >= len(items)
        return self.source.fault(
            item_offset(self.source, self.form, index + 1),
            expected=expected,
            found="the end of the form" if missing else write(items[index + 1]),
        )

    def check_count(self, least: int, most: int | None, expected: str) -> None:
        """Refuse a call with too few or too many arguments."""
        count = len(self.arguments)
        if count < least:
            raise self.fault(count, expected)
        if most is not None and count > most:
            raise self.fault(most, f"the end of the form: {self.head} takes {expected}")

    def text(self, index: int, expected: str) -> str:
        """Read a string."""
        node = self.arguments[index] if index < len(self.arguments) else None
        if isinstance(node, Atom) and node.kind is AtomKind.STRING:
            return node.text
        raise self.fault(index, expected)

    def ticker(self, index: int) -> str:
        """Read a ticker."""
        expected = 'a ticker such as "SPY"'
        text = self.text(index, expected)
        if not is_ticker(text):
            raise self.fault(index, expected)
        return text

    def number(self, index: int, expected: str) -> Decimal:
        """Read a literal number."""
        node = self.arguments[index] if index < len(self.arguments) else None
        if isinstance(node, Atom) and node.kind is AtomKind.NUMBER:
            return Decimal(node.text)
        raise self.fault(index, expected)

    def count(self, index: int, most: int, expected: str) -> int:
        """Read a whole number of at least 1."""
        number = self.number(index, expected)
        if number != int(number) or not 1 <= number <= most:
            raise self.fault(index, expected)
        return int(number)

    def window(self, index: int, default: int | None) -> int:
        """Read the window of a map such as `{:window 10}`, or fall back on a default."""
        if index >= len(self.arguments) and default is not None:
            return default
        options = self.inner(index, "{")
        if options is None or (default is None and not options.form.items):
            raise self.fault(index, "a map such as {:window 10}")
        window = default or 0
        for position in range(0, len(options.form.items), 2):
            key = options.form.items[position]
            if not (isinstance(key, Atom) and (key.kind, key.text) == WINDOW):
                raise options.fault(position - 1, "the keyword :window")
            window = options.count(position, MAX_WINDOW, f"whole days from 1 to {MAX_WINDOW}")
        return window
