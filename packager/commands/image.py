"""`python -m packager image NAME`: build a function's context, and its image where it is to go."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from blueprint import Shipping
from packager.errors import ImageError, SourceError
from packager.image.container_engines import Builder, find_builder
from packager.image.context import BuildContext
from packager.image.functions import buildable_context, verified_context
from packager.image.registry import Registry
from packager.inputs.keys import require_key
from packager.progress import say, step
from packager.store.output import Output, output_folder
from packager.system import find_function
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import FunctionSpec, System


def run(root: Path, system: System, options: Namespace) -> int:
    """Verify the context; with a repository, push the image under the context's key."""
    spec = find_function(system, options.name)
    if spec.shipping is not Shipping.IMAGE:
        raise SourceError(
            f"function {spec.name}: expected shipping=Shipping.IMAGE in its entry, found "
            f"Shipping.{spec.shipping.name}"
        )
    target, output = Target.of(system, spec.architecture), output_folder(root)
    context = _context(root, spec, target, output, wants_image=options.repository is not None)
    report = {"name": spec.name, "key": context.key, "context_sha256": context.sha256}
    if options.repository is not None:
        require_key(f"function {spec.name}", options.key, context.key)
        report["digest"] = _published(context, options.repository, target, Output(output))
    sys.stdout.write(json.dumps(report) + "\n")
    return 0


def _context(
    root: Path, spec: FunctionSpec, target: Target, output: Path, *, wants_image: bool
) -> BuildContext:
    if wants_image:
        return buildable_context(root, spec, target, output)
    context = verified_context(root, spec, target, output)
    builder = find_builder()
    if isinstance(builder, str):
        say(f"function {spec.name}: context verified, no image built: {builder}")
    return context


def _published(context: BuildContext, repository: str, target: Target, output: Output) -> str:
    registry = Registry.connect()
    found = registry.digest(repository, context.key)
    if found is not None:
        say(f"function {context.name}: its image is already in {repository}")
        return found
    builder = find_builder()
    if not isinstance(builder, Builder):
        raise ImageError(f"function {context.name}: nothing here can build an image ({builder})")
    tag = f"{repository}:{context.key}"
    with (
        output.workspace() as work,
        step(f"function {context.name}: building its image"),
        builder.logged_in(repository.partition("/")[0], *registry.credentials()),
    ):
        builder.publish(context.path, target.architecture, tag, work)
    pushed = registry.digest(repository, context.key)
    if pushed is None:
        raise ImageError(
            f"function {context.name}: expected its image in {repository} under {context.key} "
            "after the push, found none. Run it again."
        )
    return pushed
