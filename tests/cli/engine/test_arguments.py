"""The verb and the stack of a command line."""

from __future__ import annotations

import pytest

from cli.engine.arguments import understand


@pytest.mark.parametrize(
    ("line", "verb", "stack"),
    [
        ("preview --stack dev --diff", "preview", "dev"),
        ("up --stack=prod --yes", "up", "prod"),
        ("-C /tmp/x refresh -s dev", "refresh", "dev"),
        ("--color never stack export", "stack", "local"),
        ("--otel-traces file preview --stack dev", "preview", "dev"),
        ("config --config-file it.yaml set a b", "config", "local"),
        ("about", "about", "local"),
        ("", "", "local"),
    ],
)
def test_verb_and_stack_are_found(line: str, verb: str, stack: str) -> None:
    invocation = understand(line.split())

    assert (invocation.verb, invocation.stack) == (verb, stack)


@pytest.mark.parametrize("line", ["up --yes", "preview", "refresh", "destroy", "import a b c"])
def test_verbs_that_see_resources_need_the_emulator(line: str) -> None:
    assert understand(line.split()).touches_cloud


@pytest.mark.parametrize("line", ["about", "stack ls", "config get x", "up --help", "version"])
def test_others_start_nothing(line: str) -> None:
    assert not understand(line.split()).touches_cloud


def test_every_stack_but_the_local_one_is_rehearsed() -> None:
    assert understand(["up", "--stack", "dev"]).rehearses
    assert not understand(["up"]).rehearses


@pytest.mark.parametrize(
    "line", ["config", "config get x", "config --json", "preview", "up -s dev"]
)
def test_what_only_reads_settings_runs_with_a_copy_of_them(line: str) -> None:
    assert understand(line.split()).reads_settings


@pytest.mark.parametrize("line", ["config set a b", "config -s dev rm-all a", "stack output"])
def test_what_writes_settings_writes_the_stacks_own_file(line: str) -> None:
    assert not understand(line.split()).reads_settings
