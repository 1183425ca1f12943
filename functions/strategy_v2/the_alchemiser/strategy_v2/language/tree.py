"""What a strategy's text is made of: atoms, and forms that hold them; and how to write them.

Equal pieces of one file are one object. Real files repeat whole branches, and everything that
follows (checking, planning, evaluating) then does its work once for all of them.
"""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias

from the_alchemiser.strategy_v2.language.text import escape


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


def write(node: Node) -> str:
    """Write a tree on one line, such that reading it gives the same tree."""
    pieces: list[str] = []
    todo: list[Node | str] = [node]
    while todo:
        part = todo.pop()
        if isinstance(part, str):
            pieces.append(part)
        elif isinstance(part, Atom):
            pieces.append(_atom(part))
        else:
            pieces.append(part.bracket)
            todo.append(COUNTERPART[part.bracket])
            for index, item in enumerate(reversed(part.items)):
                todo += [" ", item] if index else [item]
    return "".join(pieces)


def _atom(atom: Atom) -> str:
    if atom.kind is AtomKind.STRING:
        return f'"{escape(atom.text)}"'
    return f":{atom.text}" if atom.kind is AtomKind.KEYWORD else atom.text
