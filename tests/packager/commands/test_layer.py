"""`python -m packager layer NAME --bucket BUCKET`, against a bucket of moto's."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import boto3
import pytest

from blueprint import LayerSpec
from blueprint.limits import UNZIPPED_LIMIT_BYTES
from catalogue.system import SYSTEM
from packager.commands.layer import deliver_layer
from packager.errors import PackagingError
from packager.project import Project as Called
from packager.store.manifest import summary
from packager.target import Target
from tests.packager.elf_files import shared_object
from tests.packager.projects import Project, sources_layer
from tests.packager.wheelhouse import Wheelhouse

pytestmark = pytest.mark.integration

HERE = Target(f"3.{sys.version_info[1]}")

Deploy = Callable[..., dict[str, Any]]


@pytest.fixture
def bucket(emulated_s3: None) -> Any:
    boto3.client("s3").create_bucket(Bucket="artifacts")
    return boto3.resource("s3").Bucket("artifacts")


@pytest.fixture
def deploy(
    project: Project,
    bucket: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Deploy:
    def deploying(
        spec: LayerSpec,
        *others: LayerSpec,
        home: str = "home",
        key: str | None = None,
        sha256: str | None = None,
    ) -> dict[str, Any]:
        system = replace(SYSTEM, layers=(spec, *others), functions=(), python=HERE.python)
        monkeypatch.setenv("PACKAGER_HOME", str(project.root.parent / home))
        called = Called(root=project.root, system=system)
        return summary(deliver_layer(called, spec.name, bucket="artifacts", key=key, sha256=sha256))

    return deploying


def test_builds_checks_uploads_and_says_what(
    deploy: Deploy, project: Project, wheelhouse: Wheelhouse, bucket: Any
) -> None:
    wheel = wheelhouse.add("tiny", {"tiny.py": ""})
    said = deploy(project.lock("first", wheel, smoke="import tiny"))
    stored = {found.key: found.size for found in bucket.objects.all()}
    assert stored[f"layers/first/{said['key']}.zip"] == said["zipped_bytes"]


def test_what_it_was_made_from_is_kept_beside_it_and_stands(
    deploy: Deploy, project: Project, wheelhouse: Wheelhouse, bucket: Any
) -> None:
    spec = project.lock("first", wheelhouse.add("tiny", {"tiny.py": ""}))
    said = deploy(spec)
    kept = bucket.Object(f"layers/first/{said['key']}.provenance.json")
    statement = json.loads(kept.get()["Body"].read())
    assert statement["subject"][0]["digest"]["sha256"] == said["sha256"]
    other = json.dumps({**statement, "subject": [{"digest": {"sha256": "0" * 64}}]}).encode()
    kept.put(Body=other)
    deploy(spec)
    assert kept.get()["Body"].read() == other


def test_what_nothing_vouches_for_is_built_again_and_says_so(
    deploy: Deploy, project: Project, wheelhouse: Wheelhouse, bucket: Any
) -> None:
    spec = project.lock("first", wheelhouse.add("tiny", {"tiny.py": ""}))
    said = deploy(spec)
    kept = bucket.Object(f"layers/first/{said['key']}.provenance.json")
    kept.delete()
    assert deploy(spec, home="another-machine") == said
    statement = json.loads(kept.get()["Body"].read())
    assert statement["subject"][0]["digest"]["sha256"] == said["sha256"]


def test_another_machine_builds_nothing_and_says_the_same(
    deploy: Deploy, project: Project, wheelhouse: Wheelhouse
) -> None:
    spec = project.lock("first", wheelhouse.add("tiny", {"tiny.py": ""}))
    said = deploy(spec)
    wheelhouse.add("tiny", {"tiny.py": "the locked wheel is gone"})
    assert deploy(spec, home="another-machine") == said
    assert list((project.root.parent / "another-machine").rglob("*.zip")) == []


def test_equal_locks_are_uploaded_once(
    deploy: Deploy,
    project: Project,
    wheelhouse: Wheelhouse,
    bucket: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    wheel = wheelhouse.add("tiny", {"tiny.py": ""})
    first, second = project.lock("first", wheel), project.lock("second", wheel)
    one = deploy(first, second)
    two = deploy(second, first)
    assert one["sha256"] == two["sha256"]
    zips = [found.key for found in bucket.objects.all() if found.key.endswith(".zip")]
    assert sorted(key.split("/")[1] for key in zips) == ["first", "second"]


def plant_boto3(project: Project, wheelhouse: Wheelhouse) -> LayerSpec:
    return project.lock("first", wheelhouse.add("boto3", {"boto3.py": ""}))


def plant_wrong_hash(project: Project, wheelhouse: Wheelhouse) -> LayerSpec:
    spec = project.lock("first", wheelhouse.add("tiny", {"tiny.py": ""}))
    wheelhouse.add("tiny", {"tiny.py": "changed"})
    return spec


def plant_source_only(project: Project, wheelhouse: Wheelhouse) -> LayerSpec:
    (wheelhouse.folder / "tiny-1.0.tar.gz").write_bytes(b"")
    project.write("layers/first/requirements.txt", f"tiny==1.0 --hash=sha256:{'0' * 64}\n")
    return LayerSpec(name="first", purpose="Test.", group="layer-first")


def plant_too_much(project: Project, wheelhouse: Wheelhouse) -> LayerSpec:
    files = {"tiny/data.bin": bytes(UNZIPPED_LIMIT_BYTES)}
    return project.lock("first", wheelhouse.add("tiny", files))


def plant_wrong_machine(project: Project, wheelhouse: Wheelhouse) -> LayerSpec:
    files = {"tiny.so": shared_object(machine=183)}
    return project.lock("first", wheelhouse.add("tiny", files))


def plant_package_file(project: Project, _: Wheelhouse) -> LayerSpec:
    project.write("the_alchemiser/__init__.py")
    project.write("the_alchemiser/shared/money.py")
    return sources_layer()


def plant_failing_smoke(project: Project, wheelhouse: Wheelhouse) -> LayerSpec:
    wheel = wheelhouse.add("tiny", {"tiny.py": ""})
    return project.lock("first", wheel, smoke="import enormous")


@pytest.mark.parametrize(
    ("plant", "culprit"),
    [
        (plant_boto3, "boto3"),
        (plant_wrong_hash, "tiny"),
        (plant_source_only, "tiny"),
        (plant_too_much, "tiny 1.0"),
        (plant_wrong_machine, "tiny.so"),
        (plant_package_file, "the_alchemiser/__init__.py"),
        (plant_failing_smoke, "enormous"),
    ],
)
def test_names_the_culprit_and_uploads_nothing(
    deploy: Deploy,
    project: Project,
    wheelhouse: Wheelhouse,
    bucket: Any,
    plant: Callable[[Project, Wheelhouse], LayerSpec],
    culprit: str,
) -> None:
    with pytest.raises(PackagingError) as refused:
        deploy(plant(project, wheelhouse))
    assert culprit in str(refused.value)
    assert list(bucket.objects.all()) == []


def test_uploads_nothing_when_the_key_is_not_the_planned_one(
    deploy: Deploy, project: Project, wheelhouse: Wheelhouse, bucket: Any
) -> None:
    spec = project.lock("first", wheelhouse.add("tiny", {"tiny.py": ""}))
    with pytest.raises(PackagingError, match="layer first: expected the key abc, found"):
        deploy(spec, key="abc")
    assert list(bucket.objects.all()) == []


@pytest.mark.parametrize("stored", [False, True], ids=["to be built", "in the bucket"])
def test_other_bytes_than_the_stage_before_ran_are_not_promoted(
    deploy: Deploy, project: Project, wheelhouse: Wheelhouse, bucket: Any, stored: bool
) -> None:
    spec = project.lock("first", wheelhouse.add("tiny", {"tiny.py": ""}))
    if stored:
        deploy(spec)
    before = [found.key for found in bucket.objects.all()]
    with pytest.raises(PackagingError, match=f"layer first: expected SHA-256 {'0' * 64}, which"):
        deploy(spec, sha256="0" * 64)
    assert [found.key for found in bucket.objects.all()] == before


def test_the_bytes_that_the_stage_before_ran_are_promoted(
    deploy: Deploy, project: Project, wheelhouse: Wheelhouse
) -> None:
    spec = project.lock("first", wheelhouse.add("tiny", {"tiny.py": ""}))
    said = deploy(spec)
    assert deploy(spec, home="another", sha256=said["sha256"]) == said
