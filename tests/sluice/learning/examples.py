"""How many examples the property tests take."""

from __future__ import annotations

import os

from hypothesis import settings

FEW = settings(max_examples=200 if os.environ.get("PROVE") else 20, deadline=None)
