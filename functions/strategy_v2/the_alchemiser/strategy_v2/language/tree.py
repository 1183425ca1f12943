"""What a strategy's text is made of: atoms, and forms that hold them.

Equal pieces of one file are one object. Real files repeat whole branches, and everything that
follows (checking, planning, evaluating) then does its work once for all of them.
"""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias


class AtomKind(Enum):
    """What an atom is."""

    STRING = "string"
    NUMBER = "number"
    KEYWORD = "keyword"
    SYMBOL = "symbol"


class Atom:
    """A string, number, keyword or symbol."""

    __slots__ = ("kind", "text")

    def __init__(self, kind: AtomKind, text: str) -> None:
        self.kind = kind
        self.text = text
        """A string without its quotes and escapes; a keyword without its colon."""


class Form:
    """Anything in brackets; a plain class, since a large file makes a hundred thousand of them."""

    __slots__ = ("bracket", "items", "offset")

    def __init__(self, bracket: str, items: tuple[Node, ...], offset: int) -> None:
        self.bracket = bracket
        """The opening one: `(` a call, `[` a vector, `{` a map."""
        self.items = items
        self.offset = offset
        """Where the form first stands in the text."""


Node: TypeAlias = Atom | Form

COUNTERPART = {"(": ")", "[": "]", "{": "}"}
"""The closing bracket of each opening one."""


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
