"""Which objects of an S3 bucket go or move, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attached_providers.aws.limits import pairings
from attached_providers.aws.s3_setting import setting
from attached_providers.aws.shapes import from_api, to_api
from attached_providers.properties import Properties
from attached_providers.schema import says
from attached_providers.wire import Values

_ACTIONS = (
    "abortIncompleteMultipartUpload",
    "expiration",
    "noncurrentVersionExpiration",
    "noncurrentVersionTransitions",
    "transitions",
)
LIFECYCLE = Properties(
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    {
        "bucket": says(replaces=True),
        "rules": says(
            ordered=False,
            fields={
                "id": says(api="ID"),
                "filter": says(fields={"and": says(unserved=("tags",))}),
                "noncurrentVersionTransitions": says(ordered=False),
                "transitions": says(ordered=False),
            },
            unserved=("prefix",),
        ),
        "transitionDefaultMinimumObjectSize": says(computed=True),
        "expectedBucketOwner": says(replaces=True, kept=True),
    },
    unserved=("timeouts",),
)


def _put_lifecycle(s3: Any, bucket: str, new: Values) -> None:
    rules = to_api(LIFECYCLE, new, ["rules"]).get("Rules", [])
    wanted = {"Rules": [{"Filter": {"Prefix": ""}, **rule} for rule in rules]}
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket,
        LifecycleConfiguration=wanted,
        **to_api(LIFECYCLE, new, ["transitionDefaultMinimumObjectSize"]),
    )


def _get_lifecycle(s3: Any, bucket: str, state: Values) -> Values:
    return from_api(
        LIFECYCLE,
        s3.get_bucket_lifecycle_configuration(Bucket=bucket),
        ["rules", "transitionDefaultMinimumObjectSize"],
    )


def _check(new: Values) -> Iterator[tuple[str, str]]:
    """Refuse a rule that does nothing, and one that ends objects in two ways at once."""
    rules = new.get("rules")
    if rules == []:
        yield "rules", "MalformedXML: a configuration has one rule at least"
    named = [rule.get("id") for rule in rules or () if isinstance(rule, Mapping)]
    for repeated in sorted({it for it in named if isinstance(it, str) and named.count(it) > 1}):
        yield "rules", f"InvalidArgument: Rule ID must be unique, found {repeated} twice"
    yield from pairings.ages(rules)
    for index, rule in enumerate(rules or ()):
        where = f"rules[{index}]"
        if not any(rule.get(name) for name in _ACTIONS):
            what = "At least one action needs to be specified in a rule"
            yield where, f"InvalidRequest: {what}"
        ends = rule.get("expiration") or {}
        given = [name for name in ("date", "days", "expiredObjectDeleteMarker") if ends.get(name)]
        if len(given) > 1:
            yield f"{where}.expiration", f"expected one of {', '.join(given)}"


ROWS = (
    setting(
        LIFECYCLE,
        (_put_lifecycle, _get_lifecycle, lambda s3, name: s3.delete_bucket_lifecycle(Bucket=name)),
        "NoSuchLifecycleConfiguration",
        _check,
    ),
)
