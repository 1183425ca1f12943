"""What a save leads to."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from blueprint.outputs import FunctionOutput, StackOutputs
from catalogue.system import SYSTEM
from cli.hot_swap import HotSwap
from cli.watching import Watch, functions_of, saves_below
from packager.errors import SourceError
from tests.deployed_outputs import outputs_document
from tests.packager.projects import Project

HANDLER = "functions/metrics_v2/the_alchemiser/metrics_v2/lambda_handler.py"
SHARED = "the_alchemiser/shared/ids.py"
QUIET: frozenset[str] = frozenset()


class Recorder:
    """Notes what is deployed, and how."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.broken = False
        self.ticks = count(step=10)

    def swap(self, name: str) -> str | None:
        if self.broken:
            raise SourceError("it is not Python that runs")
        self.done.append(f"swap {name}")
        return f"{name} 1 -> 2: service.py changed"

    def deploy(self) -> int:
        self.done.append("deploy")
        return 0

    def watch(self) -> Watch:
        return Watch(swap=self.swap, deploy=self.deploy, clock=lambda: float(next(self.ticks)))


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def test_a_function_s_own_files_are_swapped_without_the_engine(
    recorder: Recorder, capsys: pytest.CaptureFixture[str]
) -> None:
    recorder.watch().follow([frozenset({HANDLER})])

    assert recorder.done == ["swap metrics_v2"]
    assert capsys.readouterr().out.startswith("metrics_v2 1 -> 2: service.py changed (")


def test_anything_else_goes_through_the_engine(recorder: Recorder) -> None:
    recorder.watch().follow([frozenset({HANDLER, SHARED})])

    assert recorder.done == ["deploy"]


def test_after_a_while_the_engine_writes_the_record_once(recorder: Recorder) -> None:
    recorder.watch().follow([frozenset({HANDLER}), *[QUIET] * 9])

    assert recorder.done == ["swap metrics_v2", "deploy"]


def test_a_save_that_is_wrong_is_told_and_the_next_is_waited_for(
    recorder: Recorder, capsys: pytest.CaptureFixture[str]
) -> None:
    def saves() -> Iterator[frozenset[str]]:
        recorder.broken = True
        yield frozenset({HANDLER})
        recorder.broken = False
        yield frozenset({HANDLER})

    recorder.watch().follow(saves())

    assert recorder.done == ["swap metrics_v2"]
    assert "error: it is not Python that runs" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("saved", "functions"),
    [
        ({HANDLER}, ("metrics_v2",)),
        (
            {HANDLER, "functions/data_v2/the_alchemiser/data_v2/service.py"},
            ("data_v2", "metrics_v2"),
        ),
        ({"functions/README.md"}, None),
        ({SHARED}, None),
        ({"catalogue/functions.py"}, None),
        ({"strategies/calm-mix.clj"}, None),
    ],
)
def test_functions_are_told_by_their_folders(
    saved: set[str], functions: tuple[str, ...] | None
) -> None:
    assert functions_of(saved) == functions


@pytest.mark.integration
def test_a_save_on_disk_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "functions/one/handler.py"
    file.parent.mkdir(parents=True)
    file.touch()
    saves = saves_below(tmp_path)
    assert next(saves) == QUIET, "watching has begun"

    file.write_text("changed")

    deadline = time.monotonic() + 30
    seen = next(saves)
    while not seen and time.monotonic() < deadline:
        seen = next(saves)
    assert seen == {"functions/one/handler.py"}


class FakeLambda:
    """Lambda's own part in a swap.

    Publishing freezes what $LATEST is, and an alias serves what it is pointed at:
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
    """

    def __init__(self, code: bytes) -> None:
        self.versions = {"$LATEST": code, "1": code}
        self.live = "1"
        self.is_busy = False

    def get_alias(self, **_: str) -> dict[str, str]:
        return {"FunctionVersion": self.live}

    def get_function_configuration(self, **asked: str) -> dict[str, str]:
        code = self.versions[asked.get("Qualifier", "$LATEST")]
        status = "InProgress" if self.is_busy else "Successful"
        self.is_busy = False
        return {"CodeSha256": digest(code), "LastUpdateStatus": status}

    def update_function_code(self, **asked: Any) -> None:
        self.versions["$LATEST"] = asked["ZipFile"]
        self.is_busy = True

    def publish_version(self, **_: str) -> dict[str, str]:
        assert not self.is_busy, "Lambda refuses to publish while an update is in progress"
        number = str(len(self.versions))
        self.versions[number] = self.versions["$LATEST"]
        return {"Version": number}

    def update_alias(self, **asked: str) -> None:
        self.live = asked["FunctionVersion"]


def digest(code: bytes) -> str:
    return base64.b64encode(hashlib.sha256(code).digest()).decode()


def deployed(name: str) -> FunctionOutput:
    return StackOutputs.read(outputs_document({name: "AAEC"}, {}), "local").functions[name]


def test_what_is_served_is_what_the_sources_say(tmp_path: Path) -> None:
    project = Project(root=tmp_path / "project", output_dir=tmp_path / "built")
    spec = project.handler()
    first = project.build_function(spec)
    lambda_ = FakeLambda(first.path.read_bytes())
    swapping = HotSwap(
        root=project.root,
        system=replace(SYSTEM, functions=(spec,)),
        client=lambda_,  # type: ignore[arg-type]
        builds=project.output_dir,
    )
    assert swapping.swap("greet", deployed("greet")) is None

    project.handler(body="A = 1")
    told = swapping.swap("greet", deployed("greet"))

    assert told == "greet 1 -> 2: lambda_handler.py changed"
    assert lambda_.versions[lambda_.live] != first.path.read_bytes()
    assert swapping.swap("greet", deployed("greet")) is None
