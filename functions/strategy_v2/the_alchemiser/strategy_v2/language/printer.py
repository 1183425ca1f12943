"""From tree back to text: on one line, and such that reading it gives the same tree."""

from __future__ import annotations

from the_alchemiser.strategy_v2.language.tokens import escape
from the_alchemiser.strategy_v2.language.tree import COUNTERPART, Atom, AtomKind, Node


def write(node: Node) -> str:
    """Write a tree."""
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
