"""Where a stack runs, and the clients by which operations reach it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3

from operations.engine import CommandLine
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
    def on_aws(cls, stack: str, region: str) -> StackAccess:
        """Reach a stack with the caller's own credentials and CLI, in the stack's own region."""
        engine = CommandLine.of(stack, embedded=False, region=region)
        session = boto3.Session(region_name=region)
        return cls(engine=engine, session=session, endpoint_url=None)

    @property
    def live(self) -> LambdaApi:
        """Lambda's API."""
        return LambdaApi(self.session.client("lambda", endpoint_url=self.endpoint_url))

    @property
    def s3(self) -> S3Client:
        """S3's API."""
        return self.session.client("s3", endpoint_url=self.endpoint_url)
