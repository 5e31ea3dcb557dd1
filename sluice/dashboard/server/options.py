"""Every option of Streamlit and its server, so that no stray `.streamlit/config.toml` changes any."""

from __future__ import annotations

from typing import Any

from streamlit import config

MEBIBYTE = 2**20
# Every text has a contrast of 4.5 at least (WCAG 2.2, AA), also a caption, which has six tenths of the text's strength.
LIGHT = {
    "primaryColor": "#0b5f58",
    "backgroundColor": "#ffffff",
    "secondaryBackgroundColor": "#f4f6f5",
    "textColor": "#070f0d",
    "codeTextColor": "#0b5f58",
    "codeBackgroundColor": "#eaf0ee",
}
DARK = {
    "primaryColor": "#2bbfb0",
    "backgroundColor": "#101514",
    "secondaryBackgroundColor": "#1a2220",
    "textColor": "#e6edeb",
    "codeTextColor": "#7fe3d4",
    "codeBackgroundColor": "#1f2a27",
}
SERVER: dict[str, Any] = {
    "ws": "websockets-sansio",
    "ws_max_size": 4 * MEBIBYTE,
    "ws_ping_interval": 30.0,
    "ws_ping_timeout": 30.0,
    # The door itself reads what a proxy says, and only of the proxies that the operator names.
    "proxy_headers": False,
    "server_header": False,
    "access_log": False,
    "log_level": "warning",
    "timeout_graceful_shutdown": 3,
}
# Not their value by default, or one that must never be another.
OURS: dict[str, Any] = {
    "browser.gatherUsageStats": False,
    "client.allowedOrigins": [],
    # An unexpected error is shown without its code; the server's log has it.
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "global.developmentMode": False,
    "logger.level": "info",
    "logger.messageFormat": "%(asctime)s %(message)s",
    "secrets.files": [],
    "server.fileWatcherType": "none",
    "server.headless": True,
    "server.maxUploadSize": 1,
    "server.maxWidgetStateSize": 4,
}


def pin(host: str, port: int) -> None:
    """Set all options at once, those that Streamlit leaves open too."""
    config.get_config_options(force_reparse=True, options_from_flags=pinned(host, port))


def pinned(host: str, port: int) -> dict[str, Any]:
    """Each option's value: ours, or Streamlit's own by default."""
    themes = {
        f"theme.{name}.{key}": colour
        for name, colours in (("light", LIGHT), ("dark", DARK))
        for key, colour in colours.items()
    }
    ours = {**OURS, **themes, "server.address": host, "server.port": port, "browser.serverPort": port}
    options = config._config_options_template
    return {**{name: option.value for name, option in options.items() if name not in ours}, **ours}
