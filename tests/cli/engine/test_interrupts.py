"""A command of the CLI that is interrupted."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import psutil
import pytest

from cli.engine.cli import Cli
from cli.engine.selection import Engine
from local.workfolder import WorkFolder
from tests.cli.programs import program

ORDERLY = """#!/bin/sh
trap 'echo ended in good order >> $HOME/ends; exit 255' INT
echo begun >> $HOME/ends
while :; do sleep 0.05; done
"""


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.setenv("HOME", str(tmp_path))
    work = WorkFolder(root=tmp_path, home=tmp_path / "home")
    engine = Engine(cli=program(tmp_path / "pulumi", ORDERLY), attached=False)
    return Cli(work=work, engine=engine, endpoint=None)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda it: it.name)
def test_the_engine_s_orderly_end_is_waited_for_and_told_as_an_interrupt(
    cli: Cli, number: signal.Signals
) -> None:
    ends = cli.work.root / "ends"
    # A shell's background jobs are started deaf to interrupts, and so would their children be.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def interrupt() -> None:
        while not ends.exists():
            time.sleep(0.01)
        child = psutil.Process().children()[-1]
        os.kill(os.getpid(), number)
        if number is signal.SIGINT:
            # A terminal sends it to the whole foreground group, the CLI included.
            child.send_signal(number)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        cli.run(["version"])
    signal.signal(signal.SIGINT, before)

    assert ends.read_text() == "begun\nended in good order\n"
