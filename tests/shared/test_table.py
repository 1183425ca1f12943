from __future__ import annotations

from decimal import Decimal

import pytest

from the_alchemiser.shared.table import decode, encode


@pytest.mark.parametrize(
    ("number", "written"), [("0E-11", "0.00000000000"), ("1E-7", "0.0000001"), ("1E+3", "1000")]
)
def test_numbers_are_written_without_exponents_wherever_they_lie(number: str, written: str) -> None:
    item = encode({"top": Decimal(number), "within": {"list": [Decimal(number)]}})
    assert item["top"] == {"N": written}
    assert item["within"]["M"]["list"] == {"L": [{"N": written}]}
    assert decode(item) == {"top": Decimal(number), "within": {"list": [Decimal(number)]}}
