"""Every variable of a stage: what it sets, and what the refusal of a bad value says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib import settings, values
from chalicelib.allowlist import Entry
from chalicelib.settings import ROOT, SettingsError, Waiting
from docs.build.settings import PAGE, page
from tests.docs.page import blocks

ACCOUNT = "123456789012"
LOCAL = {"STORE": "dir:/tmp/records"}
REMOTE = {"STAGE": "prod", "BUCKET_OWNER": ACCOUNT, "SALTS": "dynamodb:sluice-salts"}
GOOD = [
    ({}, "stage", "local"),
    ({"STAGE": ""}, "stage", "local"),
    ({"STAGE": "local"}, "salts_table", None),
    ({"STORE": "dir:/var/records"}, "store_directory", Path("/var/records")),
    ({"STORE": " dir:/var/records "}, "store_directory", Path("/var/records")),
    ({"STORE": "dir:records"}, "store_directory", Path.cwd() / "records"),
    ({"STORE": "dir:~/records"}, "store_directory", Path.home() / "records"),
    ({"STORE": "s3"}, "store_directory", None),
    ({"STORE": ""}, "store_directory", None),
    ({}, "bucket_owner", None),
    ({"BUCKET_OWNER": ACCOUNT}, "bucket_owner", ACCOUNT),
    ({"SALTS": "memory"}, "salts_table", None),
    ({"SALTS": "dynamodb:my_salts.v-2"}, "salts_table", "my_salts.v-2"),
    ({}, "hash_addresses", True),
    ({"IP_HASH": "on"}, "hash_addresses", True),
    ({"IP_HASH": "off"}, "hash_addresses", False),
    ({}, "keep_query", frozenset()),
    ({"KEEP_QUERY": "q, tab,,"}, "keep_query", frozenset({"q", "tab"})),
    ({"GEOIP_DB": "/var/City.mmdb"}, "geoip_db", Path("/var/City.mmdb")),
    ({"GEOIP_DB": "data/City.mmdb"}, "geoip_db", ROOT / "data/City.mmdb"),
    ({}, "address_header", "cloudfront-viewer-address"),
    ({"CLIENT_ADDRESS_HEADER": "X-Real-IP"}, "address_header", "x-real-ip"),
    ({}, "edge_parameter", None),
    ({"EDGE_SECRET_PARAMETER": "/sluice/edge"}, "edge_parameter", "/sluice/edge"),
    ({"EDGE_SECRET_PARAMETER": ""}, "edge_parameter", None),
    ({}, "stream", None),
    ({"STREAM": "kinesis:sluice-prod-events"}, "stream", Waiting("sluice-prod-events", None, True, 300)),
    (
        {"STREAM": "dir:/s", "STREAM_WRITES": "off", "FLUSH_SECONDS": "10"},
        "stream",
        Waiting(None, Path("/s"), False, 10),
    ),
    (REMOTE, "stage", "prod"),
    (REMOTE, "salts_table", "sluice-salts"),
    (REMOTE, "store_directory", None),
    (REMOTE, "address_header", None),
    ({**REMOTE, "SALTS": "", "IP_HASH": "off"}, "salts_table", None),
    ({**REMOTE, "CLIENT_ADDRESS_HEADER": "X-A", "EDGE_SECRET_PARAMETER": "/s"}, "address_header", "x-a"),
]
BAD = [
    ({"STREAM": "kinesis"}, "STREAM", "use kinesis:NAME, or dir:PATH for a folder"),
    ({"STREAM": "kinesis:a b"}, "STREAM", "'kinesis:a b' is not a stream"),
    ({"STREAM": "sqs:events"}, "STREAM", "is not a stream"),
    ({"STREAM": "dir:/s", "STREAM_WRITES": "no"}, "STREAM_WRITES", "1"),
    ({"STREAM": "dir:/s", "FLUSH_SECONDS": "9"}, "FLUSH_SECONDS", "from 10 to 300"),
    ({"STREAM": "dir:/s", "FLUSH_SECONDS": "soon"}, "FLUSH_SECONDS", "'soon' is not a number of seconds"),
    ({"STAGE": "my stage"}, "STAGE", "use letters, digits and -, for example prod"),
    ({"STAGE": "1st"}, "STAGE", "use letters, digits and -"),
    ({"STAGE": "x" * 33}, "STAGE", "use letters, digits and -"),
    ({"ALLOWED_BUCKETS": "Shop"}, "ALLOWED_BUCKETS", "'Shop' is not a name that S3 gives"),
    ({"ALLOWED_BUCKETS": "*"}, "ALLOWED_BUCKETS", "at least 4 characters"),
    ({"ALLOWED_BUCKETS": "a-shop,*a*b*c*"}, "ALLOWED_BUCKETS", "name the bucket more exactly"),
    ({"ALLOWED_BUCKETS": "shop-x@123"}, "ALLOWED_BUCKETS", "twelve digits"),
    ({"ALLOWED_BUCKETS": "shop-x@"}, "ALLOWED_BUCKETS", "twelve digits"),
    ({"ALLOWED_BUCKETS": "@no/such.json"}, "ALLOWED_BUCKETS", "`sluice sync` writes it"),
    ({"CORS_ORIGINS": "shop.example"}, "CORS_ORIGINS", "write * or, for example, https://shop.example"),
    ({"CORS_ORIGINS": "https://a.example,null"}, "CORS_ORIGINS", "'null' is not an origin"),
    ({"CORS_ORIGINS": "https://a.example/"}, "CORS_ORIGINS", "is not an origin"),
    ({"STORE": "gcs"}, "STORE", "use s3, or dir:PATH"),
    ({"STORE": "dir:"}, "STORE", "use s3, or dir:PATH"),
    ({"STORE": "s3:shop"}, "STORE", "use s3, or dir:PATH"),
    ({"STORE": "S3"}, "STORE", "use s3, or dir:PATH"),
    ({"BUCKET_OWNER": "me"}, "BUCKET_OWNER", "write its twelve digits"),
    ({"STAGE": "prod"}, "SALTS", "write dynamodb:TABLE"),
    ({"SALTS": "redis:x"}, "SALTS", "write dynamodb:TABLE"),
    ({"SALTS": "dynamodb"}, "SALTS", "write dynamodb:TABLE"),
    ({"SALTS": "dynamodb:x"}, "SALTS", "write dynamodb:TABLE"),
    ({"SALTS": "dynamodb:my table"}, "SALTS", "write dynamodb:TABLE"),
    ({"IP_HASH": "yes"}, "IP_HASH", "write on or off"),
    ({"IP_HASH": "Off"}, "IP_HASH", "write on or off"),
    ({"CLIENT_ADDRESS_HEADER": "X Real"}, "CLIENT_ADDRESS_HEADER", "is not a valid header name"),
    ({"CLIENT_ADDRESS_HEADER": "X-Real:"}, "CLIENT_ADDRESS_HEADER", "is not a valid header name"),
    ({**REMOTE, "CLIENT_ADDRESS_HEADER": "X-A"}, "EDGE_SECRET_PARAMETER", "required with CLIENT_ADDRESS_HEADER"),
    ({"EDGE_SECRET_PARAMETER": "s3cret"}, "EDGE_SECRET_PARAMETER", "write the name of an SSM parameter"),
]
BAD_LISTS = ["", "{}", "[1]", "null", '[{"owner": null}]', '[{"bucket": "shop-x", "name": "x"}]', '[{"bucket": 7}]']


@pytest.fixture
def packaged(tmp_path):
    """A function that writes a packaged allowlist and returns the variable that names it."""

    def write(text):
        path = tmp_path / "allowlist.json"
        path.write_text(text)
        return {**LOCAL, "ALLOWED_BUCKETS": f"@{path}"}

    return write


@pytest.mark.parametrize(("variables", "name", "value"), GOOD)
def test_a_good_value_is_set(variables, name, value):
    assert getattr(settings.load(variables), name) == value


@pytest.mark.parametrize(("variables", "variable", "fix"), BAD)
def test_a_bad_value_is_refused_with_the_variable_and_how_to_fix_it(variables, variable, fix):
    with pytest.raises(SettingsError) as caught:
        settings.load({**LOCAL, **variables})
    assert str(caught.value).startswith(f"{variable}: ")
    assert fix in str(caught.value)


def test_nothing_is_allowed_by_default():
    assert settings.load({}).allowlist.entries == ()


def test_entries_are_listed_with_commas_and_may_name_their_account():
    allowlist = settings.load({**LOCAL, "ALLOWED_BUCKETS": f" shop-x , *-analytics@{ACCOUNT},"}).allowlist
    assert allowlist.entries == (Entry("shop-x"), Entry("*-analytics", ACCOUNT))


def test_any_origin_may_send_by_default():
    assert settings.load({}).allowlist.cors_origin("https://any.example") == "*"


def test_listed_origins_alone_may_send():
    allowlist = settings.load({"CORS_ORIGINS": "https://a.example, http://localhost:3000"}).allowlist
    assert allowlist.stage_origins == {"https://a.example", "http://localhost:3000"}


def test_a_packaged_list_brings_entries_with_owner_origins_and_sites(packaged):
    entry = {"bucket": "shop-x", "owner": ACCOUNT, "origins": ["https://a.example"], "sites": ["a.example"]}
    entries = settings.load(packaged(json.dumps([entry, {"bucket": "*-analytics"}]))).allowlist.entries
    known = Entry("shop-x", ACCOUNT, frozenset({"https://a.example"}), frozenset({"a.example"}))
    assert entries == (known, Entry("*-analytics"))


@pytest.mark.parametrize("text", BAD_LISTS)
def test_a_packaged_list_of_another_shape_is_refused_with_its_path(packaged, text):
    variables = packaged(text)
    with pytest.raises(SettingsError, match="is not a JSON list of entries") as caught:
        settings.load(variables)
    assert variables["ALLOWED_BUCKETS"][1:] in str(caught.value)


@pytest.mark.parametrize("origin", ["shop.example", "null", "*"])
def test_a_packaged_entry_with_a_bad_origin_is_refused(packaged, origin):
    with pytest.raises(SettingsError, match="in origins; write it as"):
        settings.load(packaged(json.dumps([{"bucket": "shop-x", "origins": [origin]}])))


@pytest.mark.parametrize(
    "site",
    ["https://shop.example", "shop.example/", "shop.example:8443", "Shop.example", "bücher.example", "*", "", "a b"],
)
def test_a_packaged_entry_with_a_bad_site_is_refused(packaged, site):
    with pytest.raises(SettingsError, match=r"in sites; write its host alone"):
        settings.load(packaged(json.dumps([{"bucket": "shop-x", "sites": [site]}])))


def test_a_relative_packaged_list_is_next_to_the_app():
    with pytest.raises(SettingsError) as caught:
        settings.load({**LOCAL, "ALLOWED_BUCKETS": "@chalicelib/no.json"})
    assert str(ROOT / "chalicelib/no.json") in str(caught.value)


def test_an_entry_without_an_account_needs_the_stages_owner():
    with pytest.raises(SettingsError, match="BUCKET_OWNER: required with STORE=s3") as caught:
        settings.load({"ALLOWED_BUCKETS": f"shop-x@{ACCOUNT},open-x"})
    assert "'open-x' names no account" in str(caught.value)


@pytest.mark.parametrize(
    "variables",
    [
        {"ALLOWED_BUCKETS": f"shop-x@{ACCOUNT}"},
        {"ALLOWED_BUCKETS": "shop-x", "BUCKET_OWNER": ACCOUNT},
        {"ALLOWED_BUCKETS": "shop-x", **LOCAL},
    ],
)
def test_the_owner_is_known_or_not_needed(variables):
    assert [entry.bucket for entry in settings.load(variables).allowlist.entries] == ["shop-x"]


def test_a_city_database_next_to_the_app_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(values, "ROOT", tmp_path)
    assert settings.load({}).geoip_db is None
    (tmp_path / "GeoLite2-City.mmdb").touch()
    assert settings.load({}).geoip_db == tmp_path / "GeoLite2-City.mmdb"


def test_without_variables_the_environment_counts(monkeypatch):
    monkeypatch.setenv("STAGE", "dev")
    monkeypatch.setenv("SALTS", "dynamodb:salts")
    assert settings.load().stage == "dev"


def test_the_environment_wins_over_defaults(monkeypatch):
    monkeypatch.setenv("STAGE", "dev")
    given = settings.environment({"STAGE": "local", "SLUICE_TEST": "kept"})
    assert (given["STAGE"], given["SLUICE_TEST"]) == ("dev", "kept")


@pytest.mark.parametrize(
    ("runtime", "handler", "serves"),
    [("127.0.0.1:9001", "app.app", True), ("127.0.0.1:9001", "app.forget_salts", False), (None, "app.app", False)],
)
def test_only_a_lambda_worker_of_the_api_serves_requests(monkeypatch, runtime, handler, serves):
    monkeypatch.delenv("AWS_LAMBDA_RUNTIME_API", raising=False)
    if runtime:
        monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", runtime)
    monkeypatch.setenv("_HANDLER", handler)
    assert settings.works_for("app.app") is serves


def test_settings_cannot_be_changed():
    loaded = settings.load({})
    with pytest.raises(AttributeError):
        loaded.stage = "prod"


@pytest.fixture(scope="module")
def exported():
    """Every variable, as somebody's shell may export it, before a test's environment is cleaned."""
    with pytest.MonkeyPatch.context() as shell:
        for one in settings.VARIABLES:
            shell.setenv(one.name, "exported")
        yield


@pytest.mark.parametrize("name", [one.name for one in settings.VARIABLES])
def test_no_exported_setting_leaks_into_a_test(exported, name):
    assert name not in settings.environment()


def test_the_page_of_settings_has_the_table_of_variables():
    assert page(PAGE.read_text()) == PAGE.read_text(), "run: python -m docs.build.settings"


def test_the_command_on_the_page_of_settings_says_what_the_page_shows():
    (shown,) = blocks(PAGE.read_text(), "console")
    command, said = shown.removeprefix("$ ").split("\n", 1)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", command], cwd=ROOT, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (1, said)


def test_a_setting_that_the_table_lacks_cannot_be_read(monkeypatch):
    monkeypatch.setattr(settings, "VARIABLES", [one for one in settings.VARIABLES if one.name != "MONITORING"])
    with pytest.raises(KeyError):
        settings.load({"MONITORING": "full"})


def test_what_sluice_toml_decides_is_synced_and_nothing_else():
    assert not {"GEOIP_DB"} & set(settings.SYNCED)
    assert len(settings.SYNCED) == len(settings.VARIABLES) - 1


def test_every_key_of_sluice_toml_that_is_a_setting_has_its_variable():
    keyed = [one.key for one in settings.VARIABLES if one.key]
    assert sorted(keyed) == sorted(settings.Keys.__struct_fields__)


def test_a_key_is_written_where_it_has_not_its_default():
    written = settings.from_keys(settings.Keys(monitoring="full", bundle_batches=False, keep_query=("q", "tab")))
    assert {name: value for name, value in written.items() if value} == {
        "MONITORING": "full",
        "BATCH_OBJECTS": "off",
        "KEEP_QUERY": "q,tab",
    }
