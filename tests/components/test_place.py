from __future__ import annotations

import pulumi
import pytest

from components.addresses import Addresses
from tests.recorded_program import ran_in_dev, run, stack_config


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("region", "eu-west-1", "region eu-west-1 instead of us-east-1"),
        ("account_id", "333333333333", "account_id 333333333333 instead of 111111111111"),
    ],
)
def test_a_deployed_stack_stays_where_it_is(key: str, value: str, told: str) -> None:
    with pytest.raises(pulumi.RunError, match=f"Stack dev is deployed elsewhere: .*{told}"):
        run("dev", stack_config("dev", **{key: value}), promotable=ran_in_dev())


def test_an_empty_stack_may_go_anywhere() -> None:
    config = stack_config("dev", region="eu-west-1")

    assert run("dev", config, preview=True, promotable={}).resources.all


@pytest.mark.parametrize(
    ("region", "partition"),
    [("us-east-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")],
)
def test_the_partition_follows_the_region(region: str, partition: str) -> None:
    addresses = Addresses(system="chat", stage="dev", account_id="1" * 12, region=region)

    assert addresses.queue_arn("work", fifo=False) == (
        f"arn:{partition}:sqs:{region}:111111111111:chat-dev-work"
    )
    assert addresses.bucket_arn("kept") == f"arn:{partition}:s3:::chat-dev-kept-111111111111"
