"""What is looked at, chosen: bucket, days, bots, filters, segments and time zone. The page's address always says it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from zoneinfo import available_timezones

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from chalicelib import allowlist
from sluice.analysis.facade import Data
from sluice.analysis.scope import DIMENSIONS, Filters, Scope, read
from sluice.dashboard.view import segments, widgets, worldmap

BOTS_LABELS = {"exclude": "People", "include": "All", "only": "Bots"}
MAX_VALUES = 200
COMMON_ZONES = ("UTC", "America/Toronto", "America/New_York", "America/Los_Angeles", "Europe/London", "Europe/Berlin")


def scope(data: Data) -> Scope | None:
    """What is looked at; None where there is nothing to look at, which is then said."""
    only = data.published()
    buckets = [*data.buckets(), *only]
    if not buckets:
        _say_nothing_there(data)
        return None
    current, faults = _current(data, buckets)
    if current.bucket not in buckets:
        _say_no_such(current, buckets)
        return None
    for fault in faults:
        st.warning(widgets.plain(fault))
    _say_in_address(current)
    with st.sidebar:
        _bucket(data, buckets, current)
        if current.bucket not in only:
            _choices(current)
    if current.bucket not in only:
        _filters(data, current)
    return current


def keep_address() -> None:
    """Give the page that a link opened the address of what is looked at, before the browser notes the page.

    Said after it, the page would have two entries in the browser's history, and Back would come to the page again.
    """
    chosen: Scope | None = st.session_state.get(widgets.SCOPE)
    if chosen is not None and not st.query_params.get("bucket"):
        st.query_params.update(chosen.query())


def first(data: Data, bucket: str) -> Scope:
    """What is looked at where an address says no more than the bucket."""
    return read({"bucket": bucket}, [bucket], data.days(bucket), datetime.now(UTC), data.zone(bucket))[0]


def _current(data: Data, buckets: list[str]) -> tuple[Scope, list[str]]:
    """What was chosen last, else what the address names: a link that was opened, or the address that Back returned to."""
    chosen = st.session_state.get(widgets.SCOPE)
    query = st.query_params.to_dict()
    is_named = bool(query.get("bucket")) and (_went_back() or (chosen is not None and chosen.bucket not in buckets))
    if chosen is not None and not is_named:
        return chosen, []
    bucket = query.get("bucket") or buckets[0]
    is_there = bucket in buckets
    known, home = _days_and_zone(data, bucket) if is_there else ([], allowlist.UTC)
    found, faults = read(query, buckets, known, datetime.now(UTC), home)
    if is_there:
        widgets.choose(found)
    return found, faults


def _days_and_zone(data: Data, bucket: str) -> tuple[list[date], str]:
    """The days that have events, and the tenant's zone: neither is shown of one that shows only published numbers."""
    return ([], allowlist.UTC) if bucket in data.published() else (_known_days(data, bucket), data.zone(bucket))


def _known_days(data: Data, bucket: str) -> list[date]:
    """The days that have events; none where that cannot be found out, so that another bucket can be chosen."""
    with widgets.telling():
        return data.days(bucket)
    return []


def _went_back() -> bool:
    """Whether the browser's Back or Forward brought the page here."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def _bucket(data: Data, buckets: list[str], current: Scope) -> None:
    _set(w_bucket=current.bucket)
    st.selectbox("Bucket", buckets, key="w_bucket", on_change=_bucket_changed, args=(data,))


def _choices(current: Scope) -> None:
    _set(w_bots=current.bots, w_zone=current.zone)
    if len(st.session_state.get("w_days", ())) != 1:  # between the two clicks on a range there is only its first day
        _set(w_days=(current.since, current.until))
    st.date_input("Days", key="w_days", on_change=_days_changed, args=(current,), max_value=date(2200, 12, 31))
    st.segmented_control(
        "Visitors",
        list(BOTS_LABELS),
        format_func=lambda one: BOTS_LABELS[one],
        key="w_bots",
        on_change=_changed,
        args=(current, "bots"),
        width="stretch",
    )
    zones = [*COMMON_ZONES, *sorted(available_timezones() - set(COMMON_ZONES))]
    st.selectbox(
        "Time zone",
        zones,
        key="w_zone",
        on_change=_changed,
        args=(current, "zone"),
        help=f"Where days begin and end. A visitor is known for one day of {widgets.plain(current.home)}, whatever you choose.",
    )


def _filters(data: Data, current: Scope) -> None:
    """Above the page, where what opens has room below it at any size: a new filter, the segments, the filters there are."""
    with st.container(horizontal=True):
        adding = st.popover("Filter", icon=":material/filter_alt:", key="w_filter", on_change="rerun")
        if adding.open:
            with adding, widgets.telling():
                _new_filter(data, current)
        kept = _kept_segments(data, current.bucket)
        with st.popover("Segments", icon=":material/bookmark:"), widgets.telling():
            _segments(data, current, kept)
        for name, value in current.filters:
            st.button(
                f"{DIMENSIONS[name].label}: {widgets.plain(_label(name, value), 60)}",
                icon=":material/close:",
                key=f"chip-{name}",
                on_click=partial(widgets.choose, current.without(name)),
                help="Take this filter away",
            )


def _new_filter(data: Data, current: Scope) -> None:
    name = st.selectbox("By", list(DIMENSIONS), format_func=lambda one: DIMENSIONS[one].label, key="w_dimension")
    answer = data.ask(current.without(name), DIMENSIONS[name].question, limit=MAX_VALUES)
    values = answer[DIMENSIONS[name].answer].dropna().unique().tolist()
    described = partial(_label, name)
    value = st.selectbox(
        "Is", values, index=None, format_func=described, accept_new_options=True, key=f"w_value_{name}"
    )
    st.button(
        "Show only these",
        disabled=value is None,
        type="primary",
        on_click=partial(widgets.choose, current.filtered(name, str(value))),
    )


def _label(name: str, value: str) -> str:
    """What a filter's value is called."""
    return worldmap.named(value) if name == "country" else value


def _kept_segments(data: Data, bucket: str) -> dict[str, Filters]:
    """The saved segments; none where they cannot be read, which is then said."""
    with widgets.telling():
        return segments.load(data, bucket)
    return {}


def _segments(data: Data, current: Scope, kept: dict[str, Filters]) -> None:
    for name, filters in kept.items():
        open_, forget = st.columns([4, 1])
        open_.button(
            widgets.plain(name),
            key=f"segment-{name}",
            width="stretch",
            on_click=partial(widgets.choose, replace(current, filters=filters)),
        )
        forget.button(
            ":material/delete:",
            key=f"forget-{name}",
            help="Forget",
            on_click=partial(_forget_segment, data, current.bucket, name),
        )
    if current.filters:
        name = st.text_input("Save these filters as", max_chars=segments.MAX_NAME, key="w_segment")
        st.button(
            "Save",
            disabled=not name.strip(),
            on_click=partial(_save_segment, data, current.bucket, name, current.filters),
        )
    elif not kept:
        st.caption("Filter first; then the filters can be saved under a name.")


def _save_segment(data: Data, bucket: str, name: str, filters: Filters) -> None:
    with widgets.telling():
        if note := segments.save(data, bucket, name, filters):
            st.warning(widgets.plain(note))


def _forget_segment(data: Data, bucket: str, name: str) -> None:
    with widgets.telling():
        segments.forget(data, bucket, name)


def _bucket_changed(data: Data) -> None:
    old: Scope = st.session_state[widgets.SCOPE]
    bucket = st.session_state.w_bucket
    # Another tenant's pages and campaigns are others; its days and its zone may be, too.
    known, home = _days_and_zone(data, bucket)
    found, _ = read({"bucket": bucket}, [bucket], known, datetime.now(UTC), home)
    widgets.choose(replace(found, bots=old.bots))


def _days_changed(current: Scope) -> None:
    days = st.session_state.w_days
    if len(days) == 2:
        widgets.choose(replace(current, since=days[0], until=days[1]))


def _changed(current: Scope, field: str) -> None:
    value = st.session_state[f"w_{field}"]
    if value is not None:
        widgets.choose(replace(current, **{field: value}))


def _set(**values: Any) -> None:
    """The widgets show the scope, whatever changed it."""
    for name, value in values.items():
        st.session_state[name] = value


def _say_nothing_there(data: Data) -> None:
    st.info(
        f"No tenant of the stage {widgets.plain(data.stage)} has events for you to see yet. Send one as the README shows, run "
        "`make demo`, or import a log: `.venv/bin/sluice import access.log --bucket shop-analytics`. Then load this page again.",
        icon=":material/inbox:",
    )


def _say_no_such(current: Scope, buckets: list[str]) -> None:
    """The address names a bucket that does not exist, or is not this user's; the message does not say which."""
    st.error(f"There is no bucket {widgets.plain(repr(current.bucket))} that you may see. Choose one:")
    for bucket in buckets:
        st.button(widgets.plain(bucket), key=f"bucket-{bucket}", on_click=partial(_choose_bucket, bucket))


def _say_in_address(current: Scope) -> None:
    """The address says what is looked at; what a page itself keeps there stays."""
    described = current.query()
    for name in {"zone", *DIMENSIONS} - described.keys():
        st.query_params.pop(name, None)
    st.query_params.update(described)


def _choose_bucket(bucket: str) -> None:
    st.query_params.from_dict({"bucket": bucket})
