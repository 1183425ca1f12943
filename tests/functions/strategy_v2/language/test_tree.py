from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.functions.strategy_v2.language.same_tree import same_tree
from the_alchemiser.strategy_v2.language.parser import parse
from the_alchemiser.strategy_v2.language.text import Source
from the_alchemiser.strategy_v2.language.tree import Atom, AtomKind, Form, Node, write

STRATEGIES = Path(__file__).parents[4] / "strategies"
WORD = r"[a-zA-Z_><=!?*/][a-zA-Z_><=!?+*/\-0-9.]{0,8}"

atoms = st.one_of(
    st.text(max_size=12).map(lambda text: Atom(AtomKind.STRING, text)),
    st.from_regex(r"-?[0-9]{1,6}(\.[0-9]{1,6})?", fullmatch=True).map(
        lambda text: Atom(AtomKind.NUMBER, text)
    ),
    st.from_regex(WORD, fullmatch=True).map(lambda text: Atom(AtomKind.KEYWORD, text)),
    st.from_regex(WORD, fullmatch=True).map(lambda text: Atom(AtomKind.SYMBOL, text)),
)


def forms(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Form]:
    items = st.lists(inner, max_size=4).map(tuple)
    pairs = st.lists(st.tuples(inner, inner), max_size=2).map(
        lambda found: tuple(item for pair in found for item in pair)
    )
    return st.one_of(
        st.tuples(st.sampled_from("(["), items).map(lambda made: Form(*made, 0)),
        pairs.map(lambda made: Form("{", made, 0)),
    )


trees: st.SearchStrategy[Node] = st.recursive(atoms, forms, max_leaves=25)


def read(text: str, *, shared: bool = True) -> Node:
    return parse(Source(file="f", text=text), shared=shared)


@given(trees, st.booleans())
def test_reading_what_was_written_gives_the_same_tree(tree: Node, shared: bool) -> None:
    once = read(write(tree), shared=shared)
    assert same_tree(once, tree)
    assert same_tree(read(write(once), shared=not shared), once)


@given(trees, trees)
def test_different_texts_are_different_trees(one: Node, other: Node) -> None:
    assert same_tree(one, other) is (write(one) == write(other))


@pytest.mark.parametrize("path", sorted(STRATEGIES.rglob("*.clj")), ids=lambda path: path.stem)
def test_own_strategies_survive_writing_and_reading(path: Path) -> None:
    tree = read(path.read_text())
    assert same_tree(read(write(tree)), tree)
