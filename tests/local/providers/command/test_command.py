"""`command.local.Command` as the official provider behaves (docs/decisions/0151)."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path

import pytest
from google.protobuf.empty_pb2 import Empty

from attached_providers.command.provider import TOKEN, CommandProvider
from attached_providers.wire import UNKNOWN, Secret
from tests.local.providers.engine import Engine, RefusedError, Resource


class ListeningCommandProvider(CommandProvider):
    """Keeps what would be shown beside the resource."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def log(self, context: object, urn: str, message: str, *, error: bool = False) -> None:
        self.shown.append(message)


@pytest.fixture
def provider() -> ListeningCommandProvider:
    return ListeningCommandProvider()


@pytest.fixture
def engine(provider: ListeningCommandProvider) -> Engine:
    return Engine(provider)


def run(engine: Engine, **inputs: object) -> Resource:
    return engine.create(TOKEN, inputs)


def test_streams_are_outputs_without_their_last_newline(engine: Engine) -> None:
    made = run(engine, create="echo out; echo; echo err >&2")
    assert (made["stdout"], made["stderr"]) == ("out\n", "err")
    assert made.id.startswith("thing")


def test_a_preview_runs_nothing_and_knows_no_output(engine: Engine, tmp_path: Path) -> None:
    inputs = {"create": f"touch {tmp_path}/ran", "archivePaths": ["*"]}
    planned = engine.plan(TOKEN, inputs)
    assert planned == {**inputs, "stdout": UNKNOWN, "stderr": UNKNOWN, "archive": UNKNOWN}
    assert not (tmp_path / "ran").exists()


def test_a_planned_update_runs_nothing_and_knows_no_output(engine: Engine, tmp_path: Path) -> None:
    made = run(engine, create="echo one")
    planned = engine.plan_update(made, {"create": f"touch {tmp_path}/ran"})
    assert (planned["stdout"], planned["stderr"]) == (UNKNOWN, UNKNOWN)
    assert not (tmp_path / "ran").exists()


def test_unchanged_inputs_are_no_change_whatever_is_on_the_disk(
    engine: Engine, tmp_path: Path
) -> None:
    inputs = {"create": "touch made", "dir": str(tmp_path)}
    made = run(engine, **inputs)
    (tmp_path / "made").unlink()
    assert engine.changes(made, inputs) == {}


@pytest.mark.parametrize(
    "change",
    [
        {"create": "echo two"},
        {"environment": {"KEY": "two"}},
        {"dir": "/"},
        {"stdin": "two"},
        {"update": "echo two"},
        {"delete": "echo two"},
    ],
)
def test_every_change_but_of_triggers_is_carried_out_in_place(
    engine: Engine, change: dict[str, object]
) -> None:
    inputs = {"create": "echo one", "environment": {"KEY": "one"}}
    diff = engine.diff(run(engine, **inputs), {**inputs, **change})
    assert list(diff.diffs) == list(change)
    assert list(diff.replaces) == []


@pytest.mark.parametrize("triggers", [["two"], ["one", "two"], []])
def test_a_change_of_triggers_replaces(engine: Engine, triggers: list[str]) -> None:
    made = run(engine, create="true", triggers=["one"])
    assert list(engine.diff(made, {"create": "true", "triggers": triggers}).replaces) == [
        "triggers"
    ]


def test_an_update_runs_update_where_there_is_one(engine: Engine) -> None:
    made = run(engine, create="echo one")
    assert engine.update(made, {"create": "echo one", "update": "echo two"})["stdout"] == "two"


def test_an_update_runs_create_where_there_is_no_update(engine: Engine) -> None:
    made = run(engine, create="echo one")
    assert engine.update(made, {"create": "echo two"})["stdout"] == "two"


def test_the_previous_output_is_handed_on_unless_that_is_switched_off(engine: Engine) -> None:
    show = "echo before:$PULUMI_COMMAND_STDOUT"
    made = run(engine, create="echo one")
    assert engine.update(made, {"create": show})["stdout"] == "before:one"
    quiet = {"create": show, "addPreviousOutputInEnv": False}
    assert engine.update(made, quiet)["stdout"] == "before:"


def test_delete_runs_the_recorded_text_in_the_recorded_place(
    engine: Engine, tmp_path: Path
) -> None:
    made = run(
        engine,
        create="true",
        delete="touch $NAME",
        dir=str(tmp_path),
        environment={"NAME": "gone"},
    )
    engine.delete(made)
    assert (tmp_path / "gone").exists()


def test_a_failing_command_is_an_error_with_its_status_and_output(engine: Engine) -> None:
    with pytest.raises(RefusedError, match=r"exit status 3: running '.*':\nout\nwrong\n"):
        run(engine, create="echo out; sleep 0.1; echo wrong >&2; exit 3")


def test_a_folder_that_is_not_there_is_an_error(engine: Engine) -> None:
    with pytest.raises(RefusedError, match="No such file or directory: '/nowhere'"):
        run(engine, create="true", dir="/nowhere")


def test_stdin_and_interpreter_are_used(engine: Engine) -> None:
    made = run(engine, create="/dev/stdin", interpreter=["/bin/cat"], stdin="given")
    assert made["stdout"] == "given"


@pytest.mark.parametrize(
    ("logging", "shown"),
    [(None, ["err", "out"]), ("stdout", ["out"]), ("stderr", ["err"]), ("none", [])],
)
def test_lines_are_shown_as_they_come(
    engine: Engine, provider: ListeningCommandProvider, logging: str | None, shown: list[str]
) -> None:
    run(engine, create="echo out; echo err >&2", logging=logging)
    assert sorted(provider.shown) == shown


def test_output_is_secret_when_an_input_is(engine: Engine) -> None:
    made = run(engine, create="echo $TOKEN", environment={"TOKEN": Secret("hidden")})
    assert made["stdout"] == Secret("hidden")
    assert made["environment"] == {"TOKEN": Secret("hidden")}
    assert made["create"] == "echo $TOKEN"


def test_globs_stop_at_folders_and_later_ones_take_out(engine: Engine, tmp_path: Path) -> None:
    for name in ("a.txt", "secret.txt", "deep/b.txt", "c.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    globs = {"flat": ["*.txt"], "deep": ["**.txt", "!secret*"], "none": ["*.md"]}
    found = {
        name: sorted(run(engine, create="true", dir=str(tmp_path), assetPaths=paths)["assets"])
        for name, paths in globs.items()
    }
    assert found == {
        "flat": ["a.txt", "secret.txt"],
        "deep": ["a.txt", "deep/b.txt"],
        "none": [],
    }


def test_an_archive_of_nothing_is_empty_and_no_error(engine: Engine, tmp_path: Path) -> None:
    made = run(engine, create="true", dir=str(tmp_path), archivePaths=["*.zip"])
    assert made["archive"]["assets"] == {}


@pytest.mark.parametrize(
    ("inputs", "name"),
    [({"creat": "true"}, "creat"), ({"create": 1}, "create"), ({"logging": "loud"}, "logging")],
)
def test_a_wrong_input_is_refused_by_its_name(
    engine: Engine, inputs: dict[str, object], name: str
) -> None:
    assert list(engine.failures(TOKEN, inputs)) == [name]


def test_a_refresh_keeps_what_is_recorded(engine: Engine) -> None:
    made = run(engine, create="echo one", environment={"TOKEN": Secret("hidden")})
    assert engine.refresh(made) == made


def test_another_type_is_refused_by_its_name(engine: Engine) -> None:
    with pytest.raises(RefusedError, match="command:remote:Command is unknown"):
        engine.create("command:remote:Command", {"create": "true"})


def test_a_cancelled_update_ends_its_own_commands_only(
    provider: ListeningCommandProvider, tmp_path: Path
) -> None:
    ended = threading.Event()

    def wait_long(engine: Engine, name: str) -> None:
        with contextlib.suppress(RefusedError):
            run(engine, create=f"touch {tmp_path}/{name}; sleep 600")
        if name == "mine":
            ended.set()

    mine, other = Engine(provider, peer="one"), Engine(provider, peer="two")
    threads = [
        threading.Thread(target=wait_long, args=(mine, "mine"), daemon=True),
        threading.Thread(target=wait_long, args=(other, "other"), daemon=True),
    ]
    for thread in threads:
        thread.start()
    while len(list(tmp_path.iterdir())) < 2:
        time.sleep(0.01)
    provider.Cancel(Empty(), mine.connection)
    assert ended.wait(timeout=120)
    assert threads[1].is_alive()
    provider.stop()
    threads[1].join(timeout=120)
    assert not threads[1].is_alive()
