"""Who can do what to whose lake, by the policies alone: the compactor, the planner, analysts and operators."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.jobs import JOBS
from chalicelib.lake import compaction, tries
from chalicelib.lake.kinds import EVENTS
from chalicelib.prefixes import UNLOADED
from sluice.access import functions, parts, people
from sluice.project.config import Allow
from sluice.project.tenants import table_name
from tests.evaluator import Judge, Request
from tests.sluice.access.test_isolation import (
    ACTIONS,
    CREATE,
    OURS,
    OWNERS,
    PARTNER,
    PATTERNS,
    REGION,
    S3_KEY,
    SECURE,
    STRANGER,
    TENANTS,
    bucket_policy,
    can,
    everything,
    filled,
    granted,
    objects,
    reaches,
    stage,
    without,
)

ROLES = [job.role for job in JOBS]

# What our code calls, and what would undo it; a quarter of the matrix's actions, for four times its places.
LAKE_ACTIONS = ("s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:PutObjectAcl")
REPLACE = {"s3:if-match": '"0123"'}
WATERMARK = "compacted/_watermark.json"
DAY = date(2026, 11, 9)
BUCKET = "arn:aws:s3:::shop-analytics"
COMPACTOR, PLANNER = stage().role_arn("compact"), stage().role_arn("plan-compaction")
EACH_TENANT = pytest.mark.parametrize("tenant", TENANTS, ids=lambda tenant: tenant.bucket)
EACH_OWNER = pytest.mark.parametrize("owner", [OURS, PARTNER])


def places(tenant: Allow) -> list[str]:
    """The tenant's matrix of records, and the same of what is compacted, of the watermark, and of one below the other."""
    records = objects(tenant)
    twins = [name.replace("/analytics/", "/compacted/") for name in records]
    marks = [f"{name.rpartition('/compacted/')[0]}/{WATERMARK}" for name in twins if "/compacted/" in name]
    mixed = [name.replace("/analytics/", "/analytics/x/compacted/", 1) for name in records]
    return sorted({*records, *twins, *marks, *mixed})


def is_own(tenant: Allow, resource: str, owner: str, *prefixes: str) -> bool:
    """Whether this is an object at the root of one of these prefixes, in a bucket that the entry names."""
    bucket, _, key = resource.removeprefix("arn:aws:s3:::").partition("/")
    grammar = re.escape(tenant.bucket).replace(r"\*", "[a-z0-9-]*")
    is_deep = "/analytics/" in key or "/compacted/" in key
    is_there = key.startswith(prefixes) and not is_deep
    return re.fullmatch(grammar, bucket) is not None and is_there and owner == (tenant.owner or OURS)


def own(tenant: Allow, action: str, *prefixes: str) -> set[tuple[str, str, str]]:
    """The calls of this action on the tenant's own objects below these prefixes."""
    calls = ((action, resource, owner) for resource in places(tenant) for owner in OWNERS)
    return {call for call in calls if is_own(tenant, *call[1:], *prefixes)}


class TestTheCompactor:
    @EACH_TENANT
    def test_it_reads_records_and_creates_what_is_compacted_of_its_own_tenants(self, tenant: Allow) -> None:
        found = granted(functions.compact(stage(tenant)), places(tenant), LAKE_ACTIONS, **CREATE)

        puts = own(tenant, "s3:PutObject", "compacted/")
        assert found == puts | own(tenant, "s3:GetObject", "analytics/", "compacted/")
        assert len(puts) >= 2

    def test_it_deletes_raw_objects_of_exactly_those_tenants_that_ask(self) -> None:
        asking, others = Allow("shop-analytics", raw_days=30), [Allow("blog-analytics"), Allow("*-analytics")]
        theirs = Allow("x-partner", owner=PARTNER, raw_days=7)
        policy = functions.compact(stage(asking, theirs, *others))
        resources = {place for tenant in (asking, theirs, *others) for place in places(tenant)}

        found = granted(policy, resources, ["s3:DeleteObject"])

        calls = {("s3:DeleteObject", resource, owner) for resource in resources for owner in OWNERS}
        wanted = {call for call in calls if any(is_own(one, *call[1:], "analytics/") for one in (asking, theirs))}
        assert found == wanted
        assert len(found) >= 2
        assert granted(functions.plan_compaction(stage(asking)), resources, ["s3:DeleteObject"]) == set()

    @EACH_TENANT
    def test_it_replaces_only_the_version_that_it_knows(self, tenant: Allow) -> None:
        policy = functions.compact(stage(tenant))
        known = granted(policy, places(tenant), ["s3:PutObject"], **REPLACE)

        assert known == own(tenant, "s3:PutObject", "compacted/")
        assert granted(policy, places(tenant), ["s3:PutObject"]) == set()

    def test_without_its_deny_it_would_overwrite_blindly(self) -> None:
        loose = without(functions.compact(stage(Allow("shop-analytics"))), "NeverBlindly")

        assert can(loose, "s3:PutObject", f"{BUCKET}/compacted/z")

    @pytest.mark.parametrize("tenant", PATTERNS, ids=lambda tenant: tenant.bucket)
    def test_without_the_constant_deny_a_pattern_would_reach_below_other_prefixes(self, tenant: Allow) -> None:
        loose = without(functions.compact(stage(tenant)), "NeverDeeper")

        reached = granted(loose, places(tenant), ["s3:PutObject"], **CREATE)

        assert reached > own(tenant, "s3:PutObject", "compacted/")

    def test_thirty_tenants_widen_it_by_what_each_adds(self) -> None:
        resources = {place for tenant in TENANTS for place in places(tenant)}
        found = granted(functions.compact(stage(*TENANTS)), resources, ["s3:PutObject"], **CREATE)

        calls = (("s3:PutObject", resource, owner) for resource in resources for owner in OWNERS)
        assert found == {call for call in calls if any(is_own(one, *call[1:], "compacted/") for one in TENANTS)}

    @pytest.mark.parametrize("fence", ["NeverElsewhere", "none"])
    def test_an_owners_buckets_are_reached_in_its_account_only(self, fence: str) -> None:
        policy = functions.compact(stage(Allow("*-analytics"), Allow("*-partner", owner=PARTNER)))
        loose = policy if fence == "none" else without(policy, fence)
        put = ("s3:PutObject", "arn:aws:s3:::x-partner/compacted/z")

        assert [owner for owner in OWNERS if can(loose, *put, owner, **CREATE)] == [PARTNER]

    def test_it_looks_at_and_moves_the_views_of_its_stages_database_alone(self) -> None:
        policy = functions.compact(stage(*TENANTS))
        tables = [glue("table/sluice_prod/app1_events"), glue("table/sluice_dev/app1_events"), glue("table/other/x")]

        assert [can(policy, "glue:UpdateTable", table) for table in tables] == [True, False, False]
        assert can(policy, "glue:GetTables", glue("database/sluice_prod"))
        assert not any(can(policy, f"glue:{verb}Table", tables[0]) for verb in ("Create", "Delete"))

    def test_it_uses_the_entries_keys_through_s3_alone(self) -> None:
        policy = functions.compact(stage(Allow("key-bucket", kms_key=S3_KEY)))
        via = {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}

        assert all(can(policy, f"kms:{verb}", S3_KEY, **via) for verb in ("Decrypt", "GenerateDataKey"))
        assert not any(can(policy, f"kms:{verb}", S3_KEY) for verb in ("Decrypt", "GenerateDataKey"))
        assert not can(functions.compact(stage()), "kms:Decrypt", S3_KEY, **via)


class TestThePlanner:
    @EACH_TENANT
    def test_it_reads_the_watermarks_of_its_own_tenants_and_no_record(self, tenant: Allow) -> None:
        found = granted(functions.plan_compaction(stage(tenant)), places(tenant), LAKE_ACTIONS, **CREATE)

        assert found == own(tenant, "s3:GetObject", WATERMARK)
        assert len(found) >= 1

    @pytest.mark.parametrize("action", ["states:StartExecution", "states:ListExecutions"])
    def test_it_starts_its_own_stages_nights_and_calls_no_function(self, action: str) -> None:
        policy, nights = functions.plan_compaction(stage(*TENANTS)), stage().nights

        assert can(policy, action, nights)
        assert not any(can(policy, action, other) for other in (f"{nights}-2", nights.replace("prod", "dev")))
        assert not any(can(policy, "lambda:InvokeFunction", function(role)) for role in ROLES)

    def test_nobody_else_starts_or_stops_a_night(self) -> None:
        made = of_roles()
        starts = {name for name, one in made.items() if can(one, "states:StartExecution", stage().nights)}

        assert starts == {"plan-compaction.json"}
        assert not any(can(one, "states:StopExecution", stage().nights) for one in made.values())

    @pytest.mark.parametrize(("tenant", "lists"), [(Allow("shop-analytics"), False), (Allow("shop-*"), True)])
    def test_it_lists_the_accounts_buckets_only_where_a_pattern_asks_for_it(self, tenant: Allow, lists: bool) -> None:
        policy = functions.plan_compaction(stage(tenant))

        # The account of this call may be in no key of the request.
        assert can(policy, "s3:ListAllMyBuckets", "*", **{"aws:ResourceAccount": []}) is lists


class TestTheNights:
    def test_they_call_the_compactor_and_do_nothing_else(self) -> None:
        policy = functions.nights(stage(*TENANTS))

        assert [role for role in ROLES if can(policy, "lambda:InvokeFunction", function(role))] == ["compact"]
        assert not can(policy, "lambda:InvokeFunction", f"{function('compact')}-2")
        assert [one["Action"] for one in policy["Statement"]] == ["lambda:InvokeFunction"]

    def test_no_other_role_calls_the_compactor(self) -> None:
        made = of_roles()

        assert [name for name, one in made.items() if can(one, "lambda:InvokeFunction", function("compact"))] == [
            "compaction.json"
        ]


@pytest.mark.parametrize("role", ["compact", "plan-compaction"])
@pytest.mark.parametrize(
    ("prefix", "allowed"),
    [("analytics/", True), ("compacted/_watermark.json", True), ("", False), ([], False), ("athena-results/", False)],
)
def test_a_job_lists_only_below_the_lakes_prefixes(role: str, prefix: Any, allowed: bool) -> None:
    policy = functions.documents(stage(*TENANTS))[f"{role}.json"]
    listing = {"s3:prefix": prefix}

    assert can(policy, "s3:ListBucket", BUCKET, **listing) is allowed
    assert not can(policy, "s3:ListBucket", BUCKET, STRANGER, **listing)
    assert not can(policy, "s3:ListBucket", "arn:aws:s3:::payroll", **listing)


@pytest.mark.parametrize("action", ["UpdateItem", "GetItem", "Scan", "DeleteItem"])
@pytest.mark.parametrize("role", ["compact", "plan-compaction"])
def test_no_job_of_the_lake_comes_near_the_salts(role: str, action: str) -> None:
    policy = functions.documents(stage(*TENANTS))[f"{role}.json"]
    table = f"arn:aws:dynamodb:{REGION}:{OURS}:table/{stage().salts_table}"

    assert not can(policy, f"dynamodb:{action}", table, **{"dynamodb:LeadingKeys": ["salt#2025-12-17"]})


def glue(resource: str) -> str:
    return f"arn:aws:glue:{REGION}:{OURS}:{resource}"


def of_roles() -> dict[str, dict[str, Any]]:
    """Every policy of the stage but those of buckets, by its file."""
    made = functions.documents(stage(*TENANTS))
    return {name: one for name, one in made.items() if not name.startswith("buckets/")}


def function(role: str) -> str:
    return f"arn:aws:lambda:{REGION}:{OURS}:function:{stage().function(role)}"


# Two tenants, and names around theirs.
TWINS = (Allow("shop-analytics", table="shop"), Allow("shop-analytics-eu", table="shop_eu"))
TABLES = ("shop", "shop_raw", "shop_compacted", "shop_eu", "shop_eu_raw", "shop_eu_compacted", "sho", "shop_rawer", "*")


class TestAnAnalyst:
    @pytest.mark.parametrize("tenant", TWINS, ids=lambda tenant: tenant.bucket)
    def test_one_reads_the_three_tables_of_one_tenant(self, tenant: Allow) -> None:
        policy = people.analyst(stage(*TWINS), tenant.bucket)

        seen = {table for table in TABLES if can(policy, "glue:GetTable", glue(f"table/sluice_prod/{table}"))}

        assert seen == {tenant.table, f"{tenant.table}_raw", f"{tenant.table}_compacted"}
        assert not can(policy, "glue:GetTable", glue(f"table/sluice_dev/{tenant.table}"))

    @pytest.mark.parametrize("tenant", TWINS, ids=lambda tenant: tenant.bucket)
    @pytest.mark.parametrize("verb", ["StartQueryExecution", "GetQueryResults", "GetQueryExecution", "GetWorkGroup"])
    def test_one_asks_in_the_workgroup_of_one_tenant(self, tenant: Allow, verb: str) -> None:
        policy = people.analyst(stage(*TWINS), tenant.bucket)
        groups = [f"sluice-prod-{table}" for table in TABLES] + ["primary", "sluice-dev-shop", "sluice-prod"]

        asked = [group for group in groups if can(policy, f"athena:{verb}", workgroup(group))]

        assert asked == [stage().workgroup(tenant.table or "")]

    @pytest.mark.parametrize("verb", ["glue:UpdateTable", "glue:DeleteTable", "glue:CreateTable"])
    def test_one_changes_no_table(self, verb: str) -> None:
        assert not can(people.analyst(stage(*TWINS), "shop-analytics"), verb, glue("table/sluice_prod/shop"))

    @pytest.mark.parametrize("verb", ["CreateWorkGroup", "UpdateWorkGroup", "DeleteWorkGroup"])
    def test_one_changes_no_workgroup_and_so_neither_its_cutoff_nor_where_answers_go(self, verb: str) -> None:
        policy = people.analyst(stage(*TWINS), "shop-analytics")

        assert not can(policy, f"athena:{verb}", workgroup("sluice-prod-shop"))

    def test_answers_go_to_the_tenants_own_bucket_and_nowhere_else(self) -> None:
        policy = people.analyst(stage(*TWINS), "shop-analytics")
        keys = ("athena-results/a.csv", "analytics/z", "compacted/z", "z", "x/athena-results/a.csv")
        names = [f"arn:aws:s3:::{bucket}/{key}" for bucket in ("shop-analytics", "shop-analytics-eu") for key in keys]

        written = granted(policy, names, ["s3:PutObject"])

        assert written == {("s3:PutObject", f"{BUCKET}/athena-results/a.csv", OURS)}

    @pytest.mark.parametrize("tenant", TWINS, ids=lambda tenant: tenant.bucket)
    def test_answers_are_read_by_their_own_tenants_analyst(self, tenant: Allow) -> None:
        policy = people.analyst(stage(*TWINS), tenant.bucket)
        answers = [f"arn:aws:s3:::{one.bucket}/athena-results/a.csv" for one in TWINS]

        found = granted(policy, answers, ["s3:GetObject"])

        assert found == {("s3:GetObject", f"arn:aws:s3:::{tenant.bucket}/athena-results/a.csv", OURS)}

    def test_one_of_a_tenant_with_a_key_may_write_answers_with_it(self) -> None:
        policy = people.analyst(stage(Allow("key-bucket", kms_key=S3_KEY)), "key-bucket")
        via = {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}

        assert can(policy, "kms:GenerateDataKey", S3_KEY, **via)
        assert not can(policy, "kms:GenerateDataKey", S3_KEY)


def workgroup(name: str) -> str:
    return f"arn:aws:athena:{REGION}:{OURS}:workgroup/{name}"


class TestAnOperator:
    POLICY = parts.numbered("operator", functions.documents(stage(*TENANTS, Allow("key-bucket", kms_key=S3_KEY))))

    def test_one_sets_up_the_stages_workgroups_and_tables_alone(self) -> None:
        groups = [workgroup(name) for name in ("sluice-prod-shop", "sluice-dev-shop", "primary")]
        twins = [workgroup(f"sluice-prod-{name}") for name in ("eu-shop", "eu-shop_raw", "2-a")]
        tables = [glue(f"table/{name}") for name in ("sluice_prod/shop", "sluice_dev/shop", "other/shop")]

        assert [can(self.POLICY, "athena:CreateWorkGroup", group) for group in groups] == [True, False, False]
        assert not any(can(self.POLICY, "athena:UpdateWorkGroup", twin) for twin in twins)
        assert [can(self.POLICY, "glue:CreateTable", table) for table in tables] == [True, False, False]

    def test_one_writes_only_what_statements_say(self) -> None:
        names = places(Allow("shop-analytics"))
        said = [name.replace("/analytics/", "/athena-results/") for name in names]

        written = granted(self.POLICY, [*names, *said], ["s3:PutObject"], **CREATE)

        assert f"{BUCKET}/athena-results/z" in {name for _, name, _ in written}
        assert all(
            name.split("/")[1] == "athena-results" and name.count("/athena-results/") == 1 for _, name, _ in written
        )

    @pytest.mark.parametrize("prefix", ["analytics", "compacted", "athena-results"])
    def test_one_reads_neither_records_nor_answers(self, prefix: str) -> None:
        names = [f"arn:aws:s3:::{filled(tenant.bucket, 'x7')}/{prefix}/z" for tenant in TENANTS]

        assert granted(self.POLICY, names, ["s3:GetObject"]) == set()
        assert not can(self.POLICY, "s3:GetObject", "arn:aws:s3:::other/x-analytics/compacted/_watermark.json")
        assert not can(self.POLICY, "athena:GetQueryResults", workgroup("sluice-prod-shop"))

    def test_one_sees_how_far_compaction_is(self) -> None:
        assert can(self.POLICY, "s3:GetObject", f"{BUCKET}/{WATERMARK}")
        assert not can(self.POLICY, "s3:GetObject", f"{BUCKET}/{WATERMARK}", STRANGER)


class TestWhoUnloads:
    """The policy of anyone who unloads a tenant's large days."""

    POLICY = functions.documents(stage(*TENANTS, Allow("shop-analytics")))["unloaders/shop-analytics.json"]

    def puts(self, key: str, **context: Any) -> bool:
        return can(self.POLICY, "s3:PutObject", f"{BUCKET}/{key}", **context)

    def test_one_writes_what_is_unloaded_and_publishes_it_knowingly(self) -> None:
        assert self.puts(f"{UNLOADED}dt={DAY}/z")
        for key in (EVENTS.manifest_key(DAY), WATERMARK):
            assert not self.puts(key)
            assert self.puts(key, **CREATE) and self.puts(key, **REPLACE)

    def test_one_changes_no_record_and_no_day_that_is_one_file(self) -> None:
        for key in ("analytics/z", compaction.object_key(DAY), f"erased/{'0' * 64}"):
            assert not self.puts(key, **CREATE)
            assert not can(self.POLICY, "s3:DeleteObject", f"{BUCKET}/{key}")
        assert not can(self.POLICY, "s3:DeleteObject", f"{BUCKET}/{EVENTS.manifest_key(DAY)}")
        assert can(self.POLICY, "s3:DeleteObject", f"{BUCKET}/{UNLOADED}z")

    def test_one_has_no_other_tenant_and_no_other_workgroup(self) -> None:
        for action in ("s3:GetObject", "s3:PutObject", "s3:DeleteObject"):
            assert not can(self.POLICY, action, f"arn:aws:s3:::app-analytics/{UNLOADED}z", **CREATE)
        assert not can(self.POLICY, "s3:GetObject", f"{BUCKET}/{WATERMARK}", STRANGER)
        table = table_name("shop-analytics", Allow("shop-analytics"))
        assert can(self.POLICY, "athena:StartQueryExecution", workgroup(f"sluice-prod-{table}.unload"))
        assert not can(self.POLICY, "athena:StartQueryExecution", workgroup(f"sluice-prod-{table}"))
        assert not can(self.POLICY, "athena:StartQueryExecution", workgroup("sluice-prod.all"))


class TestTheBucketsPolicy:
    @EACH_OWNER
    @pytest.mark.parametrize("who", [COMPACTOR, f"arn:aws:iam::{OURS}:role/admin"])
    @pytest.mark.parametrize(
        "key", [compaction.object_key(DAY), EVENTS.manifest_key(DAY), WATERMARK, f"{tries.marks()}z"]
    )
    def test_nobody_overwrites_blindly_what_is_compacted(self, owner: str, who: str, key: str) -> None:
        put = (who, "s3:PutObject", f"{BUCKET}/{key}", bucket_policy(owner, everything(Principal="*")), owner)

        assert not reaches(*put)
        assert reaches(*put, **CREATE) and reaches(*put, **REPLACE)

    @EACH_OWNER
    def test_no_bucket_replicates_into_records(self, owner: str) -> None:
        generous = bucket_policy(owner, everything(Principal="*"))
        replicator = f"arn:aws:iam::{OURS}:role/replicator"

        assert not reaches(replicator, "s3:ReplicateObject", f"{BUCKET}/analytics/z", generous, owner)
        assert reaches(replicator, "s3:ReplicateObject", f"{BUCKET}/other/z", generous, owner)

    @EACH_OWNER
    @pytest.mark.parametrize("who", [COMPACTOR, PLANNER])
    def test_compaction_deletes_nothing_and_writes_no_record(self, owner: str, who: str) -> None:
        generous = bucket_policy(owner, everything(Principal="*"))
        keys = ("analytics/z", "compacted/z")

        assert not any(reaches(who, "s3:DeleteObject", f"{BUCKET}/{key}", generous, owner) for key in keys)
        assert not reaches(who, "s3:PutObject", f"{BUCKET}/analytics/z", generous, owner, **CREATE)

    @EACH_OWNER
    def test_where_the_entry_asks_the_compactor_deletes_raw_objects_and_nothing_else(self, owner: str) -> None:
        policy = bucket_policy(owner, everything(Principal="*"), raw_days=30)

        def reached(who: str, action: str, key: str) -> bool:
            return reaches(who, f"s3:{action}", f"{BUCKET}/{key}", policy, owner)

        keys = ("analytics/z", "compacted/z", "erased/z", "other/z")
        assert [key for key in keys if reached(COMPACTOR, "DeleteObject", key)] == ["analytics/z"]
        assert not any(reached(PLANNER, "DeleteObject", key) for key in keys)
        assert not reached(COMPACTOR, "DeleteObjectVersion", "analytics/z")

    @EACH_OWNER
    @pytest.mark.parametrize("condition", [CREATE, REPLACE], ids=["create", "replace"])
    def test_both_policies_together_let_the_compactor_do_its_work_alone(self, owner: str, condition: Any) -> None:
        tenant = Allow("shop-analytics", owner=None if owner == OURS else owner)
        identity, names = functions.compact(stage(tenant)), places(tenant)
        calls = ((action, name) for action in ACTIONS for name in names)
        ours = [("s3:PutObject", "compacted/"), ("s3:GetObject", "analytics/"), ("s3:GetObject", "compacted/")]

        judge = Judge(identity, bucket_policy(owner))
        done = {call for call in calls if judge.allows(Request(COMPACTOR, *call, owner, SECURE | condition))}

        wanted = {(action, name) for action, prefix in ours for _, name, _ in own(tenant, action, prefix)}
        assert done == wanted

    @EACH_OWNER
    def test_both_policies_together_let_the_planner_list_and_see_the_watermark(self, owner: str) -> None:
        tenant = Allow("shop-analytics", owner=None if owner == OURS else owner)
        identity = functions.plan_compaction(stage(tenant))
        listing = {"s3:prefix": "compacted/"}

        assert both_allow(PLANNER, "s3:GetObject", f"{BUCKET}/{WATERMARK}", owner, identity, {})
        assert both_allow(PLANNER, "s3:ListBucket", BUCKET, owner, identity, listing)
        assert not both_allow(PLANNER, "s3:GetObject", f"{BUCKET}/analytics/z", owner, identity, {})

    def test_a_partners_bucket_lets_in_no_other_role_of_ours(self) -> None:
        theirs = bucket_policy(PARTNER)
        others = [f"{COMPACTOR}-2", f"arn:aws:iam::{OURS}:role/admin", stage().role_arn("forget-salts")]
        key = f"{BUCKET}/compacted/z"

        assert not any(reaches(who, "s3:GetObject", key, theirs, PARTNER) for who in others)
        assert not any(reaches(who, "s3:PutObject", key, theirs, PARTNER, **CREATE) for who in [*others, PLANNER])


def both_allow(who: str, action: str, resource: str, owner: str, identity: Any, context: Any) -> bool:
    return Judge(identity, bucket_policy(owner)).allows(Request(who, action, resource, owner, SECURE | context))


def log_places(tenant: Allow) -> list[str]:
    """The tenant's matrix of records, moved to access logs and to what is compacted of them, and of one below the other."""
    records = objects(tenant)
    moved = [
        name.replace("/analytics/", f"/{prefix}/") for name in records for prefix in ("access", "access-compacted")
    ]
    mixed = [name.replace("/analytics/", "/access/x/access-compacted/", 1) for name in records]
    return sorted({*moved, *mixed, *places(tenant)})


def own_logs(tenant: Allow, action: str, *prefixes: str) -> set[tuple[str, str, str]]:
    """The calls of this action on the tenant's own access logs below these prefixes."""
    grammar = re.escape(tenant.bucket).replace(r"\*", "[a-z0-9-]*")
    found = set()
    for resource in log_places(tenant):
        bucket, _, key = resource.removeprefix("arn:aws:s3:::").partition("/")
        is_deep = re.search("/(analytics|compacted|access|access-compacted)/", key) is not None
        if re.fullmatch(grammar, bucket) and key.startswith(prefixes) and not is_deep:
            found.add((action, resource, tenant.owner or OURS))
    return found


LOGS = "access/", "access-compacted/"


def of_logs(calls: set[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    """Those of these calls that are of access logs, at their place or deeper; what is below records' own prefixes is theirs."""
    keys = {call: call[1].removeprefix("arn:aws:s3:::").partition("/")[2] for call in calls}
    records = ("analytics/", "compacted/")
    return {call for call, key in keys.items() if re.search("(^|/)access", key) and not key.startswith(records)}


class TestTheAccessLogs:
    @EACH_TENANT
    def test_with_distributions_the_compactor_reads_them_and_creates_what_is_compacted(self, tenant: Allow) -> None:
        logged = replace(tenant, distributions=("E1ABC",))
        found = granted(functions.compact(stage(logged)), log_places(tenant), LAKE_ACTIONS, **CREATE)

        puts = own_logs(tenant, "s3:PutObject", "access-compacted/")
        gets = own_logs(tenant, "s3:GetObject", *LOGS)
        assert of_logs(found) == puts | gets
        assert len(puts) >= 2

    @EACH_TENANT
    def test_it_replaces_only_the_version_that_it_knows(self, tenant: Allow) -> None:
        policy = functions.compact(stage(replace(tenant, distributions=("E1ABC",))))
        known = granted(policy, log_places(tenant), ["s3:PutObject"], **REPLACE)

        assert of_logs(known) == own_logs(tenant, "s3:PutObject", "access-compacted/")
        assert granted(policy, log_places(tenant), ["s3:PutObject"]) == set()

    @EACH_TENANT
    def test_without_distributions_neither_job_has_to_do_with_them(self, tenant: Allow) -> None:
        for made in (functions.compact(stage(tenant)), functions.plan_compaction(stage(tenant))):
            assert of_logs(granted(made, log_places(tenant), LAKE_ACTIONS, **CREATE)) == set()
            assert "access/" not in json.dumps([one for one in made["Statement"] if one["Sid"].startswith("List")])

    def test_a_neighbour_s_distributions_open_no_other_bucket(self) -> None:
        both = stage(Allow("shop-analytics"), Allow("blog-analytics", distributions=("E1ABC",)))
        for made in (functions.compact(both), functions.plan_compaction(both)):
            assert not can(made, "s3:GetObject", f"{BUCKET}/access-compacted/_watermark.json")
            assert not can(made, "s3:ListBucket", BUCKET, **{"s3:prefix": "access/"})
            other = BUCKET.replace("shop", "blog")
            assert can(made, "s3:GetObject", f"{other}/access-compacted/_watermark.json")
            assert can(made, "s3:ListBucket", other, **{"s3:prefix": "access/year=2026/"})

    @EACH_TENANT
    def test_the_planner_reads_the_watermark_alone(self, tenant: Allow) -> None:
        mark = f"arn:aws:s3:::{filled(tenant.bucket, 'x7')}/access-compacted/_watermark.json"
        policy = functions.plan_compaction(stage(replace(tenant, distributions=("E1ABC",))))
        found = granted(policy, [*log_places(tenant), mark], LAKE_ACTIONS, **CREATE)

        assert of_logs(found) == {("s3:GetObject", mark, tenant.owner or OURS)}

    def test_the_bucket_refuses_a_blind_put_of_what_is_compacted(self) -> None:
        policy = functions.bucket_policy(stage(), Allow("shop-analytics", distributions=("E1ABC",)))
        (denied,) = (one for one in policy["Statement"] if one["Sid"] == "OnlyCreateOrReplace")

        kept = [f"{BUCKET}/compacted/{one}" for one in ("dt=*", "_parts/*", "_tried/*", "_watermark.json")]
        assert denied["Resource"] == [*kept, f"{BUCKET}/access-compacted/*"]

    def test_an_owner_s_bucket_lets_the_compactor_in_there(self) -> None:
        theirs = Allow("x-partner", owner=PARTNER, distributions=("E1ABC",))
        key = "arn:aws:s3:::x-partner/access-compacted/dt=2026-11-09/requests.parquet"
        policy = functions.bucket_policy(stage(theirs), theirs)

        assert reaches(COMPACTOR, "s3:PutObject", key, policy, PARTNER, **CREATE, **SECURE)
        assert not reaches(COMPACTOR, "s3:PutObject", key, policy, PARTNER, **SECURE)
        assert not reaches(PLANNER, "s3:PutObject", key, policy, PARTNER, **CREATE, **SECURE)
