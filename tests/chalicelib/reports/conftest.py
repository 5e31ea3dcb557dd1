"""The shop that the tests of `sluice report` have."""

from tests.sluice.reports.conftest import here, place, shop

__all__ = ["here", "place", "shop"]
