"""What the app sees of a request on this machine: as API Gateway hands it on."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

from chalice.app import Chalice
from chalice.config import Config

from sluice.local import gateway


def seen(**environ: Any) -> dict[str, Any]:
    """What an app that answers with its own request answers."""
    app = Chalice("seen", configure_logs=False)

    @app.route("/seen", methods=["GET"])
    def view() -> dict[str, Any]:
        request = app.current_request
        return {
            "from": request.context["identity"]["sourceIp"],
            "headers": dict(request.headers),
            "query": str(request.query_params),
        }

    request = {
        "REQUEST_METHOD": "GET",
        "REQUEST_URI": "/seen",
        "REMOTE_ADDR": "192.0.2.1",
        "wsgi.input": BytesIO(),
        **environ,
    }
    (body,) = gateway.Gateway(app, Config("local", config_from_disk={}))(request, lambda *_: None)
    answer: dict[str, Any] = json.loads(body)
    return answer


def test_the_address_is_the_connections_and_not_a_headers() -> None:
    assert seen(HTTP_X_FORWARDED_FOR="198.51.100.7", HTTP_FORWARDED="for=198.51.100.7")["from"] == "192.0.2.1"


def test_the_app_has_the_headers_of_proxies_for_an_operator_who_trusts_one() -> None:
    assert seen(HTTP_X_FORWARDED_FOR="198.51.100.7")["headers"] == {"x-forwarded-for": "198.51.100.7"}
