"""Makes the row of anything that is configured on an S3 bucket; its id is the bucket's name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from attached_providers.aws.session import Aws
from attached_providers.properties import Properties
from attached_providers.resource import Change, ResourceType
from attached_providers.wire import Values

Put = Callable[[Any, str, Values], None]
Get = Callable[[Any, str, Values], "Values | None"]
Drop = Callable[[Any, str], None]
Check = Callable[[Values], Iterable[tuple[str, str]]]


def _create(aws: Aws, new: Values, *, put: Put) -> str:
    bucket = str(new["bucket"])
    aws.retry(lambda: put(aws.client("s3"), bucket, new), {"MalformedPolicy"}, "principal")
    return bucket


def _read(aws: Aws, identity: str, state: Values, *, get: Get) -> Values | None:
    found = get(aws.client("s3"), identity, state)
    return None if found is None else {"bucket": identity, "region": aws.region, **found}


def _update(aws: Aws, identity: str, change: Change, *, put: Put) -> None:
    put(aws.client("s3"), identity, change.new)


def _delete(aws: Aws, identity: str, state: Values, *, drop: Drop) -> None:
    drop(aws.client("s3"), identity)


def setting(
    props: Properties,
    calls: tuple[Put, Get, Drop],
    absent: str = "",
    check: Check = lambda _: (),
) -> ResourceType:
    """Make the row of a setting from its three calls."""
    put, get, drop = calls
    return ResourceType(
        token=props.token,
        props=props,
        create=partial(_create, put=put),
        read=partial(_read, get=get),
        update=partial(_update, put=put),
        delete=partial(_delete, drop=drop),
        check=check,
        unique_by=("bucket",),
        gone=frozenset({absent}),
    )
