"""What differs where a function keeps things in a table of its own; TABLE, FIELD, SPELLED too."""

from __future__ import annotations

import re
from collections.abc import Mapping

from scaffolding.edits import replaced

_MODULE = "functions/NAME/the_alchemiser/NAME"
_TEST = "tests/functions/NAME/test_NAME.py"

_RECORDS = '''"""What TITLE keeps in its table."""

from __future__ import annotations

from datetime import date

from the_alchemiser.shared.table import Table


class DayRecords:
    """Remembers the days that were worked for."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def remember(self, day: date) -> bool:
        """Write a day down; tell whether it is new."""
        return self._table.put_new({"PK": f"DAY#{day}", "SK": "DAY"})
'''

_PORT = '''class Days(Protocol):
    """Remembers days."""

    def remember(self, day: date) -> bool:
        """Write a day down; tell whether it is new."""
        ...


@dataclass('''

_TABLE_TEST = """

def test_the_day_is_in_the_table(cloud: Cloud, service: CLASSService) -> None:
    day = service.work(decode(EVENT))

    key = {"PK": {"S": f"DAY#{day}"}, "SK": {"S": "DAY"}}
    assert cloud.client("dynamodb").get_item(TableName=TABLE, Key=key)["Item"] == key
"""

WRITES = "test_the_day_is_in_the_table"
"""The test for which a function needs the right to write."""


def with_table(files: Mapping[str, str], table: str) -> dict[str, str]:
    """Let a function write the days that it worked for into a table."""
    changed = {
        f"{_MODULE}/records.py": _RECORDS,
        f"{_MODULE}/settings.py": _settings(files[f"{_MODULE}/settings.py"], table),
        f"{_MODULE}/service.py": _service(files[f"{_MODULE}/service.py"]),
        f"{_MODULE}/bootstrap.py": _bootstrap(files[f"{_MODULE}/bootstrap.py"], table),
        _TEST: _test(files[_TEST], table),
    }
    return {**files, **changed}


def field(table: str) -> str:
    """Name the setting that holds the table's physical name."""
    return f"{table.replace('-', '_')}_table"


def variable(table: str) -> str:
    """Name the variable that the setting is read from."""
    return f"{field(table)}_name".upper()


def _settings(text: str, table: str) -> str:
    text = replaced(text, "import FunctionSettings\n", "import FunctionSettings, Name\n")
    text = replaced(text, "from the_al", "from pydantic import Field\n\nfrom the_al")
    return replaced(
        text,
        '"""Nothing yet beyond what every function is told."""\n',
        '"""The name of its table, beside what every function is told."""\n\n'
        f'    {field(table)}: Name = Field(\n        alias="{variable(table)}",\n    )\n',
    )


def _service(text: str) -> str:
    text = replaced(
        text,
        "from datetime import date\n",
        "from datetime import date\nfrom typing import Protocol\n",
    )
    text = replaced(text, "@dataclass(", _PORT)
    text = replaced(text, "    clock: Clock\n", "    clock: Clock\n    days: Days\n")
    kept = r"        day = \1\n        self.days.remember(day)\n        return day\n"
    return re.sub(r"        return (request\..*)\n", kept, text)


def _bootstrap(text: str, table: str) -> str:
    text = replaced(
        text,
        "from the_alchemiser.NAME.service",
        "from the_alchemiser.NAME.records import DayRecords\nfrom the_alchemiser.NAME.service",
    )
    text = replaced(
        text,
        "from the_alchemiser.shared.wiring",
        "from the_alchemiser.shared.table import Table\nfrom the_alchemiser.shared.wiring",
    )
    return replaced(
        text,
        "    return CLASSService(clock=clock)\n",
        f'    table = Table(clients.aws("dynamodb"), settings.{field(table)})\n'
        "    return CLASSService(clock=clock, days=DayRecords(table))\n",
    )


def _test(text: str, table: str) -> str:
    text = replaced(text, "import BUS\n", "import BUS, PLACE\n")
    text = replaced(
        text,
        'ENVIRONMENT = {"APP__STAGE": "dev", "EVENT_BUS_NAME": BUS}\n',
        f'TABLE = PLACE.name("{table}")\n'
        'ENVIRONMENT = {\n    "APP__STAGE": "dev",\n    "EVENT_BUS_NAME": BUS,\n'
        f'    "{variable(table)}": TABLE,\n}}\n',
    )
    text = replaced(text, "    settings = CLASS", "    cloud.table(TABLE)\n    settings = CLASS")
    return text + _TABLE_TEST
