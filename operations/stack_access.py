"""Where a stack runs, and the clients by which operations reach it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3

from cli.engine.cli import endpoint
from cli.engine.environment import emulator_environment
from local.workfolder import WorkFolder
from operations.engine import ROOT, CommandLine
from operations.errors import OperationError
from operations.live import LambdaApi

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

STACKS = ("local", "dev", "prod")


@dataclass(frozen=True, kw_only=True, slots=True)
class StackAccess:
    """One stack, on AWS or on the emulator."""

    engine: CommandLine
    session: boto3.Session
    endpoint_url: str | None

    @classmethod
    def of(cls, stack: str, *, rehearse: bool) -> StackAccess:
        """Reach a stack; the local one, and every one in a rehearsal, is on the emulator."""
        if stack not in STACKS:
            message = f"expected a stack out of {', '.join(STACKS)}, found {stack!r}"
            raise OperationError(message)
        engine = CommandLine.of(stack, embedded=rehearse or stack == "local")
        if not (rehearse or stack == "local"):
            return cls(engine=engine, session=boto3.Session(), endpoint_url=None)
        work = WorkFolder.of(ROOT)
        environment = emulator_environment(work, stack, endpoint(work))
        session = boto3.Session(
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
            region_name=environment["AWS_REGION"],
        )
        return cls(engine=engine, session=session, endpoint_url=environment["AWS_ENDPOINT_URL"])

    @property
    def live(self) -> LambdaApi:
        """Lambda's API."""
        return LambdaApi(self.session.client("lambda", endpoint_url=self.endpoint_url))

    @property
    def s3(self) -> S3Client:
        """S3's API."""
        return self.session.client("s3", endpoint_url=self.endpoint_url)


def is_rehearsal() -> bool:
    """Whether the person asked for a rehearsal on the emulator (REHEARSE=1)."""
    return os.environ.get("REHEARSE", "") not in ("", "0")
