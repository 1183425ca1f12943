"""The Pulumi CLI of one stack, as operations drive it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from blueprint.outputs import StackOutputs
from operations.child_environment import BACKEND_TOKENS, BUILD_TOKENS, without_tokens
from operations.errors import OperationError
from operations.history import Update
from operations.interrupts import waiting_for, what_is_left
from operations.outputs import parse_outputs
from operations.preview import Preview
from operations.recovery.standing import how_to_adopt
from operations.rules import HELD, PACK, WHOLE, broken_rules, require_rules
from operations.wording import reasons

ROOT = Path(__file__).resolve().parent.parent


NO_SUCH_STACK = "no stack named"
"""What the CLI says of a stack that its backend does not know."""


class Engine(Protocol):
    """What operations need of the engine."""

    @property
    def stack(self) -> str:
        """Name of the stack."""

    def outputs(self) -> StackOutputs:
        """Return what the stack exports; raise OperationError when it was never deployed."""

    def run(self, *arguments: str) -> None:
        """Run one verb on the stack, its output passed through; raise OperationError on failure."""

    def read(self, *arguments: str) -> str:
        """Run one verb on the stack and return its standard output."""

    def plan(self, *arguments: str) -> Preview:
        """Run one verb that only looks; a run that failed is a plan with errors."""


class _Record(BaseModel):
    """One entry of `pulumi stack history --json`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: str
    started_at: datetime = Field(alias="startTime")
    ended_at: datetime | None = Field(default=None, alias="endTime")
    environment: dict[str, str] = {}


_RECORDS: TypeAdapter[list[_Record]] = TypeAdapter(list[_Record])


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandLine:
    """The real CLI: `pulumi` itself, or `local/pulumi` for a stack on the embedded AWS."""

    stack: str
    command: tuple[str, ...]
    region: str | None = None
    """Where the stack is on AWS, whatever the caller's environment says of regions."""
    runs_pack: bool = False
    """Whether the CLI runs the policy pack itself, which only an official one with its own host
    does; else the rules are run here, over its previews."""
    settings: Path | None = None
    """Another file than the stack's own to plan with."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """More for the CLI's environment: another backend than the caller's, what it may fetch."""

    @classmethod
    def of(cls, stack: str, *, embedded: bool, region: str | None = None) -> CommandLine:
        """Choose the CLI: a rehearsal and the local stack go through local/pulumi."""
        command = (str(ROOT / "local" / "pulumi"),) if embedded else ("pulumi",)
        return cls(stack=stack, command=command, region=region, runs_pack=not embedded)

    def outputs(self) -> StackOutputs:
        """Return what the stack exports."""
        return parse_outputs(self.read("stack", "output", "--json"), self.stack)

    def run(self, *arguments: str) -> None:
        """Run one verb with its output passed through; an update only of what keeps the rules."""
        if arguments[0] == "up" and not self.runs_pack:
            require_rules(self.read("preview", *WHOLE), self.stack)
        finished = self._finish(arguments, capture=False)
        if finished.returncode != 0:
            hint = f"; {how_to_adopt(self.stack)}" if arguments[0] == "up" else ""
            raise OperationError(self._failure(arguments, finished.returncode, f"see above{hint}"))

    def read(self, *arguments: str) -> str:
        """Run one verb and return its standard output."""
        finished = self._finish(arguments, capture=True)
        if finished.returncode != 0:
            tail = finished.stderr.strip().splitlines()[-12:]
            raise OperationError(self._failure(arguments, finished.returncode, "\n".join(tail)))
        return finished.stdout

    def plan(self, *arguments: str) -> Preview:
        """Run one verb that only looks; a run that failed is a plan with errors."""
        previews = arguments[0] == "preview"
        finished = self._finish((*arguments, *(WHOLE if previews else WHOLE[:1])), capture=True)
        if finished.returncode == 0:
            found = Preview.parse(finished.stdout)
            broken = broken_rules(finished.stdout) if previews else ()
            return Preview.failed(broken) if broken else found
        # Whatever the program says is in the document; what the CLI says is on standard error.
        said = _errors_in(finished.stdout) or (finished.stderr or finished.stdout,)
        silence = f"`pulumi {' '.join(arguments)}` ended with {finished.returncode}, saying nothing"
        return Preview.failed(text or silence for text in reasons(said, ROOT))

    def _finish(
        self, arguments: Sequence[str], *, capture: bool
    ) -> subprocess.CompletedProcess[str]:
        planned = arguments[0] in HELD
        pack = PACK if self.runs_pack and planned else ()
        file = ("--config-file", str(self.settings)) if self.settings and planned else ()
        whole = [*self.command, *arguments, *pack, *file, "--stack", self.stack]
        pipe = subprocess.PIPE if capture else None
        try:
            with subprocess.Popen(
                whole,
                cwd=ROOT,
                env={**engine_environment(self.region), **self.variables},
                text=True,
                stdout=pipe,
                stderr=pipe,
            ) as process:
                with waiting_for(process, what_is_left(self.stack)):
                    output, errors = process.communicate()
                return subprocess.CompletedProcess(whole, process.returncode, output, errors)
        except FileNotFoundError as error:
            message = (
                f"expected the command {self.command[0]!r}, found none. Install the Pulumi CLI, or "
                f"rehearse on the embedded AWS: add REHEARSE=1 to the make command."
            )
            raise OperationError(message) from error

    def _failure(self, arguments: Sequence[str], code: int, said: str) -> str:
        return (
            f"`{' '.join((*self.command, *arguments))}` ended with {code} on {self.stack}: {said}"
        )


def _errors_in(document: str) -> tuple[str, ...]:
    try:
        return Preview.parse(document).errors
    except OperationError:
        return ()


def engine_environment(region: str | None) -> dict[str, str]:
    """Give the CLI the tokens of backend and builds, the uv that its toolchain calls, a region."""
    kept = without_tokens(os.environ, keeping=BACKEND_TOKENS | BUILD_TOKENS)
    programs = [str(ROOT / ".venv" / "bin"), kept.get("PATH", "")]
    # The CLI and the provider read the first, boto3 the second.
    regions = dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION"), region) if region else {}
    return {**kept, **regions, "PATH": os.pathsep.join(programs)}


def is_deployed(engine: Engine) -> bool:
    """Tell whether a stack was ever deployed, so that there is something to look at."""
    try:
        told = engine.read("stack", "output", "--json")
    except OperationError as error:
        if NO_SUCH_STACK in str(error):
            return False
        raise
    return told.strip() not in {"", "{}"}


def updates(engine: Engine) -> tuple[Update, ...]:
    """Return the stack's finished updates, newest first, with the commits they ran from."""
    text = engine.read("stack", "history", "--json", "--show-secrets=false")
    try:
        records = _RECORDS.validate_json(text)
    except ValidationError as error:
        message = f"expected the stack's history as JSON, found {text[:80]!r}"
        raise OperationError(message) from error
    return tuple(
        Update(
            started_at=record.started_at,
            ended_at=record.ended_at,
            commit=record.environment.get("git.head"),
            dirty=record.environment.get("git.dirty") == "true",
        )
        for record in records
        if record.kind == "update" and record.ended_at is not None
    )


def say(text: str) -> None:
    """Tell the person at the terminal; standard output is kept for what machines read."""
    print(text, file=sys.stderr, flush=True)
