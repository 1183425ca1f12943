"""The record of a run: portfolio opens it, execution advances it, the trade aggregator closes it.

| key | what | module |
| --- | --- | --- |
| `RUN#<run_id>` / `METADATA` | the run: phase, counters, money, how it ended | `run` |
| `RUN#<run_id>` / `TRADE#<trade_id>` | one trade: its message, state and result | `trade` |
| `RUN#ACTIVE` / `LOCK` | which run trades now | `active` |

Here alone stands how the items look and how they change. Whoever writes or reads one calls these
modules, so that nobody can rename an attribute for himself.
"""
