"""Event and the facts of its request to Record: the one line of JSON that is stored, its key, and the receipt for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import partial
from hashlib import sha256
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from chalicelib import privacy
from chalicelib.days import iso as iso
from chalicelib.events import MAX_TEXT, Event, Viewport
from chalicelib.prefixes import PACKED, RECORDS, SUFFIX
from chalicelib.privacy import Texts
from chalicelib.redaction import Scope, redact

LATENESS = timedelta(hours=24)
CLOCK_SKEW = timedelta(minutes=5)
UNKNOWN = "Unknown"


class Location(msgspec.Struct, frozen=True):
    """Where the address is: ISO 3166-1 country, ISO 3166-2 region without the country, city in English."""

    country: str | None = UNKNOWN
    region: str | None = UNKNOWN
    city: str | None = UNKNOWN


class Device(msgspec.Struct, frozen=True):
    """What the user agent says: device_type is mobile, tablet, desktop, bot or other; the others are families."""

    device_type: str | None = None
    browser: str | None = None
    os: str | None = None


class Utm(msgspec.Struct, frozen=True):
    """The campaign that the page's query names."""

    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    term: str | None = None
    content: str | None = None


class Consent(msgspec.Struct, frozen=True):
    """What the person agreed to, and which signal said so; null where none did."""

    level: str | None = None
    signal: str | None = None


UNSAID = Consent()


class Record(msgspec.Struct, rename="camel", frozen=True):
    """What is stored. Names, order and types are the contract with every tenant's table; structs are never null.

    Each field is a column of the lake; docs/querying.md and the API say what it means in the words that are here.
    """

    event_id: Annotated[str, Meta(description="of the client, or ours")]
    event_type: Annotated[str, Meta(description="`page_view`, `purchase`, …; lower case")]
    timestamp: Annotated[
        str, Meta(description="when it happened, by the client's clock: ISO 8601, UTC, milliseconds, `Z`")
    ]
    server_timestamp: Annotated[str, Meta(description="when it arrived, in the same form")]
    page: Annotated[
        str | None, Meta(description="address or path, without what `KEEP_QUERY` does not keep of the query")
    ]
    session_id: Annotated[str | None, Meta(description="the client's own; null where it sends none")]
    user_id: Annotated[str | None, Meta(description="the client's own")]
    ip: Annotated[str | None, Meta(description="a hash, good for one day")]
    visitor_id: Annotated[str | None, Meta(description="the visitor")]
    location: Annotated[Location, Meta(description="`location.country` is two letters, or `Unknown`")]
    device: Annotated[Device, Meta(description="`device.device_type`: mobile, tablet, desktop, bot, other")]
    is_bot: Annotated[bool, Meta(description="a crawler, or no user agent")]
    viewport: Annotated[Viewport, Meta(description="the size of the part of the page that is seen")]
    referrer: Annotated[str | None, Meta(description="from another site, its origin alone")]
    utm: Annotated[Utm, Meta(description="the campaign")]
    from_website: Annotated[str | None, Meta(description="a promotion or partner code")]
    user_agent: Annotated[str | None, Meta(description="the request's, or the event's own")]
    metadata: Annotated[str | None, Meta(description="JSON: `json_extract_scalar(metadata, '$.plan')`")]
    sequence: Annotated[
        int | None,
        Meta(
            description="orders events of one time: the client's count, the place in the batch, or in a log the line within its "
            "second"
        ),
    ]
    click_id: Annotated[
        str | None, Meta(description="which advertising id the page's address had (`gclid`), never its value")
    ]
    consent: Annotated[
        Consent,
        Meta(
            description="`consent.level` is full or aggregate, `consent.signal` what decided (consent, gpc, dnt); null: none did"
        ),
    ]
    sample_weight: Annotated[
        float, Meta(description="how many events this one counts as: 1, or more where events are sampled")
    ]


class Facts(NamedTuple):
    """What the server knows of a request next to its events.

    `user_agent` is redacted; `site` is the host that its origin names, `sites` are those that the tenant's entry lists.
    """

    server_timestamp: str
    ip: str | None
    visitor_id: str | None
    location: Location
    device: Device
    is_bot: bool
    user_agent: str | None
    site: str | None
    sites: frozenset[str] = frozenset()


class Filing(NamedTuple):
    """Where an event goes: the day that it counts for, in UTC and in the tenant's zone, its id, its key, whose the id is."""

    day: date
    own_day: date
    event_id: str
    key: str
    is_minted: bool


class Arrival(NamedTuple):
    """The page as it is stored, its host, and what its query says of the campaign and of the advertising id."""

    page: str | None
    host: str | None
    utm: Utm
    click_id: str | None


class Cleaning(NamedTuple):
    """How the texts of an event are cleaned: its own words, its page, and its referrer next to the page's host and own sites."""

    text: Callable[[str | None], str | None]
    page: Callable[[str | None], Arrival]
    referrer: Callable[[str | None, str | None, frozenset[str]], str | None]
    texts: Texts = Texts()


def cleaning(keep_query: Collection[str] = (), texts: Texts = Texts()) -> Cleaning:  # noqa: B008  # never changes
    """The cleaning that keeps these parameters of a query, and redacts so much of texts."""
    scope = texts.others
    text = privacy.clean if texts.words is None else partial(privacy.clean, scope=texts.words)
    return Cleaning(text, partial(_page, keep_query, scope), partial(_referrer, keep_query, scope), texts)


def file(event: Event, received: datetime, chance: bytes, zone: tzinfo = UTC, log_id: str | None = None) -> Filing:
    """Where the event goes that arrived at this time; 8 random bytes are for one that has no id, its own or a log's."""
    moment = counted_at(event.timestamp, received)
    day = moment.astimezone(UTC).date()
    known = log_id or event.event_id
    filed = known or mint_event_id(received, chance)
    return Filing(day, moment.astimezone(zone).date(), filed, object_key(day, filed), known is None)


def build(event: Event, filing: Filing, facts: Facts, cleaning: Cleaning, consent: Consent = UNSAID) -> Record:
    """The record of an event: cleaned, redacted, and each value of its column's type."""
    text = cleaning.text
    page, host, utm, click_id = cleaning.page(event.page)
    return Record(
        event_id=filing.event_id,
        event_type=event.event_type,
        timestamp=iso(event.timestamp),
        server_timestamp=facts.server_timestamp,
        page=page,
        session_id=text(event.session_id),
        user_id=text(event.user_id),
        ip=facts.ip,
        visitor_id=facts.visitor_id,
        location=facts.location,
        device=facts.device,
        is_bot=facts.is_bot,
        viewport=event.viewport or Viewport(),
        referrer=cleaning.referrer(event.referrer, host, _own_sites(host, facts)),
        utm=utm,
        from_website=text(event.from_website),
        user_agent=facts.user_agent,
        metadata=_metadata(event, cleaning.texts.others),
        sequence=event.sequence,
        click_id=click_id,
        consent=consent,
        sample_weight=event.sample_weight or 1.0,
    )


def encode(record: Record) -> bytes:
    """The record as one line of JSON, UTF-8, ending in a newline, so that objects can be concatenated."""
    return msgspec.json.encode(record) + b"\n"


def counted_at(timestamp: datetime, received: datetime) -> datetime:
    """The time that an event counts for: its own within 24 hours (or 5 minutes ahead), else that of arrival.

    So every try of one event within 24 hours of its timestamp meets the same key, also across midnight.
    """
    on_time = -CLOCK_SKEW <= received - timestamp <= LATENESS
    return timestamp if on_time else received


def object_key(day: date, event_id: str) -> str:
    """The key in the tenant's bucket. No key of ours has `analytics/` deeper than the root; the writer's policy relies on it."""
    return f"{day_prefix(day)}{event_id}{SUFFIX}"


def day_prefix(day: date) -> str:
    """What the keys of a day's records begin with."""
    return RECORDS.of_day(day)


def batch_key(day: date, event_ids: Iterable[str]) -> str:
    """The key of several records in one object: the same for the same events, whatever their order.

    An eventId has no dot, so that no event can take a batch's key. Up to 0.1.0 it was `batch-…`, which an event could name.
    """
    return f"{day_prefix(day)}batch.{_digest(event_ids)}{SUFFIX}"


def stream_name(event_ids: Iterable[str]) -> str:
    """What the key of records that came by the stream has below their day: the same for the same events."""
    return f"stream.{_digest(event_ids)}{PACKED}"


def _digest(event_ids: Iterable[str]) -> str:
    return sha256("\n".join(sorted(event_ids)).encode()).hexdigest()[:32]


def mint_event_id(received: datetime, chance: bytes) -> str:
    """An id for an event that brought none: `<epoch milliseconds>-<16 hex>`, from 8 random bytes."""
    return f"{round(received.timestamp() * 1000)}-{chance.hex()}"


def header_text(text: str | None) -> str | None:
    """A header's value as text that can be stored: valid Unicode of at most the length of an event's own texts."""
    return text.encode("utf-8", "replace").decode()[:MAX_TEXT] if text else None


def _page(keep_query: Collection[str], scope: Scope | None, text: str | None) -> Arrival:
    page = privacy.clean_page(text, keep_query, scope)
    utm = Utm(**{leaf: redact(value, scope) or None for leaf, value in page.campaign.utm.items()})
    return Arrival(page.text or None, page.host, utm, page.campaign.click_id)


def _own_sites(host: str | None, facts: Facts) -> frozenset[str]:
    """The sites of a page that names no host are its origin's, too."""
    return facts.sites if host or not facts.site else facts.sites | {facts.site}


def _referrer(
    keep_query: Collection[str], scope: Scope | None, text: str | None, site: str | None, own: frozenset[str]
) -> str | None:
    return privacy.clean_referrer(text, site, keep_query, own, scope)


def _metadata(event: Event, scope: Scope | None) -> str | None:
    """One column for every tenant: a JSON string, which can neither collide with our names nor break a query."""
    if event.metadata is None:
        return None
    text = msgspec.json.encode(event.metadata).decode()
    # Most need no cleaning, and to see that in the whole of it takes a third of the time.
    if privacy.is_clean(text, scope):
        return text
    return msgspec.json.encode(privacy.clean_metadata(event.metadata, scope)).decode()
