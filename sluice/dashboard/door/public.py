"""The pages that anyone may open without a sign-in: the published numbers of the buckets whose entries say so."""

from __future__ import annotations

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from sluice.analysis import published
from sluice.analysis.published import NotReadable
from sluice.dashboard.door import forms

PATH = "/public/"
# Threads for them: however many ask, those who are signed in keep the others.
THREADS = 2
ABSENT = "There are no published numbers here."
BROKEN = "The published numbers cannot be read just now; the log of the server says why."


class Public:
    """Answers below one path, of stored releases alone: it asks no lake, and sets and reads no cookie."""

    def __init__(self, stage: str) -> None:
        self._stage = stage
        self._threads = CapacityLimiter(THREADS)

    async def answer(self, request: Request) -> Response | None:
        """The answer to anything below the path; None for any other."""
        # As the server decoded it. `request.url` is made with the Host header, in which a client may write a path.
        path: str = request.scope["path"]
        if not path.startswith(PATH):
            return None
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("This page is only read.", 405)
        try:
            found = await to_thread.run_sync(
                published.public, self._stage, path.removeprefix(PATH), limiter=self._threads
            )
        except NotReadable:
            return forms.page("Published numbers", "", BROKEN, 503)
        if found is None:
            return forms.page("Published numbers", "", ABSENT, 404)
        return HTMLResponse(found, headers={"cache-control": "no-store"})
