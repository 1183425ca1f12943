"""A function on two layers: what is public, and a framework in a private repository."""

import os

from blueprint import BucketSpec, FunctionSpec, GitSource, LayerKind, LayerSpec, Stage, System

NOWHERE = f"https://git.example.test/framework@{'0' * 40}"
ADDRESS, _, COMMIT = os.environ.get("FRAMEWORK", NOWHERE).rpartition("@")
PUBLIC = LayerSpec(
    name="public", purpose="Pictures, logs, HTTP.", group="layer-public", smoke="import cv2"
)
FRAMEWORK = LayerSpec(
    name="framework",
    purpose="Our own measures.",
    kind=LayerKind.GIT,
    git=GitSource(repository=ADDRESS, commit=COMMIT),
    smoke="import framework",
)
WATCH = FunctionSpec(
    name="watch", purpose="Sees.", layers=("framework", "public"), timeout_s=30, memory_mb=512
)
SYSTEM = System(
    name="two-layers",
    stages=(Stage(name="local", emulated=True),),
    functions=(WATCH,),
    handler="lambda_function.lambda_handler",
    layers=(FRAMEWORK, PUBLIC),
    buckets=(BucketSpec(name="artifacts", purpose="Keeps built layers."),),
    artifact_bucket="artifacts",
)
