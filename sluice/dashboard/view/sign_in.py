"""The current user: anyone at this machine, or, if there is a users file, who the door has let in."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from chalicelib import settings
from sluice.analysis import viewers
from sluice.analysis.viewers import EVERYBODY, User, UsersError, is_loopback
from sluice.dashboard.door import forms, passes
from sluice.dashboard.door.settings import PROXY_HEADER

SIGNED_OUT = "Nobody is signed in. Start the dashboard by `sluice dashboard`, and load this page again to sign in."
SIGN_OUT = f"""<form method="post" action="{forms.SIGN_OUT}" target="_top"><button style="width: 100%; font: inherit;
color: inherit; background: none; border: 1px solid color-mix(in srgb, currentColor 30%, transparent); border-radius: .5rem;
padding: .4rem; cursor: pointer">Sign out</button></form>"""


def enter() -> User:
    """The one who looks, as the door names them. Raises UsersError."""
    listed = viewers.load()
    if listed is None:
        address = st.context.ip_address
        # Streamlit has none for this machine's own; `streamlit run` by hand listens to every machine.
        if isinstance(address, str) and not is_loopback(address):
            raise UsersError(f"without users only this machine may look; name them in {viewers.VARIABLE}")
        return EVERYBODY
    # As the file has them now: a user who was removed, or lost a bucket, loses access at the next click.
    found = listed.find(passes.read(st.context.headers.get(passes.HEADER)) or "")
    if found is None:
        raise UsersError(SIGNED_OUT)
    return found


def session() -> str:
    """A name for this open page."""
    context = get_script_run_ctx()
    return context.session_id if context is not None else ""


def way_out() -> None:
    """The button that signs out, for those who signed in by the door's own page; a proxy has its own way out."""
    if viewers.load() is not None and not settings.environment().get(PROXY_HEADER):
        st.html(SIGN_OUT)
