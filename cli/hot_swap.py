"""Puts a function's new code on the local stack without the engine, as `up` would in the end."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from blueprint import System
from blueprint.outputs import FunctionOutput, hexadecimal
from cli.changes import code_reason
from components.stack_overrides import machine_architecture
from local.problems import LocalProblem
from packager.build.functions import build_function
from packager.target import Target

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

READY_TIMEOUT_S = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class HotSwap:
    """The functions of a stack, and where their zips are built."""

    root: Path
    system: System
    client: LambdaClient
    builds: Path

    def swap(self, name: str, deployed: FunctionOutput) -> str | None:
        """Serve what the sources say; give what changed in a line, None where nothing did."""
        spec = next(spec for spec in self.system.functions if spec.name == name)
        target = Target.of(self.system, machine_architecture())
        built = build_function(self.root, spec, target, self.builds)
        live = self.client.get_alias(FunctionName=deployed.name, Name=deployed.alias)
        serving = self.client.get_function_configuration(
            FunctionName=deployed.name, Qualifier=live["FunctionVersion"]
        )
        before = serving["CodeSha256"]
        if hexadecimal(before) == built.sha256:
            return None
        self.client.update_function_code(
            FunctionName=deployed.name, ZipFile=built.path.read_bytes()
        )
        self._wait(deployed.name)
        version = self.client.publish_version(FunctionName=deployed.name)["Version"]
        self.client.update_alias(
            FunctionName=deployed.name, Name=deployed.alias, FunctionVersion=version
        )
        why = code_reason(name, hexadecimal(before), built.sha256, self.builds)
        return f"{name} {live['FunctionVersion']} -> {version}: {why}"

    def _wait(self, deployed: str) -> None:
        deadline = time.monotonic() + READY_TIMEOUT_S
        while time.monotonic() < deadline:
            found = self.client.get_function_configuration(FunctionName=deployed)
            status = found.get("LastUpdateStatus", "Successful")
            if status == "Successful":
                return
            if status == "Failed":
                break
            time.sleep(0.05)
        raise LocalProblem(
            f"{deployed} did not become ready with its new code within {READY_TIMEOUT_S:.0f} s.",
            "Run `make local`: it deploys with the engine.",
        )
