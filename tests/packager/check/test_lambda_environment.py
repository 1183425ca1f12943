from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from packager.check.interpreters import Interpreter
from packager.check.isolation import Place, run_isolated
from packager.check.lambda_environment import RUNTIME_MODULES, lend_runtime, variables
from packager.errors import PackagingError


def test_lends_only_what_the_runtime_brings(tmp_path: Path) -> None:
    lent = {path.name.split(".")[0] for path in lend_runtime(tmp_path / "runtime").iterdir()}
    assert lent == set(RUNTIME_MODULES)


def test_a_handler_may_import_what_the_runtime_brings(tmp_path: Path) -> None:
    place = Place(task=tmp_path, opt=tmp_path, runtime=lend_runtime(tmp_path / "runtime"))
    python = Interpreter(sys.executable, f"3.{sys.version_info[1]}.0")
    statement = f"import {', '.join(RUNTIME_MODULES)}; import awslambdaric.bootstrap"
    assert run_isolated(python, statement, [tmp_path], place) is None


@pytest.mark.parametrize(
    "name",
    [
        *("_HANDLER", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME"),
        *("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_SESSION_TOKEN"),
        *("AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "LAMBDA_TASK_ROOT"),
        *("AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_RUNTIME_DIR"),
        *("AWS_XRAY_CONTEXT_MISSING", "AWS_XRAY_DAEMON_ADDRESS", "PYTHONPATH", "TZ", "LANG"),
    ],
)
def test_every_variable_that_is_documented_is_set(name: str) -> None:
    assert variables("app.handler", "3.12", Path("/task"), Path("/opt"), None)[name]


def test_names_what_this_environment_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(PackagingError, match=r"expected boto3 in this environment.*uv sync"):
        lend_runtime(tmp_path / "runtime")
