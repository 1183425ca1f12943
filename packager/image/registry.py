"""Amazon's container registry: which image is there, and how to log in."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from packager.errors import ImageError

_ABSENT = "ImageNotFoundException"


@dataclass(frozen=True, slots=True)
class Registry:
    """The registry that a repository's address is in."""

    client: Any

    @classmethod
    def connect(cls) -> Registry:
        """Reach it with the credentials and the region of the environment."""
        return cls(boto3.client("ecr"))

    def digest(self, repository: str, tag: str) -> str | None:
        """Return the digest of the image under a tag, or None where there is none."""
        name = repository.partition("/")[2]
        try:
            found = self.client.describe_images(repositoryName=name, imageIds=[{"imageTag": tag}])
        except ClientError as error:
            if error.response["Error"]["Code"] == _ABSENT:
                return None
            raise ImageError(f"{repository}: could not be asked for {tag}: {error}") from error
        except BotoCoreError as error:
            raise ImageError(f"{repository}: could not be asked for {tag}: {error}") from error
        return str(found["imageDetails"][0]["imageDigest"])

    def credentials(self) -> tuple[str, str]:
        """Return a user and a password that are good for some hours."""
        granted = self.client.get_authorization_token()["authorizationData"][0]
        user, _, password = base64.b64decode(granted["authorizationToken"]).decode().partition(":")
        return user, password
