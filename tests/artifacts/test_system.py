"""What the real zips must be, whatever they are built from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from blueprint import FunctionSpec, LayerSpec
from catalogue.layers import LAYERS
from catalogue.system import SYSTEM
from packager.check.built import PASSED, check_function, check_smoke
from packager.check.gates.sizes import total_unzipped_bytes
from packager.check.unpacking import archive_paths
from packager.inputs.locks import check_locks
from packager.inputs.patterns import is_never
from tests.artifacts.built_system import BuiltSystem

ROOT = Path(__file__).parents[2]
LARGEST_FUNCTION_BYTES = 150_000_000
LIGHT_FUNCTION_BYTES = 30_000_000
LIGHT = {"coordinator_v2", "aggregator_v2", "trade_aggregator", "notifications_v2", "metrics_v2"}

pytestmark = pytest.mark.artifacts

every_function = pytest.mark.parametrize("spec", SYSTEM.functions, ids=lambda spec: spec.name)
every_layer = pytest.mark.parametrize("spec", LAYERS, ids=lambda spec: spec.name)


def require_passed(found: str) -> None:
    """Take a check that had no interpreter to run on for skipped, with its reason."""
    if found.startswith("not run"):
        pytest.skip(found)
    assert found == PASSED


def test_there_is_a_zip_for_every_layer_and_function(built: BuiltSystem) -> None:
    assert len(built.layers) == len(LAYERS) >= 7
    assert len(built.functions) == len(SYSTEM.functions) >= 10


@every_function
def test_handler_imports_from_its_zips_in_both_orders(
    built: BuiltSystem, spec: FunctionSpec
) -> None:
    imports = check_function(
        spec, built.functions[spec.name], built.carried(spec), built.target, built.output
    )
    require_passed(imports)


@every_layer
def test_layer_passes_its_smoke_test(built: BuiltSystem, spec: LayerSpec) -> None:
    assert spec.smoke, "a layer without a smoke test proves nothing of its slimming"
    found = check_smoke(spec, built.layers[spec.name], built.target, built.output)
    require_passed(found)


@pytest.mark.parametrize(
    ("layer", "statement"),
    [
        ("strategy", "import numpy.testing, numpy.random, numpy.linalg"),
        ("portfolio", "import pandas, pandas.testing; assert pandas.Series([1, 2]).sum() == 3"),
        ("notifications", "import pydantic.v1, structlog"),
        ("shared_data", "from importlib.metadata import version; assert version('numpy')"),
        ("execution", "from importlib.metadata import entry_points; entry_points()"),
    ],
)
def test_what_slimming_left_still_works(built: BuiltSystem, layer: str, statement: str) -> None:
    spec = LayerSpec(name=layer, purpose="Slimmed.", group=layer, smoke=statement)
    found = check_smoke(spec, built.layers[layer], built.target, built.output)
    require_passed(found)


@every_function
def test_function_with_its_layers_stays_within_its_budget(
    built: BuiltSystem, spec: FunctionSpec
) -> None:
    most = LIGHT_FUNCTION_BYTES if spec.name in LIGHT else LARGEST_FUNCTION_BYTES
    assert total_unzipped_bytes(built.functions[spec.name], built.carried(spec)) < most


@every_function
def test_zip_has_its_handler_and_nothing_of_others(built: BuiltSystem, spec: FunctionSpec) -> None:
    paths = archive_paths(built.functions[spec.name].path)
    assert f"the_alchemiser/{spec.name}/lambda_handler.py" in paths
    own = {path for path in paths if path.startswith("the_alchemiser/")}
    assert {path.split("/")[1] for path in own} == {spec.name}


def test_no_zip_has_a_package_file_in_the_namespace(built: BuiltSystem) -> None:
    planted = ("the_alchemiser/__init__.py", "python/the_alchemiser/__init__.py")
    assert [zip_.name for zip_ in built.zips if {*planted} & {*archive_paths(zip_.path)}] == []


def test_no_zip_has_anything_from_the_never_list(built: BuiltSystem) -> None:
    found = [
        f"{zip_.name}: {path}"
        for zip_ in built.zips
        for path in archive_paths(zip_.path)
        if is_never(path, own=not zip_.packages)
    ]
    assert found == []


def test_no_layer_ships_what_the_runtime_brings(built: BuiltSystem) -> None:
    shipped = {package for layer in built.layers.values() for package in layer.packages}
    assert shipped & {"boto3", "botocore", "s3transfer"} == set()


def test_locks_are_what_uv_lock_gives() -> None:
    check_locks(ROOT, LAYERS)


def test_two_builds_under_other_conditions_have_the_same_bytes() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "packager", "verify"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    count = len(LAYERS) + len(SYSTEM.functions)
    assert f"{count} zips, byte for byte the same" in done.stderr


def test_a_second_build_finds_everything_built(built: BuiltSystem) -> None:
    before = {zip_.path: zip_.path.stat().st_mtime_ns for zip_ in built.zips}
    subprocess.run([sys.executable, "-m", "packager", "all"], cwd=ROOT, check=True)
    assert {path: path.stat().st_mtime_ns for path in before} == before
