"""What a visit is: events of one session, or of one visitor, with no longer gap than this."""

from __future__ import annotations

from datetime import timedelta

# The relation `spans` has the same seconds: a file of SQL can read no constant.
GAP = timedelta(minutes=30)
SECONDS = int(GAP.total_seconds())
MINUTES = SECONDS // 60
