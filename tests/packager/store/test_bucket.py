from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from blueprint.artifacts import layer_object
from packager.build.obtaining import obtain_layer
from packager.errors import DigestError, StorageError
from packager.store.bucket import ArtifactBucket
from packager.store.manifest import BuiltArtifact
from packager.store.output import LAYERS, Output
from packager.supply.stating import state_layer
from packager.target import Target
from tests.packager.projects import Project, sources_layer

LAYER = sources_layer()


@pytest.fixture
def bucket(emulated_s3: None) -> ArtifactBucket:
    connected = ArtifactBucket.connect("artifacts")
    connected.client.create_bucket(Bucket="artifacts")
    return connected


@pytest.fixture
def built(project: Project) -> BuiltArtifact:
    project.write("the_alchemiser/shared/money.py", "A = 1\n")
    return project.build(LAYER)


def objects(bucket: ArtifactBucket) -> dict[str, bytes]:
    listed = bucket.client.list_objects_v2(Bucket="artifacts").get("Contents", [])
    return {
        found["Key"]: bucket.client.get_object(Bucket="artifacts", Key=found["Key"])["Body"].read()
        for found in listed
    }


def test_uploads_the_zip_with_its_checksum_and_manifest(
    bucket: ArtifactBucket, built: BuiltArtifact
) -> None:
    assert bucket.store_layer(built)
    key = f"layers/shared/{built.key}.zip"
    assert layer_object("shared", built.key) == key
    assert objects(bucket)[key] == built.path.read_bytes()
    head = bucket.client.head_object(Bucket="artifacts", Key=key, ChecksumMode="ENABLED")
    assert head["ChecksumSHA256"]
    manifest = json.loads(objects(bucket)[key.replace(".zip", ".json")])
    assert manifest["sha256"] == built.sha256


def test_what_is_fetched_says_who_built_it_further_on(
    bucket: ArtifactBucket, built: BuiltArtifact, tmp_path: Path
) -> None:
    bucket.store_layer(built)
    bucket.store_statement(built, b"who built it")
    output = Output(tmp_path / "another-machine")
    bucket.fetch_layer("shared", built.key, output)
    bucket.client.create_bucket(Bucket="further")
    further = ArtifactBucket("further", bucket.client)
    slot = output.slot(LAYERS, "shared", built.key)
    state_layer(further, built, slot, tmp_path)
    assert further.find_statement("shared", built.key) == b"who built it"


def test_does_not_upload_what_is_there(bucket: ArtifactBucket, built: BuiltArtifact) -> None:
    bucket.store_layer(built)
    before = bucket.client.head_object(Bucket="artifacts", Key=layer_object("shared", built.key))
    assert not bucket.store_layer(built)
    after = bucket.client.head_object(Bucket="artifacts", Key=layer_object("shared", built.key))
    assert before["LastModified"] == after["LastModified"]


def test_has_s3_copy_what_a_twin_already_uploaded(
    bucket: ArtifactBucket, built: BuiltArtifact
) -> None:
    bucket.store_layer(built)
    twin = replace(built, name="twin")
    assert not bucket.store_layer(twin, ["absent", "shared"])
    key = layer_object("twin", built.key)
    assert objects(bucket)[key] == built.path.read_bytes()
    assert bucket.find_layer("twin", built.key, built.path) == twin
    assert not bucket.store_layer(twin)


def test_other_bytes_under_a_key_are_refused_and_stay(
    bucket: ArtifactBucket, built: BuiltArtifact
) -> None:
    key = layer_object("shared", built.key)
    other = hashlib.sha256(b"not the zip")
    bucket.client.put_object(
        Bucket="artifacts", Key=key, Body=b"not the zip", ChecksumAlgorithm="SHA256"
    )
    assert bucket.find_layer("shared", built.key, built.path) is None
    with pytest.raises(DigestError) as refused:
        bucket.store_layer(built)
    for part in (f"s3://artifacts/{key}", other.hexdigest(), built.sha256, "packager verify"):
        assert part in str(refused.value)
    assert objects(bucket) == {key: b"not the zip"}


def test_other_bytes_of_a_function_are_refused_too(
    bucket: ArtifactBucket, project: Project
) -> None:
    built = project.build_function(project.handler())
    key = f"functions/greet/{built.key}.zip"
    bucket.client.put_object(Bucket="artifacts", Key=key, Body=b"not the zip")
    with pytest.raises(DigestError, match=key):
        bucket.store_function(built)
    assert objects(bucket) == {key: b"not the zip"}


def test_uploads_nothing_of_a_zip_that_was_changed(
    bucket: ArtifactBucket, built: BuiltArtifact
) -> None:
    built.path.write_bytes(built.path.read_bytes()[:-1] + b"!")
    with pytest.raises(StorageError, match="expected SHA-256"):
        bucket.store_layer(built)
    assert objects(bucket) == {}


def test_another_machine_takes_the_layer_from_the_bucket(
    bucket: ArtifactBucket, built: BuiltArtifact, project: Project, tmp_path: Path
) -> None:
    bucket.store_layer(built)
    elsewhere = tmp_path / "another-machine"
    found = obtain_layer(project.root, LAYER, Target(), elsewhere, "artifacts")
    assert found.path.read_bytes() == built.path.read_bytes()
    assert (found.sha256, found.packages, found.modules) == (
        built.sha256,
        built.packages,
        built.modules,
    )
    assert elsewhere in found.path.parents


def test_a_layer_that_is_in_no_bucket_is_built(
    bucket: ArtifactBucket, project: Project, tmp_path: Path
) -> None:
    project.write("the_alchemiser/shared/money.py", "A = 1\n")
    found = obtain_layer(project.root, LAYER, Target(), tmp_path / "fresh", "artifacts")
    assert found.path.exists()


def test_a_download_with_other_bytes_is_refused_and_not_kept(
    bucket: ArtifactBucket,
    built: BuiltArtifact,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bucket.store_layer(built)
    get = ArtifactBucket._get

    def tampered(self: ArtifactBucket, key: str) -> bytes | None:
        content = get(self, key)
        return b"tampered" if key.endswith(".zip") else content

    monkeypatch.setattr(ArtifactBucket, "_get", tampered)
    output = Output(tmp_path / "other")
    with pytest.raises(StorageError, match=r"s3://artifacts/layers/shared/.* expected SHA-256"):
        bucket.fetch_layer("shared", built.key, output)
    assert list(output.folder.rglob("*.zip")) == []


def test_names_a_bucket_that_is_not_there(bucket: ArtifactBucket, built: BuiltArtifact) -> None:
    with pytest.raises(StorageError, match=r"s3://absent/layers/.*failed.*NoSuchBucket"):
        ArtifactBucket("absent", bucket.client).store_layer(built)


def test_names_an_endpoint_that_does_not_answer(built: BuiltArtifact) -> None:
    class Unreachable:
        def head_object(self, **_: Any) -> None:
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:9")

    with pytest.raises(StorageError, match="Could not connect to the endpoint"):
        ArtifactBucket("artifacts", Unreachable()).store_layer(built)


def test_follows_the_endpoint_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("EMULATOR_ENDPOINT", "http://127.0.0.1:4599")
    client: Any = ArtifactBucket.connect("artifacts").client
    assert client.meta.endpoint_url == "http://127.0.0.1:4599"


def test_a_functions_zip_is_uploaded_once(bucket: ArtifactBucket, project: Project) -> None:
    built = project.build_function(project.handler())
    assert bucket.store_function(built)
    assert objects(bucket) == {f"functions/greet/{built.key}.zip": built.path.read_bytes()}
    assert not bucket.store_function(built)
