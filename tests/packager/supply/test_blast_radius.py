from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from packager.supply.blast_radius import Code, read_code


def archive(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as opened:
        for name, text in files.items():
            opened.writestr(name, text)
    return path


@pytest.fixture
def code(tmp_path: Path) -> Code:
    function = {
        "us/greet/__init__.py": "",
        "us/greet/lambda_handler.py": "def late():\n    from us.greet import service\n",
        "us/greet/service.py": "from . import words\nimport json\n",
        "us/greet/words.py": "from us.shared.money import cents\n",
        "us/greet/unused.py": "import us.shared.other\n",
    }
    layer = {
        "python/us/shared/__init__.py": "",
        "python/us/shared/money.py": "from .deeper.sums import total\n",
        "python/us/shared/deeper/__init__.py": "from us.shared import constants\n",
        "python/us/shared/deeper/sums.py": "",
        "python/us/shared/constants.py": "",
        "python/us/shared/other.py": "",
    }
    return read_code([archive(tmp_path / "f.zip", function), archive(tmp_path / "l.zip", layer)])


@pytest.mark.parametrize(
    ("path", "way"),
    [
        ("us/greet/lambda_handler.py", "lambda_handler"),
        ("us/greet/service.py", "lambda_handler service"),
        ("us/shared/money.py", "lambda_handler service words money"),
        ("us/shared/deeper/sums.py", "lambda_handler service words money sums"),
        ("us/shared/deeper/__init__.py", "lambda_handler service words money deeper"),
        ("us/shared/constants.py", "lambda_handler service words money deeper constants"),
        ("us/greet/unused.py", ""),
        ("us/shared/other.py", ""),
        ("us/gone.py", ""),
    ],
)
def test_a_file_is_reached_through_whatever_imports_it(code: Code, path: str, way: str) -> None:
    found = code.way_to(path, "us.greet.lambda_handler")
    assert [module.rpartition(".")[2] for module in found] == way.split()
