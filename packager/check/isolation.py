"""Runs a statement against unpacked artifacts as Lambda would: nothing of this machine helps it."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packager.check.interpreters import Interpreter
from packager.check.lambda_environment import variables

_TIMEOUT_S = 120

# Lambda's bootstrap puts the function and its layers in front of all else once its own imports are
# done, and this program does so too: by PYTHONPATH the check would import a function's json.py.
# https://github.com/aws/aws-lambda-python-runtime-interface-client/blob/main/awslambdaric/__main__.py
_PROGRAM = """
import errno, json, os, socket, sys
about = json.loads(sys.argv[1])
sys.path[:0] = about["before"]
sys.dont_write_bytecode = True
def refuse(*_arguments, **_options):
    raise OSError("the network was used while importing")
socket.socket.connect = socket.socket.connect_ex = socket.socket.sendto = refuse
socket.create_connection = socket.getaddrinfo = refuse
def writes(event, arguments):
    if event == "open":
        return isinstance(arguments[2], int) and arguments[2] & about["writing"]
    return event in about["changes"]
def read_only(event, arguments):
    if writes(event, arguments):
        for name in arguments[:2 if event in ("os.rename", "os.link", "os.symlink") else 1]:
            if isinstance(name, (str, bytes, os.PathLike)):
                path = os.path.realpath(os.fsdecode(name))
                if path.startswith(about["kept"]) or not path.startswith(about["free"]):
                    raise OSError(errno.EROFS, "Read-only file system", os.fsdecode(name))
about = {**about, "kept": tuple(about["kept"]), "free": tuple(about["free"])}
sys.addaudithook(read_only)
exec(compile(about["statement"], "<check>", "exec"), {"__name__": "check"})
os.write(about["finished"], about["word"].encode())
"""

_CHANGES = (
    *("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink"),
    *("os.truncate", "os.chmod", "os.utime"),
)
"""Audit events of the calls that a read-only file system refuses.

https://docs.python.org/3/library/audit_events.html
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a function's parts lie, in the stead of Lambda's own folders."""

    task: Path
    """/var/task: the function's zip, and the working folder."""
    opt: Path
    """/opt: all layers in one folder."""
    runtime: Path | None = None
    """/var/runtime; without it, nothing of the runtime is there."""
    handler: str = ""


def run_isolated(
    interpreter: Interpreter,
    statement: str,
    path: Sequence[Path],
    place: Place,
    hash_seed: str = "random",
) -> str | None:
    """Run a statement; None when it ran to its end, else the last line of what went wrong."""
    reading, writing = os.pipe()
    word = secrets.token_hex(8)
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
            about = json.dumps(_about(statement, path, place, scratch, writing, word))
            done = subprocess.run(
                # Isolated, but for the variables of Python that are given here.
                [interpreter.path, "-P", "-s", "-S", "-B", "-c", _PROGRAM, about],
                capture_output=True,
                text=True,
                errors="replace",
                stdin=subprocess.DEVNULL,
                cwd=place.task,
                env={
                    **_environment(interpreter, place, scratch),
                    "PYTHONHASHSEED": hash_seed,
                },
                pass_fds=(writing,),
                timeout=_TIMEOUT_S,
                check=False,
            )
        os.write(writing, b"\0")
        finished = os.read(reading, 64).rstrip(b"\0") == word.encode()
    except subprocess.TimeoutExpired:
        return f"took longer than {_TIMEOUT_S} s"
    finally:
        os.close(reading)
        os.close(writing)
    return None if finished else _fault(done)


def _fault(done: subprocess.CompletedProcess[str]) -> str:
    said = done.stderr.strip().splitlines()
    if done.returncode != 0:
        return said[-1] if said else f"ended with status {done.returncode}"
    return "it ended the process before the import was done, as sys.exit() or os._exit() does"


def _about(
    statement: str, path: Sequence[Path], place: Place, scratch: str, writing: int, word: str
) -> dict[str, object]:
    runtime = [place.runtime] if place.runtime else []
    kept = (place.task, place.opt, *runtime)
    return {
        "statement": statement,
        "before": [str(folder) for folder in path],
        "kept": [f"{os.path.realpath(folder)}{os.sep}" for folder in kept],
        "free": [f"{os.path.realpath(folder)}{os.sep}" for folder in ("/tmp", "/dev", scratch)],
        "writing": os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND,
        "changes": list(_CHANGES),
        "finished": writing,
        "word": word,
    }


def _environment(interpreter: Interpreter, place: Place, scratch: str) -> dict[str, str]:
    python = ".".join(interpreter.release.split(".")[:2])
    given = variables(place.handler, python, place.task, place.opt, place.runtime)
    # Lambda's one writable folder is /tmp; this machine's may be full of what others left.
    return {**given, "TMPDIR": scratch}
