"""Saved segments: kept for a tenant, opened again, and never lost to a broken file, a full one or another person's save."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from sluice.dashboard.pages import overview
from sluice.dashboard.view import segments, widgets
from sluice.dashboard.view.segments import MAX_NUMBER, BrokenSegments, SegmentsError
from tests.dashboards import BUCKET, FIRST, LAST, everything, home, opened, shop

__all__ = ["home", "shop"]  # fixtures
DAYS = {"since": str(FIRST), "to": str(LAST)}
PHONES = (("device", "mobile"),)
BROKEN = {
    "an empty file": b"",
    "truncated JSON": b'{"Phones": {"device": "mob',
    "a list": b"[]",
    "null": b"null",
    "a number for filters": b'{"Phones": 1}',
    "a number for a value": b'{"Phones": {"device": 7}}',
    "a list for a value": b'{"Phones": {"device": ["mobile"]}}',
    "not UTF-8": b'{"Phones\xff": {"device": "mobile"}}',
    "ten thousand brackets": b"[" * 10_000,
}


@pytest.fixture
def blank(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sidebar alone, in which the segments are."""
    monkeypatch.setattr(overview, "show", lambda data, scope: None)


def file() -> Path:
    """Where the tenant's segments are; the folder is made."""
    path = everything().file(BUCKET, segments.NAME)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def aside() -> list[bytes]:
    """What the files hold that were kept aside."""
    return [path.read_bytes() for path in sorted(file().parent.glob(f"{segments.NAME}.broken-*"))]


def saved(number: int) -> dict[str, Any]:
    """So many segments, in a file as it was written before there was a limit."""
    made = {f"segment {one:03}": {"device": "mobile"} for one in range(number)}
    file().write_text(json.dumps(made))
    return made


def save(page: AppTest, name: str) -> AppTest:
    page.text_input(key="w_segment").set_value(name).run()
    return next(one for one in page.button if one.label == "Save").click().run()


def plain(text: str) -> str:
    return text.replace("\\", "")


def test_a_segment_is_kept_for_the_tenant_and_opened_again(shop: Path) -> None:
    save(opened(bucket=BUCKET, device="mobile", country="DE", **DAYS), "Phones in Germany")
    again = opened(bucket=BUCKET, **DAYS)
    again.button(key="segment-Phones in Germany").click().run()
    assert again.session_state[widgets.SCOPE].filters == (("country", "DE"), ("device", "mobile"))


def test_a_segment_is_forgotten(shop: Path, blank: None) -> None:
    segments.save(everything(), BUCKET, "Phones", PHONES)
    page = opened(bucket=BUCKET, **DAYS)
    page.button(key="forget-Phones").click().run()
    assert segments.load(everything(), BUCKET) == {}


def test_without_a_file_there_are_no_segments(shop: Path) -> None:
    assert segments.load(everything(), BUCKET) == {}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_said_to_be_broken(shop: Path, case: str) -> None:
    file().write_bytes(BROKEN[case])
    with pytest.raises(BrokenSegments, match=r"cannot be read\. Repair .*segments\.json, or save a segment"):
        segments.load(everything(), BUCKET)


@pytest.mark.parametrize("case", BROKEN)
def test_a_save_keeps_the_broken_file_aside(shop: Path, case: str) -> None:
    file().write_bytes(BROKEN[case])
    note = segments.save(everything(), BUCKET, "Phones", PHONES)
    assert aside() == [BROKEN[case]]
    assert note is not None and f"{segments.NAME}.broken-1" in note
    assert segments.load(everything(), BUCKET) == {"Phones": PHONES}


def test_what_was_kept_aside_before_is_never_written_over(shop: Path) -> None:
    for case in ("truncated JSON", "null", "a list"):
        file().write_bytes(BROKEN[case])
        segments.save(everything(), BUCKET, "Phones", PHONES)
    assert aside() == [BROKEN["truncated JSON"], BROKEN["null"], BROKEN["a list"]]


def test_a_broken_file_is_not_touched_where_something_is_to_be_forgotten(shop: Path) -> None:
    file().write_bytes(BROKEN["truncated JSON"])
    with pytest.raises(BrokenSegments):
        segments.forget(everything(), BUCKET, "Phones")
    assert file().read_bytes() == BROKEN["truncated JSON"]


def test_the_user_reads_that_the_file_is_broken_and_can_still_work_and_save(shop: Path) -> None:
    file().write_bytes(BROKEN["truncated JSON"])
    page = opened(bucket=BUCKET, device="mobile", **DAYS)
    assert [plain(one.value)[:37] for one in page.error] == ["The saved segments cannot be read. Re"]
    assert not page.exception and page.metric
    page = save(page, "Phones")
    assert [f"{segments.NAME}.broken-1" in plain(one.value) for one in page.warning] == [True]
    assert segments.load(everything(), BUCKET) == {"Phones": PHONES}


def test_a_filter_that_this_version_does_not_know_survives_a_save(shop: Path) -> None:
    file().write_text('{"Tomorrow": {"planet": "Mars", "device": "mobile"}}')
    segments.save(everything(), BUCKET, "Phones", PHONES)
    assert segments.load(everything(), BUCKET)["Tomorrow"] == PHONES
    assert json.loads(file().read_bytes())["Tomorrow"] == {"planet": "Mars", "device": "mobile"}


def test_the_fiftieth_segment_is_saved_and_the_next_refused_with_what_to_do(shop: Path) -> None:
    saved(MAX_NUMBER - 1)
    segments.save(everything(), BUCKET, "the fiftieth", PHONES)
    before = file().read_bytes()
    with pytest.raises(SegmentsError, match=r"at most 50 can be\. Delete one"):
        segments.save(everything(), BUCKET, "aaa", PHONES)
    assert file().read_bytes() == before
    assert len(json.loads(before)) == MAX_NUMBER


def test_the_user_reads_why_the_next_one_is_not_saved(shop: Path, blank: None) -> None:
    saved(MAX_NUMBER)
    page = save(opened(bucket=BUCKET, device="mobile", **DAYS), "one more")
    assert not page.exception
    assert [plain(one.value) for one in page.error] == [
        "one more was not saved: 50 segments are saved and at most 50 can be. Delete one under Segments, and save again."
    ]


def test_a_segment_can_be_saved_again_under_its_own_name_however_many_there_are(shop: Path) -> None:
    made = saved(MAX_NUMBER + 2)
    segments.save(everything(), BUCKET, "segment 007", (("country", "DE"),))
    assert json.loads(file().read_bytes()) == {**made, "segment 007": {"country": "DE"}}


def test_of_more_than_fifty_from_before_each_can_be_forgotten_and_no_other_goes(shop: Path, blank: None) -> None:
    made = saved(MAX_NUMBER + 2)
    page = opened(bucket=BUCKET, **DAYS)
    page.button(key="forget-segment 000").click().run()
    made.pop("segment 000")
    assert not page.exception
    assert json.loads(file().read_bytes()) == made


def test_people_who_save_at_once_all_keep_what_they_saved(shop: Path) -> None:
    data = everything()
    names = [f"segment {number:03}" for number in range(30)]
    with ThreadPoolExecutor(8) as people:
        list(people.map(lambda name: segments.save(data, BUCKET, name, PHONES), names))
    assert list(segments.load(data, BUCKET)) == names


def test_a_save_that_is_killed_leaves_the_segments_that_were_there(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    segments.save(everything(), BUCKET, "Phones", PHONES)

    def killed(descriptor: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killing, pytest.raises(KeyboardInterrupt):
        killing.setattr(os, "fsync", killed)
        segments.save(everything(), BUCKET, "Germany", (("country", "DE"),))
    assert segments.load(everything(), BUCKET) == {"Phones": PHONES}


def test_a_folder_in_the_file_s_place_is_said_and_left(shop: Path) -> None:
    file().mkdir()
    for attempt in (
        lambda: segments.load(everything(), BUCKET),
        lambda: segments.save(everything(), BUCKET, "Phones", PHONES),
    ):
        with pytest.raises(SegmentsError, match="cannot be used for segments"):
            attempt()
    assert file().is_dir()
