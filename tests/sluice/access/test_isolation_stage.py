"""Who can do what to the stage's own bucket, and where the answers of a question over all tenants may be read."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest

from chalicelib import prefixes
from chalicelib.jobs import JOBS
from chalicelib.prefixes import ERASER, PUBLISHER, REVEALER, UNLOADER, Prefix
from sluice.access import eraser, functions, parts, people, streaming
from sluice.access.iam import Document
from sluice.athena import workgroups
from sluice.project import stage_own
from sluice.project.config import Allow, Audit, Publish, Stage
from sluice.project.stages import Stream
from sluice.project.tenants import Tenant, table_name
from tests.asking import LOGGED
from tests.sluice.access.test_isolation import (
    ACTIONS,
    CREATE,
    EXACT,
    OURS,
    PARTNER,
    PATTERNS,
    REGION,
    S3_KEY,
    STRANGER,
    TENANTS,
    WRITER,
    can,
    document,
    everything,
    filled,
    granted,
    reaches,
    stage,
)
from tests.sluice.access.test_isolation_lake import glue, workgroup

PUBLISHES, KEYED = Allow("key-bucket", kms_key=S3_KEY, publish=Publish(dashboard="link")), "own-key-bucket"
OTHERS = (LOGGED, PUBLISHES, Allow(KEYED, identify="tenant"), Allow("token-bucket", tokenize=("userId",)))
ALL = msgspec.structs.replace(stage(*TENANTS, *OTHERS), audit=Audit())
OWN = f"arn:aws:s3:::{stage_own.bucket(ALL)}"
FIRST = ALL.allow[0].bucket
PLAN = f"/{prefixes.ERASED_PLANS}{FIRST}/z"
RELEASED = f"/{prefixes.PUBLISHED.path}key-bucket/2026-W10/0001.json"
RELEASED_ELSEWHERE = RELEASED.replace("key-bucket", "shop-analytics")
KEYS = (
    "",
    "/code/z",
    "/analytics/z",
    "/compacted/z",
    "/athena-results/z",
    "/access-logs/z",
    "/logs/z",
    "/reports/z",
    "/audit-heads/z",
    *(f"/{one.path}z" for one in (prefixes.PARKED, prefixes.GATHERED, prefixes.POSITIONS, prefixes.UNCONSUMED)),
    *("/tombstone-key/key", PLAN, "/tombstone-key/plans/z", "/tombstone-key/z"),
    f"/{prefixes.ERASED_LATELY.path}z",
    f"/{prefixes.PUBLISHED.path}z",
    RELEASED,
    RELEASED_ELSEWHERE,
    f"/{prefixes.IDENTIFY_KEYS.path}{KEYED}",
    f"/{prefixes.IDENTIFY_KEYS.path}z",
    "/x/athena-results/z",
)
RESOURCES = [f"{OWN}{key}" for key in KEYS]
MADE = {name: made for name, made in functions.documents(ALL).items() if not name.startswith("buckets/")}
# Each with its further parts.
POLICIES = {
    name: parts.numbered(name.removesuffix(".json"), MADE)
    for name in MADE
    if not re.fullmatch(r"[a-z-]+-[2-9]\.json", name)
}
ANALYSTS = {name: made for name, made in POLICIES.items() if name.startswith("analysts/")}
OF_ALL = people.analyst_of_all(ALL)
ASKING = ("StartQueryExecution", "StopQueryExecution", "GetQueryResults", "GetQueryExecution", "GetWorkGroup")


def may(name: str) -> set[tuple[str, str]]:
    """What this policy may do to the stage's own bucket, in any account: each with the key."""
    return {(action, key.removeprefix(OWN)) for action, key, _ in granted(POLICIES[name], RESOURCES, **CREATE)}


def at(prefix: Prefix) -> str:
    """A key below the prefix: those of tenants' keys and the tombstones' are named in the policies."""
    named = {prefixes.IDENTIFY_KEYS: KEYED, prefixes.ERASED_KEY: "key"}
    return f"/{prefix.path}{named.get(prefix, 'z')}"


def test_the_stages_own_bucket_is_written_and_read_as_the_table_of_prefixes_says() -> None:
    done = {name.removesuffix(".json"): may(name) for name in POLICIES}

    def roles(action: str, prefix: Prefix) -> set[str]:
        found = {role for role, calls in done.items() if (action, at(prefix)) in calls}
        people_of = {"erasers": ERASER, "publishers": PUBLISHER, "unloaders": UNLOADER, "revealers": REVEALER}
        return {people_of.get(role.partition("/")[0], role) for role in found}

    for prefix in prefixes.STAGES:
        assert (roles("s3:PutObject", prefix), roles("s3:GetObject", prefix)) == (
            set(prefix.writers),
            set(prefix.readers),
        )
    listed = {at(prefix) for prefix in prefixes.STAGES} | {RELEASED, RELEASED_ELSEWHERE, PLAN}
    elsewhere = {
        (role, action)
        for role, calls in done.items()
        for action, key in calls
        if key not in listed and action in {"s3:PutObject", "s3:GetObject"}
    }
    assert elsewhere == set()


def test_nobody_else_can_do_anything_to_the_stages_own_bucket() -> None:
    found = {name: may(name) for name in POLICIES if name not in {"analyst-of-all.json", "deployer.json"}}

    own_key = at(prefixes.IDENTIFY_KEYS)
    assert found.pop("tracker.json") == {("s3:PutObject", "/analytics/z"), ("s3:GetObject", own_key)}
    taken = {("s3:GetObject", "/access-logs/z"), ("s3:DeleteObject", "/access-logs/z")}
    assert found.pop("move-logs.json") == taken
    assert found.pop("report.json") == {(action, "/reports/z") for action in ("s3:GetObject", "s3:PutObject")}
    remembered = ("s3:PutObject", "/audit-heads/z")
    seen = {("s3:ListBucket", ""), *(("s3:GetObject", key) for key in ("/audit-heads/z", "/stream/z"))}
    assert found.pop("operator.json") == {*seen, remembered, ("s3:PutObject", own_key)}
    assert found.pop("check.json") == {("s3:ListBucket", "")}
    assert found.pop("forget-salts.json") == {remembered}
    assert found.pop("export-logs.json") == {("s3:PutObject", "/logs/z")}
    # Those of the stream keep there what waits, and the one that puts it takes it away.
    waiting = {f"/{one.path}z" for one in (prefixes.PARKED, prefixes.GATHERED)}
    who = ("s3:GetObject", "/tombstone-key/key")
    consumed = {("s3:PutObject", key) for key in (*waiting, "/stream/z", "/aws/lambda/z")}
    assert found.pop("consume.json") == {*consumed, ("s3:GetObject", "/stream/z"), who}
    kept = (*waiting, "/aws/lambda/z")
    released = {(action, key) for action in ("s3:GetObject", "s3:DeleteObject") for key in kept}
    assert found.pop("release.json") == {*released, ("s3:PutObject", "/parked/z"), who}
    assert found.pop("compact.json") == {who}
    # Who erases has the tombstones' key, and of what is parked and reported one tenant's alone.
    for name in [name for name in found if name.startswith("erasers/")]:
        plans = (
            {(f"s3:{verb}Object", PLAN) for verb in ("Get", "Put", "Delete")}
            if name == f"erasers/{FIRST}.json"
            else set()
        )
        kept_key = {who, ("s3:PutObject", who[1]), *plans}
        of_ids = {("s3:GetObject", own_key)} if KEYED in name else set()
        assert {call for call in found.pop(name) if call[1] not in {""}} == kept_key | {remembered} | of_ids
    # Who publishes adds to one tenant's ledger.
    added = {("s3:GetObject", RELEASED), ("s3:PutObject", RELEASED), remembered}
    assert found.pop("publishers/key-bucket.json") == added
    # Who reveals says so.
    assert found.pop("revealers/token-bucket.json") == {remembered}
    # Who unloads leaves those out who were erased.
    for name in [name for name in found if name.startswith("unloaders/")]:
        assert found.pop(name) == {who}
    # Its analyst, as whom a dashboard may run, reads what the dashboard shows to anyone.
    assert found["analysts/key-bucket.json"] == {("s3:GetObject", RELEASED)}
    assert {name for name, done in found.items() if done} == {"analysts/key-bucket.json"}
    # Without tracker, forgetter, compactor, mover, export, doctor, reports and the stream's two, and with the nights.
    assert len(found) == len(JOBS) - 8 + len(ANALYSTS)


KEY_READERS = {name: made for name, made in POLICIES.items() if can(made, "s3:GetObject", f"{OWN}/tombstone-key/key")}


@pytest.mark.parametrize("name", [name for name in KEY_READERS if not name.startswith("erasers/")])
def test_who_needs_the_tombstones_key_reads_no_plan_of_an_erasure(name: str) -> None:
    before = eraser.knows_who(ALL) | {"Resource": f"{OWN}/{prefixes.ERASED_KEY.pattern}"}
    loose = [*KEY_READERS[name], document(before)]

    assert can(loose, "s3:GetObject", f"{OWN}{PLAN}")
    assert not can(KEY_READERS[name], "s3:GetObject", f"{OWN}{PLAN}")


def test_who_erases_goes_through_plans_and_never_deletes_nor_replaces_the_key() -> None:
    made = eraser.eraser(ALL, ALL.allow[0])
    loose = document(*made["Statement"], everything(Resource=f"{OWN}/tombstone-key/*"))
    key, plan = f"{OWN}/tombstone-key/key", f"{OWN}{PLAN}"

    assert [can(one, "s3:DeleteObject", place) for one in (loose, made) for place in (key, plan)] == [
        *(True, True),
        *(False, True),
    ]
    assert can(made, "s3:PutObject", key, **CREATE) and not can(made, "s3:PutObject", key)
    another = eraser.eraser(ALL, ALL.allow[1])
    assert not can(another, "s3:GetObject", plan) and not can(another, "s3:DeleteObject", plan)


def test_who_erases_sees_the_names_of_what_is_gathered_only_where_there_is_a_stream() -> None:
    for held, is_listed in ((None, False), (Stream(), True)):
        made = eraser.eraser(msgspec.structs.replace(ALL, stream=held), ALL.allow[0])
        listed = can(made, "s3:ListBucket", OWN, **{"s3:prefix": prefixes.GATHERED.path})
        assert (listed, can(made, "s3:GetObject", f"{OWN}/gathered/z")) == (is_listed, False)


def test_another_accounts_bucket_of_that_name_is_not_the_stages() -> None:
    answer = f"{OWN}/athena-results/z"

    assert can(OF_ALL, "s3:PutObject", answer)
    assert not any(can(OF_ALL, "s3:PutObject", answer, owner) for owner in (PARTNER, STRANGER))


@pytest.mark.parametrize("verb", ASKING)
def test_a_question_over_all_is_asked_by_who_may_read_all(verb: str) -> None:
    group = workgroup(stage_own.workgroup(ALL))
    asking = {name for name, made in POLICIES.items() if can(made, f"athena:{verb}", group)}

    # The operator makes the workgroup, and a deployment too; they may not see what it answers.
    makers = {"operator.json", "deployer.json"} if verb != "GetQueryResults" else set()
    looking = {"check.json"} if verb == "GetWorkGroup" else set()
    assert asking == {"analyst-of-all.json"} | makers | looking


def readers(group: dict[str, Any]) -> set[str]:
    """The tenants' analysts who could read what is answered in this workgroup."""
    place = group["Configuration"]["ResultConfiguration"]["OutputLocation"].removeprefix("s3://")
    return {name for name, made in ANALYSTS.items() if can(made, "s3:GetObject", f"arn:aws:s3:::{place}answer.csv")}


def test_what_all_tenants_answer_is_read_by_no_tenants_analyst() -> None:
    assert len(ANALYSTS) == len(EXACT) + 5
    assert readers(workgroups.of_all(ALL)) == set()


@pytest.mark.parametrize("bucket", EXACT)
def test_in_any_tenants_workgroup_its_analyst_would_read_everybodys_answers(bucket: str) -> None:
    entry = Allow(bucket)
    tenant = Tenant(bucket, bucket, OURS, table_name(bucket, entry), REGION)

    assert readers(workgroups.of(ALL, tenant)) == {f"analysts/{bucket}.json"}


@pytest.mark.parametrize("tenant", TENANTS, ids=lambda tenant: tenant.bucket)
def test_an_analyst_of_all_reads_every_tenants_records_and_changes_nothing(tenant: Allow) -> None:
    name, owner = filled(tenant.bucket, "x7"), tenant.owner or OURS
    keys = ("analytics/z", "compacted/z", "athena-results/z", "secret/analytics/z", "z")
    resources = [f"arn:aws:s3:::{name}/{key}" for key in keys]

    found = granted(people.analyst_of_all(stage(tenant)), resources, ACTIONS, **CREATE)

    assert found == {("s3:GetObject", resource, owner) for resource in resources[:2]}


@pytest.mark.parametrize("tenant", PATTERNS, ids=lambda tenant: tenant.bucket)
def test_without_the_constant_deny_a_pattern_would_read_below_other_prefixes(tenant: Allow) -> None:
    policy = people.analyst_of_all(stage(tenant))
    loose = document(*[one for one in policy["Statement"] if one["Sid"] != "NeverDeeper"])
    deeper = f"arn:aws:s3:::{filled(tenant.bucket, 'x/y')}/analytics/z"

    owner = tenant.owner or OURS
    assert (can(loose, "s3:GetObject", deeper, owner), can(policy, "s3:GetObject", deeper, owner)) == (True, False)


def test_an_analyst_of_all_looks_at_the_stages_tables_and_changes_none() -> None:
    tables = [glue("table/sluice_prod/app1_events"), glue("table/sluice_dev/app1_events")]

    assert [can(OF_ALL, "glue:GetTable", table) for table in tables] == [True, False]
    assert not any(can(OF_ALL, f"glue:{verb}Table", tables[0]) for verb in ("Create", "Update", "Delete"))
    assert not can(OF_ALL, "athena:StartQueryExecution", workgroup("sluice-prod-app1_analytics_prod_events"))


def own_policy(*more: Document) -> Document:
    """The bucket's own, with what somebody careless added."""
    return document(*functions.documents(ALL)[f"buckets/{stage_own.bucket(ALL)}.json"]["Statement"], *more)


def test_the_stages_own_bucket_is_closed_to_other_accounts_and_without_tls() -> None:
    administrator, stranger = (f"arn:aws:iam::{one}:role/admin" for one in (OURS, STRANGER))
    policy = own_policy(everything(Principal="*"))
    get = ("s3:GetObject", f"{OWN}/athena-results/z", policy)

    assert reaches(administrator, *get)
    assert not reaches(stranger, *get)
    assert not reaches(administrator, *get, **{"aws:SecureTransport": "false"})


def test_the_proof_is_written_by_the_tracker_which_reads_nothing_there() -> None:
    policy = own_policy(everything(Principal="*"))

    assert reaches(WRITER, "s3:PutObject", f"{OWN}/analytics/z", policy, **CREATE)
    assert not reaches(f"arn:aws:iam::{OURS}:role/admin", "s3:PutObject", f"{OWN}/analytics/z", policy, **CREATE)
    read = [name for name in RESOURCES if reaches(WRITER, "s3:GetObject", name, policy)]
    assert read == [f"{OWN}{at(prefixes.IDENTIFY_KEYS)}"]


def test_a_bucket_of_the_stages_own_is_another_ones_in_each_account_region_and_stage() -> None:
    stages = [
        Stage(name=name, account=account, region=region)
        for name in ("prod", "dev")
        for account in (OURS, PARTNER)
        for region in ("ca-central-1", "us-east-1")
    ]
    assert len({stage_own.bucket(one) for one in stages}) == 8


EXPORT = functions.documents(ALL)["export-logs.json"]
PLACE = f"{OWN}/logs/2026/11/27/00-06.json.gz"


def test_the_export_creates_its_objects_and_overwrites_and_reads_none() -> None:
    assert can(EXPORT, "s3:PutObject", PLACE, **CREATE)
    assert not can(EXPORT, "s3:PutObject", PLACE)
    assert not can(EXPORT, "s3:PutObject", PLACE, PARTNER, **CREATE)
    assert not any(can(EXPORT, f"s3:{verb}", PLACE) for verb in ("GetObject", "DeleteObject"))
    assert can(EXPORT, "s3:ListBucket", OWN, **{"s3:prefix": "logs/2026/11/27/"})
    assert not any(can(EXPORT, "s3:ListBucket", OWN, **{"s3:prefix": one}) for one in ("", "analytics/", "code/"))


def test_the_export_reads_the_trackers_log_alone() -> None:
    names = ("tracker", "compact", "check", "export-logs", "tracker-2")
    groups = {name: f"arn:aws:logs:{REGION}:{OURS}:log-group:{ALL.log_group(name)}:log-stream:" for name in names}

    assert [name for name in names if can(EXPORT, "logs:FilterLogEvents", groups[name])] == ["tracker"]


def test_those_who_see_every_tenant_read_the_export_where_there_is_one() -> None:
    without = people.analyst_of_all(msgspec.structs.replace(ALL, export_logs=False))

    assert can(OF_ALL, "s3:GetObject", PLACE) and can(OF_ALL, "s3:ListBucket", OWN, **{"s3:prefix": "logs/2026/"})
    assert not can(without, "s3:GetObject", PLACE)


@pytest.mark.parametrize("shown", ["private", "link", "only"])
def test_a_dashboard_reads_the_releases_that_it_shows_to_anyone_and_adds_none(shown: Any) -> None:
    entry, place = Allow("key-bucket", publish=Publish(dashboard=shown)), f"{OWN}{RELEASED}"
    others = place.replace("key-bucket", "shop-analytics")
    for made in (
        people.analyst(stage(entry, Allow("shop-analytics")), "key-bucket"),
        people.analyst_of_all(stage(entry, Allow("shop-analytics"))),
    ):
        listed = {"s3:prefix": f"{prefixes.PUBLISHED.path}key-bucket/2026-W10/"}
        assert {can(made, "s3:GetObject", place), can(made, "s3:ListBucket", OWN, **listed)} == {shown != "private"}
        assert not any(can(made, f"s3:{verb}Object", place, **CREATE) for verb in ("Put", "Delete"))
        assert not can(made, "s3:GetObject", place, PARTNER) and not can(
            made, "s3:ListBucket", OWN, **{"s3:prefix": ""}
        )
    assert not can(people.analyst(stage(entry, Allow("shop-analytics")), "key-bucket"), "s3:GetObject", others)


def test_those_who_see_every_tenant_read_the_stream_where_there_is_one_and_write_none() -> None:
    streamed = people.analyst_of_all(msgspec.structs.replace(ALL, stream=Stream()))
    without = people.analyst_of_all(msgspec.structs.replace(ALL, stream=None))
    for action in ("kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"):
        assert can(streamed, action, streaming.stream(ALL))
        assert not can(without, action, streaming.stream(ALL))
    assert not can(streamed, "kinesis:PutRecord", streaming.stream(ALL))
    assert not can(streamed, "kinesis:GetRecords", f"{streaming.stream(ALL)}-other")
