"""The role of who publishes a tenant's numbers."""

from __future__ import annotations

from sluice.access import lint
from sluice.access.publisher import publisher
from sluice.project.config import Allow, Audit, Publish, Stage

KEY = "arn:aws:kms:us-east-1:111122223333:key/0a1b"
ENTRY = Allow("shop-analytics", publish=Publish(), kms_key=KEY)
STAGE = Stage(name="prod", account="111122223333", allow=(ENTRY,), audit=Audit())


def test_the_policy_has_no_finding() -> None:
    made = publisher(STAGE, ENTRY)
    assert (
        lint.lint(made, "publishers/shop-analytics.json") + lint.grammar(made, "publishers/shop-analytics.json") == []
    )


def test_a_release_is_only_created_and_never_deleted() -> None:
    allowed = [one for one in publisher(STAGE, ENTRY)["Statement"] if one["Effect"] == "Allow"]
    actions = {
        action for one in allowed for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
    }
    assert not [action for action in actions if "Delete" in action]
    (puts,) = (one for one in allowed if one["Sid"] == "Release")
    assert puts["Condition"]["Null"] == {"s3:if-none-match": "false"}
    assert puts["Resource"] == ["arn:aws:s3:::sluice-prod-111122223333-us-east-1/published/shop-analytics/*"]
