"""Many small objects of a bucket at once: a day's records, each for as little of the one core's time as there is a way to."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection, IncompleteRead
from ssl import create_default_context
from threading import local
from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import BotoCoreError
from botocore.httpsession import get_cert_path

from chalicelib.signature import Signer

READERS = 96
# So many are being read or wait for their turn, so that memory does not grow with the day.
READ_AHEAD = 320
# boto3, which then tries again, waits longer.
PATIENCE = 5
Read = Callable[[str, int | None], bytes | None]


def in_order(read: Read, keys: Iterable[str], most: int | None) -> Iterator[tuple[str, bytes | None]]:
    """Each key with what `read` gives for it, in the keys' order; as one is taken, one more is begun."""
    begun: deque[tuple[str, Future[bytes | None]]] = deque()
    with ThreadPoolExecutor(READERS) as readers:
        for key in keys:
            begun.append((key, readers.submit(read, key, most)))
            if len(begun) == READ_AHEAD:
                first, body = begun.popleft()
                yield first, body.result()
        while begun:
            first, body = begun.popleft()
            yield first, body.result()


class Direct:
    """Gets of one bucket by Python's own HTTP: a fifth of the processor's time of boto3's call.

    It knows only success. All else, a missing object, a refusal, an error, a silent peer, is for `otherwise`: boto3's call,
    with its retries and its errors.
    """

    def __init__(self, client: Any, bucket: str, owner: str | None, otherwise: Read) -> None:
        self._signer, self._bucket = Signer(client), bucket
        self._owner = {"x-amz-expected-bucket-owner": owner} if owner else {}
        self._otherwise = otherwise
        self._failures = 0
        is_tls = self._signer.place.scheme == "https"
        self._trusted = create_default_context(cafile=get_cert_path(True)) if is_tls else None
        self._own, self._all = local(), list[HTTPConnection]()

    def close(self) -> None:
        """Close every thread's connection."""
        for connection in self._all:
            connection.close()

    def read(self, key: str, most: int | None) -> bytes | None:
        """The object, or None where there is none; of a longer one its first `most` bytes."""
        # Behind a proxy, with an authority that only boto3 is configured for, or in another region each try would be in vain.
        if self._failures > READERS:
            return self._otherwise(key, most)
        try:
            found = self._get(key, most)
        except (OSError, HTTPException, BotoCoreError):
            found = None
        if found is None:
            self._failures += 1
            return self._otherwise(key, most)
        self._failures = 0
        return found

    def _get(self, key: str, most: int | None) -> bytes | None:
        """The object's first bytes; None for an answer that is not an object."""
        request = self._signer.request("GET", self._bucket, key, headers=self._owner)
        answered = self._signer.answered("GetObject", request)
        if answered is not None:
            return answered.raw.read(most) if answered.status_code == HTTPStatus.OK else None
        return self._received(request, most)

    def _received(self, request: AWSPreparedRequest, most: int | None) -> bytes | None:
        connection, answer = self._connection(), None
        try:
            headers: Any = request.headers
            connection.request("GET", request.url.removeprefix(self._signer.base), headers=headers)
            answer = connection.getresponse()
            found = answer.read(most) if answer.status == HTTPStatus.OK else None
            if found is not None and answer.length and len(found) != most:
                raise IncompleteRead(found, answer.length)
            return found
        finally:
            # What is left of an answer would be taken for the next one. It opens again by itself.
            if answer is None or not answer.isclosed():
                connection.close()

    def _connection(self) -> HTTPConnection:
        """The connection of this thread."""
        held: HTTPConnection | None = getattr(self._own, "connection", None)
        if held is not None:
            return held
        where, trusted = self._signer.place.netloc, self._trusted
        made = (
            HTTPSConnection(where, timeout=PATIENCE, context=trusted)
            if trusted
            else HTTPConnection(where, timeout=PATIENCE)
        )
        self._own.connection = made
        self._all.append(made)
        return made
