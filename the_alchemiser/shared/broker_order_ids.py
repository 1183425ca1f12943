"""Client order ids that a second attempt derives again, so that it finds the first one's orders."""

from __future__ import annotations

from hashlib import sha256

MAX_LENGTH = 48
"""Longest id that every Alpaca order class accepts (the trading API's own limit is 128)."""

DIGEST_DIGITS = 24
"""96 bits: no two trades of a lifetime share them."""


def client_order_id(trade_id: str, symbol: str, *, attempt: int = 1, step: int = 1) -> str:
    """Name one order of one trade; the same arguments always give the same id."""
    digest = sha256(trade_id.encode()).hexdigest()[:DIGEST_DIGITS]
    name = f"alch-{symbol}-{digest}-{attempt}{step}"
    if len(name) > MAX_LENGTH:
        raise ValueError(
            f"client order id {name!r} has {len(name)} characters, at most {MAX_LENGTH} are allowed"
        )
    return name
