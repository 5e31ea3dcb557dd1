"""A loopback S3, DynamoDB and KMS that stores nothing: it answers puts and the making of keys, and counts connections.

`python -m bench.sink` listens on a free port of 127.0.0.1, prints it, and ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
ROOT = base64.b64encode(bytes(range(32))).decode()
# What each JSON call reads of it: UpdateItem, GenerateMac, GenerateDataKey; PutItem reads nothing.
ITEM = json.dumps(
    {
        "Attributes": {"pk": {"S": "salt#"}, "root": {"B": ROOT}},
        "Mac": ROOT,
        "Plaintext": ROOT,
        "CiphertextBlob": base64.b64encode(bytes(184)).decode(),
    }
).encode()


def _answer(content_type: str, body: bytes = b"", extra: str = "") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n{extra}\r\n"
    return head.encode() + body


STORED = _answer(
    "application/xml",
    extra='ETag: "9b2cf535f27731c974343645a3985328"\r\nx-amz-request-id: 4442587FB7D0A2F9\r\nServer: AmazonS3\r\n',
)
UPDATED = _answer("application/x-amz-json-1.0", ITEM)


class Sink(asyncio.Protocol):
    """One connection. A request is answered once its body is in; 100 Continue goes out once its head is."""

    put_connections = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._received = bytearray()
        self._awaited = -1  # bytes of head and body, -1 until the head is in
        self._has_put = False

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._awaited < 0:
            self._read_head()
        if 0 <= self._awaited <= len(self._received):
            self._transport.write(self._reply())
            del self._received[: self._awaited]
            self._awaited = -1

    def _read_head(self) -> None:
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._received[:end]).lower()
        self._awaited = end + 4 + _content_length(head)
        # As S3 does: a client that asks may continue, unless its body has arrived already.
        if b"\r\nexpect: 100-continue" in head and len(self._received) < self._awaited:
            self._transport.write(CONTINUE)

    def _reply(self) -> bytes:
        if self._received.startswith(b"PUT "):
            Sink.put_connections += not self._has_put
            self._has_put = True
            return STORED
        if self._received.startswith(b"POST "):
            return UPDATED
        return _answer("application/json", str(Sink.put_connections).encode())


def _content_length(head: bytes) -> int:
    start = head.find(b"\r\ncontent-length:")
    return int(head[start + 17 :].partition(b"\r\n")[0]) if start >= 0 else 0


async def serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Sink, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve())
