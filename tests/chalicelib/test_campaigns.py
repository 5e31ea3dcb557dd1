"""What the query of an address says of how somebody came."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import campaigns

texts = st.text("abcXYZ0 -_.é", min_size=1, max_size=9).filter(str.strip)


@pytest.mark.parametrize(
    ("query", "source"),
    [
        ("ref=a", "a"),
        ("source=b", "b"),
        ("source=b&ref=a", "a"),
        ("ref=a&utm_source=c", "c"),
        ("utm_source=&ref=a", "a"),
        ("utm_source=+&ref=a", "a"),
    ],
)
def test_ref_and_source_stand_in_for_utm_source(query, source):
    assert campaigns.read(query).utm == {"source": source}


@pytest.mark.parametrize(
    ("query", "utm"),
    [
        ("UTM_Source=News&Utm_Medium=Mail", {"source": "News", "medium": "Mail"}),
        ("utm_source=+news%20&utm_medium=%09mail", {"source": "news", "medium": "mail"}),
        ("utm_campaign=spring", {"campaign": "spring"}),
        ("utm_source=&utm_source=a", {"source": "a"}),
        ("utm_source=a&utm_source=a&utm_medium=m", {"source": "a", "medium": "m"}),
        ("utm_id=7&utm_source_platform=x", {}),
    ],
)
def test_a_campaign_is_read_in_any_letter_case_and_without_blanks(query, utm):
    assert campaigns.read(query) == (utm, None)


@pytest.mark.parametrize(
    ("query", "utm"),
    [
        ("utm_source=b&utm_source=a&utm_medium=m&utm_campaign=c", {"source": "b"}),
        ("utm_source=b&utm_medium=x&utm_source=a&utm_campaign=c", {"source": "b", "medium": "x"}),
        ("utm_source=b&UTM_SOURCE=a&utm_term=t", {"source": "b"}),
    ],
)
def test_two_campaigns_are_not_mixed(query, utm):
    assert campaigns.read(query).utm == utm


@pytest.mark.parametrize(
    ("query", "click_id"),
    [
        ("gclid=x", "gclid"),
        ("GCLID=x&x=1", "gclid"),
        ("fbclid=x&gclid=y", "gclid"),
        ("gad_source=1&gclid=y", "gclid"),
        ("gad_source=1", "gad_source"),
        ("gclid=", None),
        ("mygclid=x", None),
        ("", None),
    ],
)
def test_the_name_of_the_advertising_id_is_said(query, click_id):
    assert campaigns.read(query).click_id == click_id


@given(st.dictionaries(st.sampled_from(campaigns.UTM), texts), st.dictionaries(st.sampled_from(campaigns.UTM), texts))
def test_a_journey_never_adds_to_a_pages_own_campaign(own, first):
    """As the browser client sends it."""
    pages, journeys = ("&".join(f"utm_{leaf}={text}" for leaf, text in one.items()) for one in (own, first))
    kept, behind = campaigns.parted(f"{pages}?{journeys}")
    assert campaigns.read(kept).utm == {leaf: text.strip() for leaf, text in own.items()}
    assert campaigns.read(behind).utm == {leaf: text.strip() for leaf, text in first.items()}
