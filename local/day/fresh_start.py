"""Empties what trading days have left, in the stack and at the broker, so that both agree."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from local.day.stack import LocalStack
from local.day.tap import tapped
from local.market.service import Market

QUIET_S = 3
"""A run that was left alone says something at least so often, until it ends."""

LONGEST_WAIT_S = 60.0


def let_run_out(stack: LocalStack) -> bool:
    """Drop what is queued and wait until the rest of a run has ended; tell whether it has.

    What is still under way would otherwise trade into books that were just emptied.
    """
    for name in stack.outputs.queues:
        stack.client("sqs").purge_queue(QueueUrl=stack.queue_url(name))
    return wait_for_rest(stack)


def wait_for_rest(stack: LocalStack) -> bool:
    """Wait until nothing is said and nothing is queued any more; tell whether it came to that.

    A run that has failed may still be busy: strategies that were asked before go on answering.
    """
    deadline = time.monotonic() + LONGEST_WAIT_S
    with tapped(stack.client("events"), stack.client("sqs"), stack.bus) as tap:
        while time.monotonic() < deadline:
            if not tap.read(QUIET_S) and stack.is_idle():
                return True
    return False


def start_afresh(stack: LocalStack, market: Market, *, keep_bars: bool = False) -> None:
    """Empty tables, queues and bars, and open new books."""
    market.tell("reset")
    for name in stack.outputs.tables:
        _empty_table(stack, stack.outputs.tables[name])
    for name in stack.outputs.queues:
        stack.client("sqs").purge_queue(QueueUrl=stack.queue_url(name))
    if not keep_bars:
        _empty_bucket(stack, stack.bucket("market-data"))


def _empty_table(stack: LocalStack, table: str) -> None:
    client = stack.client("dynamodb")
    described = client.describe_table(TableName=table)["Table"]["KeySchema"]
    keys = [part["AttributeName"] for part in described]
    for page in client.get_paginator("scan").paginate(TableName=table):
        for chunk in _chunks(page["Items"], 25):
            requests = [
                {"DeleteRequest": {"Key": {key: item[key] for key in keys}}} for item in chunk
            ]
            client.batch_write_item(RequestItems={table: requests})


def _empty_bucket(stack: LocalStack, bucket: str) -> None:
    client = stack.client("s3")
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for chunk in _chunks(page.get("Contents", []), 1000):
            objects = [{"Key": item["Key"]} for item in chunk]
            client.delete_objects(Bucket=bucket, Delete={"Objects": objects})


def _chunks(items: list[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
