"""Every library that was slimmed still imports, says its version, and does what it is there for."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable

import pytest

from blueprint import LayerSpec
from catalogue.layers import LAYERS
from packager.build.slimming import SOURCE_SUFFIXES, STUB_SUFFIX
from packager.check.interpreters import Unavailable, find_interpreter
from packager.check.isolation import Place, run_isolated
from packager.check.lambda_environment import lend_runtime
from packager.check.unpacking import archive_paths, unpack
from packager.inputs.patterns import is_never
from packager.store.manifest import BuiltArtifact
from tests.artifacts.built_system import BuiltSystem

pytestmark = pytest.mark.artifacts

DEPENDENCIES = [spec for spec in LAYERS if spec.group is not None]
every_layer = pytest.mark.parametrize("spec", DEPENDENCIES, ids=lambda spec: spec.name)

USES = {
    "alpaca-py": "from alpaca.data.models import Bar; from alpaca.trading.enums import OrderSide",
    "annotated-types": "import annotated_types; assert annotated_types.Gt(1).gt == 1",
    "certifi": "import certifi, pathlib; assert pathlib.Path(certifi.where()).stat().st_size",
    "charset-normalizer": (
        "import charset_normalizer as c; assert c.from_bytes('å'.encode()).best() is not None"
    ),
    "idna": "import idna; assert idna.encode('bücher.example') == b'xn--bcher-kva.example'",
    "msgpack": "import msgpack; assert msgpack.unpackb(msgpack.packb([1, 'a'])) == [1, 'a']",
    "numpy": (
        "import numpy as n; assert n.linalg.inv(n.eye(2)).sum() == 2; n.random.default_rng(1)"
    ),
    "pandas": (
        "import pandas as p; f = p.DataFrame({'a': [1, 2]}, index=p.date_range('2024', periods=2));"
        "assert f.resample('YE').sum().a.iloc[0] == 3 and p.read_json(__import__('io').StringIO("
        "f.to_json())).shape == (2, 1)"
    ),
    "pydantic": (
        "import pydantic; m = pydantic.create_model('M', a=(int, ...));"
        "assert m(a='1').model_dump_json() == '{\"a\":1}'"
    ),
    "pydantic-core": "import pydantic_core; assert pydantic_core.from_json(b'[1]') == [1]",
    "python-dateutil": (
        "from dateutil import parser, tz; assert parser.parse('2024-01-02').day == 2;"
        "assert tz.gettz('America/New_York')"
    ),
    "pytz": "import pytz; assert pytz.timezone('America/New_York')",
    "requests": "import requests; requests.Request('GET', 'https://example.test').prepare()",
    "six": "import six; assert six.moves.urllib.parse.quote(' ') == '%20'",
    "sseclient-py": "import sseclient; sseclient.SSEClient(iter([]))",
    "structlog": "import structlog; structlog.get_logger().bind(a=1)",
    "typing-extensions": "import typing_extensions; typing_extensions.TypedDict('T', {'a': int})",
    "typing-inspection": "from typing_inspection import introspection, typing_objects",
    "tzdata": (
        "import importlib.resources as r;"
        "assert (r.files('tzdata') / 'zoneinfo/America/New_York').read_bytes()"
    ),
    "urllib3": "import urllib3; assert urllib3.util.parse_url('https://a.test/b').path == '/b'",
    "websockets": "from websockets.frames import Frame, Opcode; assert Frame(Opcode.TEXT, b'a')",
}
"""What each library of a layer must still be able to do."""


Run = Callable[[BuiltArtifact, str], None]


@pytest.fixture(scope="session")
def passes(built: BuiltSystem, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Give a way to try a statement on a layer; layers with the same bytes are unpacked once."""
    interpreter = find_interpreter(built.target)
    if isinstance(interpreter, Unavailable):
        pytest.skip(interpreter.reason)
    work = tmp_path_factory.mktemp("slimmed")
    runtime = lend_runtime(work / "runtime")

    def run(layer: BuiltArtifact, statement: str) -> None:
        folder = work / layer.sha256
        if not folder.exists():
            unpack(layer.path, folder)
        place = Place(task=work / "task", opt=folder, runtime=runtime)
        place.task.mkdir(exist_ok=True)
        assert run_isolated(interpreter, statement, [folder / "python"], place) is None

    return run


@every_layer
def test_every_library_has_a_use_here(built: BuiltSystem, spec: LayerSpec) -> None:
    assert set(built.layers[spec.name].packages) - set(USES) == set()


@every_layer
def test_every_library_does_what_it_is_there_for(
    built: BuiltSystem, spec: LayerSpec, passes: Run
) -> None:
    layer = built.layers[spec.name]
    statement = "\n".join(
        f"exec({USES[name]!r}, {{'__name__': {name!r}}})" for name in layer.packages
    )
    passes(layer, statement)


@every_layer
def test_every_top_level_module_imports(built: BuiltSystem, spec: LayerSpec, passes: Run) -> None:
    layer = built.layers[spec.name]
    modules = [name for name in layer.modules if re.fullmatch(r"[a-z]\w*", name)]
    assert modules
    passes(layer, f"import {', '.join(modules)}")


@every_layer
def test_every_version_can_be_read_at_run_time(
    built: BuiltSystem, spec: LayerSpec, passes: Run
) -> None:
    layer = built.layers[spec.name]
    expected = {name: package.version for name, package in layer.packages.items()}
    statement = (
        "from importlib.metadata import version\n"
        f"assert {{name: version(name) for name in {sorted(expected)!r}}} == {expected!r}"
    )
    passes(layer, statement)


@every_layer
def test_every_library_keeps_its_metadata(built: BuiltSystem, spec: LayerSpec) -> None:
    paths = archive_paths(built.layers[spec.name].path)
    with_metadata = {path.split("/")[1] for path in paths if path.endswith(".dist-info/METADATA")}
    assert len(with_metadata) == len(built.layers[spec.name].packages)


@every_layer
def test_nothing_ships_that_the_rules_leave_behind(built: BuiltSystem, spec: LayerSpec) -> None:
    path = built.layers[spec.name].path
    with zipfile.ZipFile(path) as opened:
        lazy = {
            f"{name}i"
            for name in opened.namelist()
            if name.endswith(".py") and b"attach_stub" in opened.read(name)
        }
    found = [
        name
        for name in archive_paths(path)
        if (name.endswith((STUB_SUFFIX, *SOURCE_SUFFIXES)) and name not in lazy)
        or is_never(name, own=False)
    ]
    assert found == []
