"""How functions reach each other and the people who run them: bus, queues, topics."""

from __future__ import annotations

from blueprint import BusSpec, QueueSpec, TopicSpec

BUS = BusSpec(name="events", purpose="Carries every domain event.")

UNDELIVERED = "undelivered-events"
FAILED = "failed-invocations"
ALARMS = "alarms"

QUEUES = (
    QueueSpec(
        name="execution",
        purpose="Trades to place, in order for each symbol and side by side across symbols.",
        fifo=True,
    ),
    QueueSpec(
        name=UNDELIVERED,
        purpose="Events and scheduled calls that never reached their function.",
        retention_days=14,
        max_receives=None,
    ),
    QueueSpec(
        name=FAILED,
        purpose="Asynchronous calls whose function failed every time.",
        retention_days=14,
        max_receives=None,
    ),
)

TOPICS = (
    TopicSpec(name="notifications", purpose="The day's result, by mail."),
    TopicSpec(name=ALARMS, purpose="What needs a person to look at it."),
)
