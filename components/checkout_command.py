"""Command lines of the checkout, as resources that run again only when their text changes."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_command import local


def checkout_command(
    name: str,
    command: pulumi.Input[str],
    parent: pulumi.Resource,
    *,
    stdin: pulumi.Input[str] | None = None,
    after: Sequence[pulumi.Resource] = (),
) -> local.Command:
    """Run a command line in the checkout when it is new, and show what it says to people.

    What it reads from `stdin` is part of its text; in a preview it never runs.
    """
    return local.Command(
        name,
        create=command,
        stdin=stdin,
        dir=".",
        # Earlier output in the environment would make a build depend on its history.
        add_previous_output_in_env=False,
        logging=local.Logging.STDERR,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(after)),
    )
