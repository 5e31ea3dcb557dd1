"""The headers of every answer: what the page may load, and who may show it in a frame."""

from __future__ import annotations

Headers = list[tuple[bytes, bytes]]

# The one script that Streamlit's page has within it; another version's would not run, which changes nothing that people see.
INLINE = "'sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA='"
# Streamlit writes styles into the page. It loads nothing from elsewhere.
PAGE = {
    "default-src": "'self'",
    "script-src": f"'self' {INLINE}",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}


def written(framed_by: tuple[str, ...]) -> Headers:
    """The headers; a page of one of these origins may have the dashboard in a frame."""
    policy = {**PAGE, "frame-ancestors": " ".join(framed_by) or "'none'"}
    named = {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        # Older browsers know only this one, which cannot name an origin.
        **({} if framed_by else {"x-frame-options": "DENY", "cross-origin-opener-policy": "same-origin"}),
    }
    return [(name.encode(), value.encode()) for name, value in named.items()]


def added(given: Headers, ours: Headers) -> Headers:
    """An answer's headers with ours in place of any of the same name."""
    names = {name for name, _ in ours}
    return [*(one for one in given if one[0].lower() not in names), *ours]
