"""Proves versions before anything calls them: each is invoked by its number, without effect.

A deep health event has the function import everything, build its settings and collaborators, and
touch whatever it is granted and can touch without effect; `the_alchemiser.shared.health` answers.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, ValidationError

from operations.errors import OperationError
from operations.live import Answer, Live
from operations.serving import side_by_side

Probe = Mapping[str, str]

PATIENCE_S = 60.0
"""A new role's permissions take effect with some delay:
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency"""
PAUSE_S = 5.0
_LOG_LINES = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """One version that is to be proven."""

    name: str
    function: str
    """Deployed name."""
    version: str
    """Number, or the alias where what is live already is asked."""
    probes: tuple[Probe, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What one version showed."""

    candidate: Candidate
    reasons: tuple[str, ...]
    """Why it must not go live; none where it may."""
    log: str = ""
    touched: tuple[str, ...] = ()
    may_pass_later: bool = False
    """Whether time alone may mend it, as with permissions that are not in effect yet."""

    @property
    def is_proven(self) -> bool:
        """Whether it may go live."""
        return not self.reasons


class _Reply(BaseModel):
    """The answer to a deep health event."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    status: str
    touched: tuple[str, ...] = ()
    failures: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Prover:
    """Asks versions until all are proven, or patience with the impatient ones is over."""

    live: Live
    patience_s: float = PATIENCE_S
    clock: Callable[[], float] = field(default=time.monotonic)
    sleep: Callable[[float], None] = field(default=time.sleep)

    def verdicts(self, candidates: Iterable[Candidate]) -> tuple[Verdict, ...]:
        """Judge every candidate, in the order given."""
        deadline = self.clock() + self.patience_s
        judged = dict(enumerate(side_by_side(self._judge, candidates)))
        while waiting := [n for n, it in judged.items() if it.may_pass_later]:
            if self.clock() >= deadline:
                break
            self.sleep(PAUSE_S)
            again = side_by_side(self._judge, [judged[n].candidate for n in waiting])
            judged.update(zip(waiting, again, strict=True))
        return tuple(judged.values())

    def _judge(self, candidate: Candidate) -> Verdict:
        event = json.dumps(deep_health_event(candidate.probes)).encode()
        return verdict_on(candidate, self.live.answer(candidate.function, candidate.version, event))


def deep_health_event(probes: Iterable[Probe]) -> dict[str, object]:
    """Write the event that has a function examine itself."""
    return {"action": "health", "deep": True, "probes": [dict(probe) for probe in probes]}


def verdict_on(candidate: Candidate, answer: Answer) -> Verdict:
    """Read what a version answered to a deep health event."""
    text = answer.payload.decode("utf-8", "replace")
    if answer.status != 200:
        return Verdict(candidate=candidate, reasons=(_raised(text),), log=answer.log)
    try:
        reply = _Reply.model_validate_json(text)
    except ValidationError:
        reason = f"expected an answer to the health event, found {text[:300]}"
        return Verdict(candidate=candidate, reasons=(reason,), log=answer.log)
    if reply.status == "healthy":
        return Verdict(candidate=candidate, reasons=(), touched=reply.touched)
    failures = reply.failures or ({"what": "answer", "reason": text[:300]},)
    return Verdict(
        candidate=candidate,
        reasons=tuple(f"{it.get('what', '?')}: {it.get('reason', '?')}" for it in failures),
        log=answer.log,
        touched=reply.touched,
        may_pass_later=all(it.get("denied") == "yes" for it in failures),
    )


def require_proven(verdicts: Iterable[Verdict]) -> None:
    """Raise OperationError that names each version that failed, why, and what it logged."""
    judged = tuple(verdicts)
    failed = [it for it in judged if not it.is_proven]
    if not failed:
        return
    told = "\n".join(_told(it) for it in failed)
    raise OperationError(
        f"{len(failed)} of {len(judged)} versions did not prove themselves; no alias was moved, so "
        f"what was live stays live:\n{told}\n"
        "These versions stay published and nothing calls them. Mend the cause, then run the same "
        "command again."
    )


def _told(verdict: Verdict) -> str:
    it = verdict.candidate
    lines = [f"  {it.name} version {it.version}: {reason}" for reason in verdict.reasons]
    logged = [line for line in verdict.log.splitlines() if line.strip()][-_LOG_LINES:]
    return "\n".join([*lines, *(f"    log of {it.function}: {line}" for line in logged)])


def _raised(payload: str) -> str:
    try:
        raised = json.loads(payload)
        return f"{raised['errorType']}: {raised['errorMessage']}"
    except (KeyError, TypeError, ValueError):
        return payload[:300]
