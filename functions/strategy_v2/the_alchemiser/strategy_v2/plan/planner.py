"""From tree to plan, with an explicit stack."""

from __future__ import annotations

from dataclasses import dataclass

from the_alchemiser.shared.errors import StrategyError
from the_alchemiser.shared.strategy_symbols import is_word, symbol_of
from the_alchemiser.strategy_v2.language.parser import parse
from the_alchemiser.strategy_v2.language.text import Source
from the_alchemiser.strategy_v2.language.tree import Atom, AtomKind, Form, Node, write
from the_alchemiser.strategy_v2.plan.breadth import MOST_SYMBOLS, breadth
from the_alchemiser.strategy_v2.plan.call import Call, Known, without_literals
from the_alchemiser.strategy_v2.plan.operators import OPERATORS, UNSUPPORTED, Opened
from the_alchemiser.strategy_v2.plan.options import EVERY_DAY, Rebalancing, read_symphony_options
from the_alchemiser.strategy_v2.plan.steps import Step, StepNumber, Ticker, Vector

EXPECTED = "an asset, a group, a choice, weights, a filter or a vector of these"


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A whole strategy; its last step is its result."""

    steps: tuple[Step, ...]
    rebalancing: Rebalancing = EVERY_DAY


def plan_strategy(source: Source, *, shared: bool = True) -> Plan:
    """Read and check a strategy; without `shared`, each of its forms is a step of its own."""
    return _Planner(source, shared).plan(parse(source, shared=shared))


class _Planner:
    """Gives equal steps one number, and plans a form that occurs twice only once."""

    def __init__(self, source: Source, shared: bool) -> None:
        self._source = source
        self._shared = shared
        self._steps: list[Step] = []
        self._numbers: dict[Step, StepNumber] = {}
        self._done: dict[Form, StepNumber] = {}
        self._known = Known()

    def plan(self, root: Node) -> Plan:
        if isinstance(root, Atom):
            self._atom(root, None)
            return Plan(steps=tuple(self._steps))
        done = self._done
        todo: list[tuple[Form, Opened | None]] = [(root, None)]
        while todo:
            form, opened = todo.pop()
            if form in done:
                continue
            if opened is None:
                opened = self._open(form)
                waiting: list[tuple[Form, Opened | None]] = [
                    (node, None)
                    for node in reversed(opened[0])
                    if isinstance(node, Form) and node not in done
                ]
                if waiting:
                    todo.append((form, opened))
                    todo += waiting
                    continue
            nodes, make = opened
            made = make(
                tuple(
                    [
                        done[node] if isinstance(node, Form) else self._atom(node, form)
                        for node in nodes
                    ]
                )
            )
            done[form] = made if isinstance(made, int) else self._number(made)
        self._require_narrow(root)
        return Plan(steps=tuple(self._steps), rebalancing=self._rebalancing(root))

    def _require_narrow(self, root: Form) -> None:
        found = breadth(self._steps)
        if found > MOST_SYMBOLS:
            raise self._source.fault(
                root.offset,
                expected=f"a strategy that holds at most {MOST_SYMBOLS} symbols at once",
                found=f"one that may hold {found}; divide it into several files",
            )

    def _rebalancing(self, root: Form) -> Rebalancing:
        call = Call(self._source, root, self._known)
        return read_symphony_options(call) if call.head == "defsymphony" else EVERY_DAY

    def _open(self, form: Form) -> Opened:
        if form.bracket == "[":
            items = without_literals(form.items)
            return _bare(items), lambda inner: _vector(form, inner)
        call = Call(self._source, form, self._known)
        operator = OPERATORS.get(call.head) if form.bracket == "(" else None
        if operator is None:
            raise self._unknown(call)
        inner, make = operator(call)
        return _bare(inner), make

    def _number(self, step: Step) -> StepNumber:
        new = len(self._steps)
        number = self._numbers.setdefault(step, new) if self._shared else new
        if number == new:
            self._steps.append(step)
        return number

    def _atom(self, atom: Atom, form: Form | None) -> StepNumber:
        """Plan a bare string or symbol: it stands for itself, and so must be a ticker."""
        offset = _offset(self._source, atom, form)
        is_name = atom.kind is AtomKind.STRING or (
            atom.kind is AtomKind.SYMBOL and not is_word(atom.text)
        )
        symbol = symbol_of(atom.text) if is_name else None
        if symbol is None:
            raise self._source.fault(offset, expected=EXPECTED, found=write(atom))
        return self._number(Ticker(offset=offset, symbol=symbol))

    def _unknown(self, call: Call) -> StrategyError:
        form = call.form
        if call.head in UNSUPPORTED:
            kept = f"an operator that needs no {UNSUPPORTED[call.head]}, such as weight-equal"
            return call.fault(-1, kept)
        if form.bracket == "(" and call.head:
            return call.fault(-1, f"one of {', '.join(OPERATORS)}")
        return self._source.fault(form.offset, expected=EXPECTED, found=write(form))


def _bare(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """Take nodes out of vectors that hold nothing else: such brackets are only spelling."""
    return tuple(
        [
            _inside(node) if isinstance(node, Form) and node.bracket == "[" else node
            for node in nodes
        ]
    )


def _inside(node: Node) -> Node:
    while isinstance(node, Form) and node.bracket == "[":
        items = without_literals(node.items)
        if len(items) != 1:
            break
        node = items[0]
    return node


def _vector(form: Form, inner: tuple[StepNumber, ...]) -> Step | StepNumber:
    """Plan a vector; one around a single thing is that thing."""
    return inner[0] if len(inner) == 1 else Vector(offset=form.offset, inner=inner)


def _offset(source: Source, atom: Atom, form: Form | None) -> int:
    """Find an atom in a form, or in the vectors of the form."""
    holders = [] if form is None else [form]
    while holders:
        holder = holders.pop(0)
        if atom in holder.items:
            return source.item_offset(holder.offset, holder.items.index(atom))
        holders += [item for item in holder.items if isinstance(item, Form)]
    return 0
