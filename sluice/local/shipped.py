"""Where app.py and the demo's files are: at the top of a checkout, or in the wheel, which setup.py copies them into."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from chalicelib.settings import ROOT

_WHEEL = Path(__file__).parent / "files"
FOLDER = _WHEEL if _WHEEL.is_dir() else ROOT


def app() -> Any:
    """The app itself; by its place, since a module `app` of the current folder may be anybody's."""
    spec = spec_from_file_location("app", FOLDER / "app.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["app"] = module
    spec.loader.exec_module(module)
    return module.app
