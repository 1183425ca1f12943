from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from blueprint import FunctionSpec, LayerSpec
from packager.check import built
from packager.check.built import PASSED, check_function, check_smoke
from packager.check.interpreters import Unavailable
from packager.errors import ArchiveError, GateError
from packager.store.manifest import BuiltArtifact
from packager.store.output import Output
from packager.target import Target
from tests.packager.projects import Project, function_spec, sources_layer
from tests.packager.wheelhouse import Wheelhouse

HERE = Target(f"3.{sys.version_info[1]}")
"""The interpreter that runs the tests is one of its own version."""


def check(project: Project, spec: FunctionSpec, *layers: BuiltArtifact) -> str:
    return project.check(spec, *layers, target=HERE)


def carrying(spec: FunctionSpec, *layers: str) -> FunctionSpec:
    return function_spec(spec.name, *layers)


@pytest.fixture
def shared(project: Project) -> BuiltArtifact:
    project.write("the_alchemiser/shared/__init__.py")
    project.write("the_alchemiser/shared/money.py", "A = 1\n")
    return project.build(sources_layer(), HERE)


def test_a_handler_imports_its_layers_and_boto3(project: Project, shared: BuiltArtifact) -> None:
    spec = project.handler(body="import boto3\nfrom the_alchemiser.shared.money import A")
    assert check(project, carrying(spec, "shared"), shared) == PASSED


def test_names_the_module_that_no_layer_has(project: Project, wheelhouse: Wheelhouse) -> None:
    tiny = project.build(project.lock("first", wheelhouse.add("tiny", {"tiny.py": ""})), HERE)
    spec = project.handler(body="import tiny, absent_package")
    with pytest.raises(GateError) as refused:
        check(project, carrying(spec, "first"), tiny)
    said = str(refused.value)
    assert "function greet" in said
    assert "No module named 'absent_package'" in said
    assert said.count("dependency group") == said.count("does not import: ") == 1


def test_names_our_own_module_that_does_not_ship(project: Project, shared: BuiltArtifact) -> None:
    spec = project.handler(body="from the_alchemiser.shared.forgotten import A")
    with pytest.raises(GateError, match=r"forgotten'\. That is our own code"):
        check(project, carrying(spec, "shared"), shared)


def test_what_this_environment_has_installed_does_not_help(project: Project) -> None:
    spec = project.handler(body="import pytest")
    with pytest.raises(GateError, match="No module named 'pytest'"):
        check(project, spec)


def test_the_network_is_out_of_reach_while_importing(project: Project) -> None:
    body = "import socket\nsocket.create_connection(('127.0.0.1', 9))"
    with pytest.raises(GateError, match="the network was used while importing"):
        check(project, project.handler(body=body))


def test_nothing_of_this_machine_is_in_the_environment(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANTED", "yes")
    monkeypatch.setenv("PYTHONPATH", str(project.root))
    body = (
        "import os\nassert 'PLANTED' not in os.environ\n"
        "assert os.environ['PYTHONPATH'] == os.environ['LAMBDA_RUNTIME_DIR']"
    )
    assert check(project, project.handler(body=body)) == PASSED


@pytest.mark.parametrize("ending", ["import sys; sys.exit(0)", "import os; os._exit(0)"])
def test_a_handler_that_ends_the_process_is_named(project: Project, ending: str) -> None:
    with pytest.raises(GateError, match=r"ended the process before the import was done"):
        check(project, project.handler(body=ending))


def test_a_file_of_the_checkout_does_not_help(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("config/settings.json", "{}")
    monkeypatch.chdir(project.root)
    spec = project.handler(body="open('config/settings.json')")
    with pytest.raises(GateError, match=r"No such file or directory: 'config/settings\.json'"):
        check(project, spec)
    assert check(project, function_spec(spec.name, data=("config",))) == PASSED


def test_a_handler_that_writes_beside_itself_is_named(project: Project) -> None:
    with pytest.raises(GateError, match="Read-only file system"):
        check(project, project.handler(body="open(__file__ + '.log', 'w')"))


def test_a_handler_may_use_what_the_runtime_brings(project: Project) -> None:
    body = (
        "import os, awslambdaric, snapshot_restore_py\n"
        "assert os.environ['_HANDLER'] == 'the_alchemiser.greet.lambda_handler.lambda_handler'\n"
        "assert int(os.environ['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']) == 128"
    )
    assert check(project, project.handler(body=body)) == PASSED


def test_two_layers_may_bring_parts_of_one_namespace_however_each_declares_it(
    project: Project, wheelhouse: Wheelhouse
) -> None:
    declared = "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n"
    # The same of namespaces in a namespace, and of a package that one of them has.
    first = wheelhouse.add(
        "first",
        {
            "ns/__init__.py": declared,
            "ns/one.py": "",
            "ns/inn/__init__.py": declared,
            "ns/inn/a.py": "",
        },
    )
    second = wheelhouse.add(
        "second",
        {
            "ns/__init__.py": declared.replace("\n", "\r\n"),
            "ns/two/__init__.py": "",
            "ns/inn/__init__.py": f"# Copyright\n{declared}",
            "ns/inn/b.py": "",
        },
    )
    layers = [project.build(project.lock(wheel.name, wheel), HERE) for wheel in (first, second)]
    spec = carrying(
        project.handler(body="import ns.one, ns.two, ns.inn.a, ns.inn.b"), "first", "second"
    )
    assert project.check(spec, *layers, target=HERE) == PASSED


def test_layers_are_tried_merged_as_lambda_merges_them(
    project: Project, wheelhouse: Wheelhouse
) -> None:
    reading = (
        "from pathlib import Path\nA = (Path(__file__).parent / 'shared/data.txt').read_text()"
    )
    first = wheelhouse.add("first", {"first.py": reading, "shared/data.txt": "one"})
    second = wheelhouse.add("second", {"second.py": reading, "shared/data.txt": "two"})
    layers = [project.build(project.lock(wheel.name, wheel), HERE) for wheel in (first, second)]
    spec = carrying(project.handler(body="import first, second"), "first", "second")
    with pytest.raises(
        GateError, match=r"first and second both bring python/shared/data\.txt.*different bytes"
    ):
        check(project, spec, *layers)


def test_a_file_that_two_layers_share_byte_for_byte_passes(
    project: Project, wheelhouse: Wheelhouse
) -> None:
    layers = [
        project.build(
            project.lock(name, wheelhouse.add(name, {f"{name}.py": "", "shared/data.txt": "x"})),
            HERE,
        )
        for name in ("first", "second")
    ]
    spec = carrying(project.handler(body="import first, second"), "first", "second")
    assert check(project, spec, *layers) == PASSED


def test_a_handler_that_is_not_callable_is_named(project: Project) -> None:
    project.write("functions/greet/the_alchemiser/greet/lambda_handler.py", "lambda_handler = 1\n")
    with pytest.raises(GateError, match="AssertionError"):
        check(project, function_spec())


def test_a_package_file_in_a_layers_namespace_is_named(
    project: Project, wheelhouse: Wheelhouse
) -> None:
    wheel = wheelhouse.add("hiding", {"the_alchemiser/__init__.py": ""})
    hiding = project.build(project.lock("first", wheel), HERE)
    with pytest.raises(GateError, match=r"both in greet and in layer first.*hides"):
        check(project, carrying(project.handler(), "first"), hiding)


def test_six_layers_are_refused(project: Project, wheelhouse: Wheelhouse) -> None:
    names = [f"layer{number}" for number in range(6)]
    layers = [
        project.build(project.lock(name, wheelhouse.add(name, {f"{name}.py": ""})), HERE)
        for name in names
    ]
    with pytest.raises(GateError, match="expected at most 5 layers, found 6"):
        check(project, carrying(project.handler(), *names), *layers)


def test_says_not_run_where_there_is_no_such_python(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(built, "find_interpreter", lambda _: Unavailable("no Python 3.99"))
    spec = project.handler(body="import absent_package")
    assert check(project, spec) == "not run: no Python 3.99"
    assert not (project.output_dir / "checks").exists()


def test_a_zip_without_its_handler_is_named_even_where_nothing_can_be_tried(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(built, "find_interpreter", lambda _: Unavailable("none"))
    project.write("functions/greet/the_alchemiser/greet/other.py")
    with pytest.raises(GateError, match=r"expected its handler the_alchemiser/greet/lambda_hand"):
        check(project, function_spec())


def test_what_has_passed_is_not_tried_again_until_it_changes(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def passing(_python: object, handler: str, *_: object) -> list[str]:
        tried.append(handler)
        return []

    monkeypatch.setattr(built, "import_faults", passing)
    check(project, project.handler())
    check(project, project.handler())
    assert len(tried) == 1
    check(project, project.handler(body="A = 1"))
    assert len(tried) == 2


def test_what_has_failed_is_tried_again(project: Project) -> None:
    spec = project.handler(body="import absent_package")
    for _ in range(2):
        with pytest.raises(GateError):
            check(project, spec)


def test_refuses_a_zip_that_is_not_what_was_built(project: Project) -> None:
    spec = project.handler()
    built = project.build_function(spec, HERE)
    changed = bytearray(built.path.read_bytes())
    changed[50] ^= 1
    built.path.write_bytes(changed)
    with pytest.raises((ArchiveError, GateError), match="expected"):
        check_function(spec, built, [], HERE, Output(project.output_dir))


@pytest.fixture
def library(project: Project, wheelhouse: Wheelhouse) -> LayerSpec:
    wheel = wheelhouse.add("tiny", {"tiny.py": "def double(x): return 2 * x\n"})
    return project.lock("first", wheel)


def smoke(project: Project, layer: LayerSpec, statement: str) -> str:
    built = project.build(layer, HERE)
    spec = LayerSpec(name=layer.name, purpose="Test.", group=layer.group, smoke=statement)
    return check_smoke(spec, built, HERE, Output(project.output_dir))


def test_a_smoke_test_runs_against_the_built_layer(project: Project, library: LayerSpec) -> None:
    assert smoke(project, library, "import tiny; assert tiny.double(2) == 4") == PASSED


def test_layers_of_the_same_bytes_are_tried_once(
    project: Project, library: LayerSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    monkeypatch.setattr("packager.check.built.run_isolated", lambda *_: tried.append("once"))
    built, output = project.build(library, HERE), Output(project.output_dir)
    with ThreadPoolExecutor(2) as threads:
        for name in ("first", "second"):
            spec = LayerSpec(name=name, purpose="Test.", group="first", smoke="import tiny")
            threads.submit(check_smoke, spec, built, HERE, output)
    assert tried == ["once"]


def test_a_smoke_test_that_fails_names_the_layer(project: Project, library: LayerSpec) -> None:
    with pytest.raises(GateError, match=r"layer first .*\n.*tiny\.triple\(2\)` failed: Attr"):
        smoke(project, library, "import tiny; tiny.triple(2)")


def test_a_layer_without_a_smoke_test_says_so(project: Project, library: LayerSpec) -> None:
    assert smoke(project, library, "") == "not run: the layer has no smoke statement"


def test_nothing_is_left_of_what_was_unpacked(project: Project, tmp_path: Path) -> None:
    check(project, project.handler())
    assert [path for path in (project.output_dir / "tmp").iterdir() if path.is_dir()] == []


@pytest.mark.parametrize(
    "body",
    [
        "import subprocess; subprocess.run(['touch', 'left.txt'], check=True)",
        "import sqlite3; sqlite3.connect('left.txt').execute('create table if not exists a (b)')",
    ],
)
def test_what_a_program_or_c_code_writes_beside_it_is_found_out(
    project: Project, body: str
) -> None:
    with pytest.raises(GateError, match=r"wrote /var/task/left\.txt, where Lambda lets nobody"):
        project.check(project.handler(body=body), target=HERE)


def test_a_file_of_one_layer_that_is_a_folder_of_another_is_named(
    project: Project, wheelhouse: Wheelhouse
) -> None:
    files = {"one/__init__.py": "", "data/t.csv": ""}
    one = project.build(project.lock("one", wheelhouse.add("one", files)), HERE)
    two = project.build(
        project.lock("two", wheelhouse.add("two", {"two.py": "", "data": ""})), HERE
    )
    spec = replace(project.handler(), layers=("one", "two"))
    with pytest.raises(GateError, match="python/data is a file in one and a folder in the other"):
        project.check(spec, one, two, target=HERE)
