from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from packager.build.needed_test_modules import asked_test_modules
from packager.build.slimming import reads_stub, slim
from tests.packager.projects import Project
from tests.packager.wheelhouse import Wheelhouse

KEPT = [
    "lib/__init__.py",
    "lib/testing.py",
    "lib/data/table.csv",
    "lib/py.typed",
    "lib/docs/__init__.py",
    "lib/docs/service.json",
    "lib/setup.py",
    "lib/tests_are_fine.py",
    "lib-1.0.dist-info/METADATA",
    "lib-1.0.dist-info/entry_points.txt",
    "lib-1.0.dist-info/licenses/LICENSE.md",
    "lib.libs/libblas.so.3",
    "readme_renderer.py",
    "notice/__init__.py",
]

SLIMMED = [
    "lib/__pycache__/x.cpython-312.pyc",
    "lib/module.pyc",
    "lib/tests/__init__.py",
    "lib/tests/test_all.py",
    "lib/sub/test/data.bin",
    "lib/conftest.py",
    "lib/README.md",
    "lib/guide.rst",
    "lib/doc/index.html",
    "lib/sub/docs/picture.png",
    "lib/module.pyi",
    "lib/include/lib.h",
    "lib/speed.pyx",
    "lib/speed.pxd",
    "lib/speed.c",
    "lib/lib/libspeed.a",
    "lib/.env",
    "bin/lib",
    ".lock",
    "lib-1.0.dist-info/RECORD",
    "lib-1.0.dist-info/INSTALLER",
    "lib-1.0.dist-info/direct_url.json",
    "tests/test_top.py",
    "LICENSE",
    "README.txt",
    "AUTHORS.rst",
]


@dataclass(frozen=True)
class Brought:
    """A file of a wheel, as far as slimming looks at it."""

    test_modules: tuple[str, ...]
    reads_stub: bool


def slimmed(files: Mapping[str, str]) -> list[str]:
    brought = {
        path: Brought(asked_test_modules(path, text.encode()), reads_stub(path, text.encode()))
        for path, text in files.items()
    }
    return list(slim(brought))


def test_keeps_what_runs_and_leaves_the_rest() -> None:
    assert slimmed(dict.fromkeys([*KEPT, *SLIMMED], "x = 1\n")) == sorted(KEPT)


@pytest.mark.parametrize(
    "statement",
    [
        "from lib.core.tests._natype import NA",
        "from lib.core.tests import _natype",
        "import lib.core.tests._natype",
        "from .core.tests._natype import (\n    NA,\n)",
        "from .core.tests import (\n    _natype,\n)",
        "import json, lib.core.tests._natype",
        "def late():\n    from .core.tests import _natype",
        "import importlib\nimportlib.import_module('lib.core.tests._natype')",
    ],
)
def test_keeps_a_test_module_that_the_library_imports(statement: str) -> None:
    files = {
        "lib/__init__.py": f"try:\n    pass\nfinally:\n    pass\n{statement}\n",
        "lib/core/__init__.py": "",
        "lib/core/tests/__init__.py": "",
        "lib/core/tests/_natype.py": "from . import _deeper\n",
        "lib/core/tests/_deeper.py": "",
        "lib/core/tests/test_unused.py": "",
    }
    assert slimmed(files) == [
        "lib/__init__.py",
        "lib/core/__init__.py",
        "lib/core/tests/__init__.py",
        "lib/core/tests/_deeper.py",
        "lib/core/tests/_natype.py",
    ]


def test_code_for_another_python_asks_for_nothing() -> None:
    assert slimmed({"lib.py": "print 'tests'\n", "tests/a.py": ""}) == ["lib.py"]


def test_keeps_stubs_that_a_lazy_loader_reads() -> None:
    files = {
        "lib/__init__.py": "import lazy_loader as lazy\nlazy.attach_stub(__name__)\n",
        "lib/__init__.pyi": "",
        "lib/other.py": "",
        "lib/other.pyi": "",
    }
    assert slimmed(files) == ["lib/__init__.py", "lib/__init__.pyi", "lib/other.py"]


def test_entry_points_and_versions_can_be_read_from_the_built_layer(
    project: Project, wheelhouse: Wheelhouse
) -> None:
    wheel = wheelhouse.add(
        "plugins",
        {"plugins/__init__.py": ""},
        version="2.5",
        metadata={"entry_points.txt": "[acme.plugins]\none = plugins:one\n"},
    )
    built = project.build(project.lock("first", wheel))
    with zipfile.ZipFile(built.path) as opened:
        metadata = opened.read("python/plugins-2.5.dist-info/METADATA").decode()
        entry_points = opened.read("python/plugins-2.5.dist-info/entry_points.txt").decode()
    assert "Version: 2.5" in metadata
    assert "one = plugins:one" in entry_points
