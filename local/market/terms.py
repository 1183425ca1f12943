"""What kind of account it is, and what may be in the way of trading on it."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field


class Terms(BaseModel):
    """The account's terms, with the names of https://docs.alpaca.markets/docs/account-plans."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: str = "ACTIVE"
    """Orders are taken on ACTIVE accounts only."""
    currency: str = "USD"
    multiplier: Decimal = Field(default=Decimal(1), ge=1, le=4)
    """1: a cash account; 2: Reg T margin; 4: what a day may hold of day-traded positions."""
    trading_blocked: bool = False
    account_blocked: bool = False
    trade_suspended_by_user: bool = False
    pattern_day_trader: bool = False
    """https://docs.alpaca.markets/docs/user-protection"""
    requests_per_minute: int | None = Field(default=None, ge=1)
    """What the trading API takes, 200 by https://alpaca.markets/support/usage-limit-api-calls; on
    one machine as many as come."""

    @property
    def is_shut(self) -> bool:
        """Whether the account takes no orders."""
        blocked = self.trading_blocked or self.account_blocked or self.trade_suspended_by_user
        return blocked or self.status != "ACTIVE"
