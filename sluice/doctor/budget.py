"""What is checked of the stage's budget: that it is there, as high as sluice.toml says, and counts the stage's costs."""

from __future__ import annotations

from sluice.cloud.budget import cost_filter
from sluice.doctor.findings import Seen
from sluice.doctor.subject import Service


def seen(service: Service) -> Seen:
    """Whether the budget is as generated; one that nobody asks for is none of ours."""
    stage = service.stage
    if stage.budget is None:
        return Seen("ok", "none is asked for")
    found = service.ask("budgets", "describe_budget", AccountId=stage.account, BudgetName=stage.budget_name)
    if found is None:
        return Seen("fault", f"there is no budget {stage.budget_name}", service.deploy)
    limit = float(found["Budget"].get("BudgetLimit", {}).get("Amount", 0))
    if limit != stage.budget:
        return Seen("fault", f"{limit:g} dollars instead of {stage.budget:g}", service.deploy)
    counted = found["Budget"].get("CostFilters", {}).get("TagKeyValue", [])
    if counted != cost_filter(stage):
        return Seen("fault", f"it counts {', '.join(counted) or 'everything'}, not this stage", service.deploy)
    return Seen("ok", f"{limit:g} dollars a month")
