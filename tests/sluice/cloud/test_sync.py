"""What follows from sluice.toml: the same each time, whole files, and nothing by hand lost."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from chalicelib import settings as stage_settings
from sluice.cli.main import main
from sluice.cloud import generated
from sluice.project import config
from sluice.project import entries as allow
from sluice.project.config import ConfigError
from sluice.project.environment import CONFIG
from tests.conftest import PROVE
from tests.paths import ROOT
from tests.sluice.project.test_config import GOOD

KILLS = 20


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of its own with two stages, as the current directory."""
    (tmp_path / "sluice.toml").write_text(f'[stages.local]\nstore = "dir:data"\n\n{GOOD}')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sluice(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def tree(project: Path) -> dict[str, str]:
    return {str(path.relative_to(project)): path.read_text() for path in project.rglob("*") if path.is_file()}


def test_sync_writes_everything_and_then_nothing_more(project: Path) -> None:
    first, before = sluice("sync"), tree(project)
    second = sluice("sync")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "+++ b/policies/prod/tracker.json" in first.stdout
    assert second.stdout == "Everything is as sluice.toml says.\n"
    assert tree(project) == before
    assert {".chalice/config.json", "infra/prod.json", "chalicelib/allowlists/prod.json"} < set(before)
    assert {"policies/prod/tracker.json", "policies/prod/buckets/app1-analytics-prod.json"} < set(before)
    assert {"policies/prod/compact.json", "policies/prod/plan-compaction.json"} < set(before)


def test_check_writes_nothing_and_fails_until_synced(project: Path) -> None:
    before, stale = tree(project), sluice("sync", "--check")
    assert (stale.exit_code, tree(project)) == (1, before)
    sluice("sync")

    assert sluice("sync", "--check").exit_code == 0


def test_the_projects_own_files_are_as_sluice_toml_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    assert sluice("sync", "--check").stdout == "Everything is as sluice.toml says.\n"


@pytest.mark.parametrize("name", ["EDGE_SECRET", "DB_PASSWORD"])
def test_a_secret_in_chalices_configuration_is_refused(name: str, project: Path) -> None:
    sluice("sync")
    written = json.loads((project / CONFIG).read_text())
    written["stages"]["prod"]["environment_variables"][name] = "hunter2"
    (project / CONFIG).write_text(json.dumps(written))

    done = sluice("sync")

    assert done.exit_code == 1
    assert f"{name} is a secret in a file that is committed" in done.output
    assert "hunter2" not in done.output


def test_what_is_made_by_hand_in_chalices_configuration_stays(project: Path) -> None:
    sluice("sync")
    written = json.loads((project / CONFIG).read_text())
    written["manage_iam_role"] = True
    written["stages"]["prod"] |= {"subnet_ids": ["a"]}
    written["stages"]["prod"]["environment_variables"]["GEOIP_DB"] = "s"
    written["stages"]["own"] = {"environment_variables": {"STAGE": "own"}}
    (project / CONFIG).write_text(json.dumps(written))
    sluice("sync")

    after = json.loads((project / CONFIG).read_text())
    assert (after["manage_iam_role"], after["stages"]["prod"]["subnet_ids"]) == (True, ["a"])
    assert after["stages"]["prod"]["environment_variables"]["GEOIP_DB"] == "s"
    assert after["stages"]["own"] == {"environment_variables": {"STAGE": "own"}}


def test_what_leaves_sluice_toml_leaves_the_files(project: Path) -> None:
    sluice("sync")
    (project / "sluice.toml").write_text('[stages.local]\nstore = "dir:data"\n')
    removed = sluice("sync")

    assert "+++ /dev/null" in removed.stdout
    assert set(tree(project)) == {"sluice.toml", ".chalice/config.json"}
    assert set(json.loads((project / CONFIG).read_text())["stages"]) == {"local"}


def test_one_stage_alone_can_be_synced(project: Path) -> None:
    sluice("sync")
    text = (project / "sluice.toml").read_text().replace("[stages.prod]", "[stages.prod]\nmemory = 1024")
    (project / "sluice.toml").write_text(text)

    assert sluice("sync", "--stage", "local", "--check").exit_code == 0
    assert sluice("sync", "--stage", "prod", "--check").exit_code == 1


def test_the_trackers_own_settings_take_what_sync_writes(project: Path) -> None:
    sluice("sync")
    variables = json.loads((project / CONFIG).read_text())["stages"]["prod"]["environment_variables"]
    packaged = project / variables["ALLOWED_BUCKETS"][1:]

    loaded = stage_settings.load({**variables, "ALLOWED_BUCKETS": f"@{packaged}"})

    assert [(entry.bucket, sorted(entry.origins)) for entry in loaded.allowlist.entries] == [
        ("app1-analytics-prod", ["https://app1.example"]),
        ("*-analytics", []),
    ]
    assert (loaded.bucket_owner, loaded.salts_table) == ("111122223333", "sluice-prod-salts")


def test_the_sites_of_an_entry_reach_the_tracker(project: Path) -> None:
    text = (project / "sluice.toml").read_text()
    (project / "sluice.toml").write_text(
        text.replace('bucket = "*-analytics"', 'bucket = "*-analytics"\nsites = ["shop.example"]')
    )
    sluice("sync")
    variables = json.loads((project / CONFIG).read_text())["stages"]["prod"]["environment_variables"]
    packaged = project / variables["ALLOWED_BUCKETS"][1:]

    loaded = stage_settings.load({**variables, "ALLOWED_BUCKETS": f"@{packaged}"})

    entry = loaded.allowlist.find("any-analytics")
    assert entry is not None and entry.sites == {"shop.example"}


def test_every_function_of_a_deployed_stage_knows_the_lake(project: Path) -> None:
    sluice("sync")
    stages = json.loads((project / CONFIG).read_text())["stages"]
    lake = {"COMPACTION": config.load(project / "sluice.toml").stage("prod").nights, "GLUE_DATABASE": "sluice_prod"}

    assert lake.items() <= stages["prod"]["environment_variables"].items()
    assert not lake.keys() & stages["local"]["environment_variables"].keys()


def test_every_function_of_a_deployed_stage_has_its_own_policy(project: Path) -> None:
    sluice("sync")
    functions = json.loads((project / CONFIG).read_text())["stages"]["prod"]["lambda_functions"]

    assert {name: Path(one["iam_policy_file"]).stem for name, one in functions.items()} == {
        **{"api_handler": "tracker", "forget_salts": "forget-salts"},
        **{"plan_compaction": "plan-compaction", "compact": "compact"},
    }


def test_fifty_tenants_with_names_of_their_own_fit_into_every_policy(project: Path) -> None:
    entries = "".join(f'[[stages.prod.allow]]\nbucket = "tenant-{n:03}-analytics-prod"\n' for n in range(48))
    (project / "sluice.toml").write_text(GOOD + entries)

    assert sluice("sync").exit_code == 0


def test_three_hundred_tenants_need_more_policies_and_one_that_goes_moves_no_other(project: Path) -> None:
    entries = [f'[[stages.prod.allow]]\nbucket = "tenant-{n:03}-analytics-e"\n' for n in range(300)]
    (project / "sluice.toml").write_text(GOOD + "".join(entries))
    sluice("sync")
    before = tree(project)
    (project / "sluice.toml").write_text(GOOD + "".join(entries[:9] + entries[10:]))
    sluice("sync")
    changed = {
        name for name, text in tree(project).items() if text != before[name] and name.startswith("policies/prod/")
    }

    assert {f"policies/prod/{name}.json" for name in ("tracker-2", "compact-7", "operator-5")} <= set(before)
    # One file for each statement that names buckets: the tracker has one, the compactor three, and the planner, the operator,
    # the analyst of all and the deployer two.
    assert len(changed) == 12
    assert sluice("sync", "--check").exit_code == 0


def test_a_policy_that_iam_would_not_take_is_refused_with_advice(project: Path) -> None:
    entries = "".join(f'[[stages.prod.allow]]\nbucket = "tenant-number-{n:03}-of-many"\n' for n in range(500))
    (project / "sluice.toml").write_text(GOOD + entries)
    failed = sluice("sync")

    assert failed.exit_code == 1
    assert "IAM takes 11, the first of 10240" in failed.stderr and "replace them with one pattern" in failed.stderr
    assert set(tree(project)) == {"sluice.toml"}


def test_a_mistake_is_one_line_and_writes_nothing(project: Path) -> None:
    (project / "sluice.toml").write_text(GOOD.replace('"111122223333"', '"1"'))
    failed = sluice("sync")

    assert (failed.exit_code, failed.stderr.count("\n")) == (1, 1)
    assert failed.stderr.startswith("sluice: sluice.toml:3: ")


def test_a_configuration_that_is_not_json_is_reported_and_kept(project: Path) -> None:
    (project / ".chalice").mkdir()
    (project / CONFIG).write_text("{")

    assert "fix it, or delete it" in sluice("sync").stderr
    assert (project / CONFIG).read_text() == "{"


# For each line that it reads, a child that syncs and is killed when it is about to put its next file after so many; says
# whether there was one. What a sync imports is imported once.
SYNCS = """
import os, pathlib, signal, sys
from sluice.cli import main, stage

replace, done = pathlib.Path.replace, []

def dying(self, target):
    if len(done) == files:
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(target)
    return replace(self, target)

for line in sys.stdin:
    files = int(line)
    if (child := os.fork()) == 0:
        pathlib.Path.replace = dying
        main.main(["sync"])
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), file=sys.stderr, flush=True)
"""


@pytest.fixture
def syncs(project: Path) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command, pipe = [sys.executable, "-c", SYNCS], subprocess.PIPE
    with subprocess.Popen(
        command, cwd=project, env=environment, stdin=pipe, stdout=subprocess.DEVNULL, stderr=pipe, text=True
    ) as process:
        yield process


def test_a_kill_leaves_whole_files_and_the_next_run_ends_where_an_undisturbed_one_does(
    project: Path, syncs: subprocess.Popen[str]
) -> None:
    sluice("sync")
    undisturbed, kills = tree(project), 0
    for number in range(KILLS):
        for name in undisturbed:
            if name != "sluice.toml":
                (project / name).unlink(missing_ok=True)
        was_killed = _was_killed(syncs, number)
        kills += was_killed
        assert sluice("sync", "--check").exit_code == int(was_killed)
        whole = {name: text for name, text in tree(project).items() if not Path(name).name.startswith(".")}
        assert all(undisturbed[name] == text for name, text in whole.items())

        sluice("sync")
        assert tree(project) == undisturbed
    assert sluice("sync", "--check").exit_code == 0
    assert kills == len(undisturbed) - 1 < KILLS


def _was_killed(syncs: subprocess.Popen[str], files: int) -> bool:
    """Sync until this number of files is there; whether another was to come."""
    assert syncs.stdin is not None and syncs.stderr is not None
    syncs.stdin.write(f"{files}\n")
    syncs.stdin.flush()
    ended = int(syncs.stderr.readline())
    assert ended in (0, -signal.SIGKILL)
    return ended != 0


class TestAllow:
    def test_an_entry_is_added_and_the_diff_shown(self, project: Path) -> None:
        sluice("sync")
        added = sluice("allow", "add", "shop-analytics-prod", "--stage", "prod", "--origin", "https://shop.example")

        assert added.exit_code == 0
        assert '+        "arn:aws:s3:::shop-analytics-prod/analytics/*"' in added.stdout
        assert config.load().stage("prod").entries[-1].origins == {"https://shop.example"}
        assert 'bucket = "app1-analytics-prod"      # exact' in (project / "sluice.toml").read_text()

    @pytest.mark.parametrize(
        ("pattern", "says"),
        [
            ("*", "too wide; a pattern needs at least 4 characters that are not *. It would admit anything"),
            ("a-*-*-*", "has 3 stars; at most 2 are allowed"),
            ("ab*", "too wide"),
            ("Shop", "not a name that S3 gives"),
            ("*-analytics", "already"),
        ],
    )
    def test_what_is_too_wide_or_wrong_is_refused(self, pattern: str, says: str, project: Path) -> None:
        before = tree(project)
        refused = sluice("allow", "add", pattern, "--stage", "prod")

        assert (refused.exit_code, tree(project)) == (1, before)
        assert says in refused.stderr

    def test_an_entry_is_removed_again(self, project: Path) -> None:
        before = (project / "sluice.toml").read_text()
        sluice("allow", "add", "shop-analytics-prod", "--stage", "prod")
        sluice("allow", "remove", "shop-analytics-prod", "--stage", "prod")

        assert (project / "sluice.toml").read_text().split() == before.split()

    def test_what_is_not_there_cannot_be_removed(self, project: Path) -> None:
        refused = sluice("allow", "remove", "other-bucket", "--stage", "prod")

        assert "it has app1-analytics-prod, *-analytics" in refused.stderr

    @pytest.mark.parametrize(
        ("bucket", "code", "says"),
        [
            ("x-analytics", 0, "matches the pattern *-analytics"),
            ("app1-analytics-prod", 0, "is an entry of its own, from https://app1.example"),
            ("other", 1, "matches none of app1-analytics-prod, *-analytics"),
            ("x.y-analytics", 1, "has a dot"),
            ("X", 1, "not a name"),
        ],
    )
    def test_check_says_which_entry_admits_or_why_none_does(
        self, bucket: str, code: int, says: str, project: Path
    ) -> None:
        checked = sluice("allow", "check", bucket, "--stage", "prod")

        assert checked.exit_code == code
        assert says in checked.stdout

    def test_an_empty_allowlist_admits_nothing(self, project: Path) -> None:
        assert "empty, which admits nothing" in sluice("allow", "check", "x-analytics").stdout

    def test_the_entries_are_listed(self, project: Path) -> None:
        listed = json.loads(sluice("allow", "list", "--stage", "prod", "--json").stdout)

        assert [entry["bucket"] for entry in listed] == ["app1-analytics-prod", "*-analytics"]


@settings(max_examples=20 if PROVE else 6)  # of 20 edits each
@given(st.integers(0, 2**32))
def test_random_edits_keep_every_comment_and_end_where_they_began(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    chance = random.Random(seed)
    path = tmp_path_factory.mktemp("edits") / "sluice.toml"
    path.write_text(GOOD)
    added: list[str] = []
    for number in range(20):
        if added and chance.random() < 0.4:
            bucket = added.pop(chance.randrange(len(added)))
            edited = allow.remove(path, "prod", bucket)
        else:
            added.append(f"tenant-{number}-events")
            edited = allow.add(path, "prod", added[-1], origins=chance.choice([[], ["https://a.example"]]))
        generated.replace(path, edited.text)

    assert [entry.bucket for entry in config.load(path).stage("prod").entries[2:]] == added
    assert all(comment in path.read_text() for comment in ("# what we run", "# exact", "# a pattern"))


def test_an_edit_that_the_file_does_not_allow_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sluice.toml"
    path.write_text('[stages.prod]\naccount = "111122223333"\nallow = [{bucket = "a-bucket"}]\n')

    with pytest.raises(ConfigError, match=r"\[\[stages.prod.allow\]\] tables"):
        allow.add(path, "prod", "b-bucket")


@pytest.mark.parametrize("text", ["{", "[]", '{"stages": {"local": 5}}', '{"stages": {}}'])
def test_a_configuration_that_cannot_be_used_is_one_line_for_the_user_who_runs_a_stage(
    text: str, project: Path
) -> None:
    (project / ".chalice").mkdir()
    (project / CONFIG).write_text(text)
    failed = sluice("import", "x.log", "--bucket", "x-analytics")

    assert (failed.exit_code, failed.stderr.count("\n")) == (1, 1)
    assert ".chalice/config.json" in failed.stderr


def test_a_file_that_is_not_text_is_one_line(project: Path) -> None:
    (project / "sluice.toml").write_bytes(b"\xff\xfe")

    assert "cannot be read as UTF-8" in sluice("sync").stderr


@pytest.mark.parametrize(
    ("statement", "code"), [({"Effect": "Allow"}, 0), ([{"Effect": "Allow"}], 0), (["x"], 1), (7, 1)]
)
def test_the_operators_own_statements_are_taken_or_refused(statement: object, code: int, project: Path) -> None:
    (project / "extra.json").write_text(json.dumps({"Statement": statement}))
    (project / "sluice.toml").write_text(GOOD.replace("[stages.prod]", '[stages.prod]\nextra_policy = "extra.json"'))

    assert sluice("sync").exit_code == code
    if code == 0:
        tracker = json.loads((project / "policies" / "prod" / "tracker.json").read_text())
        assert tracker["Statement"][-1] == {"Effect": "Allow"}
