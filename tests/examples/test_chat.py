"""The chat and its three ways to pandas, deployed on MiniStack and asked there."""

from __future__ import annotations

import re
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from blueprint import Shipping, as_shipped
from packager.image.context import build_context
from packager.system import load_system
from packager.target import Target
from tests.engine.checkout import Checkout, Ended, copy_checkout

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]
SAID = "{'the': 2, 'quick': 1, 'fox': 1, 'and': 1, 'dog': 1}".replace("'", '"')


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    folder = tmp_path_factory.mktemp("chat")
    copy = copy_checkout(folder / "checkout", folder / "home")
    yield copy
    copy.run("clean")


@pytest.fixture(scope="module")
def deployed(checkout: Checkout) -> Ended:
    return checkout.run("example", "--name", "chat").succeeded()


def test_each_function_answers(deployed: Ended) -> None:
    assert 'chat: {"answer": "You said: the quick fox and the dog", "boto3": ' in deployed.output
    for name in ("pandas_layer", "pandas_zip"):
        assert f'{name}: {{"answer": {SAID}, "pandas": ' in deployed.output


def test_nothing_is_installed_for_what_the_runtime_has(deployed: Ended) -> None:
    told = "function chat: boto3 comes with Lambda's runtime: nothing is installed"
    assert told in deployed.output + deployed.messages


def test_zips_and_layers_are_what_the_ways_mean(deployed: Ended) -> None:
    assert "pandas_layer: zip of" in deployed.messages
    sizes = dict(
        line.split(": zip of ") for line in deployed.messages.splitlines() if ": zip of " in line
    )
    bytes_of = {name: int(text.split()[0].replace(",", "")) for name, text in sizes.items()}
    assert max(bytes_of["chat"], bytes_of["pandas_layer"]) < 4096
    assert bytes_of["pandas_zip"] > 10_000_000
    assert sizes["pandas_layer"].endswith("1 layers")


def test_memory_and_timeout_are_the_stacks(checkout: Checkout, deployed: Ended) -> None:
    client = checkout.account().client("lambda")
    found = client.get_function_configuration(FunctionName="chat-local-chat", Qualifier="live")
    assert (found["MemorySize"], found["Timeout"]) == (256, 5)


def test_a_second_run_changes_nothing(checkout: Checkout, deployed: Ended) -> None:
    again = checkout.run("example", "--name", "chat").succeeded()
    assert re.search(r"Resources:\n +\d+ unchanged\n\nDuration", again.output)


def test_a_renamed_function_stays_what_it_is(checkout: Checkout, deployed: Ended) -> None:
    client = checkout.account().client("lambda")
    before = client.get_function_configuration(FunctionName="chat-local-chat")
    checkout.edit(
        "examples/chat/system.py",
        lambda text: text.replace(
            'FunctionSpec(name="chat",',
            'FunctionSpec(name="talk", former_names=("chat",), physical_name="chat",'
            ' source="functions/chat",',
        ),
    )
    checkout.edit(
        "examples/chat/Pulumi.local.yaml", lambda text: text.replace("    chat:", "    talk:")
    )

    renamed = checkout.run("example", "--name", "chat").succeeded()

    assert 'talk: {"answer": "You said: ' in renamed.output
    told = renamed.output.rpartition("Resources:")[2]
    assert not re.search(r"created|deleted|replaced", told)
    after = client.get_function_configuration(FunctionName="chat-local-chat")
    assert [after[key] for key in ("Role", "MemorySize")] == [
        before[key] for key in ("Role", "MemorySize")
    ]


def test_pandas_ships_in_an_image_by_one_word(
    checkout: Checkout, deployed: Ended, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = checkout.root / "examples/chat"
    monkeypatch.syspath_prepend(root)
    monkeypatch.delitem(sys.modules, "system", raising=False)
    system = load_system(root)
    layers = [replace(spec) for spec in system.layers]
    spec = next(spec for spec in system.functions if spec.name == "pandas_layer")
    (image,) = as_shipped([replace(spec, shipping=Shipping.IMAGE)], layers)

    target = Target(f"3.{sys.version_info[1]}")
    context = build_context(root, image, target, tmp_path, None)

    with tarfile.open(context.path) as tar:
        names = tar.getnames()
    assert {"Dockerfile", "task/index.py", "task/pandas/__init__.py"} <= set(names)
