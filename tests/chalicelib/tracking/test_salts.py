"""One root a day for all workers, and nothing left of it afterwards."""

import gc
import sys
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Lock

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ConnectTimeoutError
from moto import mock_aws
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import Item

from chalicelib.tracking import salts
from chalicelib.tracking.salts import DynamoSalts, MemorySalts, forgotten_at
from tests.salts_tables import salts_table

TABLE = "sluice-salts"
DAY = date(2025, 12, 17)
NOON = datetime(2025, 12, 17, 12, tzinfo=UTC)
OVER = datetime(2025, 12, 19, 2, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
WORKERS = 20
TEXTS = (bytes, bytearray, str)
SOME = 10_000  # objects to ask for what they hold at once: one by one takes ten times as long


@pytest.fixture
def aws(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield


@pytest.fixture
def client(aws):
    dynamodb = boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))
    salts_table(dynamodb, TABLE)
    return dynamodb


@pytest.fixture
def one_update_at_a_time(monkeypatch):
    """DynamoDB serializes the updates of an item; the threads of its fake do not."""
    lock, update = Lock(), DynamoDBBackend.update_item

    def locked(*arguments, **named):
        with lock:
            return update(*arguments, **named)

    monkeypatch.setattr(DynamoDBBackend, "update_item", locked)


class Outage:
    """A table that does not answer while `on`, and how often it was asked all the same."""

    def __init__(self, client):
        self.on, self.calls = True, 0
        client.meta.events.register_first("before-send.dynamodb.UpdateItem", self)

    def __call__(self, request, **_):
        self.calls += 1
        if self.on:
            raise ConnectTimeoutError(endpoint_url=request.url)


def items(client):
    return {item["pk"]["S"]: item for item in client.scan(TableName=TABLE)["Items"]}


def held():
    """Every object of this process that a container holds; small dicts of plain values are not the collector's own."""
    gc.collect()
    keepers = gc.get_objects()
    for start in range(0, len(keepers), SOME):
        kept = gc.get_referents(*keepers[start : start + SOME])
        yield from kept
        yield from gc.get_referents(*(it for it in kept if isinstance(it, dict) and not gc.is_tracked(it)))


def is_in_memory(masked):
    """Whether any object of this process holds the root, which is looked for by its complement, as bytes or in text."""
    # moto keeps every item that its table ever had; ask the table what it has now.
    Item.instances_tracked.clear()
    root = complement(masked)
    texts = (b64encode(root).decode(), root.hex())
    needles = (root, *(text.encode() for text in texts))
    mine = {id(needle) for needle in (*needles, *texts)}
    others = (it for it in held() if isinstance(it, TEXTS) and len(it) >= len(root) and id(it) not in mine)
    # All of them: what looks for the first alone is left in the middle, and a tracer of coverage keeps what it held.
    return any([needle in it for it in others for needle in (texts if isinstance(it, str) else needles)])


def complement(root):
    return bytes(byte ^ 255 for byte in root)


def test_a_day_is_forgotten_26_hours_after_its_end():
    assert forgotten_at(DAY) == OVER


@pytest.mark.parametrize(
    ("zone", "over"),
    [
        ("America/Los_Angeles", "2025-12-19T10:00"),
        ("Pacific/Kiritimati", "2025-12-18T12:00"),
        ("Etc/GMT+12", "2025-12-19T14:00"),
    ],
)
def test_a_day_of_a_zone_is_forgotten_26_hours_after_its_end_there(zone, over):
    assert forgotten_at(date(2025, 12, 17), zone) == datetime.fromisoformat(over).replace(tzinfo=UTC)


def test_each_zone_has_its_own_root_of_a_day():
    memory = MemorySalts()
    roots = {memory.root(DAY, NOON, zone) for zone in ("UTC", "America/Los_Angeles", "Asia/Tokyo")}
    assert len(roots) == 3
    assert memory.root(DAY, NOON, "Asia/Tokyo") in roots


def test_in_memory_each_zone_s_root_is_forgotten_on_its_own_time():
    memory = MemorySalts()
    there, here = memory.root(DAY, NOON, "America/Los_Angeles"), memory.root(DAY, NOON)
    assert memory.root(DAY, OVER, "America/Los_Angeles") == there
    assert memory.root(DAY, OVER) != here


def test_in_memory_a_day_has_one_root_of_32_bytes_and_another_day_another():
    memory = MemorySalts()
    root = memory.root(DAY, NOON)
    assert memory.root(DAY, OVER - INSTANT) == root
    assert len(root) == 32
    assert memory.root(DAY + timedelta(days=1), NOON) != root


def test_in_memory_two_processes_share_not_root():
    assert MemorySalts().root(DAY, NOON) != MemorySalts().root(DAY, NOON)


def test_in_memory_a_root_is_forgotten_on_time():
    memory = MemorySalts()
    root = complement(memory.root(DAY, NOON))
    assert is_in_memory(root)
    memory.root(DAY + timedelta(days=2), OVER)
    assert not is_in_memory(root)


def test_in_memory_threads_of_many_days_do_not_disturb_each_other():
    memory, days = MemorySalts(), [DAY + timedelta(days=number) for number in range(300)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            roots = list(pool.map(lambda day: memory.root(day, NOON), days))
    finally:
        sys.setswitchinterval(interval)
    assert len(set(roots)) == len(days)


def test_twenty_workers_that_race_get_one_root(client, one_update_at_a_time):
    barrier = Barrier(WORKERS)

    def work(worker):
        barrier.wait()
        return worker.root(DAY, NOON)

    with ThreadPoolExecutor(WORKERS) as pool:
        roots = set(pool.map(work, [DynamoSalts(TABLE, client) for _ in range(WORKERS)]))
    assert len(roots) == 1
    assert roots == {items(client)["salt#2025-12-17"]["root"]["B"]}


def test_a_worker_asks_the_table_once_a_day(client):
    outage, worker = Outage(client), DynamoSalts(TABLE, client)
    outage.on = False
    roots = {worker.root(DAY, NOON + timedelta(hours=hour)) for hour in range(37)}
    assert (len(roots), outage.calls) == (1, 1)


def test_the_item_carries_its_end_as_the_tables_time_to_live(client):
    DynamoSalts(TABLE, client).root(DAY, NOON)
    item = items(client)["salt#2025-12-17"]
    assert item["expires_at"] == {"N": str(int(OVER.timestamp()))}
    assert len(item["root"]["B"]) == 32


def test_a_later_worker_moves_neither_root_nor_end(client):
    DynamoSalts(TABLE, client).root(DAY, NOON)
    before = items(client)
    DynamoSalts(TABLE, client).root(DAY, OVER - INSTANT)
    assert items(client) == before


def test_the_job_deletes_what_is_due_and_nothing_else(client):
    worker = DynamoSalts(TABLE, client)
    for day in range(3):
        worker.root(DAY + timedelta(days=day), NOON)
    client.put_item(TableName=TABLE, Item={"pk": {"S": "other#1"}, "expires_at": {"N": "1"}})
    assert worker.forget(OVER) == ["salt#2025-12-17"]
    assert set(items(client)) == {"salt#2025-12-18", "salt#2025-12-19", "other#1"}


def test_the_job_deletes_nothing_a_second_before(client):
    worker = DynamoSalts(TABLE, client)
    worker.root(DAY, NOON)
    assert worker.forget(OVER - timedelta(seconds=1)) == []
    assert set(items(client)) == {"salt#2025-12-17"}


def test_the_job_deletes_what_earlier_runs_missed(client):
    worker = DynamoSalts(TABLE, client)
    for day in range(40):
        worker.root(DAY + timedelta(days=day), NOON)
    assert len(worker.forget(OVER + timedelta(days=39))) == 40
    assert items(client) == {}


def test_a_forgotten_day_is_never_made_again(client):
    worker = DynamoSalts(TABLE, client)
    assert worker.root(DAY, OVER) is None
    assert items(client) == {}


def test_a_warm_worker_forgets_also_where_the_job_has_not_run(client):
    worker = DynamoSalts(TABLE, client)
    worker.root(DAY, NOON)
    assert worker.root(DAY, OVER - INSTANT) is not None
    assert worker.root(DAY, OVER) is None


def test_with_the_root_forgotten_nothing_that_is_kept_holds_it(client):
    worker = DynamoSalts(TABLE, client)
    root = complement(worker.root(DAY, NOON))
    assert is_in_memory(root)
    worker.forget(OVER)
    worker.root(DAY + timedelta(days=2), OVER)
    assert set(items(client)) == {"salt#2025-12-19"}
    assert not is_in_memory(root)


def test_a_failure_gives_no_root_and_is_remembered_for_five_seconds(client):
    outage, worker = Outage(client), DynamoSalts(TABLE, client)
    assert worker.root(DAY, NOON) is None
    outage.on = False
    assert worker.root(DAY, NOON + salts.NEGATIVE_CACHE - INSTANT) is None
    assert outage.calls == 1
    assert worker.root(DAY, NOON + timedelta(seconds=5)) is not None


def test_after_a_recovery_a_new_failure_is_remembered_again(client):
    outage, worker = Outage(client), DynamoSalts(TABLE, client)
    for second in (0, 4, 5, 9):
        worker.root(DAY, NOON + timedelta(seconds=second))
    assert outage.calls == 2


def test_a_failure_costs_no_root_that_is_there_already(client):
    outage, worker = Outage(client), DynamoSalts(TABLE, client)
    outage.on = False
    root = worker.root(DAY, NOON)
    outage.on = True
    assert worker.root(DAY + timedelta(days=1), NOON) is None
    assert worker.root(DAY, NOON) == root


def test_a_table_that_is_not_there_gives_no_root(client):
    assert DynamoSalts("no-such-table", client).root(DAY, NOON) is None


def test_a_worker_tries_once_and_briefly(aws):
    config = DynamoSalts(TABLE)._client.meta.config
    assert (config.connect_timeout, config.read_timeout) == (0.3, 0.3)
    assert config.retries["total_max_attempts"] == 1
