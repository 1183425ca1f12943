"""The Alchemiser, whole."""

from __future__ import annotations

from blueprint import Reference, ResourceKind, Setting, Stage, System, as_shipped
from catalogue.alarms import ALARMS
from catalogue.functions import FUNCTIONS
from catalogue.layers import LAYERS
from catalogue.messaging import ALARMS as ALARM_TOPIC
from catalogue.messaging import BUS, FAILED, QUEUES, TOPICS, UNDELIVERED
from catalogue.references import METRICS
from catalogue.stack_values import SECRETS, SETTINGS
from catalogue.storage import ARTIFACTS, BUCKETS, TABLES

SYSTEM = System(
    name="alchemiser",
    functions=as_shipped(FUNCTIONS, LAYERS),
    layers=LAYERS,
    stages=(
        Stage(name="local", emulated=True),
        Stage(name="dev"),
        Stage(name="prod", promoted_from="dev"),
    ),
    handler="the_alchemiser.{name}.lambda_handler.lambda_handler",
    bus=BUS,
    tables=TABLES,
    queues=QUEUES,
    buckets=BUCKETS,
    topics=TOPICS,
    secrets=SECRETS,
    alarms=ALARMS,
    settings=SETTINGS,
    environment={
        "APP__STAGE": Setting("stage"),
        "LOG_LEVEL": Setting("log_level"),
        "EVENT_BUS_NAME": Reference(ResourceKind.BUS, BUS.name),
    },
    metrics=METRICS.name,
    artifact_bucket=ARTIFACTS,
    undelivered_queue=UNDELIVERED,
    failed_queue=FAILED,
    alarm_topic=ALARM_TOPIC,
)
