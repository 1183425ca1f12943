"""Whether two readings of a strategy say the same, however deep they are."""

from __future__ import annotations

from the_alchemiser.strategy_v2.language.tree import Atom, Node


def same_tree(one: Node, other: Node) -> bool:
    """Tell whether two trees say the same, wherever they stand."""
    pairs = [(one, other)]
    seen = set()
    while pairs:
        left, right = pairs.pop()
        if left is right or (id(left), id(right)) in seen:
            continue
        if isinstance(left, Atom) or isinstance(right, Atom):
            if not _same_atom(left, right):
                return False
        elif left.bracket != right.bracket or len(left.items) != len(right.items):
            return False
        else:
            seen.add((id(left), id(right)))
            pairs.extend(zip(left.items, right.items, strict=True))
    return True


def _same_atom(one: Node, other: Node) -> bool:
    if not isinstance(one, Atom) or not isinstance(other, Atom):
        return False
    return one.kind is other.kind and one.text == other.text
