"""A backend says its client's address with a key of the entry: hashed like any other, and in nothing that is kept."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from chalicelib import allowlist, values
from chalicelib.allowlist import Entry
from chalicelib.tracking import keys
from sluice.cli.main import main
from sluice.project import config
from tests import project
from tests.conftest import BUCKET, SAFARI, Tracker, event_body, stored
from tests.paths import ROOT
from tests.served import served

KEY, LISTED = keys.new()
OLD, OLD_LISTED = keys.new()
ADDRESS = "203.0.113.9"
NODE = f'await track({{bucket: "shop-analytics", eventType: "refund", clientAddress: "{ADDRESS}"}});'


@pytest.fixture
def backend(tracker: Callable[..., Tracker], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tracker:
    """An entry with two keys, and one without."""
    entries = [Entry(BUCKET, keys=frozenset({LISTED, OLD_LISTED})), Entry("keyless-analytics")]
    (tmp_path / "list.json").write_bytes(allowlist.encoded(entries))
    monkeypatch.setattr(values, "ROOT", tmp_path)
    return tracker(STORE=f"dir:{folder}", ALLOWED_BUCKETS="@list.json")


def send(tracker: Tracker, key: str | None = KEY, path: str = "/track", body: Any = None, **fields: Any) -> Any:
    headers = {"User-Agent": "python-requests/2.32", **({} if key is None else {"X-Sluice-Key": key})}
    body = body or event_body(**{"clientAddress": ADDRESS, "userAgent": SAFARI, **fields})
    return tracker.call(body, headers=headers, path=path, address="192.0.2.1")


def records(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in stored(folder) for line in path.read_bytes().splitlines()]


# Random keys: names of their own, which are the same in every worker.
@pytest.mark.parametrize("key", [KEY, OLD], ids=["new", "old"])
def test_with_a_key_the_event_is_its_visitor_s(backend: Tracker, folder: Path, key: str, log: io.StringIO) -> None:
    assert send(backend, key).status == 200
    backend.call(event_body(), headers={"User-Agent": SAFARI}, address=ADDRESS)
    one, other = records(folder)
    assert one["visitorId"] == other["visitorId"] is not None
    assert one["ip"] == other["ip"]
    assert (one["isBot"], one["device"]) == (False, other["device"])
    for text in (json.dumps(one), log.getvalue()):
        assert not any(secret in text for secret in (ADDRESS, key, "192.0.2.1"))


WRONG = {
    "none": None,
    "empty": "",
    "another": "wrong",
    "its digest": LISTED,
    "cut": KEY[:-1],
    "longer": KEY + "x",
    "ü": "ü",
}


@pytest.mark.parametrize("key", WRONG.values(), ids=WRONG)
def test_without_the_right_key_it_is_refused(backend: Tracker, folder: Path, key: str | None) -> None:
    answer = send(backend, key)
    assert (answer.status, answer.json["field"]) == (403, "clientAddress")
    assert "X-Sluice-Key" in answer.json["message"]
    assert not stored(folder)


def test_an_entry_without_keys_takes_no_address_of_a_client(backend: Tracker, folder: Path) -> None:
    answer = send(backend, bucket="keyless-analytics")
    assert (answer.status, answer.json["error"]) == (400, "Invalid field: clientAddress")
    assert "has no keys" in answer.json["message"]
    assert not stored(folder)


@pytest.mark.parametrize("address", ["shop.example", "203.0.113.9:80", "203.0.113.9, 10.0.0.1", "", "::g"])
def test_what_is_not_an_address_is_refused(backend: Tracker, address: str) -> None:
    answer = send(backend, clientAddress=address)
    assert (answer.status, answer.json["field"]) == (400, "clientAddress")


def test_without_the_field_a_key_changes_nothing(backend: Tracker, folder: Path) -> None:
    assert send(backend, "wrong", body=event_body()).status == 200
    (record,) = records(folder)
    assert record["visitorId"] is None


def test_in_a_batch_each_event_has_its_own(backend: Tracker, folder: Path) -> None:
    events = [event_body(clientAddress=one, userAgent=SAFARI) for one in (ADDRESS, ADDRESS, "2001:db8::1")]
    body = {"bucket": BUCKET, "events": [*events, event_body()]}
    assert send(backend, "wrong", "/track/batch", body).status == 403
    assert not stored(folder)
    assert send(backend, KEY, "/track/batch", body).status == 200
    found = [record["visitorId"] for record in records(folder)]
    assert sorted(map(found.count, set(found))) == [1, 1, 2]


def test_no_page_may_send_the_header(backend: Tracker) -> None:
    answer = backend.call(method="OPTIONS", headers={"Origin": "https://shop.example"})
    assert keys.HEADER not in json.dumps(answer.headers).lower()


def test_a_dry_run_asks_for_the_key_too(backend: Tracker) -> None:
    body = event_body(clientAddress=ADDRESS)
    refused = backend.call(body, headers={"X-Sluice-Key": "wrong"}, query={"dryRun": ["1"]})
    shown = backend.call(body, headers={"X-Sluice-Key": KEY}, query={"dryRun": ["1"]})
    assert (refused.status, shown.status) == (403, 200)
    assert ADDRESS not in json.dumps(shown.json)


@pytest.mark.parametrize(
    "wrong",
    [["x"], [KEY], [LISTED.upper()], [LISTED, OLD_LISTED, keys.new()[1]]],
    ids=["a word", "the key", "capitals", "three"],
)
def test_an_entry_lists_at_most_two_digests(wrong: list[str]) -> None:
    with pytest.raises(ValueError, match="at most two lines of `sluice key new` in keys"):
        Entry(BUCKET, keys=frozenset(wrong))


def test_a_new_key_is_shown_with_its_line_for_the_entry() -> None:
    key, *_, line = CliRunner().invoke(main, ["key", "new"]).stdout.strip().split("\n")
    assert len(key) >= 43
    toml = f'[stages.local]\nstore = "dir:data"\n[[stages.local.allow]]\nbucket = "a-analytics"\n{line}\n'
    assert config.parse(toml).stage("local").entries[0].keys == {keys.digest(key)}
    assert key not in toml


def test_a_packaged_list_has_the_keys() -> None:
    entries = [Entry(BUCKET, keys=frozenset({LISTED}))]
    assert allowlist.decoded(allowlist.encoded(entries)) == entries
    assert "keys" not in json.dumps(msgspec.json.decode(allowlist.encoded([Entry(BUCKET)])))


def test_the_examples_of_the_page_are_stored(tmp_path: Path) -> None:
    page = (ROOT / "docs/backend.md").read_text()
    blocks = {kind: page.split(f"```{kind}\n", 1)[1].split("```", 1)[0] for kind in ("sh", "python", "js")}
    entry = f'[[stages.local.allow]]\nbucket = "shop-analytics"\nkeys = ["{LISTED}"]\n'
    project.make(tmp_path, f'[stages.local]\nstore = "dir:data"\n{entry}')
    with served(tmp_path / "data", cwd=tmp_path, PYTHONPATH=str(tmp_path)) as server:
        variables = {**os.environ, "SLUICE_KEY": KEY, "SLUICE": server.address}
        command = blocks["sh"].replace("http://127.0.0.1:8000", server.address)
        shown = subprocess.run(["sh", "-ec", command], env=variables, capture_output=True, text=True)
        assert '"status":"ok"' in shown.stdout, shown.stdout + shown.stderr
        ran = subprocess.run([sys.executable, "-c", blocks["python"]], env=variables, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        script = blocks["js"].replace("export ", "") + NODE
        ran = subprocess.run(
            ["node", "--input-type=module", "-e", script], env=variables, capture_output=True, text=True
        )
        assert ran.returncode == 0, ran.stderr
    found = {one["eventType"]: one for one in records(tmp_path / "data")}
    assert found["purchase"]["visitorId"]
    assert found["refund"]["eventId"]
    assert (found["signup"]["visitorId"], bool(found["signup"]["ip"])) == (None, True)
