"""What the benchmarks send: events as browsers send them, wrapped as API Gateway's REST proxy hands them to Lambda."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

USER_AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
)
BUCKET = "shop-analytics"


class Context:
    """The context that Lambda passes with the event, as far as anything reads it."""

    aws_request_id = "5f7c1f4e-0d6a-4f5e-9a3b-6f0d8f1c2b3a"
    function_name = "sluice-prod"
    function_version = "$LATEST"
    memory_limit_in_mb = "512"
    invoked_function_arn = "arn:aws:lambda:eu-west-1:111122223333:function:sluice-prod"


def body(number: int = 0, bucket: str = BUCKET) -> str:
    """An event of about 600 bytes."""
    return json.dumps(
        {
            "bucket": bucket,
            "eventType": "page_view",
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "eventId": f"3f1c9d0a5b7e4c2f8a6d{number:012d}",
            "page": "https://shop.example/articles/how-to-choose-a-tent?utm_source=newsletter&utm_medium=email"
            "&utm_campaign=autumn-2025&session=c2Vzc2lvbg",
            "viewport": {"width": 1440, "height": 900},
            "sessionId": "b7c1e0f2-41c8-4a35-9f0e-6f6b7a9d2c11",
            "referrer": "https://www.example.org/search?q=tents+for+two",
            "fromWebsite": "newsletter",
            "metadata": {
                "plan": "pro",
                "value": 12.5,
                "currency": "EUR",
                "items": ["tent-2p", "stove"],
                "experiment": {"name": "checkout", "variant": "b"},
            },
        }
    )


def proxy_event(number: int = 0, bucket: str = BUCKET) -> dict[str, Any]:
    """API Gateway's REST proxy event of a browser's POST, with the headers that CloudFront leaves on it."""
    headers = _headers(USER_AGENTS[number % len(USER_AGENTS)])
    return {
        "resource": "/track",
        "path": "/track",
        "httpMethod": "POST",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": _request_context(address(number), headers["User-Agent"]),
        "body": body(number, bucket),
        "isBase64Encoded": False,
    }


def address(number: int) -> str:
    """An address in a network of its own for each of the first 59,904 numbers."""
    return f"81.{number // 256 % 234}.{number % 256}.7"


def _headers(user_agent: str) -> dict[str, str]:
    return {
        "Accept": "*/*",
        "Accept-Encoding": "gzip, deflate, br, zstd",
        "Accept-Language": "en-GB,en;q=0.9",
        "CloudFront-Forwarded-Proto": "https",
        "CloudFront-Is-Desktop-Viewer": "true",
        "CloudFront-Is-Mobile-Viewer": "false",
        "CloudFront-Is-SmartTV-Viewer": "false",
        "CloudFront-Is-Tablet-Viewer": "false",
        "CloudFront-Viewer-ASN": "20712",
        "CloudFront-Viewer-Country": "GB",
        "content-type": "text/plain;charset=UTF-8",
        "Host": "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
        "origin": "https://shop.example",
        "Referer": "https://shop.example/",
        "sec-fetch-dest": "empty",
        "sec-fetch-mode": "cors",
        "sec-fetch-site": "cross-site",
        "User-Agent": user_agent,
        "Via": "2.0 3afa0e1f0bb7b3a6d4d3d4c1f0d8b6a2.cloudfront.net (CloudFront)",
        "X-Amz-Cf-Id": "y6Kc0bqXk0m6o8mF8y9vS6m4QpJ7b0aY2J7y6v3r5c1l0n4o2p8q9A==",
        "X-Amzn-Trace-Id": "Root=1-68d2a7c1-2f4b6d8e0a1c3e5f7a9b1d3f",
        "X-Forwarded-For": "81.2.69.142, 130.176.98.80",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
    }


def _request_context(source_ip: str, user_agent: str) -> dict[str, Any]:
    return {
        "resourceId": "x1y2z3",
        "resourcePath": "/track",
        "httpMethod": "POST",
        "extendedRequestId": "SgVZbH0xDoEEE0A=",
        "requestTime": "23/Sep/2025:13:57:05 +0000",
        "requestTimeEpoch": 1758635825123,
        "path": "/prod/track",
        "accountId": "111122223333",
        "protocol": "HTTP/1.1",
        "stage": "prod",
        "domainPrefix": "a1b2c3d4e5",
        "domainName": "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
        "requestId": "0c1d2e3f-4a5b-4c7d-8e9f-0a1b2c3d4e5f",
        "apiId": "a1b2c3d4e5",
        "identity": {"sourceIp": source_ip, "userAgent": user_agent, "accountId": None, "caller": None, "user": None},
    }
