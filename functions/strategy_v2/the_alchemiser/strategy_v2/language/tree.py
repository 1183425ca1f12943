"""What a strategy's text is made of: atoms, and forms that hold them.

Equal pieces of one file are one object. Real files repeat whole branches, and everything that
follows (checking, planning, evaluating) then does its work once for all of them.
"""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias


class AtomKind(Enum):
    """What an atom is; a literal is nil, true or false."""

    STRING = "string"
    NUMBER = "number"
    KEYWORD = "keyword"
    SYMBOL = "symbol"
    LITERAL = "literal"


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

LITERALS = {text: Atom(AtomKind.LITERAL, text) for text in ("nil", "true", "false")}
"""One object each, so that to look for them among a call's arguments takes next to no time."""

NIL, TRUE, FALSE = LITERALS.values()

COUNTERPART = {"(": ")", "[": "]", "{": "}"}
"""The closing bracket of each opening one."""
