from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from blueprint.outputs import hexadecimal
from operations.errors import OperationError
from operations.hold import hold_in
from operations.promote import Promotion, Side
from operations.promotion_origins import BUILDERS
from operations.rollback import plan_rollback
from operations.stack_file import stack_settings
from packager.errors import GateError, PromotionRefusedError
from packager.inputs.keys import key_of
from packager.store.manifest import BuiltArtifact
from packager.store.promotion import Shipment
from packager.supply.provenance import Origin, written_statement
from tests.operations.deployments import Deployed
from tests.operations.fakes import lambda_digest

A = {"data_v2": "data", "metrics_v2": "metrics"}
B = {**A, "metrics_v2": "metrics 2"}
COMMIT = "8bdc846bc8aa8dee6768b24caa6eff2aec8303ca"
EARLIER = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"
ORIGIN = Origin(commit=EARLIER, clean=True, builder="urn:packager:workstation")
INPUTS = {"kind": "function", "rules": 1, "python": "3.12.0", "platform": "p", "files": {}}


@dataclass
class FakeCheckout:
    """What a checkout would ship, and from which commit."""

    code: dict[str, str]
    root: Path
    layer: str = "k1"
    at: tuple[str | None, bool] = (None, False)
    output: object = None
    since: tuple[str, ...] | None = None
    """Files that differ from the commit that dev runs."""

    def shipment(self) -> Shipment:
        functions = {name: hexadecimal(lambda_digest(it)) for name, it in self.code.items()}
        return Shipment(functions=functions, layers={"shared_code": self.layer})

    def commit(self) -> tuple[str | None, bool]:
        return self.at

    def files_since(self, commit: str) -> tuple[str, ...] | None:
        return self.since

    def layer_folder(self, name: str) -> str:
        return name

    def contains(self, commit: str) -> bool:
        return commit in (self.at[0], EARLIER)

    def functions(self) -> dict[str, BuiltArtifact]:
        return {
            name: built(name, hexadecimal(lambda_digest(text))) for name, text in self.code.items()
        }


def built(name: str, sha256: str, key: str | None = None) -> BuiltArtifact:
    return BuiltArtifact(
        name=name,
        key=key or key_of(INPUTS),
        path=Path(),
        sha256=sha256,
        zipped_bytes=0,
        unzipped_bytes=0,
        packages={},
        modules=(),
        inputs=INPUTS,
    )


@dataclass
class FakeBucket:
    """Dev's artifacts, each with a statement of who built it."""

    origin: Origin = ORIGIN
    name: str = "artifacts"
    without: str = ""
    """Of what no statement is kept."""
    swapped: str = ""
    """Of what the statement is another artifact's."""

    def fetch_layer(self, *_: object) -> BuiltArtifact:
        return built("shared_code", "a" * 64)

    def find_layer(self, name: str, key: str, path: Path) -> BuiltArtifact:
        return built(name, "a" * 64)

    def find_statement(self, name: str, key: str) -> bytes | None:
        return self._statement(name, "a" * 64)

    def find_function_statement(self, name: str, sha256: str) -> bytes | None:
        return self._statement(name, sha256)

    def _statement(self, name: str, sha256: str) -> bytes | None:
        said = built(name, "0" * 64 if name == self.swapped else sha256)
        return None if name == self.without else written_statement(said, self.origin)


@dataclass
class Pair:
    """Dev and prod, and a promotion between them."""

    dev: Deployed
    prod: Deployed
    checkout: FakeCheckout
    bucket: FakeBucket = field(default_factory=FakeBucket)
    said: list[str] = field(default_factory=list)

    def promote(self, *agreements: str, agrees: bool = True) -> bool:
        checkout: Any = self.checkout

        def update(*arguments: str) -> None:
            # What the engine does on `up`: publish what the checkout ships and let it go live.
            if arguments[0] == "up":
                self.prod.deploy(self.checkout.code, layer=self.checkout.layer)
            run(*arguments)

        run, self.prod.engine.run = self.prod.engine.run, update  # type: ignore[method-assign]
        bucket: Any = self.bucket
        promotion = Promotion(
            checkout=checkout,
            source=Side(engine=self.dev.engine, live=self.dev.live, look=self.dev.running),
            source_bucket=lambda _: bucket,
            target=Side(engine=self.prod.engine, live=self.prod.live, look=self.prod.running),
            target_mover=lambda _: self.prod.mover,
            agreements=frozenset(agreements),
        )
        try:
            return promotion.run(lambda: agrees)
        finally:
            self.prod.engine.run = run  # type: ignore[method-assign]


@pytest.fixture
def pair(stack_named: Callable[[str], Deployed], tmp_path: Path) -> Pair:
    """Give a dev that runs A, a prod that runs it too, and a checkout that ships it."""
    dev, prod = stack_named("dev"), stack_named("prod")
    dev.deploy(A)
    prod.deploy(A)
    return Pair(dev=dev, prod=prod, checkout=FakeCheckout(code=A, root=tmp_path))


def go_back(stack: Deployed) -> None:
    running = stack.running()
    plan = plan_rollback(running, stack.live, to=None, function="")
    stack.mover.carry_out(running, plan, hold=True)


def test_what_devs_aliases_serve_goes_live_in_prod(pair: Pair) -> None:
    pair.dev.deploy(B)
    pair.checkout.code = B

    assert pair.promote()
    assert pair.prod.versions == {"data_v2": "1", "metrics_v2": "2"}


def test_code_that_dev_has_withdrawn_is_refused_by_name_with_both_digests(pair: Pair) -> None:
    pair.dev.deploy(B)
    go_back(pair.dev)
    pair.checkout.code = B

    with pytest.raises(PromotionRefusedError) as refusal:
        pair.promote()

    said = str(refusal.value)
    assert f"function metrics_v2: dev runs {hexadecimal(lambda_digest('metrics'))}" in said
    assert f"has {hexadecimal(lambda_digest('metrics 2'))}; dev has withdrawn it: version 2" in said
    assert pair.prod.versions == {"data_v2": "1", "metrics_v2": "1"}


def test_what_dev_went_back_to_may_be_promoted(pair: Pair) -> None:
    pair.dev.deploy(B)
    go_back(pair.dev)

    assert pair.promote()


def test_a_layer_that_dev_only_published_is_refused(pair: Pair) -> None:
    pair.dev.deploy(A, layer="k2")
    go_back(pair.dev)
    pair.checkout.layer = "k2"

    with pytest.raises(PromotionRefusedError, match="layer shared_code: dev runs k1"):
        pair.promote()


def test_a_held_prod_is_refused_by_the_release_that_holds_it(pair: Pair) -> None:
    for stack in (pair.dev, pair.prod):
        stack.deploy(B)
    go_back(pair.prod)
    pair.checkout.code, pair.checkout.at = B, (COMMIT, True)

    with pytest.raises(OperationError, match="prod is held at release 1 by a rollback"):
        pair.promote()

    assert pair.prod.versions["metrics_v2"] == "1"


def test_a_hold_that_is_agreed_to_by_name_is_lifted(pair: Pair) -> None:
    for stack in (pair.dev, pair.prod):
        stack.deploy(B)
    go_back(pair.prod)
    pair.checkout.code = B

    assert pair.promote("held")

    assert pair.prod.versions["metrics_v2"] == "2"
    assert hold_in(stack_settings(pair.prod.engine)) is None
    last = pair.prod.running().last
    assert (last.held, last.versions) == (False, pair.prod.versions)


def test_an_agreement_that_is_none_is_refused(pair: Pair) -> None:
    with pytest.raises(OperationError, match="dirty, other-commit, held, found 'all'"):
        pair.promote("all")


def test_a_dirty_tree_is_refused_unless_agreed_to(pair: Pair) -> None:
    pair.checkout.at = (COMMIT, True)

    with pytest.raises(OperationError, match="AGREE=dirty"):
        pair.promote("other-commit")
    assert pair.promote("dirty", "other-commit")


def test_a_commit_that_dev_never_ran_is_refused_unless_agreed_to(pair: Pair) -> None:
    pair.checkout.at = (COMMIT, False)

    with pytest.raises(OperationError, match="dev never ran commit 8bdc846bc8aa"):
        pair.promote()
    assert pair.promote("other-commit")


@pytest.mark.parametrize(
    ("since", "passes"),
    [(("README.md", "docs/x.md"), True), (("components/role.py",), False), (None, False)],
)
def test_a_commit_that_differs_from_devs_in_prose_alone_may_be_promoted(
    pair: Pair, since: tuple[str, ...] | None, passes: bool
) -> None:
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-C", str(pair.dev.root)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "first"], check=True)
    pair.dev.deploy(B)
    pair.checkout = FakeCheckout(code=B, root=pair.dev.root, at=(COMMIT, False), since=since)

    if passes:
        assert pair.promote()
    else:
        with pytest.raises(OperationError, match="AGREE=other-commit"):
            pair.promote()


@pytest.mark.parametrize(
    ("bucket", "fault"),
    [
        (FakeBucket(without="metrics_v2"), "function metrics_v2: expected its provenance"),
        (FakeBucket(without="shared_code"), "layer shared_code: expected its provenance"),
        (FakeBucket(swapped="shared_code"), "layer shared_code: .* to be of SHA-256 a"),
        (FakeBucket(swapped="data_v2"), "function data_v2: .* found 0{64}"),
        (FakeBucket(replace(ORIGIN, commit="f" * 40)), f"expected a commit .*, found {'f' * 40}"),
        (FakeBucket(replace(ORIGIN, clean=False)), "found that some differed"),
        (FakeBucket(replace(ORIGIN, builder="urn:somebody")), "found urn:somebody"),
    ],
)
def test_what_cannot_be_traced_to_where_it_was_built_is_refused(
    pair: Pair, bucket: FakeBucket, fault: str
) -> None:
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-C", str(pair.dev.root)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "first"], check=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    pair.dev.deploy(B)
    pair.prod.engine.settings = {BUILDERS: {"objectValue": ["urn:packager:workstation"]}}
    pair.checkout = FakeCheckout(code=B, root=pair.dev.root, at=(head.stdout.strip(), False))
    pair.bucket = bucket

    with pytest.raises(GateError, match=fault):
        pair.promote()

    assert pair.prod.versions["metrics_v2"] == "1"
    pair.bucket = FakeBucket()
    assert pair.promote()


def test_a_statement_of_changed_files_or_of_a_commit_elsewhere_is_agreed_to_by_name(
    pair: Pair,
) -> None:
    pair.checkout.at = (COMMIT, False)
    pair.bucket = FakeBucket(replace(ORIGIN, commit="f" * 40, clean=False))

    with pytest.raises(GateError, match="AGREE=dirty for files"):
        pair.promote("other-commit")
    assert pair.promote("other-commit", "dirty")


def test_nobody_agreeing_changes_nothing(pair: Pair) -> None:
    pair.dev.deploy(B)
    pair.checkout.code = B

    assert not pair.promote(agrees=False)
    assert pair.prod.versions["metrics_v2"] == "1"
    assert ("up", "--yes", "--skip-preview") not in pair.prod.engine.ran


def test_directly_above_the_question_stands_what_would_change(
    pair: Pair, capsys: pytest.CaptureFixture[str]
) -> None:
    pair.dev.deploy(B, layer="k2")
    pair.checkout.code, pair.checkout.layer = B, "k2"
    capsys.readouterr()

    pair.promote(agrees=False)

    lines = capsys.readouterr().err.splitlines()
    code = [hexadecimal(lambda_digest(text))[:12] for text in ("metrics", "metrics 2")]
    assert lines[0] == "promotes what dev serves, release 2, to prod, which serves release 1:"
    assert lines[1:6] == [
        "  functions:",
        "    data_v2 (serves 1): layer shared_code",
        f"    metrics_v2 (serves 1): code {code[0]} -> {code[1]}, layer shared_code",
        "  layers:",
        "    shared_code: changed, key k2",
    ]
    assert lines[-2:] == ["  deleted or replaced: nothing", "not promoted: nothing was changed"]
