"""Reaches a stack: on AWS as the caller does, on this machine through the emulator."""

from __future__ import annotations

import boto3

from cli.engine.cli import endpoint
from local.ministack.client_environment import account_of, emulator_environment
from local.workfolder import WorkFolder
from operations.engine import ROOT, CommandLine
from operations.stack_access import StackAccess


def reach(stack: str, *, rehearse: bool) -> StackAccess:
    """Reach a stack; the local one, and every one in a rehearsal, is on the emulator."""
    work = WorkFolder.of(ROOT)
    if not (rehearse or stack == "local"):
        return StackAccess.on_aws(stack, account_of(work.root, stack).region)
    environment = emulator_environment(work, stack, endpoint(work))
    session = boto3.Session(
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        region_name=environment["AWS_REGION"],
    )
    return StackAccess(
        engine=CommandLine.of(stack, embedded=True),
        session=session,
        endpoint_url=environment["AWS_ENDPOINT_URL"],
    )
