"""The record of a session: the coordinator opens it, the aggregator closes it, portfolio reads it.

| key | what | module |
| --- | --- | --- |
| `SESSION#<id>` / `METADATA` | its strategies, how many reported, how it ended | `session` |
| `SESSION#<id>` / `STRATEGY#<file>` | what one strategy asked for | `partial` |
| `DAY#<date>` / `LOCK` | which session trades a day | `day` |
| `REBALANCES` / `STRATEGY#<file>` | what a strategy was last brought to | `rebalance` |

Here alone stands how the items look and how they change.
"""
