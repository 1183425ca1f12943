"""Keeps what the last look for drift found, beside the releases, for `make status` to tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel, ConfigDict, ValidationError

from blueprint.artifacts import DRIFT_NOTE
from operations.ages import age

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class Look(BaseModel):
    """One look at a stack."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    looked_at: datetime
    release: int | None
    """The newest one then; None where none was recorded."""
    drifted: tuple[str, ...]
    """What was found, a line each."""


@dataclass(frozen=True, slots=True)
class LastLook:
    """The last look at one stack, in the bucket of its artifacts."""

    bucket: str
    client: S3Client

    def read(self) -> Look | None:
        """Read it; None where nobody looked yet, or what is there is none."""
        try:
            found = self.client.get_object(Bucket=self.bucket, Key=DRIFT_NOTE)
            return Look.model_validate_json(found["Body"].read())
        except (BotoCoreError, ClientError, ValidationError):
            return None

    def write(self, look: Look) -> str | None:
        """Put it in the place of the one before; give the reason where that cannot be."""
        try:
            self.client.put_object(
                Bucket=self.bucket,
                Key=DRIFT_NOTE,
                Body=look.model_dump_json(indent=1).encode(),
                ContentType="application/json",
            )
        except (BotoCoreError, ClientError) as error:
            return str(error)
        return None


def look_text(look: Look | None, stack: str, newest: int | None, now: datetime) -> str:
    """Say in one line what is known of a stack's drift, and how old that is."""
    if look is None:
        return f"nobody looked yet: make drift STACK={stack}"
    found = f"{len(look.drifted)} drifted" if look.drifted else "none"
    before = "" if look.release == newest else f", before release {newest}"
    again = f": make drift STACK={stack}" if look.drifted or before else ""
    return f"{found}, looked at {age(now - look.looked_at)} ago{before}{again}"
