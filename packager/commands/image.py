"""`python -m packager image NAME`: build a function's context, and its image where it is to go."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from blueprint import Shipping
from packager.commands.in_project import in_project
from packager.errors import ImageError, SourceError
from packager.image.container_engines import Builder, find_builder
from packager.image.context import BuildContext
from packager.image.functions import buildable_context, verified_context
from packager.image.registry import Registry
from packager.inputs.keys import require_key
from packager.progress import say, step
from packager.project import Project
from packager.store.output import Output, output_folder
from packager.system import find_function
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import FunctionSpec


@click.command("image")
@click.argument("name")
@click.option("--key", help="the key that is expected of its context")
@click.option("--repository", help="where the image is pushed, once")
@in_project
def command(project: Project, name: str, key: str | None, repository: str | None) -> int:
    """Build a function's image context, and its image where a repository is given."""
    report = deliver_image(project, name, key=key, repository=repository)
    sys.stdout.write(json.dumps(report) + "\n")
    return 0


def deliver_image(
    project: Project, name: str, *, key: str | None = None, repository: str | None = None
) -> dict[str, str]:
    """Verify the context; with a repository, push the image under the context's key."""
    spec = find_function(project.system, name)
    if spec.shipping is not Shipping.IMAGE:
        raise SourceError(
            f"function {spec.name}: expected shipping=Shipping.IMAGE in its entry, found "
            f"Shipping.{spec.shipping.name}"
        )
    target = Target.of(project.system, spec.architecture)
    output = output_folder(project.root)
    context = _context(project.root, spec, target, output, wants_image=repository is not None)
    report = {"name": spec.name, "key": context.key, "context_sha256": context.sha256}
    if repository is not None:
        require_key(f"function {spec.name}", key, context.key)
        report["digest"] = _published(context, repository, target, Output(output))
    return report


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
