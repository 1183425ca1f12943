from __future__ import annotations

from pathlib import Path

import pytest

from packager.supply.dependencies import Part, findings, imported, parts_of
from tests.packager.supply.shipped import artifact, package


def part(
    artifact: str, name: str, *imports: str, version: str = "1.0", modules: tuple[str, ...] = ()
) -> Part:
    return Part(
        artifact=artifact,
        name=name,
        version=version,
        modules=modules or (name.replace("-", "_"),),
        imports=frozenset(imports),
    )


def own(*imports: str) -> list[Part]:
    return [part("greet", "", *imports, modules=("app",))]


def said(*layers: list[Part], code: list[Part]) -> list[str]:
    return [f"{it.subject} {it.said}" for it in findings({"greet": [code, *layers]})]


def test_what_is_reached_through_other_packages_is_needed() -> None:
    layer = [part("first", "pandas", "numpy.linalg"), part("first", "numpy", "json")]
    assert said(layer, code=own("pandas")) == []


def test_a_package_that_nothing_reaches_is_named() -> None:
    layer = [part("first", "requests"), part("first", "forgotten", "requests")]
    (finding,) = said(layer, code=own("requests"))
    assert finding.startswith("first: forgotten 1.0 ships, and no function that carries it")


def test_one_function_that_needs_it_is_enough() -> None:
    layer = [part("first", "requests")]
    assert findings({"greet": [own(), layer], "leave": [own("requests"), layer]}) == ()


def test_shared_code_in_a_layer_reaches_on() -> None:
    shared = [part("shared", "", "structlog", modules=("ours.shared",))]
    assert said([part("first", "structlog")], shared, code=own("ours.shared.logs")) == []


def test_one_part_of_a_namespace_does_not_stand_for_another() -> None:
    layer = [
        part("first", "google-auth", modules=("google.auth",)),
        part("first", "google-drive", modules=("google.drive",)),
    ]
    (finding,) = said(layer, code=own("google.auth.transport"))
    assert finding.startswith("first: google-drive 1.0 ships")


def test_an_import_that_only_another_layer_can_answer_is_named() -> None:
    layers = [part("first", "alpaca", "pandas")], [part("second", "pandas")]
    (finding,) = said(*layers, code=own("alpaca"))
    assert finding == (
        "first: alpaca imports pandas, which only second brings where greet carries both"
    )


def test_what_nobody_has_is_an_option_that_was_not_taken() -> None:
    assert said([part("first", "pandas", "pyarrow", "json", "boto3")], code=own("pandas")) == []


def test_two_versions_in_two_layers_of_one_function_are_named() -> None:
    layers = [part("first", "six")], [part("second", "six", version="2.0")]
    assert (
        "greet: six 1.0 in layer first and 2.0 in layer second; only the former is ever imported"
    ) in said(*layers, code=own("six"))
    apart = {"greet": [own("six"), layers[0]], "leave": [own("six"), layers[1]]}
    assert findings(apart) == ()


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("import a, b.c as d  # e", {"a", "b.c"}),
        ("    from a.b import c, d", {"a.b", "a.b.c", "a.b.d"}),
        ("from . import a", set()),
        ("importlib.import_module('a.plugin')", {"a.plugin"}),
        ("# import a", set()),
        ("important = 1", set()),
    ],
)
def test_every_way_of_importing_counts(line: str, names: set[str]) -> None:
    assert set(imported(f"x = 1\n{line}\ny = 2\n".encode())) == names


def test_parts_are_read_from_the_zip(tmp_path: Path) -> None:
    files = package("tiny", "1.0", "tiny/__init__.py")
    files["python/tiny/__init__.py"] = "import structlog\n"
    files["python/ours/money.py"] = "import tiny\n"
    tiny, ours = parts_of(artifact(tmp_path, files), "python/")
    assert (tiny.name, tiny.modules, set(tiny.imports)) == ("tiny", ("tiny",), {"structlog"})
    assert (ours.name, ours.modules, set(ours.imports)) == ("", ("ours.money",), {"tiny"})
