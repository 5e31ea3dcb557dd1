"""sluice.toml as types, and its mistakes with their line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sluice.project import config
from sluice.project.config import ConfigError, Goal
from tests.paths import ROOT

GOOD = """\
# what we run
[stages.prod]
account = "111122223333"
region = "ca-central-1"
cors_origins = ["https://shop.example"]

[[stages.prod.allow]]
bucket = "app1-analytics-prod"      # exact
table = "app1_events"
origins = ["https://app1.example"]

[[stages.prod.allow]]
bucket = "*-analytics"              # a pattern
"""


ORIGINS = 'origins = ["https://app1.example"]'


def test_a_tenant_has_its_goals_in_the_files_order() -> None:
    goals = (
        'goals = [{name = "Signed up", eventType = "signup"}, {name = "read", eventType = "view", page = "/docs/*"}]'
    )
    entry = config.parse(GOOD.replace(ORIGINS, f"{ORIGINS}\n{goals}")).stage("prod").allow[0]

    assert entry.goals == (Goal("Signed up", "signup"), Goal("read", "view", "/docs/*"))


def test_two_tenants_may_call_their_goals_alike() -> None:
    goal = '\ngoals = [{name = "signup", page = "/welcome"}]\n'
    stage = config.parse(GOOD.replace(ORIGINS, ORIGINS + goal) + goal).stage("prod")

    assert stage.allow[0].goals == stage.allow[1].goals


def test_a_stage_has_its_names_and_its_entries() -> None:
    stage = config.parse(GOOD).stage("prod")

    assert [(entry.bucket, sorted(entry.origins)) for entry in stage.entries] == [
        ("app1-analytics-prod", ["https://app1.example"]),
        ("*-analytics", []),
    ]
    assert (stage.salts_table, stage.function("tracker")) == ("sluice-prod-salts", "sluice-prod-tracker")
    assert (stage.database, stage.workgroup("app1_events")) == ("sluice_prod", "sluice-prod-app1_events")
    assert stage.role_arn("tracker") == "arn:aws:iam::111122223333:role/sluice-prod-tracker"


def test_an_account_regional_bucket_has_its_whole_name_everywhere() -> None:
    entry = '[[stages.prod.allow]]\nbucket = "shop"\nmanaged = true\naccount_regional = true\n'
    stage = config.parse(GOOD + entry).stage("prod")

    assert stage.entries[-1].bucket == "shop-111122223333-ca-central-1-an"


@pytest.mark.parametrize(
    ("written", "shown", "has_link", "is_only"),
    [
        ('"only"', "only", True, True),
        ('{ dashboard = "only", pages = ["/"] }', "only", True, True),
        ('{ dashboard = "link" }', "link", True, False),
        ('{ pages = ["/"] }', "private", False, False),
    ],
)
def test_an_entry_says_who_sees_its_published_numbers(written: str, shown: str, has_link: bool, is_only: bool) -> None:
    entry = f'[[stages.prod.allow]]\nbucket = "shop-bucket"\npublish = {written}\n'
    found = config.parse(GOOD + entry).stage("prod").allow[-1]

    assert found.publish is not None
    assert (found.publish.dashboard, found.has_link, found.is_only_published) == (shown, has_link, is_only)
    assert not config.parse(GOOD).stage("prod").allow[0].has_link


def test_the_projects_own_file_loads() -> None:
    assert set(config.load(ROOT / "sluice.toml").stages) == {"local", "dev"}


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('account = "111122223333"', 'account = "1111"', 3, 'write for example "111122223333"'),
        ('account = "111122223333"', "account = 111122223333", 3, "Expected `str"),
        (
            'account = "111122223333"\n',
            "",
            2,
            'needs its account: account = "111122223333"; a stage on this machine has',
        ),
        ('region = "ca-central-1"', 'region = "Canada"', 4, "write for example"),
        ('["https://shop.example"]', '["shop.example"]', 5, 'write "*" or, for example, "https://shop.example"'),
        ('["https://shop.example"]', '["https://shop.example"', 7, "invalid TOML"),
        ('"app1-analytics-prod"', '"App1"', 8, "not a name that S3 gives"),
        ('table = "app1_events"', 'table = "App1; DROP"', 9, "write for example"),
        ('table = "app1_events"', 'tabel = "app1_events"', 9, "unknown field `tabel`"),
        ('["https://app1.example"]', '["app1"]', 8, "write it as https://shop.example"),
        (ORIGINS, 'sites = ["https://app1.example"]', 8, "write its host alone"),
        (ORIGINS, "sites = [1]", 10, "Expected `str"),
        ('"*-analytics"', '"*"', 13, "too wide"),
        ('"*-analytics"', '"app1-analytics-prod"', 8, "listed twice"),
        (ORIGINS, f'{ORIGINS}\ndistributions = ["e1abc"]', 8, "write its id, for example E1ABC2DEF3GHIJ"),
        (ORIGINS, f'{ORIGINS}\naccess_logs = "public"', 11, "Invalid enum value 'public'"),
        (
            '"*-analytics"',
            '"*-analytics"\ndistributions = ["E1ABC"]',
            13,
            "is a pattern: distributions are for one bucket",
        ),
        (
            '[[stages.prod.allow]]\nbucket = "*-analytics"',
            '[[stages.prod.allow]]\nbucket = "app2-analytics"\ndistributions = ["E1ABC"]\n\n'
            '[[stages.prod.allow]]\nbucket = "app3-analytics"\ndistributions = ["E2ABC", "E1ABC"]',
            13,
            "the distribution 'E1ABC' is listed by two entries; its logs are one tenant's",
        ),
        ('"*-analytics"', '"*-analytics"\nmanaged = true', 13, "is a pattern"),
        ('"*-analytics"', '"*-analytics"\nidentify = "tenant"', 13, "is a pattern"),
        ('"*-analytics"', '"*-analytics"\nlearning = true', 13, "a tenant learns with others by an entry of its own"),
        ('"*-analytics"', '"shop-analytics"\nretention_days = 30', 13, "needs managed = true"),
        ('"*-analytics"', '"*-analytics"\nraw_days = 30', 13, "is a pattern: raw_days is for one bucket"),
        ('"*-analytics"', '"shop-analytics"\nraw_days = 1', 14, ">= 2"),
        ('"*-analytics"', '"shop-analytics"\nip_days = 0', 14, ">= 2"),
        ('"*-analytics"', '"shop-analytics"\nowner = "9"', 14, 'write for example "111122223333"'),
        ('"*-analytics"', '"shop-analytics"\nmanaged = true\nowner = "999988887777"', 13, "another account"),
        (
            'bucket = "*-analytics"',
            'bucket = "a-bucket"\nkms_key = "arn:aws:kms:us-east-1:111122223333:key/1"',
            13,
            "is not in ca-central-1",
        ),
        ('"*-analytics"', '"*-analytics"\npublish = "only"', 13, "numbers are published of one tenant"),
        ('"*-analytics"', '"shop-analytics"\npublish = "all"', 14, "got `str`"),
        ('"*-analytics"', '"shop-analytics"\npublish = { dashboard = "public" }', 14, "Invalid enum value 'public'"),
        ('["https://shop.example"]', "[]", 5, 'write ["*"], or the origins'),
        ('bucket = "*-analytics"', 'bucket = "b-bucket"\ntable = "app1_events"', 8, "named twice"),
        ("[stages.prod]\n", "[stages.prod]\nthrottle = {rate = nan, burst = 1}\n", 3, "Expected `float`"),
        ("[stages.prod]\n", '[stages.prod]\nclient_address_header = "a b"\n', 3, "write for example"),
        ("[stages.prod]\n", '[stages.prod]\nstore = "dri:data"\n', 3, "write for example"),
        ("[stages.prod]\n", "[stages.prod]\nmemmory = 512\n", 3, "unknown field `memmory`"),
        ("[stages.prod]\n", '[stages.prod]\nname = "shop"\n', 3, "[stages.prod] has the unknown field `name`"),
        ("[stages.prod]\n", "[stages.prod]\nmemory = 128\n", 3, ">= 256"),
        (
            '"*-analytics"',
            "3",
            13,
            'bucket in entry 2 of [stages.prod]: Expected `str`, got `int`; write for example "shop-',
        ),
        (
            '"*-analytics"',
            '"shop-analytics"\ntokenize = "userId"',
            14,
            'write for example ["userId", "metadata.email"]',
        ),
        ("[stages.prod]\n", '[stages.prod]\ndomain = "t.example"\n', 2, "go together"),
        ("stages.prod", "stages.Prod", 2, "not a valid name of a stage"),
        ('table = "app1_events"', 'table = "app1_events\\n"', 9, "write for example"),
        ('table = "app1_events"', 'table = "app1_raw"', 8, "ends as the parts of a tenant's table do"),
        ("[stages.prod]\n", "[stages.prod]\nbudget = 0\n", 3, "> 0"),
        ("[stages.prod]\n", "[stages.prod]\nbudget = 20\n", 3, "budget needs alarm_email"),
        ("[stages.prod]\n", "[stages.prod]\nprivacy_sample = 9\n", 3, "privacy_sample needs doctor_schedule"),
        ("[stages.prod]\n", '[stages.prod]\nrole_path = "teams/web"\n', 3, "write for example"),
        ("[stages.prod]\n", '[stages.prod]\npermissions_boundary = "edge"\n', 3, "write for example"),
        (
            "[stages.prod]\n",
            '[stages.prod]\nkms_key = "arn:aws:kms:us-east-1:111122223333:key/1"\n',
            3,
            "is not in ca-central-1, where its logs and its salts are",
        ),
        (ORIGINS, f'{ORIGINS}\ngoals = [{{name = "signup"}}]', 11, "'signup' is reached by nothing"),
        (ORIGINS, f'{ORIGINS}\ngoals = [{{name = "", page = "/"}}]', 11, "length >= 1"),
        (ORIGINS, f'{ORIGINS}\ngoals = [{{name = "{"x" * 61}", page = "/"}}]', 11, "length <= 60"),
        (ORIGINS, f'{ORIGINS}\ngoals = [{{name = " a", page = "/"}}]', 11, "use visible characters"),
        (ORIGINS, f'{ORIGINS}\ngoals = [{{name = "a\\u200b", page = "/"}}]', 11, "use visible characters"),
        (ORIGINS, f'{ORIGINS}\ngoals = [{{name = "a", eventType = "Signup"}}]', 11, "write for example"),
        (ORIGINS, f'{ORIGINS}\ngoals = [{{name = "a", pages = "/"}}]', 11, "unknown field `pages`"),
        (ORIGINS, f'{ORIGINS}\ngoals = [{{name = "a", page = "/"}}, {{name = "a", page = "/b"}}]', 11, "listed twice"),
    ],
)
def test_a_mistake_is_reported_with_its_line_and_how_to_fix_it(old: str, new: str, line: int, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config.parse(GOOD.replace(old, new))

    assert str(caught.value).startswith(f"sluice.toml:{line}: ")
    assert says in str(caught.value)


@pytest.mark.parametrize(("prefix", "name", "fits"), [(28, 19, True), (28, 20, False), (30, 17, True), (30, 18, False)])
def test_a_function_s_name_is_as_long_as_lambda_takes_it(prefix: int, name: int, fits: bool) -> None:
    text = GOOD.replace("stages.prod", f"stages.{'s' * name}").replace(
        "region", f'name_prefix = "{"p" * prefix}"\nregion'
    )
    if fits:
        assert len(config.parse(text).stage("s" * name).function("plan-compaction")) == 64
        return
    with pytest.raises(
        ConfigError, match="has 65 characters; AWS takes 64 for a function and a role: shorten name_prefix"
    ):
        config.parse(text)


def test_a_local_stage_has_no_names_in_aws_that_could_be_too_long() -> None:
    text = f'[stages.{"s" * 20}]\nstore = "dir:data"\nname_prefix = "{"p" * 30}"\n'
    assert config.parse(text).stage("s" * 20).name_prefix == "p" * 30


def test_a_path_is_in_the_names_of_roles_and_their_policies() -> None:
    stage = config.parse(GOOD.replace("region", 'role_path = "/teams/web/"\nregion')).stage("prod")

    assert stage.role_arn("tracker") == "arn:aws:iam::111122223333:role/teams/web/sluice-prod-tracker"
    assert stage.policy_arn("tracker-2") == "arn:aws:iam::111122223333:policy/teams/web/sluice-prod-tracker-2"


def test_one_stage_of_an_account_and_region_makes_the_gateways_role() -> None:
    first = GOOD.replace("region", "gateway_account = true\nregion")
    other = '[stages.dev]\naccount = "111122223333"\nregion = "{}"\ngateway_account = true\n'

    assert config.parse(first + other.format("us-east-1")).stage("dev").gateway_account
    with pytest.raises(
        ConfigError, match=r"toml:18: gateway_account is set for ca-central-1 by \[stages.prod\] already"
    ):
        config.parse(first + other.format("ca-central-1"))


def test_what_is_not_a_stage_is_reported() -> None:
    with pytest.raises(ConfigError, match=re.escape("like [stages.prod]")):
        config.parse("[stage.prod]\n")


def test_a_stage_that_is_not_there_is_reported_with_those_that_are() -> None:
    with pytest.raises(ConfigError, match="no stage 'dev'; it has prod"):
        config.parse(GOOD).stage("dev")


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no sluice\.toml"):
        config.load(tmp_path / "sluice.toml")
