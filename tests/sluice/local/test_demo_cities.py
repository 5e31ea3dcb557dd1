"""The demo's City database: made of its table by its script, small, and of addresses that nobody has."""

from __future__ import annotations

import runpy
from ipaddress import IPv4Network
from itertools import pairwise
from pathlib import Path

from sluice.local import demo_traffic

MEASUREMENTS = IPv4Network("198.18.0.0/15")  # RFC 2544


def test_the_script_makes_the_file_that_is_committed(tmp_path: Path) -> None:
    runpy.run_path(str(demo_traffic.FOLDER / "cities.py"))["write"](tmp_path / "cities.mmdb")
    assert (tmp_path / "cities.mmdb").read_bytes() == demo_traffic.CITIES.read_bytes()


def test_it_is_small_and_nobodys() -> None:
    cities = demo_traffic.load().cities
    networks = sorted(city.network for city in cities)
    assert demo_traffic.CITIES.stat().st_size < 100_000
    assert all(network.subnet_of(MEASUREMENTS) and network.num_addresses == 1024 for network in networks)
    assert not [pair for pair in pairwise(networks) if pair[0].overlaps(pair[1])]
