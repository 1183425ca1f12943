from __future__ import annotations

from pathlib import Path

import pytest

from packager.errors import SourceError
from packager.inputs.asked import already_there


def test_what_the_runtime_has_is_named(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("# ours\nBoto3>=1.34\nbotocore\n")

    assert already_there(tmp_path, "function chat") == ("boto3", "botocore")


def test_a_function_without_requirements_asks_for_nothing(tmp_path: Path) -> None:
    assert already_there(tmp_path, "function chat") == ()


def test_what_nobody_would_install_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("boto3\npandas==2.2.3\n")

    with pytest.raises(SourceError, match=r"function chat: .* asks for pandas, which Lambda's"):
        already_there(tmp_path, "function chat")
