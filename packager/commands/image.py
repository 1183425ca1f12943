"""`python -m packager image NAME`: build a function's context, and its image where it is to go."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path

from packager.builders import Builder, find_builder
from packager.errors import ImageError, SourceError
from packager.image_context import BuildContext
from packager.images import buildable_context, verified_context
from packager.keys import require_key
from packager.output import Output, output_folder
from packager.progress import say, step
from packager.registry import Registry
from packager.system import find_function, load_system
from packager.target import Target


def run(root: Path, target: Target, options: Namespace) -> int:
    """Verify the context; with a repository, push the image under the context's key."""
    spec = find_function(load_system(root), options.name)
    if spec.shipping.value != "image":
        raise SourceError(
            f"function {spec.name}: expected shipping=Shipping.IMAGE in its entry, found "
            f"Shipping.{spec.shipping.name}"
        )
    output = output_folder(root)
    if options.repository is None:
        context = verified_context(root, spec, target, output)
        builder = find_builder()
        if isinstance(builder, str):
            say(f"function {spec.name}: context verified, no image built: {builder}")
    else:
        context = buildable_context(root, spec, target, output)
        require_key(f"function {spec.name}", options.key, context.key)
        _publish(context, options.repository, target, Output(output))
    sys.stdout.write(
        json.dumps({"name": spec.name, "key": context.key, "context_sha256": context.sha256}) + "\n"
    )
    return 0


def _publish(context: BuildContext, repository: str, target: Target, output: Output) -> None:
    registry = Registry.connect()
    if registry.has(repository, context.key):
        say(f"function {context.name}: its image is already in {repository}")
        return
    builder = find_builder()
    if not isinstance(builder, Builder):
        raise ImageError(f"function {context.name}: nothing here can build an image ({builder})")
    with output.workspace() as work, step(f"function {context.name}: building its image"):
        builder.log_in(repository.partition("/")[0], *registry.credentials())
        builder.publish(context.path, target.architecture, f"{repository}:{context.key}", work)
