"""Checkouts of the project that tests change, and the command line of each."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cli.setup.environment import ensure_environment
from local.workfolder import WorkFolder
from tests.engine.inventory import Account
from tests.stack_files import CLONED, as_cloned
from tests.working_tree import ROOT, copy_working_tree

MARKET_URL = "http://127.0.0.1:4580"
"""Nothing trades in these tests, and copies that share a stack must agree on its settings."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    output: str
    messages: str

    def succeeded(self) -> Ended:
        assert self.status == 0, f"{self.output[-3000:]}\n{self.messages[-3000:]}"
        return self


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """A copy of the project with a work folder of its own."""

    root: Path
    home: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, *arguments: str) -> Ended:
        """Run one of its verbs."""
        answer = subprocess.run(
            self.command(*arguments),
            cwd=self.root,
            env=self.complete_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        return Ended(answer.returncode, answer.stdout, answer.stderr)

    def pulumi(self, *arguments: str) -> Ended:
        """Run a command of the Pulumi CLI."""
        return self.run("pulumi", *arguments)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command in a process group of its own, to be killed whole."""
        with (self.home / "killed.log").open("wb") as log:
            return subprocess.Popen(
                self.command(*arguments),
                cwd=self.root,
                env=self.complete_environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def planned(self, *arguments: str) -> dict[str, str]:
        """Preview, and give what would be done with each resource that would not stay the same."""
        answer = self.pulumi("preview", "--json", *arguments).succeeded()
        steps = json.loads(answer.output)["steps"]
        return {
            step["urn"].rpartition("::")[2]: step["op"] for step in steps if step["op"] != "same"
        }

    def edit(self, file: str, change: Callable[[str], str]) -> None:
        """Change a file of the copy."""
        path = self.root / file
        before = path.read_text()
        after = change(before)
        assert after != before, f"the change left {file} as it was"
        path.write_text(after)

    @property
    def server(self) -> dict[str, Any]:
        """The MiniStack that this checkout started."""
        record: dict[str, Any] = json.loads((self.home / "ministack/server.json").read_text())
        return record

    @property
    def endpoint(self) -> str:
        """The emulator that it uses: another's, or the one it started."""
        return (
            self.environment.get("EMULATOR_ENDPOINT") or f"http://127.0.0.1:{self.server['port']}"
        )

    def account(self, number: str = "000000000000") -> Account:
        """Look into an account of the emulator."""
        return Account(self.endpoint, number)

    def recorded(self) -> dict[str, Any]:
        """Give what the backend has on record of the local stack."""
        file = self.home / "state/.pulumi/stacks/alchemiser/local.json"
        try:
            latest = json.loads(file.read_text())["checkpoint"].get("latest")
        except (OSError, ValueError):
            # Between two states of the file.
            return {}
        return latest or {}

    def command(self, *arguments: str) -> list[str]:
        """Give a front door's command line."""
        # As local/run does once the environment is there: a copy shares the one of this checkout.
        return [str(self.root / ".venv/bin/python"), "-P", "-m", "cli", *arguments]

    def complete_environment(self) -> dict[str, str]:
        """Give what a command runs in: nothing of the caller that would lead it astray."""
        ignored = ("AWS_", "PULUMI_", "ALCHEMISER_", "PYTHONDONTWRITEBYTECODE")
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(ignored)
        }
        own = {
            "ALCHEMISER_HOME": str(self.home),
            "ALCHEMISER_MARKET_URL": MARKET_URL,
            "PYTHONPATH": str(self.root),
        }
        return {**inherited, **own, **self.environment}


def copy_checkout(root: Path, home: Path) -> Checkout:
    """Copy what git has or would take, with the engine and the environment of this checkout."""
    copy_working_tree(root)
    for stack in CLONED:
        # What a team has written there is none of these tests' business.
        file = root / f"Pulumi.{stack}.yaml"
        file.write_text(as_cloned(file.read_text(), stack))
    _share(root, home)
    return Checkout(root=root, home=home)


def clone_checkout(original: Checkout, root: Path, home: Path) -> Checkout:
    """Copy a checkout without its work folder; both then use one backend and one emulator."""
    unwanted = shutil.ignore_patterns(".venv", "__pycache__")
    shutil.copytree(original.root, root, ignore=unwanted, copy_function=shutil.copy)
    _share(root, home)
    shared = {
        "PULUMI_BACKEND_URL": f"file://{original.home}/state",
        "EMULATOR_ENDPOINT": original.endpoint,
    }
    return Checkout(root=root, home=home, environment=shared)


def _share(root: Path, home: Path) -> None:
    """Take over what would be the same, and takes long to make."""
    # A copy that found it behind the lock would make it its own, and leave it so.
    ensure_environment(WorkFolder.of(ROOT))
    (root / ".venv").symlink_to(ROOT / ".venv")
    own = Path(os.environ.get("ALCHEMISER_HOME", ROOT / ".alchemiser"))
    for shared in ("engine", "tools", "ministack/venv", "wheel-store"):
        (own / shared).mkdir(parents=True, exist_ok=True)
        (home / shared).parent.mkdir(parents=True, exist_ok=True)
        (home / shared).symlink_to(own / shared)


RIPENING_S = 300.0
"""What a moment of a run may take to come, on a machine that is busy with others."""


def kill_when(process: subprocess.Popen[bytes], ripe: Callable[[], bool]) -> bool:
    """Kill a command and all it started at a moment; tell whether it came before the end."""
    came = comes_before_the_end(process, ripe)
    kill_whole(process)
    return came


def kill_whole(process: subprocess.Popen[bytes]) -> None:
    """Kill a command and all it started, if it is there still."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def comes_before_the_end(process: subprocess.Popen[bytes], ripe: Callable[[], bool]) -> bool:
    """Wait for a moment of a command; tell whether it came while the command ran."""
    deadline = time.monotonic() + RIPENING_S
    while process.poll() is None and time.monotonic() < deadline:
        if ripe():
            return True
        time.sleep(0.01)
    return False
