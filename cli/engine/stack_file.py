"""Gives each stack its place in the backend without touching the files that are in git."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from local.problems import LocalProblem
from local.workfolder import WorkFolder
from operations.recovery.file_backend import backend_folder

PROJECT = "alchemiser"

PASSPHRASE = "the local stack has no secrets"
"""Encrypts what never leaves this machine; stacks on AWS have a real secrets provider."""

SALT = "encryptionsalt: v1:R9uXI1fxHag=:v1:f/Fny2mxKvDNN1FK:DZxIefbG75lpkTxMeXs4uGDABoDEmg=="
"""What `pulumi stack init` wrote for that passphrase; one for all checkouts, which can so share
a backend."""


def prepare_stack(work: WorkFolder, cli: Path, environment: Mapping[str, str], stack: str) -> Path:
    """Make the stack if it is not there, and give the configuration file to run it with.

    Pulumi writes a salt into a stack's file. Here that is a copy in the work folder: the checkout
    stays clean, and a stack for AWS never gets this passphrase.
    """
    original = work.root / f"Pulumi.{stack}.yaml"
    if not original.exists():
        known = sorted(file.suffixes[0][1:] for file in work.root.glob("Pulumi.*.yaml"))
        raise LocalProblem(
            f"Stack {stack!r} has no {original.name}; there are: {', '.join(known)}.",
            "Name one of them with --stack.",
        )
    folder = work.home / "stacks"
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / original.name
    text = f"{original.read_text().rstrip()}\n{SALT}\n"
    if not copy.exists() or copy.read_text() != text:
        copy.write_text(text)
    if not checkpoint_file(environment["PULUMI_BACKEND_URL"], stack).exists():
        shutil.copyfile(work.root / "Pulumi.yaml", folder / "Pulumi.yaml")
        _initialise(folder, cli, environment, stack)
    return copy


def checkpoint_file(backend: str, stack: str) -> Path:
    """Name the file in which the file backend keeps a stack."""
    return backend_folder(backend) / ".pulumi/stacks" / PROJECT / f"{stack}.json"


def _initialise(folder: Path, cli: Path, environment: Mapping[str, str], stack: str) -> None:
    answer = subprocess.run(
        [cli, "stack", "init", stack, "--no-select", "--non-interactive"],
        cwd=folder,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        raise LocalProblem(
            f"Stack {stack!r} was not made: {answer.stderr.strip() or answer.stdout.strip()}",
            "Mend what it names and run the same command again.",
        )
