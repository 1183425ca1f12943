"""Bad-data markers as items SYMBOL#<SYM> / MARKER#<iso>, with TTL as expiry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.logs import get_logger
from the_alchemiser.shared.money import Symbol
from the_alchemiser.shared.table import Item, Table

PARTITION = "SYMBOL#"
SORT = "MARKER#"


class MarkerTable:
    """Reads and removes markers; an operator's script writes them."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def read_all(self) -> Mapping[str, Sequence[str]]:
        """Read every marker that has not expired: symbol -> the sort keys of its markers."""
        found: dict[str, list[str]] = {}
        now_s = int(self._clock.now().timestamp())
        for item in self._table.scan("begins_with(SK, :prefix)", {":prefix": SORT}):
            symbol = _symbol(item)
            # DynamoDB removes expired items up to days late.
            if symbol is not None and int(item.get("TTL", now_s)) >= now_s:
                found.setdefault(symbol, []).append(str(item["SK"]))
        return found

    def remove(self, symbol: str, markers: Sequence[str]) -> None:
        """Forget these markers; one that was set meanwhile stays for the next refresh."""
        for marker in markers:
            key = {"PK": f"{PARTITION}{symbol}", "SK": marker}
            self._table.delete_if(key, "SK = :marker", {":marker": marker})


def _symbol(item: Item) -> str | None:
    partition = str(item["PK"])
    try:
        if partition.startswith(PARTITION):
            return Symbol(partition.removeprefix(PARTITION))
    except ValueError:
        pass
    get_logger().error("unreadable_marker", partition=partition[:80])
    return None
