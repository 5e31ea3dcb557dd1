"""Three hundred tenants, each with its own entry and a managed bucket: within CloudFormation's limits, and none moves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sluice.access import parts
from sluice.cloud import buckets, generated, public_stages, template
from sluice.cloud.buckets import FURTHER, OWN
from sluice.project import config
from sluice.project.config import Allow, ConfigError, Stage
from tests import project
from tests.sluice.cloud.test_infrastructure import lint, of_type

REGION = "ca-central-1"
KEY = f"arn:aws:kms:{REGION}:111122223333:key/12345678-1234-1234-1234-123456789012"
HEAD = f'[stages.many]\naccount = "111122223333"\nregion = "{REGION}"\npermissions_boundary = "arn:aws:iam::aws:policy/x"\n'
NAMES = [f"tenant-{number:03}-analytics-e" for number in range(300)]
RESOURCES, BYTES = 500, 1_000_000  # what CloudFormation takes of a stack and of its template


def toml(*names: str) -> str:
    return HEAD + "".join(f'[[stages.many.allow]]\nbucket = "{name}"\nmanaged = true\n' for name in names)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project.make(tmp_path_factory.mktemp("many"), toml(*NAMES))


@pytest.fixture(scope="module")
def stacks(folder: Path) -> dict[str, Any]:
    """The stage's own template behind SAM's transform, and those of the stacks within it."""
    own = public_stages.translated(project.packaged(folder, "many", REGION), REGION)
    return {"own": own} | {
        path.stem: json.loads(path.read_text()) for path in sorted((folder / "infra" / "many").glob("*"))
    }


def placed(folder: Path) -> dict[str, str]:
    """The file that has each bucket, by the bucket's name."""
    files = [folder / "infra" / "many.json", *(folder / "infra" / "many").glob("*.json")]
    return {
        one["Properties"]["BucketName"]: path.name
        for path in files
        for one in json.loads(path.read_text())["Resources"].values()
        if one.get("Type") == "AWS::S3::Bucket"
    }


def test_the_templates_are_clean(stacks: dict[str, Any], tmp_path: Path) -> None:
    # The last has the same two resources as the others, fewer times.
    linted = {name: stacks[name] for name in ("own", "buckets-2")}

    assert lint(tmp_path, linted) == dict.fromkeys(linted, "")


def test_every_stack_is_within_cloudformations_limits(stacks: dict[str, Any]) -> None:
    assert set(stacks) == {"own", "buckets-1", "buckets-2"}
    assert all(len(one["Resources"]) <= RESOURCES and len(json.dumps(one)) < BYTES for one in stacks.values())
    assert sum(len(of_type(one, "AWS::S3::Bucket")) for one in stacks.values()) == 300


def test_chalice_and_sam_add_less_than_is_left_for_them(folder: Path, stacks: dict[str, Any]) -> None:
    ours = json.loads((folder / "infra" / "many.json").read_text())["Resources"]

    assert len(stacks["own"]["Resources"]) - len(ours) < RESOURCES - template.MAX_RESOURCES


def test_the_further_stacks_are_resources_of_the_stages_own(stacks: dict[str, Any], folder: Path) -> None:
    written = json.loads((folder / "infra" / "many.json").read_text())
    files = {name: written["Resources"][name]["Properties"]["TemplateURL"] for name in ("Buckets1", "Buckets2")}

    assert set(of_type(stacks["own"], "AWS::CloudFormation::Stack")) == set(files)
    assert files == {"Buckets1": "./buckets-1.json", "Buckets2": "./buckets-2.json"}


def test_a_bucket_of_a_further_stack_survives_it_and_has_its_policy(stacks: dict[str, Any], folder: Path) -> None:
    resources = stacks["buckets-1"]["Resources"]
    policies = of_type(stacks["buckets-1"], "AWS::S3::BucketPolicy")

    assert {one["DeletionPolicy"] for one in resources.values()} == {"RetainExceptOnCreate"}
    assert len(policies) == FURTHER
    for one in list(policies.values())[:3]:
        name = resources[one["Properties"]["Bucket"]["Ref"]]["Properties"]["BucketName"]
        assert one["Properties"]["PolicyDocument"] == json.loads(
            (folder / f"policies/many/buckets/{name}.json").read_text()
        )


def test_a_role_has_every_part_of_its_policy(stacks: dict[str, Any], folder: Path) -> None:
    policies = {path.name: json.loads(path.read_text()) for path in (folder / "policies" / "many").glob("*.json")}
    resources = stacks["own"]["Resources"]
    for name, role in (("ApiHandler", "tracker"), ("PlanCompaction", "plan-compaction"), ("Compact", "compact")):
        properties = resources[f"{name}Role"]["Properties"]
        managed = [resources[one["Ref"]]["Properties"] for one in properties["ManagedPolicyArns"]]
        inline = [one["PolicyDocument"] for one in properties["Policies"]]
        assert [*inline, *(one["PolicyDocument"] for one in managed)] == parts.numbered(role, policies)
        assert [one["ManagedPolicyName"] for one in managed] == [
            f"sluice-many-{role}-{number}" for number in range(2, len(managed) + 2)
        ]
        assert properties["PermissionsBoundary"] == "arn:aws:iam::aws:policy/x"


def test_no_bucket_moves_between_stacks_when_others_come_and_go(folder: Path, tmp_path: Path) -> None:
    project.make(tmp_path, toml(*NAMES))
    before = placed(tmp_path)
    kept = [name for number, name in enumerate(NAMES) if number % 7]
    project.edit(tmp_path, toml("a-first-one", *kept, "a-last-one"))
    after = placed(tmp_path)

    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert {after["a-first-one"], after["a-last-one"]} == {"many.json"}
    assert generated.changes(config.parse(toml("a-first-one", *kept, "a-last-one")), tmp_path) == {}


def test_a_stack_whose_buckets_all_go_goes_and_the_next_keeps_its_number(tmp_path: Path) -> None:
    project.make(tmp_path, toml(*NAMES))
    rest = [name for name, file in placed(tmp_path).items() if file != "buckets-1.json"]
    project.edit(tmp_path, toml(*rest))

    assert [path.name for path in (tmp_path / "infra" / "many").iterdir()] == ["buckets-2.json"]
    assert set(placed(tmp_path)) == set(rest)


def test_a_stage_that_goes_takes_its_further_templates_with_it(tmp_path: Path) -> None:
    project.make(tmp_path, toml(*NAMES[: OWN + 1]))
    other = toml("shop-analytics").replace("stages.many", "stages.few")
    project.edit(tmp_path, other)

    assert sorted(path.name for path in (tmp_path / "infra").rglob("*.json")) == ["few.json"]


def test_without_the_files_as_they_are_a_bucket_would_move() -> None:
    stage = config.parse(toml(*NAMES)).stage("many")
    fewer = config.parse(toml(*NAMES[1:])).stage("many")

    first, second = (buckets.placed(one, {}) for one in (stage, fewer))

    assert first[1][0] in second[0]


def test_past_a_stacks_limit_the_sentence_names_patterns() -> None:
    managed = [Allow(f"tenant-{number:03}", managed=True) for number in range(210)]
    stage = Stage("many", "111122223333", allow=tuple(managed))
    crowded = {0: [buckets.logical_id(one.bucket) for one in managed]}

    with pytest.raises(ConfigError, match=r"would have 4\d\d resources.*takes 500.*replace them with one pattern"):
        template.templates(stage, now=crowded)
