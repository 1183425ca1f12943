"""A function on a public and on a private layer: each change takes its own way."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.engine.checkout import Checkout, copy_checkout
from tests.leaks import leaks_below
from tests.packager.git_server import Repository, serve
from tests.packager.private_package import package

pytestmark = [pytest.mark.engine, pytest.mark.timeout(1800)]

TOKEN = f"planted-{secrets.token_hex(12)}"
EXAMPLE = "examples/two-layers"
FRAMEWORK = "VERSION = {version!r}\n\n\ndef measure(value):\n    return round(value / 255, 2)\n"


@dataclass(frozen=True)
class Deployed:
    """What one run said, and what Lambda had after it."""

    said: str
    layers: dict[str, int]
    """Published versions by layer."""
    attached: list[str]
    version: str


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    with serve(tmp_path_factory.mktemp("git") / "private", TOKEN) as served:
        yield served


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    folder = tmp_path_factory.mktemp("two-layers")
    copy = copy_checkout(folder / "checkout", folder / "home")
    yield copy
    copy.run("clean")


@pytest.fixture(scope="module")
def runs(checkout: Checkout, repository: Repository) -> dict[str, Deployed]:
    """Deploy it, then change code, framework and a public pin, one after another."""
    first = package("framework", "1.0", FRAMEWORK.format(version="1"))
    pin = repository.commit(**first)
    found = {"first": deploy(checkout, repository, pin)}
    checkout.edit(f"{EXAMPLE}/functions/watch/src/picture.py", lambda text: text + "\n# seen\n")
    found["code"] = deploy(checkout, repository, pin)
    pin = repository.commit(**{"framework.py": FRAMEWORK.format(version="2")})
    found["framework"] = deploy(checkout, repository, pin)
    checkout.edit(
        f"{EXAMPLE}/pyproject.toml", lambda text: text.replace('"requests"', '"requests!=2.34.2"')
    )
    found["pin"] = deploy(checkout, repository, pin)
    return found


def deploy(checkout: Checkout, repository: Repository, pin: str) -> Deployed:
    private = {"FRAMEWORK": f"{repository.url}@{pin}", "GH_TOKEN": TOKEN}
    told = replace(checkout, environment=private).run("example", "--name", "two-layers").succeeded()
    client: Any = checkout.account().client("lambda")
    names = {name: f"two-layers-local-{name}" for name in ("framework", "public")}
    live = client.get_function_configuration(
        FunctionName="two-layers-local-watch", Qualifier="live"
    )
    return Deployed(
        told.output + told.messages,
        {
            name: max(it["Version"] for it in _versions(client, layer))
            for name, layer in names.items()
        },
        [layer["Arn"] for layer in live["Layers"]],
        live["Version"],
    )


def _versions(client: Any, layer: str) -> list[dict[str, int]]:
    versions: list[dict[str, int]] = client.list_layer_versions(LayerName=layer)["LayerVersions"]
    return versions


def moved(runs: dict[str, Deployed], before: str, after: str) -> list[str]:
    """Name the layers of which a run made another version."""
    was, now = runs[before].layers, runs[after].layers
    return [name for name in was if was[name] != now[name]]


def test_it_sees_through_both_layers(runs: dict[str, Deployed]) -> None:
    assert 'watch: {"bright": 0.5, "framework": "1"}' in runs["first"].said


def test_a_change_of_code_builds_no_layer(runs: dict[str, Deployed]) -> None:
    assert moved(runs, "first", "code") == []
    assert runs["code"].version != runs["first"].version


def test_a_change_of_the_framework_builds_that_layer_and_points_to_it_at_once(
    runs: dict[str, Deployed],
) -> None:
    assert moved(runs, "code", "framework") == ["framework"]
    assert 'watch: {"bright": 0.5, "framework": "2"}' in runs["framework"].said
    newest = runs["framework"].layers["framework"]
    assert runs["framework"].attached[0].endswith(f":two-layers-local-framework:{newest}")


def test_a_change_of_a_public_pin_builds_the_other(runs: dict[str, Deployed]) -> None:
    assert moved(runs, "framework", "pin") == ["public"]
    newest = runs["pin"].layers["public"]
    assert runs["pin"].attached[1].endswith(f":two-layers-local-public:{newest}")


def test_the_token_is_nowhere(checkout: Checkout, runs: dict[str, Deployed]) -> None:
    assert not list(leaks_below(checkout.home, TOKEN))
    assert not list(leaks_below(checkout.root / EXAMPLE, TOKEN))
    assert all(TOKEN not in run.said for run in runs.values())
