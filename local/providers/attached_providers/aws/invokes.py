"""The questions (Pulumi functions) that the attached provider answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attached_providers.aws.session import Aws
from attached_providers.wire import Values


def caller_identity(aws: Aws, args: Values) -> dict[str, Any]:
    """Say who the credentials belong to."""
    who = aws.client("sts").get_caller_identity()
    return {
        "accountId": who["Account"],
        "arn": who["Arn"],
        "userId": who["UserId"],
        "id": who["Account"],
    }


def region(aws: Aws, args: Values) -> dict[str, Any]:
    """Say which region is in use."""
    name = args.get("region") or args.get("name") or aws.region
    endpoint = f"ec2.{name}.amazonaws.com"
    return {
        "id": name,
        "name": name,
        "region": name,
        "endpoint": endpoint,
        "description": _description(aws, name),
    }


def partition(aws: Aws, args: Values) -> dict[str, Any]:
    """Say which partition of AWS the region is in."""
    suffix = aws.domain
    return {
        "id": aws.partition,
        "partition": aws.partition,
        "dnsSuffix": suffix,
        "reverseDnsPrefix": ".".join(reversed(suffix.split("."))),
    }


def _description(aws: Aws, name: str) -> str:
    import botocore.session

    data = botocore.session.get_session().get_data("endpoints")
    for found in data["partitions"]:
        if name in found["regions"]:
            return str(found["regions"][name]["description"])
    return name


FUNCTIONS: Mapping[str, Callable[[Aws, Values], dict[str, Any]]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": caller_identity,
    "aws:index/getRegion:getRegion": region,
    "aws:index/getPartition:getPartition": partition,
}
