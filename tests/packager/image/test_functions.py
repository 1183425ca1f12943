"""Functions that ship as container images, from verified contexts."""

from __future__ import annotations

import base64
import os
import sys
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from blueprint import FunctionSpec, Shipping, as_shipped
from catalogue.system import SYSTEM
from packager.commands.image import deliver_image
from packager.errors import GateError, ImageError, PackagingError
from packager.image.container_engines import Builder, find_builder
from packager.image.context import build_context, dockerfile
from packager.image.functions import base_image, buildable_context, require_images, verified_context
from packager.image.registry import Registry
from packager.project import Project as Called
from packager.target import Target
from tests.cli.programs import program
from tests.packager.projects import Project, sources_layer
from tests.packager.wheelhouse import Wheelhouse

HERE = Target(f"3.{sys.version_info[1]}")
BASE = f"registry.test/lambda/python:{HERE.python}@sha256:{'a' * 64}"


@pytest.fixture
def spec(project: Project, wheelhouse: Wheelhouse) -> FunctionSpec:
    """Give a function whose package and shared code go into its image."""
    project.write("pyproject.toml", "[tool.packager]\n")
    project.write("the_alchemiser/shared/__init__.py")
    project.write("the_alchemiser/shared/money.py", "A = 1\n")
    wheel = wheelhouse.add("tiny", {"tiny.py": "A = 1\n"})
    layers = (project.lock("first", wheel, smoke="import tiny"), sources_layer("shared"))
    own = project.handler(body="import tiny, the_alchemiser.shared.money")
    wanted = replace(own, shipping=Shipping.IMAGE, layers=("first", "shared"))
    return as_shipped([wanted], layers)[0]


def pinned(project: Project, image: str = BASE) -> None:
    project.write("pyproject.toml", f'[tool.packager]\nbase-image = "{image}"\n')


def without_builder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "packager.image.container_engines.find_builder", lambda: "docker: not on PATH"
    )


def test_the_context_has_the_verified_files_their_locks_and_a_dockerfile(
    project: Project, spec: FunctionSpec
) -> None:
    pinned(project)
    context = verified_context(project.root, spec, HERE, project.output_dir)
    with tarfile.open(context.path) as tar:
        names = tar.getnames()
        text = tar.extractfile("Dockerfile").read().decode()  # type: ignore[union-attr]
        lock = tar.extractfile("locks/first").read()  # type: ignore[union-attr]
    assert names == [
        "Dockerfile",
        "locks/first",
        "task/the_alchemiser/greet/__init__.py",
        "task/the_alchemiser/greet/lambda_handler.py",
        "task/the_alchemiser/shared/__init__.py",
        "task/the_alchemiser/shared/money.py",
        "task/tiny-1.0.dist-info/METADATA",
        "task/tiny-1.0.dist-info/RECORD",
        "task/tiny-1.0.dist-info/WHEEL",
        "task/tiny.py",
    ]
    assert text == dockerfile(spec.handler, BASE)
    assert f"ARG BASE_IMAGE={BASE}\nFROM ${{BASE_IMAGE}}\n" in text
    assert lock == (project.root / "layers/first/requirements.txt").read_bytes()


def test_the_context_is_the_same_byte_for_byte(project: Project, spec: FunctionSpec) -> None:
    first = build_context(project.root, spec, HERE, project.output_dir, BASE)
    again = build_context(project.root, spec, HERE, project.root.parent / "other", BASE)
    assert first.path != again.path
    assert (first.key, first.sha256) == (again.key, again.sha256)
    assert first.path.read_bytes() == again.path.read_bytes()


def test_the_base_image_and_the_sources_decide_the_key(
    project: Project, spec: FunctionSpec
) -> None:
    contexts = [build_context(project.root, spec, HERE, project.output_dir, BASE)]
    contexts.append(build_context(project.root, spec, HERE, project.output_dir, None))
    project.write("the_alchemiser/shared/money.py", "A = 2\n")
    contexts.append(build_context(project.root, spec, HERE, project.output_dir, BASE))
    assert len({context.key for context in contexts}) == 3


def test_a_context_that_breaks_a_gate_is_not_built(project: Project, spec: FunctionSpec) -> None:
    project.handler(body="import absent_package")
    with pytest.raises(GateError, match="No module named 'absent_package'"):
        verified_context(project.root, spec, HERE, project.output_dir)
    assert not list(project.output_dir.rglob("*.tar"))


def test_without_a_builder_the_context_exists_and_the_image_does_not(
    project: Project, spec: FunctionSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned(project)
    without_builder(monkeypatch)
    system = replace(SYSTEM, functions=(spec,), layers=(), python=HERE.python)
    with pytest.raises(ImageError) as refusal:
        require_images(project.root, system, project.output_dir)
    (context,) = project.output_dir.rglob("*.tar")
    assert "function greet ships as a container image, which does not exist" in str(refusal.value)
    assert "docker: not on PATH" in str(refusal.value)
    assert str(context) in str(refusal.value)


def test_without_a_base_image_none_is_made_up(
    project: Project, spec: FunctionSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("packager.image.container_engines.find_builder", lambda: Builder("docker"))
    with pytest.raises(ImageError, match=r"no \[tool\.packager\] base-image"):
        buildable_context(project.root, spec, HERE, project.output_dir)


@pytest.mark.parametrize(
    "image",
    [
        f"registry.test/lambda/python:{HERE.python}",
        f"registry.test/lambda/python:3.9@sha256:{'a' * 64}",
        f"registry.test/lambda/python:{HERE.python}@sha256:abc",
    ],
)
def test_a_base_image_that_is_not_pinned_or_of_another_python_is_refused(
    project: Project, image: str
) -> None:
    pinned(project, image)
    with pytest.raises(ImageError, match="with the digest that pins it"):
        base_image(project.root, HERE)


def test_a_builder_is_given_the_context_and_the_tag(
    project: Project, spec: FunctionSpec, tmp_path: Path
) -> None:
    record = tmp_path / "record"
    builder = Builder(
        str(program(tmp_path / "bin/docker", f'echo "$@" >> {record}; cat >> {record}'))
    )
    context = build_context(project.root, spec, HERE, project.output_dir, BASE)
    (tmp_path / "work").mkdir()
    with builder.logged_in("registry.test", "AWS", "planted-password"):
        builder.publish(context.path, "x86_64", "registry.test/greet:key", tmp_path / "work")
    said = record.read_text()
    assert "login --username AWS --password-stdin registry.test\nplanted-password" in said
    folder = tmp_path / "work/context"
    assert f"build --platform linux/amd64 --tag registry.test/greet:key {folder}\n" in said
    assert said.rstrip().endswith("push registry.test/greet:key\nlogout registry.test")
    assert (folder / "task/tiny.py").read_text() == "A = 1\n"


def test_a_builder_that_fails_is_quoted_without_the_password(tmp_path: Path) -> None:
    failing = program(tmp_path / "docker", 'read p; echo "denied for $p" >&2; exit 1')
    login = Builder(str(failing)).logged_in("registry.test", "AWS", "planted-password")
    with pytest.raises(ImageError, match=r"`docker login` failed:\ndenied for \*\*\*"), login:
        raise AssertionError("nothing is built without a login")


def test_the_first_builder_that_answers_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "docker", 'echo "the daemon does not run" >&2; exit 1')
    monkeypatch.setenv("PATH", str(tmp_path))
    reasons = find_builder()
    assert reasons == "docker: the daemon does not run; podman: not on PATH; buildah: not on PATH"
    buildah = program(tmp_path / "buildah", "exit 0")
    assert find_builder() == Builder(str(buildah))


def test_a_failed_push_is_told_and_the_password_is_forgotten(
    project: Project, spec: FunctionSpec, tmp_path: Path
) -> None:
    record = tmp_path / "record"
    failing = f'echo "$1" >> {record}; [ "$1" = push ] && echo "disk full" >&2 && exit 1; exit 0'
    builder = Builder(str(program(tmp_path / "docker", failing)))
    context = build_context(project.root, spec, HERE, project.output_dir, BASE)
    (tmp_path / "work").mkdir()
    with (
        pytest.raises(ImageError, match="`docker push` failed:\ndisk full"),
        builder.logged_in("registry.test", "AWS", "planted-password"),
    ):
        builder.publish(context.path, "x86_64", "registry.test/greet:key", tmp_path / "work")
    assert record.read_text().split() == ["login", "build", "push", "logout"]


DIGEST = f"sha256:{'d' * 64}"


class Ecr:
    """A registry with one image."""

    def describe_images(self, repositoryName: str, imageIds: Any) -> Any:  # noqa: N803
        if (repositoryName, imageIds) != ("greet", [{"imageTag": "there"}]):
            code = "ImageNotFoundException" if repositoryName == "greet" else "AccessDenied"
            raise ClientError({"Error": {"Code": code, "Message": ""}}, "DescribeImages")
        return {"imageDetails": [{"imageDigest": DIGEST}]}

    def get_authorization_token(self) -> dict[str, Any]:
        token = base64.b64encode(b"AWS:password").decode()
        return {"authorizationData": [{"authorizationToken": token}]}


def test_an_image_is_looked_for_by_its_tag() -> None:
    registry = Registry(Ecr())
    assert registry.digest("registry.test/greet", "there") == DIGEST
    assert registry.digest("registry.test/greet", "absent") is None
    assert registry.credentials() == ("AWS", "password")
    with pytest.raises(ImageError, match="AccessDenied"):
        registry.digest("registry.test/other", "there")


@pytest.fixture
def pushing(
    project: Project, spec: FunctionSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Put a builder on PATH whose push is what the registry then has; give its record."""
    pinned(project)
    record = tmp_path / "record"
    program(tmp_path / "bin/docker", f'echo "$@" >> {record}; cat > {os.devnull}')
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    monkeypatch.setenv("PACKAGER_HOME", str(tmp_path / "home"))

    class Pushed(Ecr):
        def describe_images(self, repositoryName: str, imageIds: Any) -> Any:  # noqa: N803
            pushed = record.exists() and f"push 1.test/greet:{imageIds[0]['imageTag']}"
            if pushed and pushed in record.read_text():
                return {"imageDetails": [{"imageDigest": DIGEST}]}
            return super().describe_images(repositoryName, imageIds)

    monkeypatch.setattr(Registry, "connect", lambda: Registry(Pushed()))
    return record


def publish(project: Project, spec: FunctionSpec, key: str) -> dict[str, str]:
    system = replace(SYSTEM, functions=(spec,), layers=(), python=HERE.python)
    called = Called(root=project.root, system=system)
    return deliver_image(called, "greet", repository="1.test/greet", key=key)


def test_an_image_is_pushed_once_and_known_by_the_registrys_digest(
    project: Project, spec: FunctionSpec, pushing: Path
) -> None:
    key = build_context(project.root, spec, HERE, project.output_dir, BASE).key

    first, second = publish(project, spec, key), publish(project, spec, key)

    assert first == second
    assert (first["key"], first["digest"]) == (key, DIGEST)
    said = pushing.read_text()
    assert said.count("login --username AWS --password-stdin 1.test") == 1
    assert said.count(f"push 1.test/greet:{key}") == 1


def test_an_image_of_other_sources_than_were_planned_is_not_built(
    project: Project, spec: FunctionSpec, pushing: Path
) -> None:
    with pytest.raises(PackagingError, match="greet"):
        publish(project, spec, "0" * 64)
    assert "build" not in (pushing.read_text() if pushing.exists() else "")


def test_a_push_that_the_registry_knows_nothing_of_is_a_failure(
    project: Project, spec: FunctionSpec, pushing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Registry, "connect", lambda: Registry(Ecr()))
    key = build_context(project.root, spec, HERE, project.output_dir, BASE).key
    with pytest.raises(ImageError, match="after the push, found none"):
        publish(project, spec, key)
