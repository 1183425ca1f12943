"""Reviews a pull request: previews, compares sizes, and keeps the one comment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from blueprint.outputs import StackOutputs
from operations.checkout import Checkout
from operations.comment import MARKER, fit_for_github, render_comment, render_failure
from operations.engine import ROOT, Engine, say
from operations.errors import OperationError
from operations.github import PullRequest
from operations.review import growth
from operations.wording import reasons
from packager.errors import PackagingError
from packager.store.bucket import ArtifactBucket

BASE_VARIABLE = "BASE_SHA"
"""Commit that a pull request would be merged into; without one, no commits are compared."""


def review_pull_request(
    stack: str,
    engine: Engine,
    checkout: Callable[[], Checkout],
    bucket: Callable[[str], ArtifactBucket],
    environment: Mapping[str, str],
    whole: Path,
) -> int:
    """Keep the comment for a preview that went through or failed; 1 for one that failed.

    What may be too long for a comment is written to a file, which a workflow keeps.
    """
    review = _review(stack, engine, checkout, bucket, environment.get(BASE_VARIABLE, ""))
    whole.parent.mkdir(parents=True, exist_ok=True)
    whole.write_text(review.comment, encoding="utf-8")
    print(review.comment)
    pull_request = PullRequest.from_environment(environment)
    if pull_request is None:
        say("no GITHUB_TOKEN and PULL_REQUEST: the comment was printed, not posted")
    else:
        pull_request.keep_comment(MARKER.format(stack=stack), fit_for_github(review.comment))
    return 0 if review.passed else 1


@dataclass(frozen=True, kw_only=True, slots=True)
class _Review:
    comment: str
    passed: bool


def _review(
    stack: str,
    engine: Engine,
    checkout: Callable[[], Checkout],
    bucket: Callable[[str], ArtifactBucket],
    base: str,
) -> _Review:
    preview = engine.plan("preview")
    if preview.errors:
        return _Review(comment=render_failure(stack, preview.errors), passed=False)
    try:
        # Only now: a catalogue that cannot be read is what the preview has to tell.
        ships, deployed = checkout(), _deployed(engine)
        rows = growth(deployed, ships.sizes())
        layers = ships.layer_changes(deployed, bucket)
        shipping = ships.shipping_report(base) if base else ""
        files = ships.files_since(base) if base else None
    except (OperationError, PackagingError) as error:
        return _Review(comment=render_failure(stack, reasons([str(error)], ROOT)), passed=False)
    comment = render_comment(stack, preview, rows, layers=layers, files=files, shipping=shipping)
    return _Review(comment=comment, passed=True)


def _deployed(engine: Engine) -> StackOutputs | None:
    try:
        return engine.outputs()
    except OperationError:
        return None
