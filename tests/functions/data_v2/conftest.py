from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cloud import Cloud
from tests.fakes import FixedClock
from tests.functions.deployed import BAD_DATA, BARS, FETCH_REQUESTS
from the_alchemiser.data_v2.archive import S3BarArchive
from the_alchemiser.shared.market_data_s3 import S3BarStore

BUCKET = BARS


@dataclass(frozen=True)
class Storage:
    s3: Any
    dynamodb: Any
    store: S3BarStore
    archive: S3BarArchive
    clock: FixedClock


@pytest.fixture
def storage(cloud: Cloud, tmp_path: Path) -> Storage:
    s3, dynamodb = cloud.client("s3"), cloud.client("dynamodb")
    s3.create_bucket(Bucket=BUCKET)
    cloud.table(BAD_DATA)
    dynamodb.create_table(
        TableName=FETCH_REQUESTS,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "PK", "AttributeType": "S"}],
    )
    clock = FixedClock()
    store = S3BarStore(s3, BUCKET, tmp_path / "cache")
    return Storage(
        s3=s3,
        dynamodb=dynamodb,
        store=store,
        archive=S3BarArchive(s3, BUCKET, store, clock),
        clock=clock,
    )
