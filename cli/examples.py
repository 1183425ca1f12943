"""Runs examples/: other systems, on the rooms that this one is made of."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from blueprint.outputs import OutputsError, StackOutputs
from cli.engine.arguments import DEFAULT_STACK, understand
from cli.engine.attachment import attached_providers
from cli.engine.cli import endpoint
from cli.engine.environment import engine_environment
from cli.engine.selection import Engine, ensure_engine
from local.problems import LocalProblem
from local.progress import say
from local.workfolder import WorkFolder
from packager.inputs.git_source import TOKEN_VARIABLE

EVENT = "event.json"
"""What each function of an example is asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """One system of another kind, with a stack of its own on the emulator."""

    work: WorkFolder
    folder: Path
    """Where its program is."""
    engine: Engine
    environment: Mapping[str, str]

    @classmethod
    def of(cls, work: WorkFolder, name: str) -> Example:
        """Get the engine and the emulator; LocalProblem where there is no such example."""
        folder = find_system(work.root, name)
        engine = ensure_engine(work)
        shared = engine_environment(work, engine, understand(["up"]), endpoint(work))
        home = work.home / "examples" / folder.name
        # The one credential that builds of layers may need; no other process gets it.
        token = {TOKEN_VARIABLE: os.environ[TOKEN_VARIABLE]} if TOKEN_VARIABLE in os.environ else {}
        own = {
            **token,
            "PULUMI_BACKEND_URL": f"file://{home}/state",
            # An example takes the rooms from this checkout, as another project would from an index.
            "PYTHONPATH": str(work.root),
            "PACKAGER_HOME": str(home),
        }
        return cls(work=work, folder=folder, engine=engine, environment={**shared, **own})

    @property
    def name(self) -> str:
        """What its folder is called."""
        return self.folder.name

    @property
    def settings(self) -> Path:
        """The copy of its stack's file, into which the engine may write."""
        return self.work.home / "examples" / self.name / f"Pulumi.{DEFAULT_STACK}.yaml"

    def deploy(self) -> StackOutputs:
        """Bring its stack to what its program says, and read what it tells."""
        (self.settings.parent / "state").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.folder / self.settings.name, self.settings)
        self._lock()
        self._run("stack", "select", "--create", DEFAULT_STACK)
        with self._attached() as ports:
            self._run("up", "--yes", "--skip-preview", "--suppress-outputs", ports=ports)
        found = self._run("stack", "output", "--json", capture=True)
        try:
            return StackOutputs.parse(found, self.name)
        except OutputsError as error:
            raise LocalProblem(str(error), "Read what the engine said above.") from error

    def destroy(self) -> None:
        """Take its stack down again."""
        with self._attached() as ports:
            self._run("destroy", "--yes", "--skip-preview", ports=ports)

    def _lock(self) -> None:
        """Hold the layers' locks to what pyproject.toml and the private pins say now."""
        done = subprocess.run(
            [self.work.venv_python, "-m", "packager", "lock"],
            cwd=self.folder,
            env=dict(self.environment),
            check=False,
        )
        if done.returncode:
            raise LocalProblem(
                f"The layers of the example {self.name} were not locked.",
                "See above. A private package is named by FRAMEWORK=ADDRESS@COMMIT and opened by "
                f"{TOKEN_VARIABLE}, both in the environment; docs/reuse.md says how.",
            )

    @contextmanager
    def _attached(self) -> Iterator[Mapping[str, str]]:
        if not self.engine.attached:
            yield {}
            return
        with attached_providers(self.work, self.environment, self.folder) as ports:
            yield {"PULUMI_DEBUG_PROVIDERS": ports}

    def ask(self, alias_arn: str, event: Mapping[str, Any]) -> Any:
        """Invoke one function and give its answer; LocalProblem where it fails."""
        client = boto3.client(
            "lambda",
            endpoint_url=self.environment["AWS_ENDPOINT_URL"],
            region_name=self.environment["AWS_REGION"],
            aws_access_key_id=self.environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"],
        )
        answer = client.invoke(FunctionName=alias_arn, Payload=json.dumps(event).encode())
        said = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise LocalProblem(f"{alias_arn} failed: {said}", "Mend its code and run it again.")
        return said

    def _run(
        self, *arguments: str, capture: bool = False, ports: Mapping[str, str] | None = None
    ) -> str:
        command = [str(self.engine.cli), *arguments, "--non-interactive"]
        if arguments[0] != "stack":
            command += ["--stack", DEFAULT_STACK, "--config-file", str(self.settings)]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environment, **(ports or {})},
            stdout=subprocess.PIPE if capture else None,
            text=True,
            check=False,
        )
        if done.returncode:
            raise LocalProblem(
                f"`pulumi {arguments[0]}` of the example {self.name} ended with status "
                f"{done.returncode}.",
                "Mend what it names and run the same command again.",
            )
        return done.stdout or ""


def find_system(root: Path, name: str) -> Path:
    """Find a system by its name in examples/, or by the path of its folder."""
    known = sorted(path.parent.name for path in root.glob("examples/*/Pulumi.yaml"))
    folder = root / "examples" / name if name in known else (root / name).resolve()
    if not (folder / "Pulumi.yaml").is_file():
        raise LocalProblem(
            f"An example was expected, one of {', '.join(known)}, or a folder with a Pulumi.yaml; "
            f"found {name!r}.",
            f"Run `make example NAME={known[0]}`.",
        )
    return folder


def run_example(work: WorkFolder, name: str) -> int:
    """Deploy an example, ask each function what its event.json says, and print the answers."""
    example = Example.of(work, name)
    outputs = example.deploy()
    event = json.loads((example.folder / EVENT).read_text(encoding="utf-8"))
    for function, facts in outputs.functions.items():
        say(f"{function}: zip of {facts.zipped_bytes:,} bytes, {len(facts.layers)} layers")
        print(f"{function}: {json.dumps(example.ask(facts.alias_arn, event))}")
    return 0
