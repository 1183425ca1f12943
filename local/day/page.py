"""One HTML page of a day, for a browser: picture, weights, trades, equity, mail and logs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path

from local.day.observations import Invocation
from local.day.result import DayResult
from local.day.trades import TradeLine, trade_lines
from local.day.wording import dollars, percent

PAGE = "day.html"

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 1400px;
       padding: 0 1rem; color: #222; }
table { border-collapse: collapse; } h2 { margin-top: 2.2rem; }
th, td { padding: .2rem .7rem; text-align: left; border-bottom: 1px solid #e4e4e4; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
pre { background: #f6f6f6; padding: .8rem; overflow-x: auto; white-space: pre-wrap; }
.picture svg { max-width: 100%; height: auto; } summary { cursor: pointer; padding: .2rem 0; }
.error { color: #b3261e; }
"""


def write_page(result: DayResult, invocations: Sequence[Invocation], folder: Path) -> Path:
    """Write the page into a day's folder, where it finds the picture; it needs nothing else."""
    picture = folder / "timeline.svg"
    parts = [
        *_head(result),
        *_section("Timeline", "timeline", [_picture(picture)] if picture.exists() else []),
        *_section("Weights", "weights", _weights(result)),
        *_section("Trades", "trades", _trades(trade_lines(result))),
        *_section("Equity", "equity", _equity(result)),
        *_section("Mail", "mail", _mails(result)),
        *_section("Logs", "logs", _logs(invocations)),
        "</body></html>",
    ]
    page = folder / PAGE
    page.write_text("\n".join(parts) + "\n", encoding="utf-8")
    return page


def _head(result: DayResult) -> Iterator[str]:
    title = f"{result.day}: the run {result.ending.value}"
    yield "<!doctype html>"
    yield f'<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
    yield f"<style>{STYLE}</style></head><body>"
    yield f"<h1>{escape(title)}</h1>"
    yield f"<p>{escape(result.correlation_id)}, {result.seconds:.0f} s</p>"
    for trouble in result.troubles:
        yield f'<p class="error">{escape(trouble.function)}: {escape(trouble.reason)}</p>'


def _section(title: str, name: str, body: Iterable[str]) -> Iterator[str]:
    lines = list(body)
    yield f'<section id="{name}"><h2>{title}</h2>'
    yield from lines or ["<p>none</p>"]
    yield "</section>"


def _picture(file: Path) -> str:
    return f'<div class="picture">{file.read_text(encoding="utf-8")}</div>'


def _weights(result: DayResult) -> Iterator[str]:
    if result.signals:
        rows = [
            (
                signal.strategy,
                percent(signal.allocation),
                ", ".join(
                    f"{symbol} {percent(weight)}"
                    for symbol, weight in signal.target_weights.items()
                ),
            )
            for signal in result.signals
        ]
        yield from _table(("strategy", "allocation", "wants"), rows, numbers={1})


def _trades(lines: Sequence[TradeLine]) -> Iterator[str]:
    if lines:
        heads = ("symbol", "action", "planned", "shares", "price", "filled", "off target")
        yield from _table(heads, [line.cells for line in lines], numbers={2, 3, 4, 5, 6})


def _equity(result: DayResult) -> Iterator[str]:
    rows = [
        ("cash", dollars(result.cash)),
        ("equity", dollars(result.equity)),
        ("since the books were opened", dollars(result.equity - result.opened_with)),
    ]
    rows += [
        (
            f"{profit.strategy}: realized and unrealized",
            dollars(profit.realized + profit.unrealized),
        )
        for profit in result.profits
    ]
    yield from _table(("what", "dollars"), rows, numbers={1})


def _mails(result: DayResult) -> Iterator[str]:
    for mail in result.mails:
        yield f"<h3>{escape(mail.subject)}</h3><pre>{escape(mail.body)}</pre>"


def _logs(invocations: Sequence[Invocation]) -> Iterator[str]:
    for it in invocations:
        took_ms = (it.ended_at - it.started_at).total_seconds() * 1000
        mark = ' class="error"' if it.errors else ""
        yield (
            f"<details><summary{mark}>{escape(it.function)} at {it.started_at:%H:%M:%S}, "
            f"{took_ms:.0f} ms</summary><pre>"
        )
        yield from (escape(json.dumps(line, default=str)) for line in it.lines)
        yield from (escape(line) for line in it.plain)
        yield "</pre></details>"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: set[int]) -> Iterator[str]:
    def cells(tag: str, texts: Sequence[str]) -> str:
        marks = (' class="number"' if place in numbers else "" for place in range(len(texts)))
        return "".join(
            f"<{tag}{mark}>{escape(text)}</{tag}>" for mark, text in zip(marks, texts, strict=True)
        )

    yield f"<table><tr>{cells('th', heads)}</tr>"
    yield from (f"<tr>{cells('td', row)}</tr>" for row in rows)
    yield "</table>"
