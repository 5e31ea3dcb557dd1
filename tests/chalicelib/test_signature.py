"""Requests of our own to S3 are signed as botocore signs its own."""

from __future__ import annotations

import boto3
import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import NoCredentialsError

from chalicelib.signature import Signer
from tests.conftest import BUCKET, OWNER

MORE = {"x-amz-expected-bucket-owner": OWNER}
BY_PATH = Config(s3={"addressing_style": "path"})


def signer(token: str | None, endpoint: str | None = None) -> Signer:
    session = boto3.Session("AKIAIOSFODNN7EXAMPLE", "a/secret", token, region_name="ca-central-1")
    return Signer(session.client("s3", config=BY_PATH, endpoint_url=endpoint))


@pytest.mark.parametrize("token", ["a/token==", None])
@pytest.mark.parametrize(("method", "body"), [("GET", b""), ("PUT", b'{"page": "/\xc3\xa9"}')])
@pytest.mark.parametrize("endpoint", [None, "http://127.0.0.1:9000", "https://s3.example:8443/gateway/"])
def test_the_signature_is_botocore_s(method: str, body: bytes, token: str | None, endpoint: str | None) -> None:
    more = MORE if method == "GET" else {**MORE, "content-type": "application/json", "if-none-match": "*"}
    made = signer(token, endpoint).request(method, BUCKET, "analytics/a b~\n+%é.json", body, more)

    again = AWSRequest(method, made.url, headers=more, data=body)
    auth = S3SigV4Auth(Credentials("AKIAIOSFODNN7EXAMPLE", "a/secret", token), "s3", "ca-central-1")
    again.context["timestamp"] = made.headers["x-amz-date"]
    again.context["payload_signing_enabled"] = True
    auth._modify_request_before_signing(again)
    signed = auth.signature(auth.string_to_sign(again, auth.canonical_request(again)), again)
    assert made.headers["authorization"].endswith(f"Signature={signed}")


def test_the_request_goes_where_boto3_s_would(monkeypatch: pytest.MonkeyPatch) -> None:
    assert signer(None).request("GET", BUCKET, "a/b").url == f"https://s3.ca-central-1.amazonaws.com/{BUCKET}/a/b"
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
    assert signer(None).request("GET", BUCKET, "a/b").url == f"https://s3-fips.ca-central-1.amazonaws.com/{BUCKET}/a/b"


def test_without_credentials_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    made = signer(None)
    monkeypatch.setattr(made._signer, "_credentials", None)
    with pytest.raises(NoCredentialsError):
        made.request("GET", BUCKET, "a/b")


@pytest.mark.parametrize("token", ["a/token==", None])
@pytest.mark.parametrize("endpoint", [None, "http://127.0.0.1:9000"])
def test_a_call_of_kinesis_is_signed_as_botocore_signs_it(token: str | None, endpoint: str | None) -> None:
    session = boto3.Session("AKIAIOSFODNN7EXAMPLE", "a/secret", token, region_name="ca-central-1")
    client = session.client("kinesis", endpoint_url=endpoint)
    target, body = "Kinesis_20131202.PutRecord", b'{"StreamName":"events"}'
    made = Signer(client).call(target, body)

    headers = {"content-type": "application/x-amz-json-1.1", "x-amz-target": target}
    again = AWSRequest("POST", made.url, headers=headers, data=body)
    auth = SigV4Auth(Credentials("AKIAIOSFODNN7EXAMPLE", "a/secret", token), "kinesis", "ca-central-1")
    again.context["timestamp"] = made.headers["x-amz-date"]
    auth._modify_request_before_signing(again)
    signed = auth.signature(auth.string_to_sign(again, auth.canonical_request(again)), again)
    assert made.url == f"{endpoint or 'https://kinesis.ca-central-1.amazonaws.com'}/"
    assert made.headers["authorization"].endswith(f"Signature={signed}")
