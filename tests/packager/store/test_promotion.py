from __future__ import annotations

from dataclasses import replace

import pytest

from packager.errors import PromotionRefusedError
from packager.store.promotion import (
    Difference,
    Shipment,
    differences,
    require_promotable,
    require_promoted,
)
from tests.deployed_outputs import outputs_document

RAN = Shipment(functions={"portfolio_v2": "aa11"}, layers={"portfolio": "k1"})


def test_the_very_artifacts_that_ran_are_promotable() -> None:
    require_promotable("dev", RAN, RAN)


def test_one_changed_byte_is_refused_by_name_with_both_digests() -> None:
    found = Shipment(functions={"portfolio_v2": "bb22"}, layers={"portfolio": "k1"})

    with pytest.raises(PromotionRefusedError) as refusal:
        require_promotable("dev", RAN, found)

    for part in ("function portfolio_v2", "aa11", "bb22", "make deploy-dev"):
        assert part in str(refusal.value)


def test_a_layer_key_that_has_not_run_is_a_difference() -> None:
    found = Shipment(functions=RAN.functions, layers={"portfolio": "k2"})

    (difference,) = differences(RAN, found)

    assert (difference.kind, difference.name) == ("layer", "portfolio")
    assert (difference.ran, difference.found) == ("k1", "k2")


def test_what_only_one_side_has_is_a_difference() -> None:
    found = Shipment(functions={"new": "aa11"}, layers=RAN.layers)

    assert [difference.name for difference in differences(RAN, found)] == ["new", "portfolio_v2"]


def test_a_layer_of_the_same_key_and_another_digest_is_a_difference() -> None:
    ran = replace(RAN, layer_digests={"portfolio": "d1"})
    assert differences(ran, replace(ran, layer_digests={"portfolio": "d2"})) == (
        Difference(kind="layer", name="portfolio", ran="d1", found="d2"),
    )


def test_a_digest_that_nobody_knows_yet_is_none() -> None:
    assert differences(replace(RAN, layer_digests={"portfolio": "d1"}), RAN) == ()


@pytest.mark.parametrize(
    "outputs",
    [{}, {"functions": {}}, outputs_document({"a": "no base64"}, {})],
)
def test_a_stage_without_outputs_has_run_nothing(outputs: dict[str, object]) -> None:
    with pytest.raises(PromotionRefusedError, match="make deploy-dev"):
        require_promoted("dev", lambda _stage: outputs, {}, {})
