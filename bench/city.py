"""A City database of a realistic size, made for the benchmarks; GEOIP_DB names another one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mmdb_writer import MMDBWriter
from netaddr import IPNetwork, IPSet

NETWORKS = 60_000
_LANGUAGES = ("de", "en", "es", "fr", "ja", "pt-BR", "ru", "zh-CN")


@contextmanager
def database() -> Iterator[Path]:
    """The path of a City database, in a folder that is gone afterwards unless it is the caller's own."""
    if os.environ.get("GEOIP_DB"):
        yield Path(os.environ["GEOIP_DB"]).absolute()
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "City.mmdb"
        _write(path)
        yield path


def _write(path: Path) -> None:
    """Networks of 256 addresses from 81.0.0.0 on, so that every event of the benchmarks finds a city of its own."""
    writer = MMDBWriter(ip_version=6, database_type="GeoLite2-City", ipv4_compatible=True, languages=list(_LANGUAGES))
    for number in range(NETWORKS):
        network = IPNetwork(f"81.{number // 256}.{number % 256}.0/24")
        writer.insert_network(IPSet([network]), _city(number))
    writer.to_db_file(str(path))


def _city(number: int) -> dict[str, Any]:
    return {
        "city": {"geoname_id": number, "names": {language: f"Town {number} ({language})" for language in _LANGUAGES}},
        "country": {"geoname_id": 2635167, "iso_code": "GB", "names": {"en": "United Kingdom"}},
        "subdivisions": [{"geoname_id": 6269131, "iso_code": "ENG", "names": {"en": "England"}}],
        "location": {"accuracy_radius": 20, "latitude": 51.5 + number / 1e6, "longitude": -number / 1e6},
        "postal": {"code": f"SW{number}"},
    }
