from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from packager.supply.moves import Move, moves, weighed, with_entry
from tests.packager.supply.shipped import artifact

UP = Move("numpy", "2.0", "2.1", ("first", "second"))


def test_one_line_stands_for_every_layer_that_makes_the_same_move() -> None:
    before = {"first": {"numpy": "2.0"}, "second": {"numpy": "2.0", "six": "1.0"}}
    after = {"first": {"numpy": "2.1"}, "second": {"numpy": "2.1", "tzdata": "5"}}
    assert list(map(str, moves(before, after))) == [
        "numpy 2.0 -> 2.1 (first, second)",
        "six 1.0 removed (second)",
        "tzdata 5 added (second)",
    ]
    assert moves(before, before) == ()


def test_only_layers_that_moved_are_weighed(tmp_path: Path) -> None:
    same = artifact(tmp_path, {"a.py": "1"}, "same")
    grown = artifact(tmp_path, {"a.py": "1234"}, "grown")
    lighter = replace(grown, key="other", unzipped_bytes=1)
    assert list(
        weighed({"same": same, "grown": lighter}, {"same": same, "grown": grown, "new": grown})
    ) == ["layer grown: 4 bytes unzipped (+3)", "layer new: 4 bytes unzipped (new)"]


def test_the_change_log_gets_one_line_where_changes_are_told() -> None:
    log = "# Changelog\n\n## [Unreleased]\n\n### Changed\n- Older.\n"
    assert with_entry(log, (UP,)) == (
        "# Changelog\n\n## [Unreleased]\n\n### Changed\n"
        "- Locked anew: numpy 2.0 -> 2.1 (first, second).\n- Older.\n"
    )
    bare = with_entry("## [Unreleased]\n\n## [1.0]\n", (UP,))
    assert bare.startswith("## [Unreleased]\n\n### Changed\n- Locked anew: numpy")
