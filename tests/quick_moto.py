"""Moto without what it does again for each test and each call, to no effect on what it answers."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from moto import mock_aws
from moto.core import models, responses
from moto.core.serialize import ResponseSerializer
from moto.kms import utils as kms_keys
from moto.sns import models as mails

__all__ = ["mock_aws"]

# For each start of a mock: every URL of every service, seven times, for who calls AWS by
# `requests`. Nothing here does; botocore's calls go another way.
models.RESPONSES_METHODS.clear()

# For each call: a look through a class for its methods, and its action's name in another spelling.
responses.method_names_from_class = cache(responses.method_names_from_class)  # type: ignore[attr-defined]
responses.camelcase_to_underscores = cache(responses.camelcase_to_underscores)  # type: ignore[attr-defined]

# For each key and each mail: a pair of RSA keys, a tenth of a second. No test compares two.
_one_pair = SimpleNamespace(generate_private_key=cache(rsa.generate_private_key))
kms_keys.rsa = _one_pair  # type: ignore[assignment, attr-defined]
mails.rsa = _one_pair  # type: ignore[assignment, attr-defined]

_serialize_member = ResponseSerializer._serialize_structure_member
_AS_THEY_ARE = frozenset({"S", "N", "BOOL", "NULL"})


def _serialize_what_is_there(
    self: ResponseSerializer, serialized: Any, value: Any, shape: Any, key: str
) -> None:
    # For each value of an item: a search under every name of each of the ten kinds of values.
    if type(value) is dict and shape.parent.name == "AttributeValue":
        if key not in value:
            return
        if key in _AS_THEY_ARE:
            serialized[key] = value[key]
            return
    _serialize_member(self, serialized, value, shape, key)


ResponseSerializer._serialize_structure_member = _serialize_what_is_there  # type: ignore[method-assign]
