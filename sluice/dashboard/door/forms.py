"""The door's own pages: small HTML without scripts."""

from __future__ import annotations

from html import escape
from urllib.parse import quote, urlencode

from starlette.responses import HTMLResponse

SIGN_IN, SIGN_OUT = "/sign-in", "/sign-out"
NEXT = "next"
WRONG = "Wrong name or password."
CROWDED = "Too many people try to sign in just now. Try again in a few seconds."
STYLE = """
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; display: grid; min-height: 100vh; place-items: center;
  background: light-dark(#ffffff, #101514); color: light-dark(#070f0d, #e6edeb) }
main { width: min(22rem, 90vw) }
h1 { font-size: 1.5rem }
label { display: block; margin: 1rem 0 }
input, button, a.way { box-sizing: border-box; width: 100%; padding: .6rem; font: inherit; border: 1px solid #7a8a86;
  border-radius: .5rem }
button, a.way { background: light-dark(#0b5f58, #2bbfb0); color: light-dark(#ffffff, #101514); border: 0; cursor: pointer;
  display: block; text-align: center; text-decoration: none; margin-top: 1rem }
[role=alert] { border-left: 4px solid light-dark(#b3261e, #ff8a80); padding-left: .75rem }
"""


def sign_in(target: str, message: str = "", status: int = 200, name: str = "") -> HTMLResponse:
    """The form for a name and a password."""
    form = f"""<form method="post" action="{SIGN_IN}?{escape(query(target))}">
<label>Name<input name="name" value="{escape(name)}" autocomplete="username" autocapitalize="none" required autofocus></label>
<label>Password<input name="password" type="password" autocomplete="current-password" required></label>
<button>Sign in</button></form>"""
    return page("Sign in", form, message, status)


def button(address: str, text: str) -> str:
    """A link that looks like a button."""
    return f'<a class="way" href="{escape(address)}">{escape(text)}</a>'


def query(target: str) -> str:
    """The part of an address that keeps where to go after the sign-in."""
    return urlencode({NEXT: target}, quote_via=quote)


def target(given: str | None) -> str:
    """Where to go after the sign-in: a path of the dashboard, or its first page, and never another site."""
    path = given or "/"
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_ours and not path.startswith((SIGN_IN, SIGN_OUT)) else "/"


def page(title: str, content: str, message: str = "", status: int = 200) -> HTMLResponse:
    """A page with this content, and a message above it."""
    alert = f'<p role="alert">{escape(message)}</p>' if message else ""
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<title>{escape(title)} · Sluice</title><link rel="icon" href="data:,"><style>{STYLE}</style>'
        f"<main><h1>Sluice</h1>{alert}{content}</main></html>",
        status,
        {"cache-control": "no-store"},
    )
