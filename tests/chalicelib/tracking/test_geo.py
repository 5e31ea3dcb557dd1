"""Where an address is: by a City database, by CloudFront's headers, or Unknown."""

import subprocess
import sys
from ipaddress import ip_address

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from chalicelib.records import Location
from chalicelib.tracking.city import CityDatabase
from chalicelib.tracking.geo import MAX_NAME, EdgeHeaders

UNKNOWN = Location("Unknown", "Unknown", "Unknown")
LONDON = {
    "country": {"iso_code": "GB", "names": {"en": "United Kingdom"}},
    "subdivisions": [{"iso_code": "ENG"}, {"iso_code": "LND"}],
    "city": {"names": {"en": "London", "de": "Londres"}},
}
NETWORKS = {
    "81.2.69.0/24": LONDON,
    "2001:db8:1::/48": LONDON,
    "67.43.156.0/24": {"country": {"iso_code": "BT"}},
    "89.160.20.0/24": {"country": {"iso_code": "SE"}, "city": {"names": {"en": "Linköping"}}},
    "10.0.0.0/8": {},
}


def write(path, networks, kind="GeoLite2-City"):
    writer = MMDBWriter(ip_version=6, ipv4_compatible=True, database_type=kind, languages=["en"])
    for network, place in networks.items():
        writer.insert_network(IPSet([network]), place)
    writer.to_db_file(str(path))
    return path


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return CityDatabase(write(tmp_path_factory.mktemp("geo") / "City.mmdb", NETWORKS))


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("81.2.69.142", Location("GB", "LND", "London")),
        ("2001:db8:1::5", Location("GB", "LND", "London")),
        ("67.43.156.1", Location("BT", "Unknown", "Unknown")),
        ("89.160.20.112", Location("SE", "Unknown", "Linköping")),
        ("10.1.2.3", UNKNOWN),
        ("8.8.8.8", UNKNOWN),
        ("::1", UNKNOWN),
    ],
)
def test_a_city_database_gives_what_it_knows_of_an_address(database, address, place):
    assert database.locate(ip_address(address), {}) == place


def test_without_an_address_a_city_database_knows_nothing(database):
    assert database.locate(None, {}) == UNKNOWN


def test_a_city_database_does_not_ask_the_headers(database):
    assert database.locate(ip_address("8.8.8.8"), {"cloudfront-viewer-country": "DE"}) == UNKNOWN


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ValueError, match="there is no file") as caught:
        CityDatabase(tmp_path / "City.mmdb")
    assert str(tmp_path / "City.mmdb") in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"x", b"no database" * 1000, bytes(4096)])
def test_a_corrupt_file_is_named(tmp_path, content):
    path = tmp_path / "City.mmdb"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="is not a City database") as caught:
        CityDatabase(path)
    assert str(path) in str(caught.value)


def test_a_file_that_was_cut_off_is_refused(tmp_path):
    path = write(tmp_path / "City.mmdb", NETWORKS)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ValueError, match="is not a City database"):
        CityDatabase(path)


def test_a_folder_is_not_a_database(tmp_path):
    with pytest.raises(ValueError, match="is not a City database"):
        CityDatabase(tmp_path)


@pytest.mark.parametrize("kind", ["GeoLite2-Country", "GeoLite2-ASN"])
def test_a_database_of_another_type_is_refused_by_its_type(tmp_path, kind):
    path = write(tmp_path / "other.mmdb", NETWORKS, kind)
    with pytest.raises(ValueError, match=f"is a {kind} database; a City database is needed"):
        CityDatabase(path)


def test_the_commercial_city_database_is_taken_too(tmp_path):
    path = write(tmp_path / "City.mmdb", NETWORKS, "GeoIP2-City")
    assert CityDatabase(path).locate(ip_address("67.43.156.1"), {}).country == "BT"


def headers(country="", region="", city=""):
    names = {"": country, "-region": region}
    viewer = {f"cloudfront-viewer-country{name}": value for name, value in names.items()}
    return {**viewer, "cloudfront-viewer-city": city}


@pytest.mark.parametrize(
    ("given", "place"),
    [
        (headers("SE", "E", "Linkoping"), Location("SE", "E", "Linkoping")),
        (headers("se", "e", "Link%C3%B6ping"), Location("SE", "E", "Linköping")),
        (headers("GB"), Location("GB", "Unknown", "Unknown")),
        (headers("US", "CA", "San%20Diego"), Location("US", "CA", "San Diego")),
        (headers("GB", "ENG", "London"), Location("GB", "ENG", "London")),
        (headers("DEU"), UNKNOWN),
        (headers("D"), UNKNOWN),
        (headers("D\n"), UNKNOWN),
        (headers("<>", "ENGL", ""), UNKNOWN),
        (headers("../", "../", "\x00\u202e\n"), UNKNOWN),
        (headers("DE", "BE", "Ber\x00lin\r\n"), Location("DE", "BE", "Berlin")),
        (headers("DE", "BE", "%00Berlin%0A%E2%80%AE"), Location("DE", "BE", "Berlin")),
        (headers("DE", "BE", "%ff"), Location("DE", "BE", "\ufffd")),
        ({}, UNKNOWN),
    ],
)
def test_the_edges_headers_are_taken_where_they_are_well_formed(given, place):
    assert EdgeHeaders().locate(ip_address("8.8.8.8"), given) == place


def test_a_citys_name_from_a_header_is_cut():
    place = EdgeHeaders().locate(None, headers("DE", "BE", "x" * 5000))
    assert place.city == "x" * MAX_NAME


def damaged(path):
    """The file with the data of every place overwritten; its tree and its metadata stay as they were."""
    content = bytearray(path.read_bytes())
    start, end = content.index(b"iso_code") - 60, content.rindex(b"\xab\xcd\xefMaxMind.com")
    content[start:end] = b"\xff" * (end - start)
    path.write_bytes(content)
    return path


def test_a_file_that_is_damaged_in_its_midst_is_named_at_start(tmp_path):
    path = damaged(write(tmp_path / "City.mmdb", {"1.0.0.0/8": LONDON}))

    with pytest.raises(ValueError, match="is damaged"):
        CityDatabase(path)


def test_a_damage_that_shows_later_costs_the_location_alone(tmp_path):
    database = CityDatabase(damaged(write(tmp_path / "City.mmdb", {"81.2.69.0/24": LONDON})))

    assert database.locate(ip_address("81.2.69.142"), {}) == UNKNOWN


# What a worker of the API has no use for where its stage has no City database.
UNUSED = """
import sys
from chalicelib import settings
from chalicelib.tracking import assembly
import app
stage = {"STAGE": "local", "ALLOWED_BUCKETS": "*-analytics", "STORE": "dir:data", "GEOIP_DB": ""}
assembly.assemble(settings.load(stage))
assembly.warm()
print(sorted({"geoip2", "maxminddb", "duckdb", "pyarrow", "numpy", "sluice"} & sys.modules.keys()))
"""


def test_a_stage_without_a_database_imports_no_library_for_it_nor_for_a_job():
    ran = subprocess.run([sys.executable, "-c", UNUSED], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
