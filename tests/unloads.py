"""A tenant in moto's S3 with an Athena that unloads: it runs what it is sent by DuckDB, over what the bucket holds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import boto3
import duckdb
import sqlglot

from chalicelib.lake import compaction
from chalicelib.lake.columns import columns
from chalicelib.lake.compaction import Outcome
from chalicelib.lake.kinds import EVENTS, Kind
from chalicelib.lake.objects import BucketObjects, Objects
from chalicelib.lake.raw import unpacked
from chalicelib.records import day_prefix
from sluice.athena import unload
from sluice.project.config import Allow, Stage
from sluice.project.tenants import Tenant
from tests.athena import Athena as Answering
from tests.conftest import OWNER

BUCKET, DATABASE, TABLE = "shop-analytics", "sluice_dev", "shop_events"
STAGE = Stage(name="dev", account=OWNER, region="us-east-1", allow=(Allow(BUCKET),))
SHOP = Tenant(BUCKET, BUCKET, OWNER, TABLE)
PARTS = 3
_UNLOAD = re.compile(
    r"UNLOAD \(\n(.+)\n\)\nTO 's3://([^/]+)/(.+)'\nWITH \(format = 'PARQUET', compression = 'ZSTD'\)", re.DOTALL
)
_VIEW = re.compile(r"CREATE OR REPLACE VIEW \S+ AS\n(.+)", re.DOTALL)


class Athena(Answering):
    """Athena's client over one bucket. `before` is called with each statement that reads or writes records."""

    def __init__(self, s3: Any) -> None:
        self._s3, self._results, self.sent = s3, {}, []  # type: ignore[assignment]
        self.state = {"State": "SUCCEEDED"}
        self.view = ""
        self.before: Any = lambda statement: None
        self.exceptions = type("Exceptions", (), {"InvalidRequestException": KeyError})

    def create_work_group(self, **asked: Any) -> None: ...

    def start_query_execution(self, **asked: Any) -> dict[str, str]:
        sql = asked["QueryString"]
        self.sent.append(asked)
        query = f"query-{len(self.sent)}"
        if made := _VIEW.fullmatch(sql):
            self.view = made[1]
        elif not sql.startswith("CREATE"):
            self.before(sql)
            self._results[query] = self._run(sql)
        return {"QueryExecutionId": query}

    def rows(self, wanted: str = "*") -> list[tuple[Any, ...]]:
        """These columns of the tenant's view, sorted."""
        return sorted(self._run(f"SELECT {wanted} FROM ({self.view})")[1])

    def _run(self, sql: str) -> tuple[list[Any], list[Any]]:
        with TemporaryDirectory() as name, duckdb.connect() as lake:
            folder = Path(name)
            self._tables(lake, folder, sql)
            if asked := _UNLOAD.fullmatch(sql):
                self._unload(lake, folder, *asked.groups())
                return [], []
            found = lake.execute(_duckdb(sql))
            return found.description or [], found.fetchall()

    def _unload(self, lake: Any, folder: Path, sql: str, bucket: str, place: str) -> None:
        assert not self._keys(place), "Athena refuses a place that is not empty"
        lake.execute(f"CREATE TABLE taken AS {_duckdb(sql)}")
        for number in range(PARTS):
            file = folder / f"{number}.parquet"
            lake.execute(
                f"COPY (FROM taken WHERE hash(eventid) % {PARTS} = {number}) TO '{file}' (FORMAT parquet, COMPRESSION zstd)"
            )
            self._s3.put_object(Bucket=bucket, Key=f"{place}20261130_00{number}_{uuid4()}", Body=file.read_bytes())

    def _tables(self, lake: Any, folder: Path, sql: str) -> None:
        """The tenant's three tables; those that this statement reads are filled."""
        lake.execute(f"CREATE SCHEMA {DATABASE}")
        typed = ", ".join(f'"{column.name}" {column.duckdb}' for column in columns())
        lake.execute(
            f'CREATE TABLE {DATABASE}.{TABLE}_raw ({typed}, year VARCHAR, month VARCHAR, day VARCHAR, "$path" VARCHAR)'
        )
        lake.execute(f"CREATE TABLE {DATABASE}.{TABLE}_compacted ({typed}, dt VARCHAR)")
        lake.execute(f"CREATE TABLE {DATABASE}.{TABLE}_parts ({typed}, dt VARCHAR)")
        lines = folder / "raw.json"
        lines.write_text("".join(f"{json.dumps(line)}\n" for line in self._raw()))
        if lines.stat().st_size:
            kinds = ", ".join(f"'{name}': '{kind}'" for name, kind in self._kinds())
            read = f"read_json('{lines}', format = 'newline_delimited', columns = {{{kinds}}})"
            lake.execute(f"INSERT INTO {DATABASE}.{TABLE}_raw BY NAME FROM {read}")
        for key in self._keys("compacted/") if "_compacted" in sql else []:
            if found := re.fullmatch(r"compacted/dt=(.{10})/events.parquet", key):
                self._load(lake, folder, f"{TABLE}_compacted", found[1], [key])
            elif found := re.fullmatch(r"compacted/_parts/dt=(.{10})/manifest", key):
                named = self._body(key).decode().splitlines()
                self._load(
                    lake, folder, f"{TABLE}_parts", found[1], [one.removeprefix(f"s3://{BUCKET}/") for one in named]
                )

    def _load(self, lake: Any, folder: Path, table: str, day: str, keys: list[str]) -> None:
        for key in keys:
            file = folder / uuid4().hex
            file.write_bytes(self._body(key))
            lake.execute(f"INSERT INTO {DATABASE}.{table} BY NAME SELECT *, '{day}' AS dt FROM read_parquet('{file}')")

    def _raw(self) -> Iterator[dict[str, Any]]:
        for key in self._keys("analytics/"):
            year, month, day = (part.partition("=")[2] for part in key.split("/")[1:4])
            place = {"year": year, "month": month, "day": day, "$path": f"s3://{BUCKET}/{key}"}
            body = self._body(key)
            for line in (unpacked(body) if key.endswith(".gz") else body).splitlines():
                yield {**_lower(line), **place}

    @staticmethod
    def _kinds() -> Iterator[tuple[str, str]]:
        yield from ((column.name, column.duckdb.replace("'", "''")) for column in columns())
        yield from ((name, "VARCHAR") for name in ("year", "month", "day", "$path"))

    def _keys(self, prefix: str) -> list[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        return [one["Key"] for page in pages for one in page.get("Contents", [])]

    def _body(self, key: str) -> bytes:
        body: bytes = self._s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        return body


def _duckdb(sql: str) -> str:
    return sqlglot.parse_one(sql, read="athena").sql(dialect="duckdb")


def _lower(line: bytes) -> dict[str, Any]:
    """The line as the SerDe reads it: a row of NULLs where it is not JSON."""
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return {name.lower(): value for name, value in found.items()} if isinstance(found, dict) else {}


class Shop:
    """The tenant, the stage's clients, and a clock."""

    def __init__(self, objects: Objects | None = None) -> None:
        self.s3 = boto3.client("s3")
        self.s3.create_bucket(Bucket=BUCKET)
        self.glue = boto3.client("glue", region_name="us-east-1")
        self.glue.create_database(DatabaseInput={"Name": DATABASE})
        self.objects: Any = objects or BucketObjects(BUCKET, OWNER)
        self.athena = Athena(self.s3)
        self.kind: Kind = EVENTS
        self.now = datetime.now(UTC) - timedelta(days=5)  # so that the clock can move

    def client(self, service: str, region: str | None) -> Any:
        return {"athena": self.athena, "s3": self.s3, "glue": self.glue}[service]

    def stores(self, day: date, **bodies: bytes) -> None:
        for name, body in bodies.items():
            self.s3.put_object(Bucket=BUCKET, Key=f"{day_prefix(day)}{name}.json", Body=body)

    def unloads(self, day: date, objects: Objects | None = None) -> Outcome:
        """The outcome of unloading the day."""
        return unload.run(STAGE, SHOP, objects or self.objects, self.kind, day, lambda: self.now, self.client)[0]

    def keys(self, prefix: str) -> list[str]:
        return self.athena._keys(prefix)

    def compacts(self) -> None:
        """A night."""
        compaction.work(self.objects, list(compaction.due(self.objects, self.now)), self.now)


def closed(number: int = 3) -> date:
    """A day of so many days before the tenant's clock."""
    return datetime.now(UTC).date() - timedelta(days=5 + number)


class Crash(BaseException):
    """The machine is gone: nothing of ours may catch it."""


class Crashing:
    """The tenant's objects and Athena of a machine that is gone at its so many-th change, before it or after it."""

    def __init__(self, shop: Shop, left: int, *, after: bool) -> None:
        self._shop, self._left, self._after = shop, left, after
        shop.athena.before = self.counted

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._shop.objects, name)
        return self._changing(found) if name in {"create", "replace", "delete"} else found

    def counted(self, *_: Any) -> None:
        self._left -= 1
        if self._left == 0:
            raise Crash

    def _changing(self, change: Any) -> Any:
        def changed(*given: Any) -> Any:
            if not self._after:
                self.counted()
            done = change(*given)
            if self._after:
                self.counted()
            return done

        return changed
