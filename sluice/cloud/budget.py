"""The stage's budget: a mail when the month costs, or will cost, what the operator wants to know of."""

from __future__ import annotations

from typing import Any

from sluice.project import tags
from sluice.project.config import Stage

# What has been spent, and what will be by the end of the month, in percent.
ALARMS = (("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100))


def cost_filter(stage: Stage) -> list[str]:
    """The stage's costs, by the tag with its stack's name: what else is in the account may have a stage of this name, too."""
    return [f"user:{tags.STACK}${stage.stack}"]


def budget(stage: Stage) -> dict[str, Any]:
    """The budget as a resource; nothing where the stage asks for none."""
    if stage.budget is None:
        return {}
    properties = {
        "Budget": {
            "BudgetName": stage.budget_name,
            "BudgetType": "COST",
            "TimeUnit": "MONTHLY",
            "BudgetLimit": {"Amount": stage.budget, "Unit": "USD"},
            "CostFilters": {"TagKeyValue": cost_filter(stage)},
        },
        "NotificationsWithSubscribers": [_alarm(stage, *one) for one in ALARMS],
    }
    return {"Budget": {"Type": "AWS::Budgets::Budget", "Properties": properties}}


def _alarm(stage: Stage, kind: str, percent: int) -> dict[str, Any]:
    above = {"NotificationType": kind, "ComparisonOperator": "GREATER_THAN", "Threshold": percent}
    return {"Notification": above, "Subscribers": [{"SubscriptionType": "EMAIL", "Address": stage.alarm_email}]}
