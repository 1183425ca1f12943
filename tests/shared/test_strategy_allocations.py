import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from the_alchemiser.shared.errors import ConfigurationError
from the_alchemiser.shared.strategy_allocations import (
    ALLOCATION_FILES,
    check_allocations,
    load_allocations,
    load_strategy,
    read_allocations,
)

ROOT = Path(__file__).parents[2]


def write_allocations(
    root: Path, path: str, allocations: dict[str, Any], files: Any = None
) -> None:
    target = root / path
    target.parent.mkdir(exist_ok=True)
    content = {"files": list(allocations) if files is None else files, "allocations": allocations}
    target.write_text(json.dumps(content))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path in ALLOCATION_FILES:
        write_allocations(tmp_path, path, {"a.clj": 0.4, "more/b.clj": 0.6})
    (tmp_path / "strategies/more").mkdir(parents=True)
    (tmp_path / "strategies/a.clj").write_text('(asset "SPY")')
    (tmp_path / "strategies/more/b.clj").write_text('(asset "QQQ")')
    return tmp_path


def allocations(root: Path, stage: str = "dev", **environ: str) -> dict[str, Decimal]:
    return {
        entry.file: entry.allocation for entry in load_allocations(root, stage, environ).entries
    }


class TestLoadAllocations:
    def test_prod_has_its_own_file_and_every_other_stage_shares_devs(self, root: Path) -> None:
        write_allocations(root, ALLOCATION_FILES[1], {"a.clj": 1})
        assert list(allocations(root, "prod")) == ["a.clj"]
        for stage in ("dev", "local", "staging"):
            assert list(allocations(root, stage)) == ["a.clj", "more/b.clj"]

    def test_allocations_are_the_exact_decimals_of_the_file(self, root: Path) -> None:
        assert allocations(root) == {"a.clj": Decimal("0.4"), "more/b.clj": Decimal("0.6")}

    @pytest.mark.parametrize("text", ['["x.clj", "y.clj"]', "x.clj, y.clj"])
    def test_files_alone_have_equal_allocations(self, root: Path, text: str) -> None:
        found = allocations(root, STRATEGY__DSL_FILES=text)
        assert found == {"x.clj": Decimal("0.5"), "y.clj": Decimal("0.5")}

    @pytest.mark.parametrize("text", ['{"x.clj": 0.4, "y.clj": 0.6}', "x.clj=0.4,y.clj=0.6"])
    def test_allocations_alone_name_the_files_too(self, root: Path, text: str) -> None:
        found = allocations(root, STRATEGY__DSL_ALLOCATIONS=text)
        assert found == {"x.clj": Decimal("0.4"), "y.clj": Decimal("0.6")}

    def test_files_give_the_order_when_both_are_set(self, root: Path) -> None:
        found = allocations(
            root, STRATEGY__DSL_FILES="y.clj,x.clj", STRATEGY__DSL_ALLOCATIONS="x.clj=1,y.clj=0.5"
        )
        assert list(found.items()) == [("y.clj", Decimal("0.5")), ("x.clj", Decimal(1))]

    @pytest.mark.parametrize(
        ("variable", "text"),
        [
            ("STRATEGY__DSL_FILES", "[1"),
            ("STRATEGY__DSL_FILES", "[1]"),
            ("STRATEGY__DSL_FILES", ","),
            ("STRATEGY__DSL_FILES", "../a.clj"),
            ("STRATEGY__DSL_FILES", "/etc/a.clj"),
            ("STRATEGY__DSL_FILES", "a.txt"),
            ("STRATEGY__DSL_FILES", "a.clj,a.clj"),
            ("STRATEGY__DSL_FILES", "a.clj,more/a.clj"),
            ("STRATEGY__DSL_ALLOCATIONS", "a.clj"),
            ("STRATEGY__DSL_ALLOCATIONS", "a.clj=x"),
            ("STRATEGY__DSL_ALLOCATIONS", "a.clj=NaN"),
            ("STRATEGY__DSL_ALLOCATIONS", "a.clj=-1"),
            ("STRATEGY__DSL_ALLOCATIONS", "a.clj=0"),
            ("STRATEGY__DSL_ALLOCATIONS", "a.clj=1,a.clj=1"),
            ("STRATEGY__DSL_ALLOCATIONS", '{"a.clj": true}'),
            ("STRATEGY__DSL_ALLOCATIONS", '{"a.clj": NaN}'),
        ],
    )
    def test_a_wrong_override_is_named(self, root: Path, variable: str, text: str) -> None:
        with pytest.raises(ConfigurationError, match=variable):
            load_allocations(root, "dev", {variable: text})


class TestReadAllocations:
    @pytest.mark.parametrize(
        "text", ["{", "[]", "{}", '{"files": {}, "allocations": {}}', '{"files": [], "x": {}}']
    )
    def test_another_shape_is_refused_with_the_path(self, root: Path, text: str) -> None:
        (root / ALLOCATION_FILES[0]).write_text(text)
        with pytest.raises(ConfigurationError, match=r"config/strategy\.dev\.json: expected"):
            read_allocations(root, ALLOCATION_FILES[0])

    def test_a_file_without_an_allocation_is_named(self, root: Path) -> None:
        write_allocations(root, ALLOCATION_FILES[0], {"a.clj": 1}, files=["a.clj", "c.clj"])
        with pytest.raises(ConfigurationError, match=r"c\.clj"):
            read_allocations(root, ALLOCATION_FILES[0])


class TestLoadStrategy:
    def test_reads_a_file_in_a_subfolder(self, root: Path) -> None:
        assert load_strategy(root, "more/b.clj") == '(asset "QQQ")'

    def test_a_missing_file_is_named(self, root: Path) -> None:
        with pytest.raises(ConfigurationError, match=r"strategies/none\.clj") as caught:
            load_strategy(root, "none.clj")
        assert caught.value.details == {"dsl_file": "none.clj"}

    def test_text_that_is_no_utf8_is_refused(self, root: Path) -> None:
        (root / "strategies/a.clj").write_bytes(b"(asset \xff)")
        with pytest.raises(ConfigurationError, match="byte 7"):
            load_strategy(root, "a.clj")

    @pytest.mark.parametrize("file", ["../a.clj", "/a.clj", "a", "", "x/../a.clj", "./a.clj"])
    def test_a_path_outside_the_folder_is_refused(self, root: Path, file: str) -> None:
        with pytest.raises(ConfigurationError, match=r"expected a \.clj path"):
            load_strategy(root, file)


class TestCheckBooks:
    def test_finds_nothing_wrong_with_complete_allocations(self, root: Path) -> None:
        assert check_allocations(root) == []

    def test_a_named_file_that_is_missing_is_reported_with_its_place(self, root: Path) -> None:
        (root / "strategies/more/b.clj").unlink()
        assert check_allocations(root) == [
            f"{path}: `files[1]` names strategies/more/b.clj, which is missing"
            for path in ALLOCATION_FILES
        ]

    def test_allocations_off_one_are_reported(self, root: Path) -> None:
        write_allocations(root, ALLOCATION_FILES[1], {"a.clj": 0.4, "more/b.clj": 0.61})
        (problem,) = check_allocations(root)
        assert problem == f"{ALLOCATION_FILES[1]}: expected `allocations` to sum to 1, found 1.01"

    def test_missing_allocations_are_reported(self, root: Path) -> None:
        (root / ALLOCATION_FILES[0]).unlink()
        (problem,) = check_allocations(root)
        assert problem.startswith(ALLOCATION_FILES[0])
