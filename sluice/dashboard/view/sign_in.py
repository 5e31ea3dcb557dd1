"""The current user: anyone at this machine, or, if there is a users file, who has signed in."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from sluice.analysis import viewers
from sluice.analysis.viewers import EVERYBODY, User, Users, UsersError, is_loopback

USER = "user"  # in the session's state, which lives as long as the page is open
FAILED = "Nobody has this name and this password."


def enter() -> User | None:
    """The one who looks; None while the form to sign in is shown. Raises UsersError."""
    listed = viewers.load()
    if listed is None:
        address = st.context.ip_address
        # Streamlit has none for this machine's own; `streamlit run` by hand listens to every machine.
        if isinstance(address, str) and not is_loopback(address):
            raise UsersError(f"without users only this machine may look; name them in {viewers.VARIABLE}")
        return EVERYBODY
    # As the file has them now: a user who was removed, or lost a bucket, loses access at the next click.
    found = listed.find(st.session_state.get(USER, ""))
    if found is None:
        _form(listed)
    return found


def session() -> str:
    """A name for this open page."""
    context = get_script_run_ctx()
    return context.session_id if context is not None else ""


def leave() -> None:
    """Forget who looks, and at what."""
    st.session_state.clear()


def _form(listed: Users) -> None:
    _, middle, _ = st.columns([1, 2, 1])
    with middle, st.form("sign-in"):
        st.subheader("Sluice", anchor=False)
        name = st.text_input("Name", autocomplete="username")
        password = st.text_input("Password", type="password", autocomplete="current-password")
        if st.form_submit_button("Sign in", type="primary", width="stretch"):
            _try(listed, name, password)


def _try(listed: Users, name: str, password: str) -> None:
    user = listed.check(name, password)
    if user is None:
        st.error(FAILED)
        return
    st.session_state[USER] = user.name
    st.rerun()
