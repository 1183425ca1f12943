"""From a function's grants to the least that IAM must allow it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from blueprint import Access, FunctionSpec, Grant, OnQueue, ResourceKind, System
from components.addresses import Addresses
from components.policy_documents import Statement

READ_OBJECTS = ("s3:GetObject",)
WRITE_OBJECTS = ("s3:PutObject",)
REMOVE_OBJECTS = ("s3:DeleteObject",)
READS = frozenset({Access.READ, Access.READ_WRITE, Access.READ_WRITE_REMOVE})
WRITES = frozenset({Access.WRITE, Access.READ_WRITE, Access.READ_WRITE_REMOVE})
REMOVES = frozenset({Access.READ_WRITE_REMOVE})


def statements(spec: FunctionSpec, system: System, addresses: Addresses) -> list[Statement]:
    """List what one function's role allows: its grants, its logs, its traces, its failures."""
    return [
        *_running(spec, system, addresses),
        *_consuming(spec, system, addresses),
        *_publishing(spec, system, addresses),
        *(
            statement
            for grant in spec.grants
            for statement in STATEMENTS[grant.target.kind](grant, system, addresses)
        ),
    ]


def allow(actions: tuple[str, ...], *resources: str) -> dict[str, object]:
    """Write one statement that allows actions on exact resources."""
    return {"Effect": "Allow", "Action": sorted(actions), "Resource": sorted(resources)}


def _running(spec: FunctionSpec, system: System, addresses: Addresses) -> Iterator[Statement]:
    log_group = addresses.arn("logs", f"log-group:{addresses.log_group(spec.physical_name)}")
    yield allow(("logs:CreateLogStream", "logs:PutLogEvents"), f"{log_group}:*")
    # X-Ray knows no resources:
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
    yield allow(("xray:PutTelemetryRecords", "xray:PutTraceSegments"), "*")
    if system.failed_queue is not None:
        yield allow(("sqs:SendMessage",), addresses.queue_arn(system.failed_queue, fifo=False))


def _consuming(spec: FunctionSpec, system: System, addresses: Addresses) -> Iterator[Statement]:
    for trigger in spec.triggers:
        if isinstance(trigger, OnQueue):
            yield allow(
                (
                    "sqs:ChangeMessageVisibility",
                    "sqs:DeleteMessage",
                    "sqs:GetQueueAttributes",
                    "sqs:ReceiveMessage",
                ),
                _queue_arn(trigger.queue, system, addresses),
            )


def _publishing(spec: FunctionSpec, system: System, addresses: Addresses) -> Iterator[Statement]:
    if spec.publishes and system.bus is not None:
        names = sorted(str(name) for name in spec.publishes)
        yield {
            **allow(("events:PutEvents",), addresses.bus_arn(system.bus.name)),
            "Condition": {"ForAllValues:StringEquals": {"events:detail-type": names}},
        }


def _table(grant: Grant, _system: System, addresses: Addresses) -> Iterator[Statement]:
    arn = addresses.table_arn(grant.target.name)
    if grant.operations:
        yield allow(tuple(f"dynamodb:{operation}" for operation in grant.operations), arn)
    if grant.indexes:
        yield allow(("dynamodb:Query",), *(f"{arn}/index/{name}" for name in grant.indexes))


def _bucket(grant: Grant, _system: System, addresses: Addresses) -> Iterator[Statement]:
    arn = addresses.bucket_arn(grant.target.name)
    objects = [f"{arn}/{pattern}" for pattern in grant.keys]
    if grant.access in READS:
        # Who may not list is told of a missing object that it is forbidden.
        yield allow(("s3:ListBucket",), arn)
        yield allow(READ_OBJECTS, *objects)
    if grant.access in WRITES:
        yield allow(WRITE_OBJECTS, *objects)
    if grant.access in REMOVES:
        yield allow(REMOVE_OBJECTS, *(f"{arn}/{pattern}" for pattern in grant.removable))


def _queue(grant: Grant, system: System, addresses: Addresses) -> Iterator[Statement]:
    yield allow(("sqs:SendMessage",), _queue_arn(grant.target.name, system, addresses))


def _topic(grant: Grant, _system: System, addresses: Addresses) -> Iterator[Statement]:
    yield allow(("sns:Publish",), addresses.topic_arn(grant.target.name))


def _function(grant: Grant, system: System, addresses: Addresses) -> Iterator[Statement]:
    target = next(spec for spec in system.functions if spec.name == grant.target.name)
    yield allow(("lambda:InvokeFunction",), addresses.alias_arn(target.physical_name))


def _secret(grant: Grant, _system: System, addresses: Addresses) -> Iterator[Statement]:
    yield allow(("secretsmanager:GetSecretValue",), addresses.secret_arn(grant.target.name))


def _metrics(grant: Grant, _system: System, addresses: Addresses) -> Iterator[Statement]:
    # CloudWatch knows no resources for PutMetricData, only the namespace.
    yield {
        **allow(("cloudwatch:PutMetricData",), "*"),
        "Condition": {
            "StringEquals": {"cloudwatch:namespace": addresses.namespace(grant.target.name)}
        },
    }


def _queue_arn(name: str, system: System, addresses: Addresses) -> str:
    spec = next(queue for queue in system.queues if queue.name == name)
    return addresses.queue_arn(spec.name, fifo=spec.fifo)


STATEMENTS: Mapping[ResourceKind, Callable[[Grant, System, Addresses], Iterator[Statement]]] = {
    ResourceKind.TABLE: _table,
    ResourceKind.BUCKET: _bucket,
    ResourceKind.QUEUE: _queue,
    ResourceKind.TOPIC: _topic,
    ResourceKind.FUNCTION: _function,
    ResourceKind.SECRET: _secret,
    ResourceKind.METRICS: _metrics,
}
