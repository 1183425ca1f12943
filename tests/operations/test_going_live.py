from __future__ import annotations

import io
import json
import subprocess
from dataclasses import replace

import pytest

from operations.errors import OperationError
from operations.going_live import main, prove
from operations.live import Answer
from operations.release import changes
from tests.operations.deployments import Deployed

CODE = {"data_v2": "data", "metrics_v2": "metrics"}
CANDIDATES = {
    "region": "us-east-1",
    "functions": {"metrics_v2": {"function": "metrics", "version": "4", "alias": "live"}},
}


def test_a_deployment_leaves_one_record_of_everything_that_is_live(stack: Deployed) -> None:
    release = stack.deploy(CODE)

    assert release is not None
    assert stack.store.all() == (release,)
    metrics = release.functions["metrics_v2"]
    assert (metrics.version, metrics.settings) == ("1", "s1")
    assert metrics.layers["shared_code"].version == "1"
    assert release.layers["shared_code"].key == "k1"
    assert release.settings == {"schedules": "off"}
    assert (release.number, release.replaces, release.restores) == (1, None, None)


def test_a_deployment_that_changed_nothing_leaves_no_record(stack: Deployed) -> None:
    first, second = stack.deploy(CODE), stack.deploy(CODE)

    assert first == second
    assert len(stack.store.all()) == 1


def test_a_record_says_what_it_changed(stack: Deployed) -> None:
    before = stack.deploy(CODE)
    after = stack.deploy({**CODE, "metrics_v2": "m2"}, layer="k2", settings={"schedules": "on"})

    assert after is not None
    assert list(changes(before, after)) == [
        "data_v2 1 -> 2 (shared_code)",
        "metrics_v2 1 -> 2 (code, shared_code)",
        "layer shared_code 1 -> 2",
        "settings schedules",
    ]


def test_a_change_of_settings_or_wiring_alone_is_a_release(stack: Deployed) -> None:
    stack.deploy(CODE)
    stack.deploy(CODE, settings={"schedules": "on"})
    stack.deploy(CODE, settings={"schedules": "on"}, wiring="w2")

    assert [it.number for it in stack.store.all()] == [1, 2, 3]


def test_a_record_tells_the_commit_and_whether_files_differed(stack: Deployed) -> None:
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-C", str(stack.root)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "first"], check=True)
    clean = stack.deploy(CODE)
    (stack.root / "new.txt").write_text("x")
    dirty = stack.deploy({**CODE, "metrics_v2": "m2"})

    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, text=True, capture_output=True)
    assert clean is not None
    assert dirty is not None
    assert (clean.commit, clean.dirty) == (head.stdout.strip(), False)
    assert dirty.dirty


def test_outside_of_git_the_commit_is_unknown(stack: Deployed) -> None:
    release = stack.deploy(CODE)

    assert release is not None
    assert release.commit is None


def test_a_version_that_does_not_prove_itself_fails_the_command(stack: Deployed) -> None:
    stack.live.answers[("metrics", "4")] = Answer(status=500, payload=b"no module")

    with pytest.raises(OperationError, match="metrics_v2 version 4: no module"):
        prove(json.dumps(CANDIDATES), lambda _: stack.live)


def test_what_was_proven_is_printed(stack: Deployed) -> None:
    assert prove(json.dumps(CANDIDATES), lambda _: stack.live) == "metrics_v2:4"


def test_a_version_that_is_live_was_proven_before(stack: Deployed) -> None:
    stack.live.aliases["metrics"] = "4"

    assert prove(json.dumps(CANDIDATES), lambda _: stack.live) == ""
    assert stack.live.asked == []


@pytest.mark.parametrize(("words", "status"), [(["prove"], 1), (["both"], 2), ([], 2)])
def test_input_that_is_none_ends_with_one_message(
    words: list[str],
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("{}"))

    assert main(words) == status
    assert capsys.readouterr().err.startswith(("error: ", "Usage: "))


def test_a_number_that_another_took_meanwhile_is_left_to_it(stack: Deployed) -> None:
    release = stack.deploy(CODE)
    assert release is not None
    key = "releases/000002.json"
    stack.store.client.put_object(Bucket="artifacts", Key=key, Body=release.model_dump_json())
    numbers = iter([[1], [1, 2]])
    stale = type("Stale", (type(stack.store),), {"_numbers": lambda self: next(numbers)})

    written = stale("artifacts", stack.store.client).append(release)

    assert written.number == 3


def test_a_record_that_is_none_is_named(stack: Deployed) -> None:
    stack.store.client.put_object(Bucket="artifacts", Key="releases/000001.json", Body=b"{}")

    with pytest.raises(OperationError, match=r"s3://artifacts/releases/000001\.json: expected a"):
        stack.store.all()


def test_a_bucket_that_is_gone_has_no_releases(stack: Deployed) -> None:
    assert replace(stack.store, bucket="gone").all() == ()
