from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from packager.__main__ import main
from packager.answers import REST_NS
from packager.commands import lock, verify
from tests.packager.projects import Project
from tests.packager.wheelhouse import Wheelhouse

ROOT = Path(__file__).parents[2]
PYTHON = f"3.{sys.version_info[1]}"

CATALOGUE = """
from blueprint import FunctionSpec, LayerKind, LayerSpec, System

FUNCTIONS = tuple(
    FunctionSpec(
        name=name, physical_name=name, purpose="Test.", layers=("first", "shared"),
        timeout_s=1, memory_mb=128,
    )
    for name in ("greet", "leave")
)
LAYERS = (
    LayerSpec(name="first", purpose="Test.", group="layer-first", smoke="import tiny"),
    LayerSpec(name="second", purpose="Test.", group="layer-second", smoke="import tiny"),
    LayerSpec(
        name="shared", purpose="Test.", kind=LayerKind.SOURCES, sources=("the_alchemiser/shared",)
    ),
)
SYSTEM = System(
    name="sample", functions=FUNCTIONS, layers=LAYERS,
    handler="the_alchemiser.{name}.lambda_handler.lambda_handler",
)
"""


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it printed."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def system(project: Project, wheelhouse: Wheelhouse) -> Project:
    project.write("pyproject.toml", '[tool.packager]\ncatalogue = "sample.things:SYSTEM"\n')
    project.write("sample/things.py", CATALOGUE)
    project.write("the_alchemiser/shared/__init__.py")
    project.write("the_alchemiser/shared/money.py", "A = 1\n")
    wheel = wheelhouse.add("tiny", {"tiny.py": ""})
    project.lock("first", wheel)
    project.lock("second", wheel)
    for name in ("greet", "leave"):
        project.handler(name, "import tiny\nfrom the_alchemiser.shared.money import A")
    return project


@pytest.fixture
def run(
    system: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    monkeypatch.chdir(system.root)
    monkeypatch.syspath_prepend(system.root)
    monkeypatch.setenv("PACKAGER_HOME", str(system.output_dir.parent))

    def running(command: str, *arguments: str) -> Done:
        for module in [name for name in sys.modules if name.split(".")[0] == "sample"]:
            del sys.modules[module]
        importlib.invalidate_caches()
        capsys.readouterr()
        status = main([command, "--python", PYTHON, *arguments])
        return Done(status, *capsys.readouterr())

    return running


def test_layer_prints_one_json_line_and_talks_on_stderr(run: Run, system: Project) -> None:
    done = run("layer", "first")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    said = json.loads(done.stdout)
    assert sorted(said) == [
        "key",
        "name",
        "packages",
        "sha256",
        "unzipped_bytes",
        "zipped_bytes",
    ]
    assert said["packages"] == {"tiny": {"version": "1.0", "unzipped_bytes": 355}}
    assert (system.output_dir / f"layers/first/{said['key']}.zip").exists()
    assert "smoke test passed" in done.stderr


def test_layer_says_the_same_when_it_is_there_already(run: Run) -> None:
    assert run("layer", "first").stdout == run("layer", "first").stdout


def test_layer_refuses_another_key_than_was_planned(run: Run, system: Project) -> None:
    done = run("layer", "first", "--key", "0" * 64)
    assert (done.returncode, done.stdout) == (1, "")
    assert "layer first: expected the key 000000" in done.stderr
    assert system.zips == []


def test_a_failed_smoke_test_stops_the_command(run: Run, system: Project) -> None:
    things = system.root / "sample/things.py"
    things.write_text(things.read_text().replace("import tiny", "import enormous"))
    done = run("layer", "first")
    assert (done.returncode, done.stdout) == (1, "")
    assert "layer first" in done.stderr
    assert "No module named 'enormous'" in done.stderr


def test_an_error_is_one_message_without_secrets_or_traceback(
    run: Run, system: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    system.write(
        "layers/first/requirements.txt", "s3cr3ttoken==1.0 --hash=sha256:" + "0" * 64 + "\n"
    )
    monkeypatch.setenv("GH_TOKEN", "s3cr3ttoken")
    done = run("layer", "first")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("error: layer first") == 1
    assert "Traceback" not in done.stderr
    assert "s3cr3ttoken" not in done.stderr


def test_function_prints_one_json_line(run: Run) -> None:
    done = run("function", "greet")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["packages"] == {}


@pytest.mark.parametrize("what", ["layer", "function"])
def test_an_unknown_name_is_told_the_known_ones(run: Run, what: str) -> None:
    done = run(what, "unknown")
    assert done.returncode == 1
    known = "first, second, shared" if what == "layer" else "greet, leave"
    assert f"{what}: expected one of {known}; found 'unknown'" in done.stderr


def test_all_builds_everything_and_says_how_large_it_is(run: Run, system: Project) -> None:
    done = run("all")
    assert done.returncode == 0, done.stderr
    assert len(system.zips) == 5
    assert [line.split()[:2] for line in done.stderr.splitlines()[1:]] == [
        ["layer", "first"],
        ["layer", "second"],
        ["layer", "shared"],
        ["function", "greet"],
        ["function", "leave"],
    ]


def test_all_names_what_is_both_in_a_layer_and_in_a_zip(run: Run, system: Project) -> None:
    system.write("functions/greet/tiny.py")
    done = run("all")
    assert done.returncode == 1
    assert "tiny is both in greet and in layer first" in done.stderr


def test_all_loads_nothing_heavy_when_nothing_changed(run: Run, system: Project) -> None:
    assert run("all").returncode == 0
    again = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "packager", "all", "--python", PYTHON],
        cwd=system.root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in again.stderr.splitlines()}
    assert "packager.build.system" in imported
    heavy = {"boto3", "deflate", "subprocess", "concurrent.futures", "email"}
    assert heavy & imported == set()


def test_check_tries_every_handler(run: Run) -> None:
    done = run("check")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("imports passed") == 2
    assert done.stderr.count("smoke passed") == 2


def test_check_lists_every_failure_at_once(run: Run, system: Project) -> None:
    system.handler("greet", "import absent_one")
    system.handler("leave", "import absent_two")
    done = run("check")
    assert done.returncode == 1
    assert "absent_one" in done.stderr
    assert "absent_two" in done.stderr


def test_explain_names_the_file_that_changed(run: Run, system: Project) -> None:
    assert "greet: never built here" in run("explain", "greet").stderr
    run("function", "greet")
    assert "greet: nothing changed" in run("explain", "greet").stderr
    system.handler("greet", "import tiny")
    said = run("explain", "greet").stderr
    assert "the_alchemiser/greet/lambda_handler.py changed" in said
    assert "leave" not in said


def test_verify_finds_equal_bytes(run: Run) -> None:
    done = run("verify")
    assert done.returncode == 0, done.stderr
    assert "5 zips, byte for byte the same" in done.stderr


def test_verify_names_what_differs(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "compare", lambda *_: iter(["layers/first: differs"]))
    done = run("verify")
    assert done.returncode == 1
    assert "the two builds differ:\n  layers/first: differs" in done.stderr


def test_verify_tells_why_a_build_failed(run: Run, system: Project) -> None:
    system.write("layers/first/requirements.txt", f"boto3==1.0 --hash=sha256:{'0' * 64}\n")
    done = run("verify")
    assert done.returncode == 1
    assert "the build failed" in done.stderr
    assert "locks boto3" in done.stderr


def test_lock_writes_and_checks(run: Run, system: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, found in (("write_locks", ("first",)), ("check_locks", None)):
        monkeypatch.setattr(lock, name, lambda *_, found=found: found)
    assert "locks: wrote first" in run("lock").stderr
    assert "is what uv.lock gives" in run("lock", "--check").stderr
    monkeypatch.setattr(lock, "write_locks", lambda *_: ())
    assert "locks: nothing changed" in run("lock").stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "expected the project's pyproject.toml, found none"),
        ("[tool.other]\n", "expected [tool.packager] catalogue, found none"),
        ('[tool.packager]\ncatalogue = "things"\n', "expected \"module:NAME\", found 'things'"),
    ],
)
def test_a_project_that_names_no_catalogue_is_told(
    run: Run, system: Project, content: str | None, said: str
) -> None:
    if content is None:
        (system.root / "pyproject.toml").unlink()
    else:
        system.write("pyproject.toml", content)
    done = run("all")
    assert done.returncode == 1
    assert said in done.stderr


def test_the_smallest_has_a_key_of_its_own(run: Run) -> None:
    plain, smallest = run("layer", "first"), run("layer", "first", "--smallest")
    assert json.loads(plain.stdout)["key"] != json.loads(smallest.stdout)["key"]


def test_a_layer_that_is_not_there_is_named(run: Run, system: Project) -> None:
    system.write("sample/things.py", CATALOGUE.replace('("first", "shared")', '("frist",)'))
    done = run("all")
    assert done.returncode == 1
    assert done.stderr.startswith("error: function greet: layers: expected some of first, second")
    assert "found 'frist'" in done.stderr


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ('"sample.absent:SYSTEM"', "No module named 'sample.absent'"),
        ('"sample.things:ABSENT"', "has no attribute 'ABSENT'"),
        ('"sample', "expected TOML, found what is none"),
    ],
)
def test_a_catalogue_that_cannot_be_used_is_one_line(
    run: Run, system: Project, setting: str, said: str
) -> None:
    system.write("pyproject.toml", f"[tool.packager]\ncatalogue = {setting}\n")
    done = run("all")
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"key": 1}', '{"key": "x", "inputs": []}'])
def test_explain_takes_no_damaged_record_for_a_build(
    run: Run, system: Project, damaged: str
) -> None:
    run("function", "greet")
    (manifest,) = (system.output_dir / "functions/greet").glob("*.json")
    manifest.write_text(damaged)

    assert "greet: never built here, or its record is damaged" in run("explain", "greet").stderr


@pytest.mark.parametrize("command", ["bill", "contents", "explain", "layer", "function"])
def test_a_wrong_name_is_told_before_anything_is_built(
    run: Run, system: Project, command: str
) -> None:
    done = run(command, "nope")

    assert done.returncode == 1
    assert "expected one of" in done.stderr
    assert system.zips == []


def test_explain_of_a_name_that_is_not_there_says_which_are(run: Run, system: Project) -> None:
    done = run("explain", "nope")
    assert done.returncode == 1
    assert "expected one of first, second, shared, greet, leave; found 'nope'" in done.stderr


def test_all_says_the_same_without_loading_the_system(
    run: Run, system: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run("all")
    time.sleep(REST_NS / 1e9)
    assert run("all") == first
    monkeypatch.setattr("packager.command_line.run", lambda _: 7)
    assert run("all") == first
    system.write("functions/greet/the_alchemiser/greet/more.py", "A = 1\n")
    assert run("all").returncode == 7


@pytest.mark.parametrize(
    "path",
    [
        "functions/greet/the_alchemiser/greet/lambda_handler.py",
        "layers/first/requirements.txt",
        "the_alchemiser/shared/money.py",
        "sample/things.py",
        "pyproject.toml",
    ],
)
def test_all_looks_again_when_something_was_edited(
    run: Run, system: Project, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("all")
    time.sleep(REST_NS / 1e9)
    run("all")
    file = system.root / path
    file.write_bytes(file.read_bytes() + b"# edited\n")
    monkeypatch.setattr("packager.command_line.run", lambda _: 7)
    assert run("all").returncode == 7


def test_all_looks_again_when_a_zip_was_edited(run: Run, system: Project) -> None:
    first = run("all")
    time.sleep(REST_NS / 1e9)
    run("all")
    zip_ = system.zips[0]
    whole = zip_.read_bytes()
    zip_.write_bytes(whole[:-1] + b"!")
    assert run("all") == first
    assert zip_.read_bytes() == whole


def test_contents_says_what_is_in_a_layer_before_anything_is_built(
    run: Run, system: Project
) -> None:
    done = run("contents", "first")
    assert done.returncode == 0, done.stderr
    assert "layer first: " in done.stdout
    assert "tiny 1.0" in done.stdout
    assert "the installer's record" in done.stdout
    assert system.zips == []


def test_contents_names_what_to_drop_and_who_imports_it(run: Run) -> None:
    done = run("contents", "greet", "--budget", "100")
    assert done.returncode == 1
    assert "function greet with its layers: " in done.stdout
    assert "over its budget of 100 bytes by" in done.stdout
    assert "imported by function greet (the_alchemiser/greet/lambda_handler.py)" in done.stdout
    assert "function leave" not in done.stdout


def test_a_budget_is_no_less_than_nothing(run: Run) -> None:
    done = run("contents", "greet", "--budget", "-1")
    assert (done.returncode, done.stdout) == (2, "")
    assert "-1 is not in the range" in done.stderr


def test_contents_of_what_is_not_there_names_what_is(run: Run) -> None:
    done = run("contents", "nope")
    assert (done.returncode, done.stdout) == (1, "")
    assert "expected one of first, greet, leave, second, shared; found 'nope'" in done.stderr
