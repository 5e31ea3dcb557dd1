"""Who sent a request, to the facts that its records hold: the hashes of the address, the place and the device."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from chalicelib import privacy
from chalicelib.events import Event
from chalicelib.records import Device, Facts, Location
from chalicelib.redaction import strip_controls
from chalicelib.tracking import devices
from chalicelib.tracking.devices import Agent

Locate = Callable[[privacy.Address | None, Mapping[str, str]], Location]


class Said(NamedTuple):
    """What an event says of its sender: its own user agent and address, and whether it names a session and a user."""

    user_agent: str | None
    has_session: bool
    has_user: bool
    client_address: str | None = None


class Sender(NamedTuple):
    """What a request says of who sent it, whatever its events are.

    `posted`: not by an image, nor a log's line; `is_visit`: by somebody who may be on a visit, not for a file of a page.
    """

    server_timestamp: str
    address: privacy.Address | None
    location: Location
    user_agent: str
    site: str | None
    sites: frozenset[str]
    posted: bool
    locate: Locate
    is_visit: bool = True

    def facts(self, salt: bytes | None, said: Said) -> Facts:
        """What the request adds to an event that says this; without a salt the address is not hashed.

        A tenant's own program is not a bot. A user agent in the event is another client's, passed on by a backend: there a
        library counts as a bot.
        """
        address, location = self.address, self.location
        if said.client_address is not None:
            address = privacy.parse_address(said.client_address)
            location = self.locate(address, {})
        user_agent = strip_controls(said.user_agent or self.user_agent)
        readable = privacy.clean(user_agent)  # a browser's name may be the client's own words
        is_own = self.posted and not said.user_agent
        library = devices.library(readable) if is_own and readable else None
        if is_own and not readable and said.has_user:
            library = Device("other")
        agent = Agent(library, is_bot=False) if library else devices.read(readable)
        # Some crawlers are known by a mail address alone, which is not stored.
        if user_agent != readable and not library and devices.is_bot(user_agent):
            agent = Agent(Device("bot", agent.device.browser, agent.device.os), is_bot=True)
        is_program = is_own and _is_unknown_device(agent) and (library is not None or not readable)
        # A backend's address is nobody's: without a session its events belong to no visitor.
        is_visitor = self.is_visit and (said.has_session or not is_program)
        ip, visitor_id = _hashed(salt, address, user_agent if is_visitor else None)
        return Facts(
            server_timestamp=self.server_timestamp,
            ip=ip,
            visitor_id=visitor_id,
            location=location,
            device=agent.device,
            is_bot=agent.is_bot,
            user_agent=readable,
            site=self.site,
            sites=self.sites,
        )


def _hashed(
    salt: bytes | None, address: privacy.Address | None, user_agent: str | None
) -> tuple[str | None, str | None]:
    """The address as ip, and with the user agent, where there is a visitor, as visitorId."""
    if salt is None or address is None:
        return None, None
    visitor_id = None if user_agent is None else privacy.visitor_id(salt, address, user_agent)
    return privacy.hash_address(salt, address), visitor_id


def said(event: Event) -> Said:
    """What this event says of its sender."""
    return Said(event.user_agent, _is_kept(event.session_id), _is_kept(event.user_id), event.client_address)


def _is_kept(text: str | None) -> bool:
    """Whether anything of the text is stored: an empty session is none."""
    return bool(text and strip_controls(text))


def _is_unknown_device(agent: Agent) -> bool:
    """Whether this is neither a person's device nor a bot: a library that names no phone, or a sender without a name."""
    return not agent.is_bot and agent.device.device_type == "other"
