"""The 33 fields of CloudFront's standard logs: their columns, their types, and what becomes of each on the way.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
"""

from __future__ import annotations

from typing import Literal, NamedTuple

# What becomes of a value in private mode. `kept`: CloudFront's own word, as it is. `text`: a client's word, redacted.
# `address`: the day's hash of it, or of each in a list. `page` and `query`: cleaned together, as an event's page.
# `referrer`: as an event's. `dropped`: `-`.
Becomes = Literal["kept", "text", "address", "page", "query", "referrer", "dropped"]
Kind = Literal["string", "int", "bigint", "double"]
# What ends the name of a tenant's table of them on Athena.
OF_ACCESS = "_access"
NOTHING = "-"  # how CloudFront writes a value that is not there


class Field(NamedTuple):
    """One field by CloudFront's name, its column, its type in tables, and what becomes of it."""

    name: str
    column: str
    type: Kind
    becomes: Becomes


FIELDS = (
    Field("date", "date", "string", "kept"),
    Field("time", "time", "string", "kept"),
    Field("x-edge-location", "x_edge_location", "string", "kept"),
    Field("sc-bytes", "sc_bytes", "bigint", "kept"),
    Field("c-ip", "c_ip", "string", "address"),
    Field("cs-method", "cs_method", "string", "text"),
    Field("cs(Host)", "cs_host", "string", "text"),
    Field("cs-uri-stem", "cs_uri_stem", "string", "page"),
    Field("sc-status", "sc_status", "int", "kept"),
    Field("cs(Referer)", "cs_referer", "string", "referrer"),
    Field("cs(User-Agent)", "cs_user_agent", "string", "text"),
    Field("cs-uri-query", "cs_uri_query", "string", "query"),
    Field("cs(Cookie)", "cs_cookie", "string", "dropped"),
    Field("x-edge-result-type", "x_edge_result_type", "string", "kept"),
    Field("x-edge-request-id", "x_edge_request_id", "string", "kept"),
    Field("x-host-header", "x_host_header", "string", "text"),
    Field("cs-protocol", "cs_protocol", "string", "text"),
    Field("cs-bytes", "cs_bytes", "bigint", "kept"),
    Field("time-taken", "time_taken", "double", "kept"),
    Field("x-forwarded-for", "x_forwarded_for", "string", "address"),
    Field("ssl-protocol", "ssl_protocol", "string", "kept"),
    Field("ssl-cipher", "ssl_cipher", "string", "kept"),
    Field("x-edge-response-result-type", "x_edge_response_result_type", "string", "kept"),
    Field("cs-protocol-version", "cs_protocol_version", "string", "text"),
    Field("fle-status", "fle_status", "string", "kept"),
    Field("fle-encrypted-fields", "fle_encrypted_fields", "int", "kept"),
    # With the second it names one person of the many who share a provider's address.
    Field("c-port", "c_port", "int", "dropped"),
    Field("time-to-first-byte", "time_to_first_byte", "double", "kept"),
    Field("x-edge-detailed-result-type", "x_edge_detailed_result_type", "string", "kept"),
    Field("sc-content-type", "sc_content_type", "string", "kept"),
    Field("sc-content-len", "sc_content_len", "bigint", "kept"),
    Field("sc-range-start", "sc_range_start", "bigint", "kept"),
    Field("sc-range-end", "sc_range_end", "bigint", "kept"),
)
NAMES = tuple(field.name for field in FIELDS)
COLUMNS = tuple(field.column for field in FIELDS)
PLACES = {name: place for place, name in enumerate(NAMES)}
# Two lines, which readers skip.
HEADER = f"#Version: 1.0\n#Fields: {' '.join(NAMES)}\n"
HEADER_LINES = HEADER.count("\n")
