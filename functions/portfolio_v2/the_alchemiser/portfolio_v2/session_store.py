"""What each strategy asked for, as the signal aggregator keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pydantic import ValidationError

from the_alchemiser.shared.events.signals import ConsolidatedPortfolio
from the_alchemiser.shared.logs import get_logger
from the_alchemiser.shared.sessions import PARTIAL_PREFIX, session_key
from the_alchemiser.shared.table import Table


class SessionStore:
    """Reads the partial signals of a session."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def contributions(self, session_id: str) -> Mapping[str, Mapping[str, Decimal]]:
        """Read strategy -> symbol -> weight; empty if the session is gone or unreadable."""
        found: dict[str, Mapping[str, Decimal]] = {}
        for item in self._table.items(session_key(session_id)["PK"], PARTIAL_PREFIX):
            try:
                portfolio = ConsolidatedPortfolio.model_validate_json(
                    item["consolidated_portfolio"]
                )
            except (KeyError, ValidationError) as error:
                # Whose profit it is must not decide whether the day is traded.
                get_logger().warning("contributions_unreadable", item=item["SK"], reason=str(error))
                return {}
            found.update(portfolio.strategy_contributions)  # type: ignore[arg-type]
        return found
