"""Sorts what a function runs on into what is attached to it and what ships inside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from blueprint.functions import FunctionSpec, Shipping
from blueprint.layers import LayerKind, LayerSpec


def as_shipped(
    functions: Iterable[FunctionSpec], layers: Iterable[LayerSpec]
) -> tuple[FunctionSpec, ...]:
    """Give every function the layers and the packed content that its way of shipping means."""
    known = {spec.name: spec for spec in layers}
    return tuple(_shipped(spec, known) for spec in functions)


def _shipped(spec: FunctionSpec, known: dict[str, LayerSpec]) -> FunctionSpec:
    packed = tuple(
        known[name]
        for name in spec.layers
        if name in known and _is_packed(known[name], spec.shipping)
    )
    inside = {layer.name for layer in packed}
    attached = tuple(name for name in spec.layers if name not in inside)
    return replace(spec, layers=attached, packed=(*spec.packed, *packed))


def _is_packed(layer: LayerSpec, shipping: Shipping) -> bool:
    if shipping is Shipping.ZIP:
        return layer.kind is not LayerKind.SOURCES
    return shipping is Shipping.IMAGE
