"""What each strategy asked for, as the signal aggregator keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pydantic import ValidationError

from the_alchemiser.shared.events.strategy_signal import held_closes
from the_alchemiser.shared.logs import get_logger
from the_alchemiser.shared.session_record.partial import Partial, partials_of_session
from the_alchemiser.shared.table import Table


class SessionStore:
    """Reads the partial signals of a session."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def contributions(self, session_id: str) -> Mapping[str, Mapping[str, Decimal]]:
        """Read strategy -> symbol -> weight; empty if the session is gone or unreadable."""
        found: dict[str, Mapping[str, Decimal]] = {}
        for partial in self._partials(session_id):
            found.update(partial.portfolio.strategy_contributions)  # type: ignore[arg-type]
        return found

    def held_closes(self, session_id: str) -> Mapping[str, Mapping[str, Decimal]]:
        """Read strategy -> symbol -> close up to which a strategy knows what it keeps."""
        return {
            strategy: closes
            for partial in self._partials(session_id)
            for strategy, data in partial.signals_data.items()
            if (closes := held_closes(data)) is not None
        }

    def _partials(self, session_id: str) -> list[Partial]:
        try:
            return partials_of_session(self._table, session_id)
        except (KeyError, ValidationError) as error:
            # Whose profit it is must not decide whether the day is traded.
            get_logger().warning(
                "contributions_unreadable", session_id=session_id, reason=str(error)
            )
            return []
