from __future__ import annotations

import sys

import pytest

from tests.functions.strategy_v2.language.same_tree import same_tree
from the_alchemiser.shared.errors import StrategyError
from the_alchemiser.strategy_v2.language.parser import MAX_BYTES, MAX_DEPTH, parse
from the_alchemiser.strategy_v2.language.text import Source
from the_alchemiser.strategy_v2.language.tree import Atom, AtomKind, Form, Node


def read(text: str, *, shared: bool = True) -> Node:
    return parse(Source(file="f.clj", text=text), shared=shared)


def plain(node: Node) -> object:
    if isinstance(node, Atom):
        return (node.kind.value, node.text)
    return [node.bracket, *map(plain, node.items)]


@pytest.mark.parametrize("shared", [True, False])
class TestTokens:
    @pytest.mark.parametrize(
        ("text", "kind", "value"),
        [
            ("12", AtomKind.NUMBER, "12"),
            ("-0.5", AtomKind.NUMBER, "-0.5"),
            ("+3", AtomKind.NUMBER, "+3"),
            (".5", AtomKind.NUMBER, ".5"),
            ("1e2", AtomKind.NUMBER, "1e2"),
            ("-2.5E-1", AtomKind.NUMBER, "-2.5E-1"),
            ("1/2", AtomKind.NUMBER, "1/2"),
            ("nil", AtomKind.LITERAL, "nil"),
            ("true", AtomKind.LITERAL, "true"),
            ("nilly", AtomKind.SYMBOL, "nilly"),
            (":window", AtomKind.KEYWORD, "window"),
            (":rebalance-frequency", AtomKind.KEYWORD, "rebalance-frequency"),
            (">=", AtomKind.SYMBOL, ">="),
            ("-", AtomKind.SYMBOL, "-"),
            ("moving-average-price", AtomKind.SYMBOL, "moving-average-price"),
            ("a!?*/_<>=+-9", AtomKind.SYMBOL, "a!?*/_<>=+-9"),
            ('"S&P (500) ; no [comment]"', AtomKind.STRING, "S&P (500) ; no [comment]"),
            (r'"say \"hi\" \\ \n"', AtomKind.STRING, 'say "hi" \\ \n'),
            ('"Ünïcode 東京"', AtomKind.STRING, "Ünïcode 東京"),
            ('""', AtomKind.STRING, ""),
        ],
    )
    def test_reads_an_atom(self, text: str, kind: AtomKind, value: str, shared: bool) -> None:
        assert plain(read(f" ; first\n,{text} ; last", shared=shared)) == (kind.value, value)

    def test_commas_and_comments_are_space(self, shared: bool) -> None:
        one = read('(a,[1 , 2];x)\n{:k "v"}) ; end', shared=shared)
        assert same_tree(one, read('(a [1 2] {:k "v"})', shared=shared))

    def test_keeps_strings_and_symbols_of_equal_letters_apart(self, shared: bool) -> None:
        expected = ["[", ("symbol", "a"), ("string", "a"), ("keyword", "a")]
        assert plain(read('[a "a" :a]', shared=shared)) == expected

    @pytest.mark.parametrize(
        "text",
        [
            '(a #_(b [c] "d)") (e 1))',
            "(a #_b (e #_#_ 2 3 1))",
            '#_"x" (a (e #_ ; why\n {:k 2} 1))',
            "(a (e 1)) #_#_(f) (g)",
            "#_(a #_(b) c) (a (e 1))",
        ],
    )
    def test_what_is_discarded_is_space(self, text: str, shared: bool) -> None:
        assert same_tree(read(text, shared=shared), read("(a (e 1))", shared=shared))

    def test_files_of_windows_and_other_editors_say_the_same(self, shared: bool) -> None:
        expected = read('(a [1\n "b"])', shared=shared)
        assert same_tree(read('\ufeff(a [1\r\n "b"])\r\n', shared=shared), expected)

    def test_a_strategy_may_stand_without_its_outermost_parentheses(self, shared: bool) -> None:
        bare = read('; by hand\ndefsymphony "A" {:x 1} (a)', shared=shared)
        assert same_tree(bare, read('(defsymphony "A" {:x 1} (a))', shared=shared))


class TestSharing:
    def test_equal_forms_are_one_object(self) -> None:
        tree = read('[(asset "A") [(asset  "A")] (asset "B")]')
        assert isinstance(tree, Form)
        first, second, third = tree.items
        assert isinstance(second, Form)
        assert first is second.items[0]
        assert first is not third

    def test_without_it_each_has_its_own_place(self) -> None:
        tree = read('[(asset "A") (asset "A")]', shared=False)
        assert isinstance(tree, Form)
        assert [item.offset for item in tree.items if isinstance(item, Form)] == [1, 13]

    def test_says_the_same_as_reading_without_it(self) -> None:
        text = '(x {:a 1} [(b "c" {:w 2})] [(b "c" {:w 2})] (b "c" {:w 3}) {} [] () ["{" "}"])'
        assert same_tree(read(text), read(text, shared=False))


NUMBER = "a number, other than 0 from 1e-40 to 1e40"

ERRORS = [
    ("", 1, 1, "one form", "the end of the file"),
    (" ; only\n", 2, 1, "one form", "the end of the file"),
    ("(a", 1, 3, ") for the ( at 1:1", "the end of the file"),
    ("(a\n [b\n", 3, 1, "] for the [ at 2:2", "the end of the file"),
    (")", 1, 1, "a form", ")"),
    ("(a]", 1, 3, ") for the ( at 1:1", "]"),
    ('(x\n (asset "A"])', 2, 12, ") for the ( at 2:2", "]"),
    ('(a "b', 1, 4, 'a closing "', "the end of the file"),
    ("(a) b", 1, 5, "the end of the file after its one form", "b"),
    ('(asset "A") (asset "A")', 1, 13, "the end of the file after its one form", '(asset "A")'),
    ("{:a}", 1, 1, "a map of keys with values", "1 items"),
    ("(a {:b 1 :c})", 1, 4, "a map of keys with values", "3 items"),
    ("(a :)", 1, 4, "a keyword such as :window", ":"),
    ("(a 1x)", 1, 4, "a number such as 14 or 0.25", "1x"),
    ("(a 1.)", 1, 4, "a number such as 14 or 0.25", "1."),
    ("(a 1/0)", 1, 4, NUMBER, "1/0"),
    ("(a 1e41)", 1, 4, NUMBER, "1e41"),
    ("(a #_)", 1, 4, "a whole form behind #_", "#_"),
    ('(a #_"b)\n (c\n x 1y)', 1, 4, "a whole form behind #_", "#_"),
    ("(a #_(b\n c) 1y)", 2, 5, "a number such as 14 or 0.25", "1y"),
    ("(a #b)", 1, 4, "a form, string, number, keyword or symbol", "#b"),
    ("(a ü)", 1, 4, "a form, string, number, keyword or symbol", "ü"),
    (f"(a {'1' * 41})", 1, 4, "a number of at most 40 characters", "1" * 41),
]


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize(("text", "line", "column", "expected", "found"), ERRORS)
def test_an_error_names_place_expectation_and_finding(
    text: str, line: int, column: int, expected: str, found: str, shared: bool
) -> None:
    with pytest.raises(StrategyError) as caught:
        read(text, shared=shared)
    assert caught.value.message == f"f.clj:{line}:{column}: expected {expected}, found {found}"
    assert caught.value.details["line"] == line
    assert caught.value.details["column"] == column


class TestLimits:
    @pytest.mark.parametrize("inner", ["a", '(asset "A")', '(rsi "A" {:window 5})', "[(x {:a 1})]"])
    def test_takes_300_levels_and_no_more(self, inner: str) -> None:
        levels = MAX_DEPTH - max(
            sum(1 for at in range(end) if inner[at] in "([{") for end in [len(inner)]
        )
        assert read("[" * levels + inner + "]" * levels)
        with pytest.raises(StrategyError, match="at most 300 levels of nesting"):
            read("[" * (levels + 1) + inner + "]" * (levels + 1))

    def test_points_at_the_bracket_that_is_too_deep(self) -> None:
        with pytest.raises(StrategyError, match=r"f\.clj:2:101: "):
            read("[" * 200 + "\n" + "[" * 101)

    def test_takes_no_more_than_ten_megabytes(self) -> None:
        text = '(a "' + "x" * MAX_BYTES + '")'
        with pytest.raises(StrategyError, match="at most 10000000 bytes, found 10000006"):
            read(text)

    def test_depth_asks_nothing_of_the_recursion_limit(self) -> None:
        before = sys.getrecursionlimit()
        sys.setrecursionlimit(150)
        try:
            tree = read("(a " * MAX_DEPTH + ")" * MAX_DEPTH)
            assert same_tree(tree, read("(a " * MAX_DEPTH + ")" * MAX_DEPTH))
        finally:
            sys.setrecursionlimit(before)

    def test_an_unclosed_string_of_a_megabyte_is_refused_at_once(self) -> None:
        with pytest.raises(StrategyError, match='a closing "'):
            read('(a "' + "\\\\ x" * 250_000)
