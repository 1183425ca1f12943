"""What can go wrong, and what the caller is to do about it.

AlchemiserError
├── TransientError            let it propagate: the queue or the bus delivers again
└── PermanentError            publish WorkflowFailed: another attempt would fail alike
    ├── ConfigurationError    an operator has to change a setting or a secret
    ├── InvalidEvent          the sender broke the contract: reject without side effects
    ├── DataUnavailable       a symbol has no usable bars
    ├── StrategyError         a strategy file cannot be read or evaluated
    ├── PlanRejected          the money or the weights do not allow this plan
    ├── TradeRejected         the broker or a guard refused this trade
    └── RunRefused            another run already trades this day
"""

from __future__ import annotations

from collections.abc import Mapping


class AlchemiserError(Exception):
    """Any failure that this system names; `details` go into the event that reports it."""

    def __init__(self, message: str, *, details: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details: dict[str, object] = dict(details or {})


class TransientError(AlchemiserError):
    """A failure that a later attempt may not meet."""


class PermanentError(AlchemiserError):
    """A failure that every further attempt would meet again."""


class ConfigurationError(PermanentError):
    """A setting, a secret or a packaged file is missing or wrong."""


class InvalidEvent(PermanentError):
    """An event, a message or an input that does not keep its contract."""


class DataUnavailable(PermanentError):
    """No usable bars for a symbol."""

    def __init__(self, symbol: str, reason: str = "no bars are stored") -> None:
        super().__init__(f"{symbol}: {reason}", details={"symbol": symbol, "reason": reason})
        self.symbol = symbol
        self.reason = reason


class StrategyError(PermanentError):
    """A strategy that cannot be parsed or evaluated."""


class PlanRejected(PermanentError):
    """A rebalance plan that the rules on money or weights forbid."""


class TradeRejected(PermanentError):
    """A trade that the broker or one of the guards refused."""


class RunRefused(PermanentError):
    """A run that may not start because another one holds its day."""
