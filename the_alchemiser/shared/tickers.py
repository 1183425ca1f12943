"""The one rule for tickers: what counts as one, and how it is spelled from a file to an order.

Standard library only: strategies, money and the functions that keep data all ask here.
"""

from __future__ import annotations

import re

_TICKER = re.compile(r"([A-Z][A-Z0-9]*)(?:([./-])([A-Z0-9]+))?")

MAX_CHARACTERS = 10

QUOTED_IN = frozenset({"USD", "USDC", "USDT", "BTC"})
"""What stands behind the slash of a pair of currencies, which is no class of a share."""


def canonical(text: str) -> str | None:
    """Spell a ticker as the broker does, or tell by None that it is none.

    Classes of a share stand behind a slash in exports of strategies (`BRK/B`), behind a dash
    elsewhere (`BF-B`), and behind a dot at the broker and both vendors of data (`BRK.B`):
    https://docs.alpaca.markets/docs/working-with-assets
    https://twelvedata.com/docs (symbols of class shares)
    """
    found = _TICKER.fullmatch(text)
    if found is None or len(text) > MAX_CHARACTERS:
        return None
    root, separator, suffix = found.groups()
    if separator is None or (separator == "/" and suffix in QUOTED_IN):
        return text
    return f"{root}.{suffix}"
