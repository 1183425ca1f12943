"""A layer from a private repository on a deployed stack, and a token that is nowhere afterwards."""

from __future__ import annotations

import json
import re
import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from tests.engine.checkout import Checkout, Ended
from tests.leaks import leaks_below, leaks_in, watching_processes
from tests.packager.git_server import Repository, serve
from tests.packager.private_package import package

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

# Made anew each time: this file is in the checkout that is searched.
TOKEN = f"planted-{secrets.token_hex(12)}"
OTHER = f"planted-{secrets.token_hex(12)}"
METRICS = "alchemiser-local-metrics"
LAYERS, FUNCTIONS = "catalogue/layers.py", "catalogue/functions.py"
LOCK = "layers/quant/git.json"

ENTRY = """    LayerSpec(
        name="quant",
        purpose="Our own models.",
        kind=LayerKind.GIT,
        git=GitSource(repository={url!r}, commit={commit!r}),
        smoke="import quant; assert quant.EDGE >= 7",
    ),
)
"""
IMPORT = "from blueprint import LayerKind, LayerSpec\n"
BOTH = f"{IMPORT}from blueprint import GitSource\n"
CARRIED = 'by strategy.",\n        layers=("notifications", "shared_code"),'


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    with serve(tmp_path_factory.mktemp("git") / "private", TOKEN) as served:
        yield served


@pytest.fixture(scope="module")
def pinned(stack: Checkout, repository: Repository) -> Iterator[Checkout]:
    """Name the private package in the catalogue, and put everything back afterwards."""
    commit = repository.commit(**package("quant", "1.5", "EDGE = 7\n"))
    before = {file: (stack.root / file).read_text() for file in (LAYERS, FUNCTIONS)}
    entry = ENTRY.format(url=repository.url, commit=commit)
    stack.edit(LAYERS, lambda text: text.replace(IMPORT, BOTH).removesuffix(")\n") + entry)
    carried = CARRIED.replace('"shared_code"', '"quant", "shared_code"')
    stack.edit(FUNCTIONS, lambda text: text.replace(CARRIED, carried))
    yield replace(stack, environment={**stack.environment, "GH_TOKEN": TOKEN})
    for file, text in before.items():
        (stack.root / file).write_text(text)
    (stack.root / LOCK).unlink(missing_ok=True)
    stack.pulumi("up", "--stack", "local", "--yes", "--skip-preview").succeeded()


@dataclass(frozen=True)
class Deployed:
    """What a deployment said, and which command lines had the token meanwhile."""

    said: str
    leaking: frozenset[str]


@pytest.fixture(scope="module")
def deployed(pinned: Checkout) -> Deployed:
    """Lock, preview, deploy and review with the right token."""
    said = ""
    with watching_processes(TOKEN) as processes:
        for act in (
            lock,
            lambda checkout: checkout.pulumi("up", "--stack", "local", "--yes"),
            review,
        ):
            ended = act(pinned).succeeded()
            said += ended.output + ended.messages
    return Deployed(said, frozenset(processes["leaking"]))


def lock(checkout: Checkout) -> Ended:
    """Run the packager's lock as `make lock` does, without asking an index for anything new."""
    done = subprocess.run(
        [checkout.root / ".venv/bin/python", "-m", "packager", "lock"],
        cwd=checkout.root,
        env=checkout.complete_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def up(checkout: Checkout) -> Ended:
    return checkout.pulumi("up", "--stack", "local", "--yes", "--skip-preview")


def review(checkout: Checkout) -> Ended:
    return checkout.run("review", "--stack", "local")


def move_pin(checkout: Checkout, repository: Repository, edge: int) -> None:
    moved = repository.commit(**{"quant.py": f"EDGE = {edge}\n"})
    checkout.edit(LAYERS, lambda text: re.sub(r"commit='[0-9a-f]{40}'", f"commit='{moved}'", text))


def carried_by_metrics(checkout: Checkout) -> list[str]:
    configuration = (
        checkout.account()
        .client("lambda")
        .get_function_configuration(FunctionName=METRICS, Qualifier="live")
    )
    return [layer["Arn"].rpartition(":layer:")[2] for layer in configuration["Layers"]]


def is_alive(checkout: Checkout) -> bool:
    answer = (
        checkout.account()
        .client("lambda")
        .invoke(FunctionName=METRICS, Qualifier="live", Payload=b'{"action": "health"}')
    )
    return bool(json.loads(answer["Payload"].read()) == {"status": "healthy"})


def stored(checkout: Checkout) -> Iterator[tuple[str, bytes]]:
    """Give every object in every bucket."""
    s3 = checkout.account().client("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket["Name"]):
            for entry in page.get("Contents", []):
                found = s3.get_object(Bucket=bucket["Name"], Key=entry["Key"])
                yield f"s3://{bucket['Name']}/{entry['Key']}", found["Body"].read()


def leaks(checkout: Checkout, secret: str, said: str) -> list[str]:
    """Search all that a deployment leaves: work folder, state, sources, objects, what was said."""
    decrypted = checkout.pulumi("stack", "export", "--stack", "local", "--show-secrets").succeeded()
    return [
        *leaks_below(checkout.home, secret),
        *leaks_below(checkout.root, secret),
        *(leak for name, body in stored(checkout) for leak in leaks_in(name, body, secret)),
        *leaks_in("what was said", said.encode(), secret),
        *leaks_in("state, decrypted", decrypted.output.encode(), secret),
    ]


def test_a_private_package_is_deployed_beside_public_layers(
    pinned: Checkout, deployed: Deployed
) -> None:
    assert [layer.rpartition(":")[0] for layer in carried_by_metrics(pinned)] == [
        "alchemiser-local-notifications",
        "alchemiser-local-quant",
        "alchemiser-local-shared-code",
    ]
    assert is_alive(pinned)
    assert "### Preview of `local`: no changes" in deployed.said


def test_the_planted_token_is_nowhere(
    pinned: Checkout, deployed: Deployed, repository: Repository
) -> None:
    assert any("git-remote-http" in line for line in repository.command_lines)
    assert not [line for line in repository.command_lines if TOKEN in line]
    assert deployed.leaking == frozenset()
    assert leaks(pinned, TOKEN, deployed.said) == []

    # The same search finds one in each kind of place, so finding none above says something.
    planted = pinned.home / "build/planted.log"
    planted.write_text(TOKEN)
    s3 = pinned.account().client("s3")
    bucket = s3.list_buckets()["Buckets"][0]["Name"]
    s3.put_object(Bucket=bucket, Key="planted", Body=TOKEN.encode())
    found = leaks(pinned, TOKEN, f"said {TOKEN}")
    planted.unlink()
    s3.delete_object(Bucket=bucket, Key="planted")
    assert found == [str(planted), f"s3://{bucket}/planted", "what was said"]


def test_a_token_that_no_longer_opens_leaves_the_old_layer(
    pinned: Checkout, deployed: Deployed, repository: Repository
) -> None:
    before = carried_by_metrics(pinned)
    move_pin(pinned, repository, edge=8)
    locked = (pinned.root / LOCK).read_bytes()
    wrong = replace(pinned, environment={**pinned.environment, "GH_TOKEN": OTHER})
    missing = replace(pinned, environment={**pinned.environment, "GH_TOKEN": ""})

    # A new pin is locked before it ships; without the right token it cannot even be that.
    said = ""
    for checkout, reason in ((wrong, "refused the token in GH_TOKEN"), (missing, "wants a token")):
        refused = lock(checkout)
        assert refused.status == 1
        assert refused.messages.count("error:") == 1
        assert reason in refused.messages
        said += refused.messages
    assert (pinned.root / LOCK).read_bytes() == locked

    # Revoked between the lock and the deployment.
    lock(pinned).succeeded()
    repository.token = "revoked"
    for act in (up, review):
        ended = act(pinned)
        assert ended.status != 0
        text = ended.output + ended.messages
        assert f"{repository.url} refused the token in GH_TOKEN: it is wrong, expired" in text
        # The SDK prints its own where the engine ends while a thread registers a resource:
        # https://github.com/pulumi/pulumi/blob/master/sdk/python/lib/pulumi/runtime/settings.py
        assert re.findall(r'File "[^"]*checkout/(?!\.venv)[^"]*"', text) == []
        said += text
    assert carried_by_metrics(pinned) == before
    assert is_alive(pinned)
    for secret in (TOKEN, OTHER):
        assert leaks(pinned, secret, said) == []
