"""Functions that ship as container images: contexts built and verified, images where possible."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from blueprint import Shipping
from packager.build.functions import build_function
from packager.errors import ImageError
from packager.image.context import BuildContext, build_context
from packager.store.output import Output
from packager.system import packager_setting
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import FunctionSpec, System

BASE_IMAGE = "base-image"
_PINNED = re.compile(r"[\w./-]+python:(?P<python>3\.\d+)[\w.-]*@sha256:[0-9a-f]{64}")


def require_images(root: Path, system: System, output_dir: Path) -> Mapping[str, str]:
    """Return the image tag of each function that ships as one, or refuse what cannot be built."""
    return {
        spec.name: buildable_context(
            root, spec, Target.of(system, spec.architecture), output_dir
        ).key
        for spec in system.functions
        if spec.shipping is Shipping.IMAGE
    }


def require_deployable(system: System, endpoint: str | None, promoted_from: str | None) -> None:
    """Refuse images where a stack cannot take them, before anything is built."""
    names = [spec.name for spec in system.functions if spec.shipping is Shipping.IMAGE]
    reason = None
    if endpoint is not None:
        reason = f"the emulator at {endpoint} runs no images"
    elif promoted_from is not None:
        reason = f"what {promoted_from} runs is promoted by its zips, and an image has none"
    if names and reason:
        raise ImageError(
            f"{', '.join(names)}: expected shipping=Shipping.LAYER or Shipping.ZIP in this stack, "
            f"found Shipping.IMAGE; {reason}. Nothing was touched."
        )


def verified_context(
    root: Path, spec: FunctionSpec, target: Target, output_dir: Path
) -> BuildContext:
    """Build a function's context after its content has passed every gate."""
    # An interpreter to try it on is more than a system without images ever needs.
    from packager.check.built import check_function

    function = build_function(root, spec, target, output_dir)
    check_function(spec, function, [], target, Output(output_dir))
    return build_context(root, spec, target, output_dir, base_image(root, target))


def buildable_context(
    root: Path, spec: FunctionSpec, target: Target, output_dir: Path
) -> BuildContext:
    """Return a verified context for which there is a base image and a builder here."""
    from packager.image.container_engines import find_builder

    context = verified_context(root, spec, target, output_dir)
    missing = []
    if base_image(root, target) is None:
        missing.append(
            f"pyproject.toml has no [tool.packager] {BASE_IMAGE}: pin Lambda's Python "
            f"{target.python} image by its digest there"
        )
    builder = find_builder()
    if isinstance(builder, str):
        missing.append(f"nothing here can build an image ({builder})")
    if missing:
        raise ImageError(
            f"function {spec.name} ships as a container image, which does not exist: "
            f"{'; '.join(missing)}. Its build context passed the gates and is {context.path} "
            f"(SHA-256 {context.sha256}). Deploy from a machine that has a builder, or choose "
            "another way of shipping in the catalogue."
        )
    return context


def base_image(root: Path, target: Target) -> str | None:
    """Read which image functions are based on; None where the project names none."""
    found = packager_setting(root, BASE_IMAGE)
    if found is None:
        return None
    pinned = _PINNED.fullmatch(found)
    if pinned is None or pinned["python"] != target.python:
        raise ImageError(
            f"[tool.packager] {BASE_IMAGE}: expected …/python:{target.python}@sha256:… with the "
            f"digest that pins it, found {found!r}"
        )
    return found
