"""One mail for each event that deserves one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from the_alchemiser.notifications_v2.mail import (
    Mail,
    Report,
    failure_mail,
    paused_mail,
    result_mail,
)
from the_alchemiser.notifications_v2.mode import Mode
from the_alchemiser.notifications_v2.ports import Ledger, Mailer, Reports, Switch
from the_alchemiser.notifications_v2.report import report_csv, report_key
from the_alchemiser.shared.errors import AlchemiserError
from the_alchemiser.shared.events.envelope import DomainEvent
from the_alchemiser.shared.events.trades import AllTradesCompleted
from the_alchemiser.shared.events.workflow import WorkflowFailed
from the_alchemiser.shared.idempotency import Claims, once
from the_alchemiser.shared.logs import get_logger
from the_alchemiser.shared.performance import performances


class Outcome(Enum):
    """What became of an event."""

    SENT = "sent"
    ALREADY_SENT = "already_sent"
    IGNORED = "ignored"


@dataclass(frozen=True, kw_only=True, slots=True)
class Notifier:
    """Mails results and failures."""

    ledger: Ledger
    reports: Reports
    mailer: Mailer
    claims: Claims
    switch: Switch
    mode: Mode
    stage: str

    def notify(self, event: DomainEvent) -> Outcome:
        """Send the event's mail unless it, or the like of it, was sent before."""
        if not isinstance(event, AllTradesCompleted | WorkflowFailed):
            return Outcome.IGNORED
        sent = once(self.claims, _occasion(event), lambda: self._send(event))
        return Outcome.ALREADY_SENT if sent is None else Outcome.SENT

    def _send(self, event: AllTradesCompleted | WorkflowFailed) -> Mail:
        if isinstance(event, WorkflowFailed):
            mail = failure_mail(event, self.mode, self.stage)
        else:
            mail = result_mail(event, self.mode, self.stage, self._report(event))
        since = self._paused_since()
        mail = mail if since is None else paused_mail(mail, self.stage, since)
        self.mailer.send(mail)
        return mail

    def _paused_since(self) -> str | None:
        try:
            return self.switch.paused_since()
        except AlchemiserError as error:
            get_logger().error("kill_switch_unread", reason=str(error))
            return None

    def _report(self, completed: AllTradesCompleted) -> Report:
        try:
            found = performances(self.ledger.strategy_trades(), self.ledger.strategy_actions())
            text = report_csv(found, completed.timestamp, completed.correlation_id)
            url = self.reports.store(report_key(completed), text)
        except AlchemiserError as error:
            # The mail matters more than its attachment; it says that the report is missing.
            get_logger().error("report_failed", reason=str(error))
            return Report(url=None)
        return Report(url=url, performances=found)


def _occasion(event: AllTradesCompleted | WorkflowFailed) -> str:
    """Name what is mailed once: ten workers that fail for one reason are one piece of news."""
    if isinstance(event, WorkflowFailed):
        return f"{event.correlation_id}/{event.workflow_type}"
    return event.event_id
