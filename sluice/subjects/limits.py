"""What no search finds, in the words of a certificate."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from chalicelib.days import iso


def of(at: datetime, log_days: int, hashed: Iterable[str], *, with_visitor: bool) -> list[str]:
    """What is not covered by an erasure at this time; `hashed` is what is not found by the hashes of ids."""
    until = (at + timedelta(days=log_days)).date()
    said = [
        f"The service's own log has a session as a hash under the tenant's salt of the day at most, until {until}; its export "
        "has no ids. Once the day's salt is forgotten, 26 hours after the day, nobody can find a session there.",
        "Records that have neither the session nor the user: by an address alone they cannot be found once the day's salt is "
        "forgotten.",
        "Copies on other machines: mirrors of analysts are brought up to date by their next `sluice mirror`, and exports, "
        "downloads and emails are not known here.",
        "Records of others in which the id is part of a text (mentions in the table), and what was received after the time.",
        "Ids in another form than the one that was asked for: cut, hashed by others, or in pictures and archives.",
        *hashed,
        "Records on their way through the stream at that time are left out by its reader. The stream itself, of which no record "
        f"can be deleted, has them until {iso(at + timedelta(hours=25))}.",
        "Access logs that CloudFront delivers later with requests from before: they have the id only where it is in an address "
        "that is kept. A file may come a day late; then the same command takes it out.",
        "Answers from Athena to an analyst of all tenants, in the stage's own bucket: they end after 7 days, on "
        f"{(at + timedelta(days=7)).date()}.",
    ]
    if not with_visitor:
        said.append(
            "Events of the same day's visitor without the session or the user: several people may share a visitor."
        )
    return said
