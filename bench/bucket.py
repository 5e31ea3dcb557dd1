"""A loopback S3 with one bucket that holds a day of one-event objects, which are made as they are asked for.

`python -m bench.bucket OBJECTS MILLISECONDS` listens on a free port of 127.0.0.1, prints it, answers each get after so many
milliseconds, and ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import re
import sys
from urllib.parse import parse_qs, unquote, urlsplit

from bench.compaction import CLOSED, _record
from chalicelib import records

PAGE = 1000
# They differ as a day's do.
RECORDS = [records.encode(_record(number, CLOSED)) for number in range(5000)]
_KEY = re.compile(rb"/([0-9a-f]{32})\.json ")
_HEAD = (
    "HTTP/1.1 {} OK\r\nContent-Type: {}\r\nContent-Length: {}\r\nServer: AmazonS3\r\nAccept-Ranges: bytes\r\n"
    'ETag: "9b2cf535f27731c974343645a3985328"\r\nLast-Modified: Wed, 25 Nov 2026 12:00:00 GMT\r\n'
    "x-amz-request-id: 4442587FB7D0A2F9\r\nx-amz-id-2: {}\r\nx-amz-server-side-encryption: AES256\r\n\r\n"
)


def _answer(body: bytes = b"", kind: str = "application/xml", status: int = 200) -> bytes:
    return _HEAD.format(status, kind, len(body), "a" * 76).encode() + body


class Bucket(asyncio.Protocol):
    """One connection."""

    objects, delay = 0, 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._received = b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, rest = self._received.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
        if not end or len(rest) < (int(length[1]) if length else 0):
            if end and b"100-continue" in head.lower():
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            return
        self._received = b""
        if head.startswith(b"GET ") and (key := _KEY.search(head)):
            asyncio.get_running_loop().call_later(
                self.delay, self._transport.write, _answer(body(key[1]), "application/json")
            )
        else:
            self._transport.write(self._other(head))

    def _other(self, head: bytes) -> bytes:
        method, target, _ = head.split(b" ", 2)
        if method == b"PUT":
            return _answer()
        asked = parse_qs(urlsplit(target.decode()).query)
        if "list-type" in asked:
            return _answer(self._listing(asked))
        # No Parquet, no watermark.
        return _answer(b"" if method == b"HEAD" else b"<Error><Code>NoSuchKey</Code></Error>", status=404)

    def _listing(self, asked: dict[str, list[str]]) -> bytes:
        prefix = unquote(asked["prefix"][0])
        if prefix != records.day_prefix(CLOSED):
            return b"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
        start = int(asked.get("continuation-token", ["0"])[0])
        end = min(start + PAGE, self.objects)
        more = f"<NextContinuationToken>{end}</NextContinuationToken>" if end < self.objects else ""
        listed = "".join(
            f"<Contents><Key>{prefix}{number:032x}.json</Key><LastModified>2026-11-25T12:00:00.000Z</LastModified>"
            f"<ETag>&quot;9b2cf535f27731c974343645a3985328&quot;</ETag><Size>800</Size></Contents>"
            for number in range(start, end)
        )
        is_more = str(end < self.objects).lower()
        return f"<ListBucketResult><IsTruncated>{is_more}</IsTruncated>{more}{listed}</ListBucketResult>".encode()


def body(name: bytes) -> bytes:
    """The object of this name, a number of 32 digits: a record of the day with it as its eventId."""
    record = RECORDS[int(name, 16) % len(RECORDS)]
    held = record.index(b'"eventId":"') + 11
    return record[:held] + name + record[held + 32 :]


async def serve() -> None:
    Bucket.objects, Bucket.delay = int(sys.argv[1]), int(sys.argv[2]) / 1000
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Bucket, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve())
