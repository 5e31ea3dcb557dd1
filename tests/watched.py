"""What CloudWatch makes of a stage: which log lines a filter counts, and which metrics an alarm is billed for."""

from __future__ import annotations

import re
from typing import Any

from chalicelib.logs import Outcome, Sent

# A request of each kind that a filter may count.
LINES = {
    "stored": Outcome("accepted", 200, entry="shop-analytics", bucket="shop-analytics", sent=Sent("page_view")),
    "not stored": Outcome("unavailable", 503, entry="shop-analytics", cause="AccessDenied"),
    "not stored, of a pattern": Outcome("unavailable", 503, entry="*-analytics", cause="AccessDenied"),
    "no entry": Outcome("rejected", 403, reason="UnknownBucket"),
    "of another origin": Outcome("rejected", 403, reason="OriginNotAllowed", entry="shop-analytics"),
    "malformed": Outcome("rejected", 400, reason="InvalidField"),
    "without a salt": Outcome("accepted", 200, entry="shop-analytics", salted=False, salt_cause="Timeout"),
}


def selects(pattern: str, line: dict[str, Any]) -> bool:
    """Whether CloudWatch's filter pattern for JSON selects this line: terms with `=` and `&&`.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
    """
    terms = re.findall(r"\$\.(\w+) = (?:\"([^\"]*)\"|%([^%]*)%|(\d+)|(\*))", pattern)
    assert "{ " + " && ".join(re.findall(r"\$\.\w+ = \S+", pattern)) + " }" == pattern
    return all(
        field in line
        and (
            (bool(some))
            or (bool(text) and line[field] == text)
            or (bool(number) and line[field] == int(number))
            or (bool(regex) and re.search(regex, line[field]) is not None)
        )
        for field, text, regex, number, some in terms
    )


def measured(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    """The metrics that an alarm watches, each of which is billed."""
    if "MetricName" in alarm:
        return [alarm]
    return [query["MetricStat"]["Metric"] for query in alarm["Metrics"] if "MetricStat" in query]
