"""Reading the arguments of a call, with errors that point at the argument."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from the_alchemiser.shared.errors import StrategyError
from the_alchemiser.shared.strategy_symbols import symbol_of
from the_alchemiser.strategy_v2.language.text import Source, number
from the_alchemiser.strategy_v2.language.tree import LITERALS, Atom, AtomKind, Form, Node, write
from the_alchemiser.strategy_v2.plan.steps import Condition, IndicatorOf

MAX_WINDOW = 10_000
"""Days; some forty years of bars."""

DAYS = f"whole days from 1 to {MAX_WINDOW}"

UNREAD = frozenset(LITERALS.values())


def without_literals(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """Leave out nil, true and false, which stand for no child."""
    if UNREAD.isdisjoint(nodes):
        return nodes
    return tuple(node for node in nodes if node not in UNREAD)


class Known:
    """Forms that were read before, for files that repeat them."""

    __slots__ = ("conditions", "indicators")

    def __init__(self) -> None:
        self.conditions: dict[Form, Condition] = {}
        self.indicators: dict[Form, IndicatorOf] = {}


class Call:
    """A form whose items are to be read; a plain class, since a large file makes tens of thousands.

    The head of a call is no argument; all items of a vector or a map are.
    """

    __slots__ = ("_first", "_places", "arguments", "form", "head", "known", "source")

    def __init__(self, source: Source, form: Form, known: Known) -> None:
        self.source = source
        self.form = form
        self._first = 1 if form.bracket == "(" else 0
        self.arguments = form.items[self._first :]
        self.known = known
        self._places: tuple[int, ...] | None = None
        """Where each argument stands among all of the form, if some are left out."""
        first = form.items[0] if form.items else None
        named = isinstance(first, Atom) and first.kind is AtomKind.SYMBOL
        self.head = first.text if named and isinstance(first, Atom) else ""

    def leave_out_literals(self, first: int = 0) -> None:
        """Drop nil, true and false from an argument on: exports write them where nothing reads."""
        if UNREAD.isdisjoint(self.arguments):
            return
        kept = [
            (place, node)
            for place, node in enumerate(self.arguments)
            if place < first or node not in UNREAD
        ]
        self._places = tuple(place for place, _ in kept)
        self.arguments = tuple(node for _, node in kept)

    def inner(self, index: int, bracket: str = "(") -> Call | None:
        """Open an argument that is itself a form, if it is one."""
        node = self.arguments[index] if index < len(self.arguments) else None
        if isinstance(node, Form) and node.bracket == bracket:
            return Call(self.source, node, self.known)
        return None

    def fault(self, index: int, expected: str) -> StrategyError:
        """Make the error for one argument, counted from 0; -1 is the operator itself."""
        items = self.form.items
        place = index + self._first
        if self._places is not None and index >= 0:
            is_there = index < len(self._places)
            place = self._places[index] + self._first if is_there else len(items)
        return self.source.fault(
            self.source.item_offset(self.form.offset, place),
            expected=expected,
            found=write(items[place]) if place < len(items) else "the end of the form",
        )

    def check_count(self, least: int, most: int | None, expected: str) -> None:
        """Refuse a call with too few or too many arguments."""
        count = len(self.arguments)
        if count < least:
            raise self.fault(count, expected)
        if most is not None and count > most:
            raise self.fault(most, f"the end of the form: {self.head} takes {expected}")

    def atom(self, index: int, *kinds: AtomKind) -> str | None:
        """Read an argument's text if it is an atom of one of the kinds."""
        node = self.arguments[index] if index < len(self.arguments) else None
        return node.text if isinstance(node, Atom) and node.kind in kinds else None

    def text(self, index: int, expected: str) -> str:
        """Read a string."""
        text = self.atom(index, AtomKind.STRING)
        if text is None:
            raise self.fault(index, expected)
        return text

    def ticker(self, index: int) -> str:
        """Read a ticker in quotes, however it is spelled, as the broker spells it."""
        text = self.atom(index, AtomKind.STRING)
        symbol = None if text is None else symbol_of(text)
        if symbol is None:
            raise self.fault(index, _nearest_ticker(self, index))
        return symbol

    def number(self, index: int, expected: str) -> Decimal:
        """Read a literal number, also one in quotes."""
        text = self.atom(index, AtomKind.NUMBER, AtomKind.STRING)
        value = None if text is None else number(text)
        if value is None:
            raise self.fault(index, expected)
        return value

    def count(self, index: int, most: int, expected: str) -> int:
        """Read a whole number of at least 1, also one in quotes."""
        text = self.atom(index, AtomKind.NUMBER, AtomKind.STRING)
        value = None if text is None else number(text)
        if value is None or value != int(value) or not 1 <= value <= most:
            raise self.fault(index, expected)
        return int(value)

    def pairs(self) -> Iterator[tuple[str, int]]:
        """List a map's keys, each with the index by which its value is read; keys are keywords.

        A key without a value, which is nil, counts as left out.
        """
        items = self.form.items
        for position in range(0, len(items), 2):
            key = items[position]
            if not (isinstance(key, Atom) and key.kind is AtomKind.KEYWORD):
                raise self.fault(position, "a keyword such as :window")
            if items[position + 1] not in UNREAD:
                yield key.text, position + 1


def _nearest_ticker(call: Call, index: int) -> str:
    """Say how the ticker that was meant is written."""
    text = call.atom(index, AtomKind.STRING, AtomKind.SYMBOL)
    symbol = None if text is None else symbol_of(text.upper())
    if text and "::" in text:
        return 'a US equity such as "EQUITIES::SPY//USD" or "SPY"'
    return 'a ticker such as "SPY"' if symbol is None else f'the ticker as "{symbol}"'
