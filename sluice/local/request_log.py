"""What the local server shows of each request: the app's own JSON for machines, or one short line for people."""

from __future__ import annotations

import logging
from contextvars import ContextVar
from typing import Any, Literal

from chalicelib import logs

Kind = Literal["text", "json"]
COUNTED = ("accepted", "duplicate")
METHOD: ContextVar[str] = ContextVar("METHOD", default="")  # of the request that this thread answers; the app logs none


def show_as(kind: Kind) -> None:
    """Choose how this process shows its log; on Lambda, where nobody calls this, it is JSON. The HTTP server's is shown too."""
    ours, waitress = logging.getLogger(logs.SERVICE), logging.getLogger("waitress")
    waitress.handlers, waitress.filters, waitress.propagate = ours.handlers, [_without_address, *ours.filters], False
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # else a line for each request that waits for a thread
    if kind == "text":
        for handler in ours.handlers:
            handler.setFormatter(Lines())


def _without_address(record: logging.LogRecord) -> bool:
    """Waitress's errors quote the connection, with its address; where they happened says enough."""
    if record.levelno >= logging.ERROR:
        record.msg, record.args = f"{record.name}.{record.funcName}", ()
    return True


class Lines(logging.Formatter):
    """Lines like `12:03:44 POST /track 200 accepted shop-analytics 3.1 ms`, which say no more than the JSON and the method."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a request, or of anything else that is logged."""
        time = self.formatTime(record, "%H:%M:%S")
        known = logs.facts(record)
        if "route" not in known:
            said = (
                record.levelname,
                record.getMessage(),
                known.get("cause"),
                known.get("error"),
                *known.get("frames", [])[-1:],
            )
        else:
            names = ("route", "statusCode", "outcome", "reason", "cause", "bucket")
            said = (METHOD.get(), *map(known.get, names), _counts(known), f"{known['latencyMs']:.1f} ms")
        return " ".join(str(one) for one in (time, *said) if one)


def _counts(known: dict[str, Any]) -> str:
    """A batch's counts: how many events were accepted, duplicates and so on."""
    if known["outcome"] != logs.BATCH:
        return ""
    counted = {name: known[name] for name in sorted(known) if name in COUNTED or name.startswith("rejected_")}
    return ", ".join(f"{name} {number}" for name, number in counted.items())
