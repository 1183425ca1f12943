"""Gives each stack its place in the backend without touching the files that are in git."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from local.problems import LocalProblem
from local.workfolder import WorkFolder
from operations.recovery.file_backend import backend_folder

PROJECT = "alchemiser"

PASSPHRASE = "the local stack has no secrets"
"""Encrypts what never leaves this machine; stacks on AWS have a real secrets provider."""

SALT = "v1:R9uXI1fxHag=:v1:f/Fny2mxKvDNN1FK:DZxIefbG75lpkTxMeXs4uGDABoDEmg=="
"""What `pulumi stack init` wrote for that passphrase; one for all checkouts, which can so share
a backend."""

REHEARSED_SECRET = "v1:jUqHzrPK0tN4TbT7:mtKImLkCmL4+XAoeRzRqV5y7QxElaDQiAvwxzcZsOReO4B4rLwdtlYU="
"""`rehearsed@example.invalid`, encrypted by that passphrase: what stands in for every secret of a
stack for AWS, whose own secrets provider is neither asked nor needed here. It will do for a mail
address too."""

PROVIDER_KEYS = frozenset({"secretsprovider", "encryptedkey", "encryptionsalt"})
"""What `pulumi stack init` writes into a stack's file, by the kind of secrets provider:
https://www.pulumi.com/docs/iac/concepts/projects/stack-settings-file/"""


def prepare_stack(work: WorkFolder, cli: Path, environment: Mapping[str, str], stack: str) -> Path:
    """Make the stack if it is not there, and give the configuration file to run it with.

    Pulumi writes a salt into a stack's file. Here that is a copy in the work folder: the checkout
    stays clean, a stack for AWS never gets this passphrase, and its own key is never asked for.
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
    text = rehearsable(original.read_text())
    if not copy.exists() or copy.read_text() != text:
        copy.write_text(text)
    if not checkpoint_file(environment["PULUMI_BACKEND_URL"], stack).exists():
        shutil.copyfile(work.root / "Pulumi.yaml", folder / "Pulumi.yaml")
        _initialise(folder, cli, environment, stack)
    return copy


def rehearsable(text: str) -> str:
    """Write a stack's file for a run on this machine, whatever keeps its secrets elsewhere."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError:
        # What is wrong with it is the engine's to say.
        return text
    if not isinstance(document, dict):
        return text
    kept = {key: value for key, value in document.items() if key not in PROVIDER_KEYS}
    rehearsed = _without_secrets(kept) | {"encryptionsalt": SALT}
    return yaml.safe_dump(rehearsed, sort_keys=False, allow_unicode=True)


def _without_secrets(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_secrets(item) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"secure"}:
        return {"secure": REHEARSED_SECRET}
    return {key: _without_secrets(item) for key, item in value.items()}


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
