"""Runs a statement against unpacked artifacts with nothing else on the path, and no network."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from packager.check.interpreters import Interpreter
from packager.errors import PackagingError

RUNTIME_MODULES = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six")
"""What the Lambda runtime puts on the path after the function and its layers."""

_TIMEOUT_S = 120

_PROGRAM = """
import json, socket, sys
about = json.loads(sys.argv[1])
sys.path[:0] = about["before"]
sys.path += about["after"]
sys.dont_write_bytecode = True
def refuse(*_arguments, **_options):
    raise OSError("the network was used while importing")
socket.socket.connect = socket.socket.connect_ex = refuse
socket.create_connection = socket.getaddrinfo = refuse
exec(compile(about["statement"], "<check>", "exec"), {"__name__": "check"})
"""


def run_isolated(
    interpreter: Interpreter, statement: str, path: Sequence[Path], runtime: Path | None
) -> str | None:
    """Run a statement; None when it succeeds, else the last line of what went wrong."""
    about = {
        "statement": statement,
        "before": [str(folder) for folder in path],
        "after": [str(runtime)] if runtime else [],
    }
    try:
        done = subprocess.run(
            [interpreter.path, "-I", "-S", "-B", "-c", _PROGRAM, json.dumps(about)],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env=_environment(path[0] if path else Path("/")),
            timeout=_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"took longer than {_TIMEOUT_S} s"
    if done.returncode == 0:
        return None
    said = done.stderr.strip().splitlines()
    return said[-1] if said else f"ended with status {done.returncode}"


def lend_runtime(folder: Path) -> Path:
    """Link boto3 and what it needs into a folder of their own, as /var/runtime has them."""
    folder.mkdir()
    for name in RUNTIME_MODULES:
        found = importlib.util.find_spec(name)
        if found is None or found.origin is None:
            raise PackagingError(
                f"expected {name} in this environment, to stand in for the Lambda runtime's; "
                "found none. Run `uv sync --frozen`."
            )
        origin = Path(found.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        (folder / source.name).symlink_to(source)
    return folder


def _environment(task_root: Path) -> dict[str, str]:
    """Set what Lambda sets for every function, and nothing of this machine's."""
    return {
        "LAMBDA_TASK_ROOT": str(task_root),
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_LAMBDA_FUNCTION_NAME": "check",
        "HOME": os.devnull,
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
    }
