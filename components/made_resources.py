"""Makes everything that functions keep things in or talk through."""

from __future__ import annotations

from components.bucket import make_buckets
from components.bus import make_bus
from components.queue import make_queues
from components.resources import Resources
from components.secret import make_secrets
from components.stack_context import StackContext
from components.table import make_tables
from components.topic import make_topics


def make_resources(context: StackContext) -> Resources:
    """Make every table, bucket, queue, topic and secret of a system, and its bus."""
    queues = make_queues(context)
    return Resources(
        tables=make_tables(context),
        buckets=make_buckets(context),
        secrets=make_secrets(context),
        queues=queues,
        topics=make_topics(context, queues),
        bus=make_bus(context),
    )
