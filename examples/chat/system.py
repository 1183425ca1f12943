"""A chat, and the same with pandas: in a layer, and in the zip."""

from blueprint import BucketSpec, FunctionSpec, LayerSpec, Shipping, Stage, System, as_shipped

PANDAS = LayerSpec(name="pandas", purpose="Tables.", group="layer-pandas", smoke="import pandas")
HOW = {"purpose": "Talks.", "source": "functions/pandas", "layers": ("pandas",), "timeout_s": 30}
FUNCTIONS = (
    FunctionSpec(name="chat", purpose="Talks.", timeout_s=10, memory_mb=128),
    FunctionSpec(name="pandas_layer", shipping=Shipping.LAYER, memory_mb=512, **HOW),
    FunctionSpec(name="pandas_zip", shipping=Shipping.ZIP, memory_mb=512, **HOW),
)
SYSTEM = System(
    name="chat",
    stages=(Stage(name="local", emulated=True),),
    functions=as_shipped(FUNCTIONS, [PANDAS]),
    handler="index.handler",
    layers=(PANDAS,),
    buckets=(BucketSpec(name="artifacts", purpose="Keeps built layers."),),
    artifact_bucket="artifacts",
)
