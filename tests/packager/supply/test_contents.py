from __future__ import annotations

import pytest

from packager.supply.contents import OWN, Held, left_out_table, table_of, to_drop

SIZES = {"large": 50, "middle": 30, "small": 10}


def held(package: str, path: str, size: int, rule: str = "") -> Held:
    return Held(package=package, path=path, unzipped_bytes=size, rule=rule)


def test_packages_and_their_folders_come_with_the_largest_first() -> None:
    files = [
        held("tiny 1.0", "tiny/__init__.py", 10),
        held("big 2.0", "big/core/a.so", 60),
        held("big 2.0", "big/io/b.py", 20),
        held(OWN, "ours/a.py", 10),
    ]
    assert [line.split() for line in table_of(files)] == [
        ["big", "2.0", "80", "80.0%"],
        ["big/core", "60"],
        ["big/io", "20"],
        ["our", "own", "code", "10", "10.0%"],
        ["tiny", "1.0", "10", "10.0%"],
    ]


def test_each_rule_says_what_it_left_out_of_whom() -> None:
    files = [
        held("big 2.0", "big/tests/a.py", 5, "tests"),
        held("tiny 1.0", "tiny/tests/a.py", 1, "tests"),
        held("tiny 1.0", "tiny/a.pyi", 2, "a type stub"),
    ]
    assert [" ".join(line.split()) for line in left_out_table(files)] == [
        "tests 6 2 files of big 2.0, tiny 1.0",
        "a type stub 2 1 files of tiny 1.0",
    ]


@pytest.mark.parametrize(
    ("too_many", "dropped"),
    [
        (5, ["small"]),
        (10, ["small"]),
        (11, ["middle"]),
        (50, ["large"]),
        (51, ["large", "middle"]),
        (85, ["large", "middle", "small"]),
        (1000, ["large", "middle", "small"]),
    ],
)
def test_what_is_dropped_is_as_little_as_can_be(too_many: int, dropped: list[str]) -> None:
    assert to_drop(SIZES, too_many) == dropped
