"""The trade ledger: execution writes it, metrics and reports read it, nothing is ever removed.

| key | what | module |
| --- | --- | --- |
| `TRADE#<order_id>` / `METADATA` | one filled order and how it was divided | `filled_order` |
| `STRATEGY#<name>` / `TRADE#<time>#<order_id>` | a strategy's part of it | `strategy_trade` |
| `ACTION#<action_id>` / `METADATA` | a split, dividend or new symbol | `corporate_action` |
| `STRATEGY#<name>` / `ACTION#<day>#<action_id>` | a strategy's part of it | `corporate_action` |
| `LOT#<lot_id>` / `METADATA` | shares bought and what was sold of them | `lot` |

Here alone stands how the items look and how they change. They carry the keys of six indexes. The
table has the one that is read, `lot.LOTS_BY_SYMBOL`; see docs/decisions/0406.
"""
