"""Requests to S3 and Kinesis signed as AWS asks (Signature Version 4), in a tenth of the time that boto3's call takes before it.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlsplit

from botocore.awsrequest import AWSPreparedRequest, HeadersDict
from botocore.exceptions import NoCredentialsError


class Signer:
    """Makes requests to where a client of boto3 sends its own, by path, with its credentials."""

    def __init__(self, client: Any) -> None:
        self.place = urlsplit(client.meta.endpoint_url)
        self.base = f"{self.place.scheme}://{self.place.netloc}"
        self._folder = self.place.path.rstrip("/")
        self._region = client.meta.region_name
        self._emit, self._signer = client.meta.events.emit_until_response, client._request_signer
        self._session = client._endpoint.http_session
        self._service = client.meta.service_model.service_name
        self._version = {"s3": "s3v4"}.get(self._service, "v4")
        # S3 alone wants the body's digest as a header, too; the rest read it in the signature.
        self._has_digest = self._service == "s3"

    def request(
        self, method: str, bucket: str, key: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> AWSPreparedRequest:
        """A request to S3, signed now; the names of its headers are in small letters. Raises NoCredentialsError."""
        return self._made(method, f"{self._folder}/{bucket}/{quote(key, safe='/~')}", body, headers or {})

    def call(self, target: str, body: bytes) -> AWSPreparedRequest:
        """A call of a service that speaks JSON, signed now: its target is the version of its API and the operation's name."""
        headers = {"content-type": "application/x-amz-json-1.1", "x-amz-target": target}
        return self._made("POST", self.place.path or "/", body, headers)

    def _made(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> AWSPreparedRequest:
        signed: Any = HeadersDict(self._signed(method, path, sha256(body).hexdigest(), headers))
        return AWSPreparedRequest(method, self.base + path, signed, body or None, stream_output=method == "GET")

    def answered(self, operation: str, request: AWSPreparedRequest) -> Any:
        """What is answered in place of AWS, if anyone who listens to what boto3 sends does that."""
        _, answer = self._emit(f"before-send.{self._service}.{operation}", request=request)
        return answer

    def sent(self, operation: str, request: AWSPreparedRequest) -> Any:
        """AWS's answer, over the client's own connections; raises BotoCoreError or HTTPClientError where there is none."""
        return self.answered(operation, request) or self._session.send(request)

    def _signed(self, method: str, path: str, digest: str, headers: Mapping[str, str]) -> dict[str, str]:
        found = self._signer.get_auth_instance(self._service, self._region, self._version).credentials
        if found is None:
            raise NoCredentialsError
        now = datetime.now(UTC)
        moment, scope = f"{now:%Y%m%dT%H%M%SZ}", f"{now:%Y%m%d}/{self._region}/{self._service}/aws4_request"
        sent = {**headers, "host": self.place.netloc, "x-amz-date": moment}
        if self._has_digest:
            sent["x-amz-content-sha256"] = digest
        if found.token:
            sent["x-amz-security-token"] = found.token
        names = ";".join(sorted(sent))
        lines = "".join(f"{name}:{sent[name]}\n" for name in sorted(sent))
        asked = f"{method}\n{path}\n\n{lines}\n{names}\n{digest}"
        text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{sha256(asked.encode()).hexdigest()}"
        signature = hmac.digest(_key(found.secret_key, scope), text.encode(), "sha256").hex()
        who = f"Credential={found.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
        return {**sent, "authorization": f"AWS4-HMAC-SHA256 {who}"}


@lru_cache(maxsize=4)
def _key(secret: str, scope: str) -> bytes:
    """The key of a day, a region and a service."""
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
