"""What Lambda allows, each figure once.

Unless said otherwise from https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

from __future__ import annotations

UNZIPPED_LIMIT_BYTES = 262_144_000
"""Function and all its layers, unzipped."""

INLINE_LIMIT_BYTES = 52_428_800
"""Largest zip that a request may carry itself; a larger one comes from a bucket."""

LAYERS_PER_FUNCTION_LIMIT = 5

MEMORY_RANGE_MB = range(128, 10_241)

TIMEOUT_RANGE_S = range(1, 901)

SNAP_START_FIRST_PYTHON = (3, 12)
"""https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html; container images have none, nor
does anything with provisioned concurrency, a file system of its own, or more than 512 MB in /tmp,
of which functions here have none."""

QUEUE_CONCURRENCY_RANGE = range(2, 1001)
"""What an event source mapping accepts:
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
