from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest

from packager.build.named_files import is_document, named_documents
from packager.build.needed_test_modules import asked_test_modules
from packager.build.slimming import reads_stub, slim
from packager.check.elf import SharedObject
from packager.errors import InstallError
from tests.packager.projects import TARGET, Project
from tests.packager.wheelhouse import Wheelhouse

KEPT = [
    "lib/__init__.py",
    "lib/module.py",
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
    "lib/tests/data.bin",
    "lib/sub/test/deep/test_it.py",
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

    test_modules: tuple[str, ...] = ()
    reads_stub: bool = False
    named_documents: tuple[str, ...] = ()
    brought_by: str = "lib"
    binary: SharedObject | str | None = None
    foreign: str = ""
    magic: int = 0


def brought(files: Mapping[str, str]) -> dict[str, Brought]:
    return {
        path: Brought(
            asked_test_modules(path, text.encode()),
            reads_stub(path, text.encode()),
            named_documents(path, text.encode(), filter(is_document, files)),
        )
        for path, text in files.items()
    }


def slimmed(files: Mapping[str, str], *keep: str) -> list[str]:
    return list(slim(brought(files), TARGET, keep).kept)


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


def test_every_file_that_stays_behind_says_by_which_rule() -> None:
    found = slim(brought(dict.fromkeys([*KEPT, *SLIMMED], "x = 1\n")), TARGET)
    assert sorted(found.left_out) == sorted(SLIMMED)
    assert found.left_out["lib/tests/data.bin"] == "tests"
    assert found.left_out["lib/module.pyi"] == "a type stub"
    assert found.left_out["bin/lib"] == "a console script"


@pytest.mark.parametrize(
    "code",
    [
        "open(HERE / 'README.md')",
        "open(HERE / 'prompts' / 'ask.md')",
        "open('lib/prompts/ask.md')",
        "read('./prompts/ask.md')",
        "HERE.glob('*.md')",
        "HERE.rglob('**/*.md')",
        "read(f'{name}.md')",
        "open(HERE / 'docs/page.html')",
        "files('lib.docs') / page",
        "HERE / 'docs' / page",
    ],
)
def test_keeps_a_document_that_the_library_opens(code: str) -> None:
    documents = ("lib/README.md", "lib/prompts/ask.md", "lib/docs/page.html")
    files = {"lib/__init__.py": f"{code}\n", **dict.fromkeys(documents, "text"), "other/x.md": ""}
    expected = {
        "README": {"lib/README.md"},
        "docs": {"lib/docs/page.html"},
    }.get(next((word for word in ("README", "docs") if word in code), ""), {"lib/prompts/ask.md"})
    assert set(slimmed(files)) == {"lib/__init__.py", *expected}


@pytest.mark.parametrize(
    "code", ['"""See docs and README.md."""', "x = 'read README.md first'", "# 'README.md'"]
)
def test_a_document_that_is_only_spoken_of_stays_behind(code: str) -> None:
    files = {"lib/__init__.py": f"{code}\n", "lib/README.md": "", "lib/docs/page.html": ""}
    assert slimmed(files) == ["lib/__init__.py"]


def test_a_folder_named_tests_without_a_test_is_the_librarys_own() -> None:
    files = dict.fromkeys(
        ("dbt/include/tests/generic/unique.sql", "ansible/plugins/test/core.py", "a/__init__.py"),
        "",
    )
    assert slimmed(files) == sorted(files)


@pytest.mark.parametrize(
    ("pattern", "kept"),
    [
        ("bin/ruff", ["bin/ruff"]),
        ("lib/**/*.md", ["lib/README.md", "lib/deep/er/x.md"]),
        ("lib/*.md", ["lib/README.md"]),
    ],
)
def test_a_layer_keeps_what_it_asks_for(pattern: str, kept: list[str]) -> None:
    files = dict.fromkeys(("bin/ruff", "lib/README.md", "lib/deep/er/x.md"), "")
    assert slimmed(files, pattern) == kept


def test_two_stars_at_the_end_keep_all_that_is_below() -> None:
    files = dict.fromkeys(["lib/__init__.py", "lib/x.md", "lib/deep/er/y.md", "other/z.md"], "")
    assert slimmed(files, "lib/**") == ["lib/__init__.py", "lib/deep/er/y.md", "lib/x.md"]


def test_a_pattern_that_keeps_nothing_is_refused() -> None:
    with pytest.raises(InstallError, match=r"keep: 'lib/\*\.txt' was expected to match a file"):
        slimmed({"lib/__init__.py": ""}, "lib/*.txt")


HERE = Brought(binary=SharedObject(TARGET.elf_machine))
ARM = Brought(binary=SharedObject(183))


def test_binaries_for_other_machines_stay_behind_where_one_for_this_is_there() -> None:
    files = {
        "lib/fast-amd64.so": HERE,
        "lib/fast-arm64.so": ARM,
        "lib/fast.dll": Brought(foreign="Windows"),
        "lib/fast.dylib": Brought(foreign="macOS"),
    }
    found = slim(files, TARGET)
    assert found.kept == ("lib/fast-amd64.so",)
    assert found.left_out["lib/fast-arm64.so"] == "a binary for another machine"
    assert found.left_out["lib/fast.dll"] == "a binary for Windows"


def test_binaries_for_another_machine_alone_are_left_to_the_gate_that_names_them() -> None:
    assert slim({"lib/fast.so": ARM}, TARGET).kept == ("lib/fast.so",)
    others = {"lib/fast.so": ARM, "other/fast.so": replace(HERE, brought_by="other")}
    assert slim(others, TARGET).kept == ("lib/fast.so", "other/fast.so")


def test_byte_code_ships_where_no_source_does() -> None:
    files = {
        "lib/__init__.pyc": Brought(magic=TARGET.magic),
        "lib/open.py": Brought(),
        "lib/open.pyc": Brought(magic=TARGET.magic),
        "lib/__pycache__/gone.cpython-312.pyc": Brought(magic=TARGET.magic),
    }
    assert slim(files, TARGET).kept == ("lib/__init__.pyc", "lib/open.py")


def test_byte_code_of_another_python_is_refused() -> None:
    files = {"lib/__init__.pyc": Brought(magic=3495)}
    with pytest.raises(InstallError, match=r"lib/__init__\.pyc of lib: expected byte code of Py"):
        slim(files, TARGET)


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


@pytest.mark.parametrize(
    "code",
    [
        "import_module('.tests.plugin', package=__name__)",
        "import_module(f'{__name__}.tests.plugin')",
        "import_module(__name__ + '.tests.plugin')",
        "PLUGINS = ['lib.tests.plugin']",
        "PLUGINS = {'a': 'lib.tests.plugin:Run'}",
        "PLUGINS = 'lib.tests.plugin.Run'",
        "import_module('lib.tests.' + name)",
        "import_module(f'lib.tests.{name}')",
        "import_module(f'{__package__}.tests.{name}')",
        "import_module('lib.tests.%s' % name)",
        "import_module('lib.tests.{}'.format(name))",
        "from . import tests\n[it.name for it in pkgutil.iter_modules(tests.__path__)]",
    ],
)
def test_keeps_a_test_module_that_a_text_names(code: str) -> None:
    files = {
        "lib/__init__.py": code,
        "lib/tests/__init__.py": "",
        "lib/tests/plugin.py": "from .other import A",
        "lib/tests/other.py": "",
        "lib/tests/test_a.py": "",
    }
    assert slimmed(files) == sorted(files.keys() - {"lib/tests/test_a.py"})


def test_keeps_a_test_module_that_an_entry_point_names() -> None:
    entry = {"lib-1.0.dist-info/entry_points.txt": "[plugins]\na = lib.tests.plugin:run\n"}
    code = {"lib/__init__.py": "", "lib/tests/plugin.py": "", "lib/tests/test_a.py": ""}
    assert "lib/tests/plugin.py" in slimmed({**code, **entry})
    assert "lib/tests/plugin.py" not in slimmed(code)


@pytest.mark.parametrize(
    "code",
    [
        "Path(__file__).parent.glob('prompts/*.md')",
        "open('%s/prompts/%s.md' % (HERE, name))",
        "open('prompts/{}.md'.format(name))",
        "open(HERE + '/prompts/' + f'{name}.md')",
        "open(f'{name}x.md')",
        "HERE.rglob('*x.md')",
        "open('prompts\\\\x.md')",
        "files('lib.prompts').iterdir()",
        "os.listdir(os.path.join(HERE, 'prompts'))",
    ],
)
def test_keeps_documents_whose_names_are_put_together(code: str) -> None:
    files = {"lib/__init__.py": code, "lib/prompts/x.md": "", "lib/CHANGELOG.md": ""}
    assert slimmed(files) == ["lib/__init__.py", "lib/prompts/x.md"]


def test_a_folder_that_is_named_and_not_read_keeps_nothing() -> None:
    files = {"lib/__init__.py": "SHOWN = 'prompts'", "lib/prompts/x.md": ""}
    assert slimmed(files) == ["lib/__init__.py"]


@pytest.mark.parametrize("stray", ["pyproject.toml", "setup.py", "docs/conf.py", "Makefile"])
def test_leaves_what_belongs_to_a_projects_root(stray: str) -> None:
    assert slimmed({"lib.py": "", stray: ""}) == ["lib.py"]
    assert f"lib/{stray}" in slimmed({"lib/__init__.py": "", f"lib/{stray}": ""})


def test_keeps_a_package_that_is_called_docs() -> None:
    files = {"docs/__init__.py": "", "docs/conf.py": ""}
    assert slimmed(files) == sorted(files)
