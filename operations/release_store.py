"""Keeps releases beside the stack's artifacts: one object each, written once and never again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from blueprint.artifacts import RELEASES, release_object
from operations.errors import OperationError
from operations.release import Release
from operations.serving import side_by_side

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
_ATTEMPTS = 5
"""Others that record at the same moment; each attempt takes the next free number."""


@dataclass(frozen=True, slots=True)
class ReleaseStore:
    """The releases of one stack, in the bucket of its artifacts."""

    bucket: str
    client: S3Client

    def all(self) -> tuple[Release, ...]:
        """Read every release, oldest first; none where nothing was recorded yet."""
        return tuple(side_by_side(self.read, self._numbers()))

    def latest(self) -> Release | None:
        """Read the release with the highest number."""
        numbers = self._numbers()
        return self.read(numbers[-1]) if numbers else None

    def read(self, number: int) -> Release:
        """Read one release; raise OperationError that names those there are."""
        try:
            found = self.client.get_object(Bucket=self.bucket, Key=release_object(number))
            content = found["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("NoSuchKey", "404"):
                raise self._failure("read", number, error) from error
            have = ", ".join(map(str, self._numbers())) or "none"
            raise OperationError(f"expected release {number}, found releases {have}") from error
        except BotoCoreError as error:
            raise self._failure("read", number, error) from error
        try:
            return Release.model_validate_json(content)
        except ValidationError as error:
            where = f"s3://{self.bucket}/{release_object(number)}"
            message = f"{where}: expected a release, found {error.error_count()} problems"
            raise OperationError(message) from error

    def append(self, release: Release) -> Release:
        """Write a release under the next free number, whatever number it carries."""
        numbers = self._numbers()
        number = numbers[-1] + 1 if numbers else 1
        for _ in range(_ATTEMPTS):
            numbered = release.model_copy(update={"number": number})
            if self._put(numbered):
                return numbered
            number += 1
        message = (
            f"expected a free number below {number} in s3://{self.bucket}/{RELEASES}, found none"
        )
        raise OperationError(f"{message}: others record releases at the same time. Run it again.")

    def _put(self, release: Release) -> bool:
        try:
            self.client.put_object(
                Bucket=self.bucket,
                Key=release_object(release.number),
                Body=release.model_dump_json(indent=1).encode(),
                ContentType="application/json",
                # Who comes second is told, and what is written stays as it is:
                # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
                IfNoneMatch="*",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in _TAKEN:
                return False
            raise self._failure("write", release.number, error) from error
        except BotoCoreError as error:
            raise self._failure("write", release.number, error) from error
        return True

    def _numbers(self) -> list[int]:
        try:
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=RELEASES
            )
            keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        except self.client.exceptions.NoSuchBucket:
            # It goes with the stack, and comes back with it.
            return []
        except (BotoCoreError, ClientError) as error:
            message = f"could not list s3://{self.bucket}/{RELEASES}: {error}"
            raise OperationError(message) from error
        names = [key.removeprefix(RELEASES).removesuffix(".json") for key in keys]
        return sorted(int(name) for name in names if name.isdecimal())

    def _failure(self, verb: str, number: int, error: Exception) -> OperationError:
        where = f"s3://{self.bucket}/{release_object(number)}"
        return OperationError(f"could not {verb} release {number} at {where}: {error}")
