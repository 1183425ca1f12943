"""Keeps secrets out of tracked files, where a passphrase that all can read would encrypt them."""

from __future__ import annotations

from cli.engine.arguments import DEFAULT_STACK, Invocation
from local.problems import LocalProblem

CHANGING_PROVIDER = frozenset({"stack change-secrets-provider"})


def refuse_secrets(invocation: Invocation) -> None:
    """Raise where a command would encrypt something of a stack by this repository's passphrase."""
    command = f"{invocation.verb} {invocation.subverb}"
    words = invocation.arguments
    options = {word.partition("=")[0] for word in words[: [*words, "--"].index("--")]}
    if "--secret" in options and "config" in words:
        # Whatever else stands between them; and it is not shown again: one word is the secret.
        subverb = "set-all" if "set-all" in words else "set"
        raise _refused(invocation, f"config {subverb} --secret")
    if command in CHANGING_PROVIDER:
        raise _refused(invocation, command)


def _refused(invocation: Invocation, command: str) -> LocalProblem:
    file = f"Pulumi.{invocation.stack}.yaml"
    own = f"`pulumi {command} --stack {invocation.stack} …` with the official CLI"
    remedy = (
        f"Nothing in {file} is a secret: write it there in plain text."
        if invocation.stack == DEFAULT_STACK
        else f"Run {own}, which asks the stack's own secrets provider. Rehearsals need no secret."
    )
    return LocalProblem(
        f"`{command}` was refused: it would write into {file}, which git tracks, what a passphrase "
        "that stands in this repository encrypts.",
        remedy,
    )
