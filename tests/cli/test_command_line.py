"""The one command line: what it understands, and how it says that it does not."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import click
import pytest

from cli.entry import run
from cli.make_variables import GIVEN_VARIABLE
from cli.make_variables import given as given_by_make
from cli.verbs.table import VERBS
from command_line.lazy_group import LazyGroup
from local.workfolder import WorkFolder

ROOT = Path(__file__).parents[2]
LINE = LazyGroup("local/run", "Every verb.", VERBS)

NASTY = (
    "$(shell touch made)",
    "$$(touch made)",
    "$(touch made)",
    "`touch made`",
    "'; touch made; '",
    '"; touch made; "',
    "a\ntouch made\n# b",
    "a b * ; | & < > \\ # \t é",
)


@pytest.fixture
def work(tmp_path: Path) -> WorkFolder:
    return WorkFolder(root=ROOT, home=tmp_path)


@pytest.mark.parametrize("verb", sorted({*VERBS} - {"pulumi"}))
def test_every_verb_explains_itself_in_one_line_and_does_nothing(
    verb: str, work: WorkFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    command = LINE.get_command(click.Context(click.Command("all")), verb)
    assert command is not None and command.help
    assert run(work, [verb, "--help"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert " ".join(command.help.partition("\n\n")[0].split()) in shown
    assert list(work.home.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["dya"], "no verb 'dya'; did you mean day?"),
        (["xyzzy"], f"no verb 'xyzzy'; there are: {', '.join(sorted(VERBS)[:3])}"),
        (["rollback", "--stack", "nope"], "rollback: Invalid value for '--stack': 'nope'"),
        (
            ["deploy", "--watch", "15"],
            "deploy: Invalid value for '--watch': expected a time such as",
        ),
        (["logs", "--since", "now"], "logs: Invalid value for '--since': expected a time such as"),
        (["day", "--to", "2022-03-15"], "day: No such option '--to'"),
        (["outputs", "twice"], "outputs: Got unexpected extra argument (twice)"),
        (["new-function"], "new-function: Missing option '--name'"),
    ],
)
def test_what_is_not_understood_is_one_line(
    arguments: list[str], told: str, work: WorkFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(work, arguments) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"error: {told}")
    assert said.count("\n") == 1


def made(target: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Call make as a person does, with the tool replaced by one that tells what reaches it."""
    return subprocess.run(
        ["make", "--silent", target, f"run=python3 {TELLING}", *map("=".join, variables.items())],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )


TELLING = Path(__file__).with_name("telling.py")


def variables() -> set[str]:
    """Name every variable that any verb takes from make."""
    commands = [LINE.get_command(click.Context(LINE), verb) for verb in VERBS]
    return {
        option.opts[0].lstrip("-").replace("-", "_").upper()
        for command in commands
        if command is not None
        for option in command.params
        if isinstance(option, click.Option)
    }


@pytest.mark.parametrize("value", NASTY)
def test_no_shell_reads_a_variable_of_make(value: str) -> None:
    names = sorted(variables())
    assert {"ADOPT", "BASE", "FILE", "FUNCTION", "NAME", "STACK", "TO"} <= set(names)
    ended = made("strategies", **dict.fromkeys(names, value))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("strategies\n")
    for name in names:
        assert f"{name}={value}\n" in ended.stdout
    assert not (ROOT / "made").exists()


def given(verb: str, **variables: str) -> Mapping[str, str]:
    environment = {"ALCHEMISER_GIVEN": " ".join(variables), **variables}
    return given_by_make(LINE, verb.split(), environment)


def test_a_variable_of_make_is_the_option_of_its_name() -> None:
    assert given("day", DATE="2022-03-16") == {"date": "2022-03-16"}
    assert given("rollback", STACK="dev", FUNCTION="metrics_v2", TO="3") == {
        "stack": "dev",
        "function": "metrics_v2",
        "to": "3",
    }


def test_an_empty_variable_is_none() -> None:
    assert given("day", DATE="") == {}


def test_variables_that_no_verb_reads_go_by() -> None:
    assert given("day", ALCHEMISER_HOME="/elsewhere", AWS_PROFILE="mine", YES="1") == {}


@pytest.mark.parametrize(
    ("verb", "name", "told"),
    [
        ("day", "date", "day knows no variable date; did you mean DATE?"),
        ("day", "DAET", "did you mean DATE?"),
        ("days", "STACK", "days knows no variable STACK; there are: FROM, TO"),
        ("outputs", "STACK", "outputs knows no variable STACK; none is known here"),
        ("deploy --stack dev", "STACK", "deploy knows no variable STACK"),
    ],
)
def test_a_variable_that_the_verb_does_not_know_is_named(verb: str, name: str, told: str) -> None:
    with pytest.raises(click.UsageError) as refusal:
        given(verb, **{name: "x"})
    assert told in refusal.value.message


def test_all_variables_that_the_verb_does_not_know_are_named() -> None:
    with pytest.raises(click.UsageError) as refusal:
        given("day", NAME="x", DATE="2022-03-16", daet="y", FOO="z")

    assert refusal.value.message == (
        "day knows none of these variables: FOO (there are: DATE), NAME (there are: DATE), "
        "daet (there are: DATE)"
    )


@pytest.mark.parametrize(
    ("verb", "names", "told"),
    [
        ("days", {"FROM": "2022-03-15"}, "error: days: TO=… is missing\n"),
        ("new-function", {"NAME": "x"}, "error: new-function: LAYER=… is missing\n"),
        ("test-function", {}, "error: test-function: NAME=… is missing\n"),
        ("days", {}, "error: days: FROM=… and TO=… are missing\n"),
        (
            "rollback",
            {"STACK": "nope"},
            "error: rollback: STACK: 'nope' is not one of 'local', 'dev', 'prod'.\n",
        ),
        (
            "logs",
            {"STACK": "local", "SINCE": "now"},
            "error: logs: SINCE: expected a time such as 90s, 15m, 2h or 1d, found 'now'\n",
        ),
    ],
)
def test_what_make_was_not_given_is_named_as_make_takes_it(
    verb: str,
    names: dict[str, str],
    told: str,
    work: WorkFolder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(GIVEN_VARIABLE, " ".join(names))
    for name, value in names.items():
        monkeypatch.setenv(name, value)

    assert run(work, [verb]) == 2
    assert capsys.readouterr().err == told
