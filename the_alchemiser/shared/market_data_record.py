"""`<SYM>/metadata.json`: the one object that says which bars of a symbol are valid.

A data object is named by its digest and never changes; replacing the record is what publishes it.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, fields
from datetime import date
from hashlib import sha256

_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True, slots=True)
class BarsRecord:
    """What is published for one symbol."""

    symbol: str
    data_key: str
    data_sha256: str
    requested_from: date
    """First day that was asked for; bars that begin later begin where the symbol does."""
    first_bar_date: date
    last_bar_date: date
    row_count: int
    updated_at: str
    """Time of the write, ISO-8601 with its zone."""

    def to_json(self) -> bytes:
        """Write the record as it is stored."""
        return json.dumps(asdict(self), default=date.isoformat, sort_keys=True).encode()

    @classmethod
    def from_json(cls, content: bytes, symbol: str) -> BarsRecord:
        """Read a stored record; ValueError when it is not one of this symbol."""
        found = json.loads(content)
        if not isinstance(found, dict) or set(found) != {field.name for field in fields(cls)}:
            raise ValueError("expected a record of published bars")
        digest = str(found["data_sha256"])
        if not _DIGEST.fullmatch(digest):
            raise ValueError("expected a SHA-256 in hexadecimal digits as data_sha256")
        if found["symbol"] != symbol or found["data_key"] != data_key(symbol, digest):
            raise ValueError(f"expected a record of {symbol}")
        if not isinstance(found["row_count"], int):
            raise ValueError("expected a whole row_count")
        for name in ("requested_from", "first_bar_date", "last_bar_date"):
            found[name] = date.fromisoformat(str(found[name]))
        return cls(**found)


def record_key(symbol: str) -> str:
    """Give the key of a symbol's record."""
    return f"{symbol}/metadata.json"


def data_folder(symbol: str) -> str:
    """Give the prefix of a symbol's data objects."""
    return f"{symbol}/daily/"


def data_key(symbol: str, digest: str) -> str:
    """Give the key of the data object with this digest."""
    return f"{data_folder(symbol)}{digest}.npy"


def digest_of(content: bytes) -> str:
    """Give the digest by which a data object is named."""
    return sha256(content).hexdigest()
