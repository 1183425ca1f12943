from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from packager.errors import GateError
from packager.target import Target
from tests.packager.projects import Project

pytestmark = pytest.mark.integration

HERE = Target(f"3.{sys.version_info[1]}")
FILE = "/var/task/the_alchemiser/greet/lambda_handler.py"
CLASS = """import time
class Kept:
    def __init__(self):
        self.at = time.time()
KEPT = Kept()"""


def refusal(project: Project, body: str) -> str:
    spec = replace(project.handler(body=body), snap_start=True)
    with pytest.raises(GateError) as refused:
        project.check(spec, target=HERE)
    return str(refused.value)


@pytest.mark.parametrize(
    ("body", "line", "name"),
    [
        ("import time\nSTARTED = time.time()", 2, "STARTED"),
        ("import datetime\nAT = {'a': [datetime.datetime.now(datetime.UTC)]}", 2, "AT['a'][0]"),
        ("import datetime\nDAY = datetime.date.today()", 2, "DAY"),
        ("import random\n\nDICE = random.Random()", 3, "DICE"),
        ("import time\nTIMES = [1, 2, time.time_ns()]", 2, "TIMES[…]"),
        ("import uuid\nME: object = uuid.uuid4()", 2, "ME"),
        ("import secrets\nTOKEN = secrets.token_hex()", 2, "TOKEN"),
        ("import os\nclass A:\n    id = os.urandom(4)", 2, "A.id"),
        (CLASS, 5, "KEPT.at"),
    ],
)
def test_a_clock_an_id_or_a_seed_that_is_kept_is_named_by_its_line(
    project: Project, body: str, line: int, name: str
) -> None:
    said = refusal(project, body)
    assert f"{FILE}:{line}: the_alchemiser.greet.lambda_handler.{name} is another" in said
    assert "register_after_restore" in said


def test_a_socket_that_stays_open_is_named_by_its_line(project: Project) -> None:
    said = refusal(project, "import socket\n\nLINE = socket.socket()")
    assert f"{FILE}:3 opens a socket while importing and leaves it open" in said


@pytest.mark.parametrize(
    "body",
    [
        "import time\nassert time.time() > 1",
        "import socket\nwith socket.socket() as line:\n    pass",
        "import random\nDICE = random.SystemRandom()\nSEEDED = random.Random(7)",
        "import datetime\nEPOCH = datetime.date(1970, 1, 1)\nNAMES = {'a', 'b', 'c'}",
        "import tempfile, logging, re, threading\nF = tempfile.gettempdir()\nL = threading.Lock()",
        "ORDERED = list({'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k'})",
        "for last in {'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k'}: pass",
        "import os\nHOME = dict(os.environ)\nimport boto3",
    ],
)
def test_what_is_the_same_in_every_import_passes(project: Project, body: str) -> None:
    assert project.check(replace(project.handler(body=body), snap_start=True), target=HERE)


def test_a_function_without_snapshots_may_keep_what_it_wants(project: Project) -> None:
    spec = project.handler(body="import time\nSTARTED = time.time()")
    assert project.check(spec, target=HERE) == "passed"


def test_a_module_that_loads_what_it_is_asked_for_is_not_asked(project: Project) -> None:
    body = """import sys, types
class Lazy(types.ModuleType):
    def __getattr__(self, name):
        raise ModuleNotFoundError(name)
sys.modules['lazy'] = MOVED = Lazy('lazy')
class Proxy:
    def __getattr__(self, name):
        raise ModuleNotFoundError(name)
PROXY = Proxy()"""
    spec = replace(project.handler(body=body), snap_start=True)
    assert project.check(spec, target=HERE) == "passed"
