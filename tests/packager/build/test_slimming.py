from __future__ import annotations

import zipfile

import pytest

from packager.build.slimming import slim
from packager.errors import InstallError
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
]


def slimmed(project: Project) -> list[str]:
    return [file.path for file in slim(project.root)]


def test_keeps_what_runs_and_leaves_the_rest(project: Project) -> None:
    for path in [*KEPT, *SLIMMED]:
        project.write(path, "x = 1\n")
    assert slimmed(project) == sorted(KEPT)


def test_deletes_nothing_since_files_are_links_into_the_cache(project: Project) -> None:
    for path in [*KEPT, *SLIMMED]:
        project.write(path, "x = 1\n")
    slim(project.root)
    assert all((project.root / path).exists() for path in SLIMMED)


@pytest.mark.parametrize(
    "statement",
    [
        "from lib.core.tests._natype import NA",
        "from lib.core.tests import _natype",
        "import lib.core.tests._natype",
        "from .core.tests._natype import (NA,",
        "    from .core.tests import _natype  # lazily",
    ],
)
def test_keeps_a_test_module_that_the_library_imports(project: Project, statement: str) -> None:
    project.write("lib/__init__.py", f"try:\n    pass\nfinally:\n    pass\n{statement}\n")
    project.write("lib/core/__init__.py")
    project.write("lib/core/tests/__init__.py")
    project.write("lib/core/tests/_natype.py", "from lib.core.tests import _deeper\n")
    project.write("lib/core/tests/_deeper.py")
    project.write("lib/core/tests/test_unused.py")
    assert slimmed(project) == [
        "lib/__init__.py",
        "lib/core/__init__.py",
        "lib/core/tests/__init__.py",
        "lib/core/tests/_deeper.py",
        "lib/core/tests/_natype.py",
    ]


def test_keeps_stubs_that_a_lazy_loader_reads(project: Project) -> None:
    project.write("lib/__init__.py", "import lazy_loader as lazy\nlazy.attach_stub(__name__)\n")
    project.write("lib/__init__.pyi")
    project.write("lib/other.py")
    project.write("lib/other.pyi")
    assert slimmed(project) == ["lib/__init__.py", "lib/__init__.pyi", "lib/other.py"]


def test_refuses_symbolic_links(project: Project) -> None:
    target = project.write("lib/real.py")
    (project.root / "lib/link.py").symlink_to(target)
    with pytest.raises(InstallError, match=r"lib/link\.py: .* symbolic link"):
        slim(project.root)


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
