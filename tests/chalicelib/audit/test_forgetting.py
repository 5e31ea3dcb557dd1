"""Salts are forgotten on time, the trail says so, and afterwards nothing that is kept finds an address."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address, ip_network

import boto3
import msgspec
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from chalicelib import privacy, settings
from chalicelib.audit import forgetting, rows, trail
from chalicelib.audit.trail import Place
from chalicelib.lake.objects import BucketObjects
from chalicelib.tracking.salts import DynamoSalts, forgotten_at
from tests.chalicelib.tracking.test_salts import complement, held, is_in_memory
from tests.conftest import OWNER, event_body
from tests.salts_tables import salts_table

DAY = date(2026, 3, 9)
NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
OVER = forgotten_at(DAY)
TABLE, TRAIL, OWN, SHOP = "sluice-salts", "sluice-prod-audit", "sluice-prod-own", "shop-analytics"
ADDRESS = "203.0.113.77"
CANDIDATES = [ip_address(one) for one in ip_network("203.0.0.0/16")]
VARIABLES = {
    "STAGE": "prod",
    "ALLOWED_BUCKETS": SHOP,
    "BUCKET_OWNER": OWNER,
    "SALTS": f"dynamodb:{TABLE}",
    "STAGE_BUCKET": OWN,
    "AUDIT_BUCKET": TRAIL,
}


@pytest.fixture
def place(s3):
    dynamodb = boto3.client("dynamodb")
    salts_table(dynamodb, TABLE)
    for name in (OWN, TRAIL, SHOP):
        with suppress(ClientError):
            s3.create_bucket(Bucket=name)
    return Place(TRAIL, BucketObjects(TRAIL, OWNER, s3), BucketObjects(OWN, OWNER, s3))


def work(now, **variables):
    return list(forgetting.work(settings.load({**VARIABLES, **variables}), now))


def items():
    return {one["pk"]["S"]: one for one in boto3.client("dynamodb").scan(TableName=TABLE)["Items"]}


def test_a_deleted_salt_is_a_row_of_the_trail(place):
    DynamoSalts(TABLE).root(DAY, NOON)
    assert work(OVER - timedelta(seconds=1)) == [{"forgotten": []}]
    forgotten, audited = work(OVER)
    (row,) = trail.read(place)
    assert forgotten == {"forgotten": ["salt#2026-03-09"]}
    assert audited == {"audited": ["salt#2026-03-09"], "seq": 1, "hash": row.hash}
    assert (row.actor, row.action, row.subject) == ("job:forget-salts", "salts.forgotten", "prod")
    assert row.details == {"keys": ["salt#2026-03-09"]}
    assert items() == {}
    assert trail.verify(place).findings == []
    assert work(OVER + timedelta(hours=1)) == [{"forgotten": []}]


def test_a_salt_goes_though_the_trail_is_down_and_the_next_hour_says_so(place, s3):
    DynamoSalts(TABLE).root(DAY, NOON)
    s3.delete_bucket(Bucket=TRAIL)
    steps = forgetting.work(settings.load(VARIABLES), OVER)
    assert next(steps) == {"forgotten": ["salt#2026-03-09"]}
    with pytest.raises(ClientError):
        next(steps)
    assert [(key, "root" in one) for key, one in items().items()] == [("gone#salt#2026-03-09", False)]

    s3.create_bucket(Bucket=TRAIL)
    DynamoSalts(TABLE).root(DAY + timedelta(days=1), NOON + timedelta(days=1))
    later = work(OVER + timedelta(days=1))
    assert later[0] == {"forgotten": ["salt#2026-03-10"]}
    assert later[1]["audited"] == ["salt#2026-03-09", "salt#2026-03-10"]
    assert items() == {}


def test_a_job_that_dies_after_its_row_says_it_twice_rather_than_never(place, monkeypatch):
    DynamoSalts(TABLE).root(DAY, NOON)
    with monkeypatch.context() as patch:
        patch.setattr(DynamoSalts, "drop_notes", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            work(OVER)
    assert work(OVER + timedelta(hours=1))[1]["audited"] == ["salt#2026-03-09"]
    assert trail.verify(place).findings == []


def test_a_salt_goes_though_no_note_of_it_can_be_left(place, monkeypatch):
    DynamoSalts(TABLE).root(DAY, NOON)
    made = boto3.client

    def client(*given, **named):
        one = made(*given, **named)
        if given[0] == "dynamodb":
            one.meta.events.register_first("before-send.dynamodb.PutItem", down)
        return one

    def down(request, **_):
        raise ConnectTimeoutError(endpoint_url=request.url)

    monkeypatch.setattr(boto3, "client", client)
    assert work(OVER)[1]["audited"] == ["salt#2026-03-09"]
    assert items() == {}


def test_a_stage_without_a_trail_forgets_as_before(place):
    DynamoSalts(TABLE).root(DAY, NOON)
    assert work(OVER, AUDIT_BUCKET="") == [{"forgotten": ["salt#2026-03-09"]}]
    assert items() == {}
    assert work(OVER, SALTS="memory", STAGE="local") == []


def found(materials, hashed):
    """The addresses of the /16 that have this hash under any of these keys, as roots or as salts."""
    keys = {salt for one in materials if len(one) >= 16 for salt in (one, privacy.tenant_salt(one, SHOP))}
    return {str(one) for key in keys for one in CANDIDATES if privacy.hash_address(key, one) == hashed}


def materials(*texts):
    """Every string and every run of bytes in these, as it is and read as hex, as a key might be."""
    kept = {one if isinstance(one, bytes) else str(one).encode() for one in texts}
    for one in list(kept):
        with suppress(ValueError):
            kept.add(bytes.fromhex(one.decode()))
    return kept


def values(one):
    """Every leaf of what was stored."""
    if isinstance(one, dict):
        return [leaf for key, inner in one.items() for leaf in (key, *values(inner))]
    if isinstance(one, list):
        return [leaf for inner in one for leaf in values(inner)]
    return [one]


def root():
    """The one root that the table has."""
    return bytes(next(one for one in items().values() if "root" in one)["root"]["B"])


def finds(key, hashed):
    """Whether the planted address has this hash under this key; what a search over more addresses would find, too."""
    return hashed in {privacy.hash_address(salt, ip_address(ADDRESS)) for salt in (key, privacy.tenant_salt(key, SHOP))}


def kept_keys():
    """Everything in this process's memory that is as long as a key may be."""
    return {bytes(one) for one in held() if isinstance(one, bytes | bytearray) and 16 <= len(one) <= 64}


def test_after_the_deadline_no_key_that_is_kept_finds_a_planted_address(place, s3, tracker):
    """The table, the record, the trail and this warm process, each searched for keys; the /16 has the address."""
    variables = {name: value for name, value in VARIABLES.items() if name != "AUDIT_BUCKET"}
    api = tracker(**variables)
    now = datetime.now(UTC)
    sent = event_body(bucket=SHOP, timestamp=now.isoformat())
    assert api.call(sent, address=ADDRESS).status == 200
    (key,) = [one["Key"] for one in s3.list_objects_v2(Bucket=SHOP)["Contents"]]
    record = json.loads(s3.get_object(Bucket=SHOP, Key=key)["Body"].read())

    masked = complement(root())
    assert found([root()], record["ip"]) == {ADDRESS}  # the search is right: with the root it finds the address
    assert is_in_memory(masked)
    assert any(finds(one, record["ip"]) for one in kept_keys())

    over = forgotten_at(now.date()) + timedelta(minutes=1)
    list(forgetting.work(settings.load(VARIABLES), over))
    api.app.service().salts.root(over.date(), over)  # the warm worker's next event

    written = [msgspec.to_builtins(one) for one in trail.read(place)]
    kept = [leaf for one in (list(items().values()), record, written) for leaf in values(one)]
    assert found(materials(*kept), record["ip"]) == set()
    assert not is_in_memory(masked)
    assert not any(finds(one, record["ip"]) for one in kept_keys())
    assert [one.details["keys"] for one in trail.read(place)] == [[f"salt#{now.date()}"]]
    assert trail.verify(place).findings == []

    s3.delete_object(Bucket=TRAIL, Key=rows.key(1))
    assert trail.verify(place).findings == ["row 1 is missing: the trail was cut at its end"]
