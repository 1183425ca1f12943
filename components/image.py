"""Where a function's container image lies, and what may be done with it there."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
from pulumi_aws import ecr

from components.addresses import Addresses
from components.policy_documents import document

UNTAGGED_DAYS = 14
"""A push that was cut off leaves layers without a tag. Tagged images stay, for going back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageRepositoryArgs:
    """One repository for each function that ships as an image."""

    physical_name: str
    addresses: Addresses


class ImageRepository(pulumi.ComponentResource):
    """Keeps the images of one function; a tag never comes to mean another image."""

    url: pulumi.Output[str]
    """Address without tag or digest."""

    def __init__(
        self, name: str, args: ImageRepositoryArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(args.addresses.token("ImageRepository"), name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        repository = ecr.Repository(
            f"{name}-images",
            name=args.addresses.name(args.physical_name),
            # A tag is the key of what the image was built from.
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration=ecr.RepositoryImageScanningConfigurationArgs(
                scan_on_push=True
            ),
            opts=child,
        )
        ecr.LifecyclePolicy(
            f"{name}-images-lifecycle",
            repository=repository.name,
            policy=_lifecycle(),
            opts=child,
        )
        self.policy = ecr.RepositoryPolicy(
            f"{name}-images-policy",
            repository=repository.name,
            policy=_pulled_by_lambda(args.addresses),
            opts=child,
        )
        self.url = repository.repository_url
        self.register_outputs({"url": self.url})


def pinned(url: str, report: str) -> str:
    """Name the image that was pushed by the digest that the registry gave it."""
    return f"{url}@{json.loads(report)['digest']}"


def _lifecycle() -> str:
    rule = {
        "rulePriority": 1,
        "description": "Remains of pushes that were cut off.",
        "selection": {
            "tagStatus": "untagged",
            "countType": "sinceImagePushed",
            "countUnit": "days",
            "countNumber": UNTAGGED_DAYS,
        },
        "action": {"type": "expire"},
    }
    return json.dumps({"rules": [rule]}, sort_keys=True)


def _pulled_by_lambda(addresses: Addresses) -> str:
    """Let Lambda fetch images for this stack's functions; such a policy names no resource.

    https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
    """
    statement = {
        "Sid": "LambdaFetches",
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        "Condition": {
            "StringEquals": {"aws:SourceAccount": addresses.account_id},
            "ArnLike": {"aws:SourceArn": addresses.arn("lambda", "function:*")},
        },
    }
    return document([statement])
