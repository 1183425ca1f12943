"""Command lines of the packager, as resources that run again only when their text changes."""

from __future__ import annotations

import pulumi
from pulumi_command import local


def packager_command(
    name: str, command: pulumi.Input[str], parent: pulumi.Resource
) -> local.Command:
    """Run a command line in the checkout when it is new, and show what it says to people."""
    return local.Command(
        name,
        create=command,
        dir=".",
        # Earlier output in the environment would make a build depend on its history.
        add_previous_output_in_env=False,
        logging=local.Logging.STDERR,
        opts=pulumi.ResourceOptions(parent=parent),
    )
