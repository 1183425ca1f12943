"""Reaches a stack: on AWS as the caller does, on this machine through the emulator."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import boto3

from accounts.names import Names
from cli.engine.cli import endpoint
from cli.engine.plugin_sums import checked_plugins, pulumi_home
from cli.engine.stack_file import PROJECT
from local.ministack.client_environment import account_of, emulator_environment
from local.workfolder import WorkFolder
from operations.engine import ROOT, CommandLine
from operations.stack_access import StackAccess

TARGET = "prod"
"""The stack that others are promoted to."""


def reach(stack: str, *, rehearse: bool) -> StackAccess:
    """Reach a stack; the local one, and every one in a rehearsal, is on the emulator."""
    work = WorkFolder.of(ROOT)
    if not (rehearse or stack == "local"):
        own = names_of(work.root, stack)
        reader = own.role_arn("promotion")
        access = StackAccess.on_aws(stack, own.region, own.account_id, reader)
        return replace(access, engine=replace(access.engine, variables=plugin_variables(work.root)))
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


@cache
def plugin_variables(root: Path) -> Mapping[str, str]:
    """Hold the plugins of the caller's CLI to their checksums, once in a run."""
    cli = shutil.which("pulumi")
    return checked_plugins(root, cli, pulumi_home()) if cli else {}


def names_of(root: Path, stage: str) -> Names:
    """Read from a stack's file where it lives; prod's account keeps the state of all."""
    account = account_of(root, stage)
    return Names(
        system=PROJECT,
        stage=stage,
        account_id=account.number,
        region=account.region,
        state_account=account_of(root, TARGET).number,
    )
