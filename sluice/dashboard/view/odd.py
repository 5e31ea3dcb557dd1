"""The odd days of the dashboard's scope, as marks on its curve by day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime

from chalicelib.anomalies import counts
from chalicelib.anomalies.detector import Day, described
from sluice.analysis.facade import Data
from sluice.analysis.scope import Scope
from sluice.dashboard.view.curves import Mark


def marks(data: Data, scope: Scope) -> list[Mark]:
    """A mark for each odd closed day; none under filters, where a tenant's slice is too small to judge. Raises as `ask`.

    None on Athena, where eighteen weeks more would double what a page costs.
    """
    if data.is_remote or scope.filters:
        return []
    closed = counts.last_closed(data.known(scope.bucket, datetime.now(UTC)), scope.zone)
    until = min(scope.until, closed)
    if until < scope.since:
        return []
    frame = data.daily_counts(replace(scope, since=scope.since - counts.HISTORY, until=until))
    odd: dict[date, dict[str, Day]] = defaultdict(dict)
    for figure, days in counts.of_rows(list(frame.itertuples(index=False, name=None)), until).items():
        for one in days:
            if one.kind and one.day >= scope.since:
                odd[one.day][figure] = one
    return [_mark(day, figures) for day, figures in sorted(odd.items())]


def _mark(day: date, figures: dict[str, Day]) -> Mark:
    texts = [f"{figure} {one.kind}, {described(one)}" for figure, one in figures.items()]
    first = next(iter(figures.values()))
    return Mark(day, "visits", f"{day:%b %d}: {'; '.join(texts)}", first.kind == "up")
