"""Where the CLI keeps locks: a folder of this machine, or a bucket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import boto3

from local.problems import LocalProblem
from operations.recovery.file_backend import backend_folder
from operations.recovery.locks import LockFolder

LOCKS = ".pulumi/locks/organization"


class FileLocks:
    """Locks of a file backend."""

    def __init__(self, folder: Path, project: str) -> None:
        self._folder = folder / LOCKS / project

    def locks(self, stack: str) -> Iterator[tuple[str, str]]:
        """Give each lock's name and text."""
        for file in sorted((self._folder / stack).glob("*.json")):
            try:
                yield str(file), file.read_text()
            except FileNotFoundError:
                continue

    def remove(self, name: str) -> None:
        """Lift one lock."""
        Path(name).unlink(missing_ok=True)


class BucketLocks:
    """Locks of an S3 backend."""

    def __init__(self, s3: Any, bucket: str, prefix: str, project: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._prefix = "/".join(part for part in (prefix.strip("/"), LOCKS, project) if part)

    def locks(self, stack: str) -> Iterator[tuple[str, str]]:
        """Give each lock's name and text."""
        pages = self._s3.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._bucket, Prefix=f"{self._prefix}/{stack}/"):
            for entry in page.get("Contents", []):
                answer = self._s3.get_object(Bucket=self._bucket, Key=entry["Key"])
                yield entry["Key"], answer["Body"].read().decode()

    def remove(self, name: str) -> None:
        """Lift one lock."""
        self._s3.delete_object(Bucket=self._bucket, Key=name)


def lock_folder(url: str, project: str, environment: Mapping[str, str]) -> LockFolder | None:
    """Give the locks of a backend; None where the backend's service looks after them."""
    parts = urlparse(url)
    if parts.scheme == "file":
        return FileLocks(backend_folder(url), project)
    if parts.scheme == "s3":
        region = parse_qs(parts.query).get("region", [environment.get("AWS_REGION")])[0]
        client = boto3.Session(region_name=region).client(
            "s3", endpoint_url=environment.get("AWS_ENDPOINT_URL")
        )
        return BucketLocks(client, parts.netloc, parts.path, project)
    if parts.scheme in ("https", "http", ""):
        return None
    raise LocalProblem(
        f"The backend {url} was expected to be file://, s3:// or Pulumi's service.",
        "Lift its lock with `pulumi cancel` when the run that holds it is certainly over.",
    )
