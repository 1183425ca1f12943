"""The indicators once more, by pandas, as docs/strategy-language.md defines them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd


def indicator(name: str, closes: pd.Series[float], window: int) -> pd.Series[float]:
    """Return the value after each bar; NaN where the indicator is an error."""
    bars = pd.Series(range(1, len(closes) + 1), index=closes.index)
    percent = closes.pct_change() * 100
    by_name: dict[str, Callable[[], pd.Series[float]]] = {
        "rsi": lambda: _rsi(closes, window),
        "current-price": lambda: closes,
        "moving-average-price": lambda: closes.rolling(window).mean(),
        "exponential-moving-average-price": lambda: closes.ewm(span=window, adjust=False).mean(),
        "moving-average-return": lambda: percent.rolling(window).mean(),
        "stdev-return": lambda: percent.rolling(window).std(ddof=0) * np.sqrt(252),
        "cumulative-return": lambda: (closes / closes.shift(window) - 1) * 100,
        "stdev-price": lambda: closes.rolling(window).std().fillna(0.0),
        "max-drawdown": lambda: closes.rolling(window).apply(_deepest_fall, raw=True),
    }
    values = by_name[name]()
    if name == "cumulative-return":
        return values.where(bars > window, 0.0)
    return values.where(bars >= window, SHORT.get(name, np.nan))


SHORT = {
    "rsi": 50.0,
    "moving-average-return": 0.0,
    "stdev-return": 0.0,
    "stdev-price": 0.0,
    "max-drawdown": 0.0,
}
"""Values with fewer bars than the window; the others have none."""


def oscillator(
    closes: pd.Series, short: int, long: int, smooth: int | None, *, percent: bool
) -> pd.Series:
    """Return MACD or, in percent, PPO; with `smooth`, its signal."""
    slow = closes.ewm(span=long, min_periods=long, adjust=False).mean()
    apart = closes.ewm(span=short, min_periods=short, adjust=False).mean() - slow
    apart = apart / slow * 100 if percent else apart
    if smooth is None:
        return apart
    return apart.ewm(span=smooth, min_periods=smooth, adjust=False).mean()


def band(closes: pd.Series, window: int, deviations: float) -> pd.Series:
    """Return a Bollinger band; negative deviations make the lower one."""
    rows = closes.rolling(window)
    return rows.mean() + deviations * rows.std(ddof=0)


def _rsi(closes: pd.Series, window: int) -> pd.Series:
    changes = closes.diff().fillna(0.0)
    gain = changes.clip(lower=0).ewm(alpha=1 / window, adjust=False).mean()
    loss = (-changes).clip(lower=0).ewm(alpha=1 / window, adjust=False).mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        strength = 100 - 100 / (1 + gain / loss)
    strength[(loss == 0) & (gain > 0)] = 100.0
    strength[(loss == 0) & (gain == 0)] = 50.0
    return strength


def _deepest_fall(last: np.ndarray) -> float:
    return float(-(last / np.maximum.accumulate(last) - 1).min() * 100)
