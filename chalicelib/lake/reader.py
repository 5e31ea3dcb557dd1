"""Many small objects of a bucket at once: a day's records, each for as little of the one core's time as there is a way to."""

from __future__ import annotations

import hmac
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection, IncompleteRead
from ssl import create_default_context
from threading import local
from typing import Any
from urllib.parse import quote, urlsplit

from botocore.awsrequest import AWSPreparedRequest, HeadersDict
from botocore.exceptions import BotoCoreError, NoCredentialsError
from botocore.httpsession import get_cert_path

READERS = 96
# So many are being read or wait for their turn, so that memory does not grow with the day.
READ_AHEAD = 320
# boto3, which then tries again, waits longer.
PATIENCE = 5
_NOTHING = sha256(b"").hexdigest()  # what a get's body is signed as
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
        self._place = urlsplit(client.meta.endpoint_url)
        self._folder = f"{self._place.path.rstrip('/')}/{bucket}"
        self._region = client.meta.region_name
        self._emit, self._signer = client.meta.events.emit_until_response, client._request_signer
        self._owner = {"x-amz-expected-bucket-owner": owner} if owner else {}
        self._otherwise = otherwise
        self._failures = 0
        self._trusted = create_default_context(cafile=get_cert_path(True)) if self._place.scheme == "https" else None
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
        target = f"{self._folder}/{quote(key, safe='/~')}"
        headers = self._signed(target, datetime.now(UTC))
        # Anyone who listens to what boto3 sends hears this too, and may answer it.
        as_sent: Any = HeadersDict(headers)
        url = f"{self._place.scheme}://{self._place.netloc}{target}"
        request = AWSPreparedRequest("GET", url, as_sent, None, stream_output=True)
        _, answered = self._emit("before-send.s3.GetObject", request=request)
        if answered is not None:
            return answered.raw.read(most) if answered.status_code == HTTPStatus.OK else None
        return self._received(target, headers, most)

    def _signed(self, target: str, now: datetime) -> dict[str, str]:
        """The headers of a get, with AWS's signature of version 4, for which botocore's own code takes as long as for the rest.

        https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
        """
        found = self._signer.get_auth_instance("s3", self._region, "s3v4").credentials
        if found is None:
            raise NoCredentialsError
        moment, scope = f"{now:%Y%m%dT%H%M%SZ}", f"{now:%Y%m%d}/{self._region}/s3/aws4_request"
        headers = {"host": self._place.netloc, "x-amz-content-sha256": _NOTHING, "x-amz-date": moment, **self._owner}
        if found.token:
            headers["x-amz-security-token"] = found.token
        names, lines = ";".join(headers), "".join(f"{name}:{value}\n" for name, value in headers.items())
        asked = f"GET\n{target}\n\n{lines}\n{names}\n{_NOTHING}"
        text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{sha256(asked.encode()).hexdigest()}"
        signature = hmac.digest(_key(found.secret_key, scope), text.encode(), "sha256").hex()
        named = f"Credential={found.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
        return {**headers, "authorization": f"AWS4-HMAC-SHA256 {named}"}

    def _received(self, target: str, headers: dict[str, str], most: int | None) -> bytes | None:
        connection, answer = self._connection(), None
        try:
            connection.request("GET", target, headers=headers)
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
        where, trusted = self._place.netloc, self._trusted
        made = (
            HTTPSConnection(where, timeout=PATIENCE, context=trusted)
            if trusted
            else HTTPConnection(where, timeout=PATIENCE)
        )
        self._own.connection = made
        self._all.append(made)
        return made


@lru_cache(maxsize=4)
def _key(secret: str, scope: str) -> bytes:
    """The key of a day, a region and a service."""
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
