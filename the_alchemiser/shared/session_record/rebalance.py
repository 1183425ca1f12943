"""What a strategy was last brought to, for days on which it does not trade.

The aggregator writes it when a run has ended with every trade done, so that weights which were
never reached are none: after a failed, skipped or lost run the strategy is due again. The
coordinator reads it for the workers. It has no end: a strategy may hold for a year, by its own
options or because bars that it reads are in doubt.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from the_alchemiser.shared.table import Item, Table

PARTITION = "REBALANCES"
FILE_PREFIX = "STRATEGY#"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rebalance:
    """The last run that brought a strategy to its weights."""

    dsl_file: str
    as_of: date
    opened_at: datetime
    """When the run's session was opened; of two runs the later one counts."""
    weights: Mapping[str, Decimal]
    """By symbol; they sum to one within the strategy."""
    text_sha256: str
    """Of the file that was evaluated; another one is due at once."""


def rebalance_key(dsl_file: str) -> dict[str, str]:
    """Give the key of what one strategy file was last brought to."""
    return {"PK": PARTITION, "SK": f"{FILE_PREFIX}{dsl_file}"}


def rebalance_item(rebalance: Rebalance) -> Item:
    """Write what a strategy was brought to."""
    return {
        **rebalance_key(rebalance.dsl_file),
        "dsl_file": rebalance.dsl_file,
        "as_of": rebalance.as_of.isoformat(),
        "opened_at": rebalance.opened_at.isoformat(),
        "weights": json.dumps({name: f"{weight:f}" for name, weight in rebalance.weights.items()}),
        "text_sha256": rebalance.text_sha256,
    }


def rebalance_of(item: Item) -> Rebalance:
    """Read what a strategy was brought to."""
    return Rebalance(
        dsl_file=item["dsl_file"],
        as_of=date.fromisoformat(item["as_of"]),
        opened_at=datetime.fromisoformat(item["opened_at"]),
        weights={name: Decimal(text) for name, text in json.loads(item["weights"]).items()},
        text_sha256=item["text_sha256"],
    )


def last_rebalances(table: Table) -> dict[str, Rebalance]:
    """Read, by strategy file, what each was last brought to."""
    found = map(rebalance_of, table.items(PARTITION, FILE_PREFIX))
    return {rebalance.dsl_file: rebalance for rebalance in found}


def keeping_rebalance(table: Table, rebalance: Rebalance) -> dict[str, Any]:
    """Give the part of a transaction that keeps it, unless a later run is kept already."""
    item = rebalance_item(rebalance)
    return table.putting(
        item,
        "attribute_not_exists(PK) OR opened_at <= :opened_at",
        {":opened_at": item["opened_at"]},
    )
