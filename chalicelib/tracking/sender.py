"""Who sent a request, to the facts that its records hold: the hashes of the address, the place and the device."""

from __future__ import annotations

from typing import NamedTuple

from chalicelib import privacy
from chalicelib.events import Event
from chalicelib.records import Device, Facts, Location
from chalicelib.tracking import devices
from chalicelib.tracking.devices import Agent


class Said(NamedTuple):
    """What an event says of its sender: its own user agent, and whether it names a session and a user."""

    user_agent: str | None
    has_session: bool
    has_user: bool


class Sender(NamedTuple):
    """What a request says of who sent it to this bucket, whatever its events are. `posted`: not by an image, nor a log's line."""

    bucket: str
    server_timestamp: str
    address: privacy.Address | None
    location: Location
    user_agent: str
    site: str | None
    sites: frozenset[str]
    posted: bool

    def facts(self, given: tuple[bytes | None, Said]) -> Facts:
        """What is known next to an event of a day with this root, by what it says itself."""
        root, said = given
        user_agent = privacy.strip_controls(said.user_agent or self.user_agent)
        # A browser's name may be the client's own words.
        agent = self._agent(privacy.clean(user_agent), said)
        salt = privacy.tenant_salt(root, self.bucket) if root and self.address else None
        # A backend's address is nobody's: without a session its events belong to no visitor.
        is_visitor = said.has_session or not self._is_program(agent, said)
        return Facts(
            server_timestamp=self.server_timestamp,
            ip=privacy.hash_address(salt, self.address) if salt and self.address else None,
            visitor_id=privacy.visitor_id(salt, self.address, user_agent)
            if salt and self.address and is_visitor
            else None,
            location=self.location,
            device=agent.device,
            is_bot=agent.is_bot,
            user_agent=user_agent,
            site=self.site,
            sites=self.sites,
        )

    def _agent(self, user_agent: str | None, said: Said) -> Agent:
        """The device, and whether it is a bot's: no tenant's own program is one.

        A user agent in the event is somebody else's, which a backend passes on: there a library is a bot.
        """
        if not self.posted or said.user_agent:
            return devices.read(user_agent)
        if not user_agent and said.has_user:
            return Agent(Device("other"), is_bot=False)
        library = devices.library(user_agent) if user_agent else None
        return devices.read(user_agent) if library is None else Agent(library, is_bot=False)

    def _is_program(self, agent: Agent, said: Said) -> bool:
        """Whether the sender is a program: an HTTP library that names no phone, or a sender without a user agent."""
        if not self.posted or said.user_agent or agent.is_bot or agent.device.device_type != "other":
            return False
        return not self.user_agent or devices.library(self.user_agent) is not None


def said(event: Event) -> Said:
    """What this event says of its sender."""
    return Said(event.user_agent, _is_kept(event.session_id), _is_kept(event.user_id))


def _is_kept(text: str | None) -> bool:
    """Whether anything of the text is stored: an empty session is none."""
    return bool(text and privacy.clean(text))
