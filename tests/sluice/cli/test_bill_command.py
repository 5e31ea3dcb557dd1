"""`sluice cost`: four months side by side, one line by line, and which options go together."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from sluice.cli.main import main
from sluice.cloud import cost


def said(*arguments: str) -> str:
    done = CliRunner().invoke(main, ["cost", *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def total(*arguments: str) -> float:
    return float(json.loads(said(*arguments, "--json"))["total"])


def test_without_events_it_shows_the_months_by_which_versions_are_compared() -> None:
    shown = json.loads(said("--tenants", "10", "--json"))
    assert {name: one["total"] for name, one in shown.items()} == {
        name: cost.bill(load).total for name, load in cost.references(10).items()
    }


def test_the_clients_events_cost_less_than_single_ones_and_views_come_on_top() -> None:
    asked = ("--events", "1e6", "--tenants", "10")
    assert total(*asked, "--client") < total(*asked)
    assert total(*asked, "--client", "--views", "100") > total(*asked, "--client")
    assert total(*asked, "--questions", "100") > total(*asked)
    assert total(*asked, "--free") < total(*asked) < total(*asked, "--region", "ca-central-1")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--events", "-5"], "greater than or equal to 0"),
        (["--events", "1.5"], "events is a whole number"),
        (["--events", "1e6", "--client", "--batch", "3"], "name --client or --batch"),
        (["--views", "3"], "go with --events"),
        (["--worst"], "--worst takes the --stage"),
        (["--events", "1e6", "--monitoring", "some"], "'lean', 'full'"),
    ],
)
def test_options_that_do_not_go_together_are_refused(arguments: list[str], reason: str) -> None:
    refused = CliRunner().invoke(main, ["cost", *arguments])
    assert refused.exit_code == 2
    assert reason in " ".join(refused.stderr.split())


def test_a_region_without_prices_names_those_that_have_some() -> None:
    refused = CliRunner().invoke(main, ["cost", "--region", "eu-north-1"])
    assert refused.exit_code == 1
    assert "choose --region ca-central-1 or us-east-1" in refused.stderr
