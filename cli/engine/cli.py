"""Runs one command of the Pulumi CLI against this machine, with all that it needs around it."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cli.engine.arguments import Invocation, understand
from cli.engine.attachment import attached_providers
from cli.engine.environment import engine_environment
from cli.engine.rehearsal import prepare_account
from cli.engine.secrecy import refuse_secrets
from cli.engine.selection import Engine, ensure_engine
from cli.engine.stack_file import prepare_stack
from local.ministack.server import ensure_server, is_healthy
from local.problems import LocalProblem
from local.progress import say
from local.workfolder import WorkFolder
from operations.interrupts import waiting_for, what_is_left
from operations.recovery.file_backend import backend_folder

STACKLESS = frozenset({"", "about", "version", "help", "plugin", "login", "logout", "whoami"})
"""Verbs that need no stack; others find theirs made."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """How a command ended."""

    status: int
    output: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cli:
    """The CLI of one checkout."""

    work: WorkFolder
    engine: Engine
    endpoint: str | None
    """The emulator's URL; None while no command needed one."""

    @classmethod
    def of(cls, work: WorkFolder, *, touches_cloud: bool = True) -> Cli:
        """Get the engine, and the emulator where resources are concerned."""
        engine = ensure_engine(work)
        return cls(work=work, engine=engine, endpoint=endpoint(work) if touches_cloud else None)

    def run(
        self, arguments: Sequence[str], *, capture: bool = False, log: Path | None = None
    ) -> Result:
        """Run a command to its end; `capture` gives its stdout back, `log` keeps all it says."""
        invocation = understand(arguments)
        refuse_secrets(invocation)
        environment = engine_environment(self.work, self.engine, invocation, self.endpoint)
        backend_folder(environment["PULUMI_BACKEND_URL"]).mkdir(parents=True, exist_ok=True)
        command = [str(self.engine.cli), *invocation.arguments, *self._left_out(invocation)]
        if invocation.verb not in STACKLESS:
            prepared = prepare_stack(self.work, self.engine.cli, environment, invocation.stack)
            if invocation.reads_settings and "--config-file" not in arguments:
                command += ["--config-file", str(prepared)]
        prepare_account(self.work.root, invocation, environment)
        with self._providers(invocation, environment) as complete:
            if log is None:
                return self._run(
                    invocation.stack, command, complete, subprocess.PIPE if capture else None
                )
            with log.open("wb") as file:
                return self._run(invocation.stack, command, complete, file, subprocess.STDOUT)

    def _left_out(self, invocation: Invocation) -> Sequence[str]:
        """Spare an engine that was built here what its language host has not learnt."""
        asked = any(word.startswith("--generate-code") for word in invocation.arguments)
        if self.engine.official or invocation.verb != "import" or asked:
            return ()
        say("The engine that was built here writes no lines for the program; the record it writes.")
        return ("--generate-code=false",)

    @contextlib.contextmanager
    def _providers(
        self, invocation: Invocation, environment: Mapping[str, str]
    ) -> Iterator[Mapping[str, str]]:
        if not (self.engine.attached and invocation.touches_cloud):
            yield environment
            return
        with attached_providers(self.work, environment) as ports:
            yield {**environment, "PULUMI_DEBUG_PROVIDERS": ports}

    def _run(
        self,
        stack: str,
        command: list[str],
        environment: Mapping[str, str],
        output: int | IO[bytes] | None,
        messages: int | None = None,
    ) -> Result:
        process = subprocess.Popen(
            command,
            cwd=working_folder(self.work.root),
            env=dict(environment),
            stdout=output,
            stderr=messages,
            text=True,
        )
        with waiting_for(process, what_is_left(stack)) as interrupted:
            said, _ = process.communicate()
        if interrupted.is_set() and process.returncode:
            raise KeyboardInterrupt
        return Result(status=process.returncode, output=said or "")


def endpoint(work: WorkFolder) -> str:
    """Give the emulator's URL: a shared one that the environment names, else this checkout's."""
    if shared := os.environ.get("EMULATOR_ENDPOINT", "").rstrip("/"):
        if not is_healthy(shared):
            raise LocalProblem(
                f"EMULATOR_ENDPOINT={shared} was expected to be a MiniStack, and none answers.",
                "Start it, or unset EMULATOR_ENDPOINT to use this checkout's own.",
            )
        return shared
    return ensure_server(work).url


def working_folder(root: Path) -> Path:
    """Stay where the caller is when that is in the checkout, for the sake of relative paths."""
    here = Path.cwd()
    return here if here.resolve().is_relative_to(root.resolve()) else root


def announce(invocation: Invocation, engine: Engine) -> None:
    """Say on stderr what a reader of the output must know."""
    if invocation.rehearses and invocation.verb not in STACKLESS:
        say(
            f"REHEARSAL: stack {invocation.stack} runs against MiniStack on this machine; "
            "nothing reaches AWS."
        )
    if invocation.verb == "about":
        say(f"engine: {engine.description}")
