"""Where an address is: in a City database, by CloudFront's headers, or Unknown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import unquote

from chalicelib.privacy import Address
from chalicelib.records import Location, header_text
from chalicelib.redaction import redact

MAX_NAME = 100
_CODE = re.compile(r"[A-Z0-9]{1,3}")


class Places(Protocol):
    """Where the location of a request comes from."""

    def locate(self, address: Address | None, headers: Mapping[str, str]) -> Location:
        """The location, each part `Unknown` where it is not known; `headers` have lower-case names."""


class EdgeHeaders:
    """What CloudFront says of its viewer; API Gateway's edge-optimised endpoints pass the country alone."""

    def locate(self, address: Address | None, headers: Mapping[str, str]) -> Location:
        country = headers.get("cloudfront-viewer-country", "").upper()
        region = headers.get("cloudfront-viewer-country-region", "").upper()
        city = header_text(unquote(headers.get("cloudfront-viewer-city", ""))) or ""
        return location(
            country if len(country) == 2 and _CODE.fullmatch(country) else None,
            region if _CODE.fullmatch(region) else None,
            redact(city)[:MAX_NAME],
        )


def location(country: str | None, region: str | None, city: str | None) -> Location:
    """The location, each part that is known."""
    known = {"country": country, "region": region, "city": city}
    return Location(**{name: value for name, value in known.items() if value})
