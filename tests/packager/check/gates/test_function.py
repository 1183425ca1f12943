from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.limits import UNZIPPED_LIMIT_BYTES
from packager.check.gates.function import function_faults
from packager.store.manifest import BuiltArtifact, Package


def artifact(
    name: str,
    unzipped_bytes: int = 1,
    modules: tuple[str, ...] = (),
    packages: dict[str, int] | None = None,
) -> BuiltArtifact:
    return BuiltArtifact(
        name=name,
        key="k",
        path=Path("/nowhere"),
        sha256="s",
        zipped_bytes=1,
        unzipped_bytes=unzipped_bytes,
        packages={
            package: Package(version="1.0", unzipped_bytes=size)
            for package, size in (packages or {}).items()
        },
        modules=modules,
        inputs={},
    )


def test_a_function_at_the_limit_passes() -> None:
    layers = [artifact("first", UNZIPPED_LIMIT_BYTES - 1)]
    assert list(function_faults(artifact("greet", 1), layers)) == []


def test_one_byte_over_the_limit_names_the_parts_and_the_largest_packages() -> None:
    layers = [artifact("first", UNZIPPED_LIMIT_BYTES, packages={"pandas": 900, "six": 1})]
    (fault,) = function_faults(artifact("greet", 1), layers)
    assert fault.startswith(
        "greet: expected at most 262,144,000 bytes unzipped with its layers, found 262,144,001 "
        "(greet 1, first 262,144,000)"
    )
    assert "largest packages are pandas 1.0 in first: 900; six 1.0 in first: 1" in fault


def test_a_budget_may_be_lower_than_the_limit_but_never_higher() -> None:
    layers = [artifact("first", 100)]
    assert list(function_faults(artifact("greet"), layers, budget_bytes=101)) == []
    (fault,) = function_faults(artifact("greet"), layers, budget_bytes=100)
    assert "expected at most 100 bytes" in fault
    over = [artifact("first", UNZIPPED_LIMIT_BYTES)]
    assert list(function_faults(artifact("greet"), over, budget_bytes=10**12))


def test_too_much_of_our_own_code_is_told_without_packages() -> None:
    (fault, _) = function_faults(artifact("greet", UNZIPPED_LIMIT_BYTES + 1), [])
    assert fault.endswith("Remove files from it, or split it.")


def test_a_sixth_layer_is_refused() -> None:
    layers = [artifact(f"layer{number}") for number in range(6)]
    (fault,) = function_faults(artifact("greet"), layers)
    assert fault.startswith("greet: expected at most 5 layers, found 6")
    assert list(function_faults(artifact("greet"), layers[:5])) == []


def test_a_package_both_in_a_layer_and_in_the_zip_is_named() -> None:
    layers = [artifact("first", modules=("numpy", "six"))]
    (fault,) = function_faults(artifact("greet", modules=("six", "app")), layers)
    assert fault.startswith("six is both in greet and in layer first")


def test_a_package_in_two_layers_is_named() -> None:
    layers = [artifact("first", modules=("six",)), artifact("second", modules=("six",))]
    (fault,) = function_faults(artifact("greet"), layers)
    assert fault.startswith("six is in layers first and second")


@pytest.mark.parametrize(
    ("zip_has", "layer_has"),
    [("acme", "acme.shared"), ("acme.shared.money", "acme.shared")],
)
def test_a_package_that_hides_the_rest_of_its_namespace_is_named(
    zip_has: str, layer_has: str
) -> None:
    layers = [artifact("first", modules=(layer_has,))]
    assert list(function_faults(artifact("greet", modules=(zip_has,)), layers))


def test_two_parts_of_one_namespace_pass() -> None:
    layers = [artifact("first", modules=("acme.shared",))]
    assert list(function_faults(artifact("greet", modules=("acme.greet",)), layers)) == []
