"""Keeps secrets out of tracked files, where a passphrase that all can read would encrypt them."""

from __future__ import annotations

from cli.engine.arguments import DEFAULT_STACK, Invocation
from local.problems import LocalProblem

SETTING = frozenset({"config set", "config set-all", "config cp"})
CHANGING_PROVIDER = frozenset({"stack change-secrets-provider"})


def refuse_secrets(invocation: Invocation) -> None:
    """Raise where a command would encrypt something of a stack by this repository's passphrase."""
    command = f"{invocation.verb} {invocation.subverb}"
    secret = {word.partition("=")[0] for word in invocation.arguments} & {"--secret"}
    if command in SETTING and secret:
        # The words are not shown again: one of them is the secret.
        raise _refused(invocation, f"{command} --secret")
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
