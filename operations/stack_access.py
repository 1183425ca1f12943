"""Where a stack runs, and the clients by which operations reach it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from blueprint.outputs import StackOutputs
from operations.engine import CommandLine
from operations.errors import OperationError
from operations.last_look import LastLook
from operations.live import PATIENT, LambdaApi
from operations.moving import Mover
from operations.release_store import ReleaseStore
from operations.running import Running

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

STACKS = ("local", "dev", "prod")

ARTIFACTS = "artifacts"
"""Output that names the bucket with layers and releases."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StackAccess:
    """One stack, on AWS or on the emulator."""

    engine: CommandLine
    session: boto3.Session
    endpoint_url: str | None
    account_id: str | None = None
    """The stack's account on AWS."""
    reader_arn: str | None = None
    """Role by which callers of another account may look at what the stack runs."""

    @classmethod
    def on_aws(cls, stack: str, region: str, account_id: str, reader_arn: str) -> StackAccess:
        """Reach a stack with the caller's own credentials and CLI, in the stack's own region."""
        return cls(
            engine=CommandLine.of(stack, embedded=False, region=region),
            session=boto3.Session(region_name=region),
            endpoint_url=None,
            account_id=account_id,
            reader_arn=reader_arn,
        )

    @property
    def live(self) -> LambdaApi:
        """Lambda's API."""
        session = self.session_there()
        return LambdaApi(session.client("lambda", endpoint_url=self.endpoint_url, config=PATIENT))

    def session_there(self) -> boto3.Session:
        """Give the caller's session, or in another account that of the role that may look there.

        A bucket can admit callers of another account by its policy; Lambda's calls that list and
        describe cannot.
        """
        if self.account_id is None or self.reader_arn is None:
            return self.session
        sts = self.session.client("sts", endpoint_url=self.endpoint_url)
        if sts.get_caller_identity()["Account"] == self.account_id:
            return self.session
        try:
            answer = sts.assume_role(RoleArn=self.reader_arn, RoleSessionName="promotion")
        except ClientError as error:
            raise OperationError(
                f"expected credentials of account {self.account_id}, or of a role that may assume "
                f"{self.reader_arn}: {error}. See `make bootstrap-account CHECK=1`."
            ) from error
        return boto3.Session(
            aws_access_key_id=answer["Credentials"]["AccessKeyId"],
            aws_secret_access_key=answer["Credentials"]["SecretAccessKey"],
            aws_session_token=answer["Credentials"]["SessionToken"],
            region_name=self.session.region_name,
        )

    @property
    def s3(self) -> S3Client:
        """S3's API."""
        return self.session.client("s3", endpoint_url=self.endpoint_url)

    def client(self, service: str) -> Any:
        """Reach any other service."""
        return self.session.client(service, endpoint_url=self.endpoint_url)  # type: ignore[call-overload]

    def store(self, outputs: StackOutputs) -> ReleaseStore:
        """Reach the stack's releases."""
        return ReleaseStore(outputs.buckets[ARTIFACTS], self.s3)

    def last_look(self, outputs: StackOutputs) -> LastLook:
        """Reach what the last look for drift found."""
        return LastLook(outputs.buckets[ARTIFACTS], self.s3)

    def running(self, known: Running | None = None) -> Running:
        """Look at what the stack runs; what is `known` of its file is not read again."""
        return Running.look(self.engine, self.live, self.store, known)

    def mover(self, outputs: StackOutputs) -> Mover:
        """Reach what moves the stack's aliases."""
        return Mover(engine=self.engine, live=self.live, store=self.store(outputs))
