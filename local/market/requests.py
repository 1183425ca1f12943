"""One request to the simulated market, decoded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from local.market.orders import Ticket
from local.market.refusals import Refusal, require_steps, unreadable


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """Method, path, query and JSON body."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Mapping[str, Any]

    @classmethod
    def parse(cls, method: str, target: str, content: bytes) -> Request:
        """Decode a request; raise Refusal for a body that is no JSON object."""
        parts = urlsplit(target)
        try:
            body = json.loads(content or b"{}", parse_float=Decimal)
        except ValueError as error:
            raise Refusal(400, 40010000, f"request body format is invalid: {error}") from error
        if not isinstance(body, dict):
            raise Refusal(400, 40010000, "request body format is invalid: expected an object")
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        return cls(method=method, path=parts.path, query=query, body=body)

    @property
    def symbol(self) -> str | None:
        """Symbol that the request is about, where it is about one."""
        named = self.body.get("symbol") or self.query.get("symbols") or self.query.get("symbol")
        return str(named) if named else None

    @property
    def symbols(self) -> list[str]:
        """Symbols of a market-data request."""
        return [name for name in self.query.get("symbols", "").split(",") if name]

    def day(self, name: str, default: date) -> date:
        """Return a date of the query, which may come with a time."""
        text = self.query.get(name)
        if text is None:
            return default
        try:
            return datetime.fromisoformat(text.replace("Z", "+00:00")).date()
        except ValueError as error:
            raise unreadable(f"{name} is no date: {text}") from error

    def count(self, name: str, default: int) -> int:
        """Return a whole number of the query."""
        text = self.query.get(name, str(default))
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise unreadable(f"{name} is no count: {text[:40]}")
        return int(text)

    def ticket(self) -> Ticket:
        """Read an order; raise Refusal for what is missing or makes no sense."""
        kind, side = str(self.body.get("type")), str(self.body.get("side"))
        if kind not in ("market", "limit") or side not in ("buy", "sell"):
            raise unreadable(
                f"expected a market or limit order to buy or sell, found {kind} {side}"
            )
        limit = self._number("limit_price") if kind == "limit" else None
        if limit is not None and limit <= 0:
            raise unreadable(f"limit_price must be > 0, found {limit}")
        client_order_id = str(self.body.get("client_order_id") or uuid4())
        if len(client_order_id) > 128:
            raise unreadable("client_order_id must have at most 128 characters")
        quantity = self._number("qty")
        require_steps(quantity, limit)
        return Ticket(
            client_order_id=client_order_id,
            symbol=str(self.body.get("symbol")),
            side=side,
            kind=kind,
            quantity=quantity,
            limit_price=limit,
        )

    def _number(self, name: str) -> Decimal:
        try:
            number = Decimal(str(self.body[name]))
        except (KeyError, InvalidOperation) as error:
            raise unreadable(f"{name} must be a number") from error
        if not number.is_finite():
            raise unreadable(f"{name} must be a finite number")
        return number
