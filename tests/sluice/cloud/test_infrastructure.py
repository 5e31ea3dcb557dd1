"""What `chalice package` leaves for CloudFormation, as a whole template: watched, throttled, and without addresses."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from chalicelib import logs
from chalicelib.jobs import JOBS, OPTIONAL
from chalicelib.logs import Outcome
from sluice.access import functions
from sluice.cloud import counted, nights, public_stages
from sluice.cloud import template as infrastructure
from sluice.project import config
from tests import project
from tests.watched import LINES, measured, selects

ROLES = [job.role for job in JOBS]

TOML = """
[stages.dev]
account = "111122223333"
region = "ca-central-1"
reserved_concurrency = 20
throttle = { rate = 50, burst = 70 }
[[stages.dev.allow]]
bucket = "*-analytics"

[stages.prod]
account = "111122223333"
api_name = "tracking"
alarm_email = "ops@example.com"
gateway_account = true
budget = 20
doctor_schedule = "cron(0 6 * * ? *)"
mail_from = "Sluice <reports@shop.example>"
mail_identity = "domain"
export_logs = true
stream = { shards = 2, flush_seconds = 60 }
role_path = "/teams/web/"
permissions_boundary = "arn:aws:iam::111122223333:policy/edge"
kms_key = "arn:aws:kms:us-east-1:111122223333:key/99999999-1234-1234-1234-123456789012"
domain = "t.example.com"
certificate = "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
[[stages.prod.allow]]
bucket = "app1-analytics"
managed = true
report = { to = ["ann@shop.example"] }
distributions = ["E1ABC2DEF3GHIJ"]
retention_days = 400
tokenize = ["userId"]
[[stages.prod.allow]]
bucket = "app2"
managed = true
account_regional = true
kms_key = "arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012"
[[stages.prod.allow]]
bucket = "elsewhere-analytics"
owner = "444455556666"
[[stages.prod.allow]]
bucket = "shop-*"
"""
OWN = (project.ROOT / "sluice.toml").read_text()
STAGES = {"dev": "ca-central-1", "prod": "us-east-1"}
CFN_LINT = Path(sys.executable).parent / "cfn-lint"
APP2 = "app2-111122223333-us-east-1-an"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of two stages; `dev` is as small as can be, `prod` has everything."""
    return project.make(tmp_path_factory.mktemp("project"), TOML)


@pytest.fixture(scope="module")
def packaged(folder: Path) -> dict[str, Any]:
    """Each stage's template as Chalice leaves it."""
    return {stage: project.packaged(folder, stage, region) for stage, region in STAGES.items()}


@pytest.fixture(scope="module")
def own_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as it is."""
    return project.make(tmp_path_factory.mktemp("own"), OWN)


@pytest.fixture(scope="module")
def own(own_folder: Path) -> dict[str, Any]:
    """The templates of the project's own stages."""
    deployed = [one for one in config.parse(OWN).stages.values() if one.is_deployed]
    return {one.name: project.packaged(own_folder, one.name, one.region) for one in deployed}


@pytest.fixture(scope="module")
def transformed(packaged: dict[str, Any]) -> dict[str, Any]:
    """Each stage's template as CloudFormation sees it behind SAM's transform."""
    return {stage: public_stages.translated(packaged[stage], region) for stage, region in STAGES.items()}


def of_type(template: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: resource for name, resource in template["Resources"].items() if resource["Type"] == kind}


def properties(template: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [resource["Properties"] for resource in of_type(template, kind).values()]


def stage(name: str = "prod") -> config.Stage:
    return config.parse(TOML).stage(name)


def made(name: str = "prod", toml: str = TOML) -> dict[str, Any]:
    """The resources that a stage adds to Chalice's."""
    resources: dict[str, Any] = infrastructure.template(config.parse(toml).stage(name))["Resources"]
    return resources


def bucket(name: str) -> dict[str, Any]:
    (found,) = [one for one in made().values() if one.get("Properties", {}).get("BucketName") == name]
    return found


class TestTheWholeTemplate:
    """As it goes to CloudFormation."""

    def test_it_is_clean_as_packaged_and_behind_the_transform_and_so_are_the_projects_own_stages(
        self, packaged: dict[str, Any], transformed: dict[str, Any], own: dict[str, Any], tmp_path: Path
    ) -> None:
        assert own
        kinds = {"packaged": packaged, "transformed": transformed, "own": own}
        templates = {f"{kind}-{name}": one for kind, made in kinds.items() for name, one in made.items()}
        broken = {"Resources": {"Salts": {"Type": "AWS::DynamoDB::Table", "Properties": {"Keys": []}}}}
        said = lint(tmp_path, {**templates, "broken": broken})
        assert "E3002" in said.pop("broken")
        assert said == dict.fromkeys(templates, "")

    def test_each_of_the_projects_own_stages_opens_one_public_stage_of_its_name(
        self, own: dict[str, Any], own_folder: Path
    ) -> None:
        regions = {one.name: one.region for one in config.parse(OWN).stages.values()}
        opened = {name: public_stages.named(own_folder / "build" / name / "sam.json", regions[name]) for name in own}
        assert opened
        assert opened == {name: [name] for name in opened}

    @pytest.mark.parametrize("name", STAGES)
    def test_no_deployment_names_a_stage_which_would_open_it_unthrottled(
        self, transformed: dict[str, Any], name: str
    ) -> None:
        (stage_,) = properties(transformed[name], "AWS::ApiGateway::Stage")
        (deployment,) = properties(transformed[name], "AWS::ApiGateway::Deployment")
        assert stage_["StageName"] == name
        assert "StageName" not in deployment

    @pytest.mark.parametrize("name", STAGES)
    def test_the_api_s_body_stays_what_chalice_makes(self, transformed: dict[str, Any], name: str) -> None:
        (api,) = properties(transformed[name], "AWS::ApiGateway::RestApi")
        assert api["Body"]["swagger"] == "2.0"
        assert "openapi" not in api["Body"]

    @pytest.mark.parametrize("name", STAGES)
    def test_every_part_is_merged_onto_a_resource_or_whole(self, packaged: dict[str, Any], name: str) -> None:
        assert [part for part, resource in packaged[name]["Resources"].items() if "Type" not in resource] == []

    @pytest.mark.parametrize("name", STAGES)
    def test_functions_roles_and_logs_have_the_names_that_policies_know(
        self, transformed: dict[str, Any], name: str
    ) -> None:
        here = stage(name)
        mine = [job.role for job in here.jobs]
        names = sorted(map(here.function, mine))
        groups = {group["LogGroupName"] for group in properties(transformed[name], "AWS::Logs::LogGroup")}
        roles = {role.get("RoleName") for role in properties(transformed[name], "AWS::IAM::Role")}
        assert sorted(one["FunctionName"] for one in properties(transformed[name], "AWS::Lambda::Function")) == names
        assert {here.log_group(role) for role in mine} <= groups
        assert set(names) <= roles

    def test_the_roles_have_the_generated_policies(self, folder: Path, transformed: dict[str, Any]) -> None:
        files = {"ApiHandler": "tracker", "ForgetSalts": "forget-salts", "PlanCompaction": "plan-compaction"}
        for name, file in {**files, "Compact": "compact", "Compaction": "compaction"}.items():
            (policy,) = transformed["prod"]["Resources"][f"{name}Role"]["Properties"]["Policies"]
            assert policy["PolicyDocument"] == json.loads((folder / f"policies/prod/{file}.json").read_text())

    def test_forgetting_runs_every_hour_and_planning_every_night(self, transformed: dict[str, Any]) -> None:
        rules = properties(transformed["dev"], "AWS::Events::Rule")
        runs = {rule["Targets"][0]["Arn"]["Fn::GetAtt"][0]: rule["ScheduleExpression"] for rule in rules}
        assert runs == {"ForgetSalts": "cron(0 * * * ? *)", "PlanCompaction": "cron(0 3 * * ? *)"}


class TestTheNights:
    @pytest.mark.parametrize("name", ["dev", "prod"])
    def test_the_state_machine_has_the_name_that_policies_know_and_its_own_role(
        self, transformed: dict[str, Any], name: str
    ) -> None:
        (machine,) = properties(transformed[name], "AWS::StepFunctions::StateMachine")
        assert machine["StateMachineName"] == stage(name).nights.rpartition(":")[2]
        assert machine["RoleArn"] == {"Fn::GetAtt": ["CompactionRole", "Arn"]}
        assert json.loads(machine["DefinitionString"]) == nights.definition(stage(name))

    def test_its_role_trusts_this_state_machine_alone(self, transformed: dict[str, Any]) -> None:
        role = transformed["dev"]["Resources"]["CompactionRole"]["Properties"]
        (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"Service": "states.amazonaws.com"}
        assert trust["Condition"]["ArnEquals"] == {"aws:SourceArn": stage("dev").nights}


class TestTheRoles:
    def test_each_has_the_stages_path_and_boundary(self, transformed: dict[str, Any]) -> None:
        roles = properties(transformed["prod"], "AWS::IAM::Role")
        assert {(one["Path"], one["PermissionsBoundary"]) for one in roles} == {
            ("/teams/web/", "arn:aws:iam::111122223333:policy/edge")
        }
        # With the nights' and API Gateway's.
        assert len(roles) == len(ROLES) + 2
        assert not any(
            {"Path", "PermissionsBoundary"} & set(one) for one in properties(transformed["dev"], "AWS::IAM::Role")
        )

    def test_buckets_name_them_with_their_path(self) -> None:
        said = json.dumps(made())
        assert "arn:aws:iam::111122223333:role/teams/web/sluice-prod-tracker" in said
        assert "role/sluice-prod" not in said


class TestTheFunctions:
    def test_the_tracker_has_the_concurrency_that_is_reserved_for_it(self, transformed: dict[str, Any]) -> None:
        tracker = transformed["dev"]["Resources"]["APIHandler"]["Properties"]
        assert tracker["ReservedConcurrentExecutions"] == 20

    def test_without_a_reservation_it_shares_the_account_s(self) -> None:
        assert "ReservedConcurrentExecutions" not in made()["APIHandler"]["Properties"]

    def test_the_function_is_traced_and_the_gateway_is_not(self, transformed: dict[str, Any]) -> None:
        (gateway,) = properties(transformed["prod"], "AWS::ApiGateway::Stage")
        assert made("prod", FULL_TOML)["APIHandler"]["Properties"]["Tracing"] == "Active"
        assert gateway["TracingEnabled"] is False

    def test_no_function_logs_what_the_platform_says_of_each_request(self, transformed: dict[str, Any]) -> None:
        found = [one["LoggingConfig"] for one in properties(transformed["prod"], "AWS::Lambda::Function")]
        quiet = {"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "WARN"}
        assert found == [quiet] * len(JOBS)

    @pytest.mark.parametrize("name", STAGES)
    def test_every_log_ends_after_thirty_days(self, transformed: dict[str, Any], name: str) -> None:
        groups = properties(transformed[name], "AWS::Logs::LogGroup")
        assert [group["RetentionInDays"] for group in groups] == [30] * (len(stage(name).jobs) + 1)


class TestCompaction:
    """The function that makes a day's Parquet, and the layer that it alone has."""

    @pytest.fixture
    def compactor(self, transformed: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = transformed["dev"]["Resources"]["Compact"]["Properties"]
        return found

    def test_it_has_the_memory_the_disk_and_the_time_of_a_large_day(self, compactor: dict[str, Any]) -> None:
        assert (compactor["MemorySize"], compactor["EphemeralStorage"], compactor["Timeout"]) == (
            2048,
            {"Size": 10240},
            900,
        )

    def test_duckdb_is_a_layer_of_this_function_alone(self, transformed: dict[str, Any]) -> None:
        functions = of_type(transformed["dev"], "AWS::Lambda::Function")
        (layer,) = of_type(transformed["dev"], "AWS::Lambda::LayerVersion")
        layers = {name: one["Properties"].get("Layers") for name, one in functions.items()}
        assert {name: given for name, given in layers.items() if given} == {"Compact": [{"Ref": layer}]}

    def test_the_layer_is_for_the_functions_own_processors(self, transformed: dict[str, Any]) -> None:
        (layer,) = properties(transformed["dev"], "AWS::Lambda::LayerVersion")
        functions = properties(transformed["dev"], "AWS::Lambda::Function")
        assert [layer["CompatibleArchitectures"]] * 4 == [one["Architectures"] for one in functions]

    def test_a_day_that_fails_is_left_for_another_night(self, transformed: dict[str, Any]) -> None:
        (asked,) = properties(transformed["dev"], "AWS::Lambda::EventInvokeConfig")
        assert asked["FunctionName"] == {"Ref": "Compact"}
        assert (asked["MaximumRetryAttempts"], asked["MaximumEventAgeInSeconds"]) == (0, 21_600)

    def test_every_function_knows_whom_to_ask_and_where_the_tables_are(self, transformed: dict[str, Any]) -> None:
        planner = transformed["dev"]["Resources"]["PlanCompaction"]["Properties"]
        compactor = transformed["dev"]["Resources"]["Compact"]["Properties"]
        assert planner["Environment"]["Variables"]["COMPACTION"] == stage("dev").nights
        assert compactor["Environment"]["Variables"]["GLUE_DATABASE"] == stage("dev").database


class TestTheGateway:
    def test_a_stage_has_its_throttle(self, transformed: dict[str, Any]) -> None:
        (gateway,) = properties(transformed["dev"], "AWS::ApiGateway::Stage")
        (settings,) = gateway["MethodSettings"]
        assert (settings["ResourcePath"], settings["HttpMethod"]) == ("/*", "*")
        assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (50, 70)

    def test_the_execution_log_which_holds_bodies_is_off(self, transformed: dict[str, Any]) -> None:
        (gateway,) = properties(transformed["dev"], "AWS::ApiGateway::Stage")
        assert gateway["MethodSettings"][0]["LoggingLevel"] == "OFF"
        assert gateway["MethodSettings"][0]["DataTraceEnabled"] is False

    def test_the_access_log_knows_no_address_agent_path_or_caller(self, transformed: dict[str, Any]) -> None:
        (gateway,) = properties(transformed["prod"], "AWS::ApiGateway::Stage")
        variables = set(re.findall(r"\$context\.([A-Za-z.]+)", gateway["AccessLogSetting"]["Format"]))
        assert variables == {
            *("requestId", "requestTimeEpoch", "stage", "httpMethod", "resourcePath", "status"),
            *("error.responseType", "responseLatency", "responseLength"),
        }

    def test_the_access_log_is_json(self) -> None:
        line = json.loads(made()["RestAPI"]["Properties"]["AccessLogSetting"]["Format"])
        assert line["statusCode"] == "$context.status"

    def test_the_api_is_called_as_the_stage_says(self, transformed: dict[str, Any]) -> None:
        names = [properties(transformed[name], "AWS::ApiGateway::RestApi")[0]["Name"] for name in STAGES]
        assert names == ["sluice-dev", "tracking"]

    def test_the_gateway_may_write_logs_before_the_stage_asks_it_to(self, transformed: dict[str, Any]) -> None:
        (api,) = of_type(transformed["prod"], "AWS::ApiGateway::RestApi").values()
        assert "GatewayAccount" in api["DependsOn"]

    def test_the_accounts_one_role_for_that_is_made_only_on_request(self, transformed: dict[str, Any]) -> None:
        kinds = {name: [one["Type"] for one in transformed[name]["Resources"].values()] for name in STAGES}
        asked = {name: kinds[name].count("AWS::ApiGateway::Account") for name in STAGES}
        assert asked == {"dev": 0, "prod": 1}
        assert "GatewayLogRole" not in transformed["dev"]["Resources"]


RESPONSES = {
    "THROTTLED": (429, "Too Many Requests"),
    "REQUEST_TOO_LARGE": (413, "Payload Too Large"),
    "MISSING_AUTHENTICATION_TOKEN": (404, "Not Found"),
    "RESOURCE_NOT_FOUND": (404, "Not Found"),
    "INTEGRATION_FAILURE": (503, "Storage Unavailable"),
    "INTEGRATION_TIMEOUT": (503, "Storage Unavailable"),
    "DEFAULT_4XX": (None, "Request Refused"),
    "DEFAULT_5XX": (None, "Internal Server Error"),
}


class TestGatewayResponses:
    """What a client gets where no function is asked."""

    @pytest.fixture
    def responses(self, transformed: dict[str, Any]) -> dict[str, Any]:
        (api,) = properties(transformed["dev"], "AWS::ApiGateway::RestApi")
        found: dict[str, Any] = api["Body"]["x-amazon-apigateway-gateway-responses"]
        return found

    def test_there_are_these_and_no_others(self, responses: dict[str, Any]) -> None:
        assert set(responses) == set(RESPONSES)

    @pytest.mark.parametrize("kind", RESPONSES)
    def test_a_response_has_the_contract_s_status_and_shape(self, responses: dict[str, Any], kind: str) -> None:
        status, error = RESPONSES[kind]
        body = json.loads(responses[kind]["responseTemplates"]["application/json"])
        assert responses[kind].get("statusCode") == (status and str(status))
        assert set(body) == {"error", "message"}
        assert body["error"] == error

    @pytest.mark.parametrize("kind", RESPONSES)
    def test_a_page_may_read_it(self, responses: dict[str, Any], kind: str) -> None:
        headers = responses[kind]["responseParameters"]
        assert headers["gatewayresponse.header.Access-Control-Allow-Origin"] == "'*'"
        assert headers["gatewayresponse.header.Access-Control-Expose-Headers"] == "'Retry-After'"

    def test_what_may_be_sent_again_says_when(self, responses: dict[str, Any]) -> None:
        retried = {
            kind for kind in responses if "gatewayresponse.header.Retry-After" in responses[kind]["responseParameters"]
        }
        assert retried == {"THROTTLED", "INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT", "DEFAULT_5XX"}


class Watched(NamedTuple):
    """What an alarm watches: metrics, how they are put together, and above what it rings for how many periods."""

    metrics: list[str]
    how: str
    above: float
    periods: int


GATEWAY, FORBIDDEN = {"ApiName": "tracking", "Stage": "prod"}, "SUM([buckets, origins])"
SILENCE, ANY = Watched(["Errors"], "Minimum", 0, 3), Watched(["store_failure"], "Sum", 0, 1)
NATIVE = {
    "ServerErrors": Watched(["5XXError"], "Average", 0.01, 2),
    "Latency": Watched(["Latency"], "p95", 1000, 3),
    "SaltsNotForgotten": SILENCE,
    "CompactionNotPlanned": SILENCE._replace(periods=2),
    "CompactionFailed": Watched(["ExecutionsFailed"], "Sum", 0, 1),
    "SaltFailures": Watched(["salt_failure"], "Sum", 0, 1),
}
LEAN = NATIVE | {
    "Throttles": Watched(["Throttles"], "Sum", 10, 1),
    "Forbidden": Watched(["forbidden", "Count"], "IF(forbidden >= 3, 100 * forbidden / requests, 0)", 10, 1),
    "StoreFailures": ANY,
}
FULL = NATIVE | {
    "Throttles": Watched(["Throttles", "throttled"], "SUM(METRICS())", 10, 1),
    "Forbidden": Watched(
        ["rejected_UnknownBucket", "rejected_OriginNotAllowed", "Count"],
        f"IF({FORBIDDEN} >= 3, 100 * {FORBIDDEN} / requests, 0)",
        10,
        1,
    ),
    "StoreFailures": ANY._replace(how="SUM(METRICS())"),
    "TenantsUnseen": ANY._replace(metrics=["unseen_night"], how="Sum"),
}
FULL_TOML = TOML.replace("[stages.dev]", '[stages.dev]\nmonitoring = "full"').replace(
    "[stages.prod]", '[stages.prod]\nmonitoring = "full"'
)


class TestAlarms:
    """What rings, over which metric, above what."""

    @pytest.mark.parametrize(("toml", "expected"), [(TOML, LEAN), (FULL_TOML, FULL)], ids=["lean", "full"])
    def test_an_alarm_rings_above_its_threshold(self, toml: str, expected: dict[str, Watched]) -> None:
        assert {name: watched(alarm) for name, alarm in alarms("dev", toml).items()} == expected

    @pytest.mark.parametrize("toml", [TOML, FULL_TOML], ids=["lean", "full"])
    @pytest.mark.parametrize("name", STAGES)
    def test_each_watches_one_value_and_notifies_the_topic(self, name: str, toml: str) -> None:
        for alarm in alarms(name, toml).values():
            queries = alarm.get("Metrics", [{"ReturnData": True}])
            assert [query["ReturnData"] for query in queries].count(True) == 1
            assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmTopic"}]

    @pytest.mark.parametrize("name", STAGES)
    def test_lean_alarms_watch_ten_metrics_of_which_three_are_ours(self, name: str) -> None:
        found = [metric for alarm in alarms(name).values() for metric in measured(alarm)]
        assert len(found) == 10 + sum(job in OPTIONAL and job.alarm is not None for job in stage(name).jobs)
        ours = {metric["MetricName"] for metric in found if metric["Namespace"] == logs.NAMESPACE}
        assert ours == {"store_failure", "salt_failure", "forbidden"}

    def test_silence_rings_for_the_jobs_alone_and_not_before_they_ran(self) -> None:
        silent = {name for name, alarm in alarms("prod").items() if "InsufficientDataActions" in alarm}
        assert silent == {"SaltsNotForgotten", "CompactionNotPlanned", "LogsNotExported"}
        missing = {name: alarm["TreatMissingData"] for name, alarm in alarms("prod").items()}
        # An alarm begins with too few data: one that takes missing data for a fault rings before the first run.
        assert {missing[name] for name in silent} == {"missing"}
        assert {missing[name] for name in missing.keys() - silent} == {"notBreaching"}

    def test_a_percentile_of_a_few_requests_does_not_ring(self) -> None:
        assert alarms("prod")["Latency"]["EvaluateLowSampleCountPercentile"] == "ignore"

    @pytest.mark.parametrize(
        ("alarm", "role"),
        [
            ("CompactionNotPlanned", "plan-compaction"),
            ("SaltsNotForgotten", "forget-salts"),
            ("Throttles", "tracker"),
        ],
    )
    def test_an_alarm_of_a_function_watches_its_own(self, alarm: str, role: str) -> None:
        (metric,) = measured(alarms("dev")[alarm])
        assert dimensions(metric) == {"FunctionName": stage("dev").function(role)}

    def test_a_night_in_which_a_day_failed_rings(self) -> None:
        (metric,) = measured(alarms("dev")["CompactionFailed"])
        assert (metric["Namespace"], dimensions(metric)) == ("AWS/States", {"StateMachineArn": stage("dev").nights})

    def test_failures_under_a_pattern_which_strangers_can_cause_do_not_ring(self) -> None:
        found = measured(alarms("prod", FULL_TOML)["StoreFailures1"])
        assert [dimensions(metric)["entry"] for metric in found] == ["app1-analytics", APP2, "elsewhere-analytics"]
        assert {metric["MetricName"] for metric in found} == {"store_failure"}

    def test_twelve_entries_need_two_alarms_of_at_most_ten_metrics(self) -> None:
        many = "".join(f'[[stages.prod.allow]]\nbucket = "tenant{number}"\n' for number in range(12))
        resources = alarms("prod", f'[stages.prod]\naccount = "111122223333"\nmonitoring = "full"\n{many}')
        groups = [alarm for name, alarm in resources.items() if name.startswith("StoreFailures")]
        assert [len(measured(group)) for group in groups] == [10, 2]

    def test_the_tracker_s_own_metrics_are_those_that_it_counts(self) -> None:
        outcomes = [
            Outcome("unavailable", 503),
            Outcome("accepted", 200, salted=False),
            Outcome("rejected", 403, reason="UnknownBucket"),
            Outcome("rejected", 403, reason="OriginNotAllowed"),
        ]
        counted = {counter for outcome in outcomes for counter in logs.counters(outcome)} | {
            "throttled",
            "unseen_night",
        }
        assert {metric["MetricName"] for metric in own_metrics("dev", FULL_TOML)} == counted - {"accepted"}

    def test_the_gateway_s_alarms_name_the_api_and_the_stage(self) -> None:
        found = [measured(alarms("prod")[name])[-1] for name in ("Latency", "ServerErrors", "Forbidden")]
        assert [dimensions(metric) for metric in found] == [GATEWAY] * 3

    def test_the_nights_that_missed_a_tenant_are_counted_from_the_nightly_jobs_log(self) -> None:
        resources = made("prod", FULL_TOML)
        counted = resources["UnseenFilter"]["Properties"]
        assert counted["LogGroupName"] == {"Ref": "PlanCompactionLogGroup"}
        assert "PlanCompactionLogGroup" in resources
        assert counted["FilterPattern"] == '{ $.message = "plan_compaction" && $.unseen > 0 }'
        assert alarms("prod", FULL_TOML)["TenantsUnseen"]["Period"] == 86_400

    def test_a_throttled_request_is_counted_from_the_access_log(self) -> None:
        counted = made("prod", FULL_TOML)["ThrottledFilter"]["Properties"]
        assert counted["FilterPattern"] == '{ $.statusCode = "429" }'
        assert counted["LogGroupName"] == {"Ref": "AccessLog"}

    def test_an_operator_with_an_address_is_written_to(self) -> None:
        assert made()["AlarmTopic"]["Properties"]["Subscription"] == [
            {"Protocol": "email", "Endpoint": "ops@example.com"}
        ]
        assert "Subscription" not in made("dev")["AlarmTopic"]["Properties"]

    def test_lean_monitoring_draws_and_traces_nothing(self) -> None:
        lean, full = made("dev"), made("dev", FULL_TOML)
        assert {name for name in full if name not in lean} == {
            "Dashboard",
            "TenantsUnseen",
            "ThrottledFilter",
            "UnseenFilter",
        }
        assert "TracingConfig" not in lean["APIHandler"]["Properties"]
        assert "Tracing" not in lean["APIHandler"]["Properties"]
        allowed = [document for document in functions.documents(stage("dev")).values() if "xray" in str(document)]
        assert allowed == []

    def test_the_dashboard_shows_what_the_alarms_watch(self) -> None:
        board = json.loads(made("dev", FULL_TOML)["Dashboard"]["Properties"]["DashboardBody"])
        shown = {metric[1] for widget in board["widgets"] for metric in widget["properties"]["metrics"]}
        assert {metric["MetricName"] for metric in own_metrics("dev", FULL_TOML)} | {"Latency", "5XXError"} <= shown
        assert {widget["properties"]["region"] for widget in board["widgets"]} == {"ca-central-1"}


class TestWhatIsCountedInTheLog:
    """The filters that make metrics of log lines, over the lines that the tracker writes."""

    def counted(self, pattern: str, log: io.StringIO) -> set[str]:
        for outcome in LINES.values():
            logs.request(outcome, stage="prod", request_id="request-1", route="/track", latency_ms=1.5)
        written = [json.loads(line) for line in log.getvalue().splitlines()]
        return {name for name, line in zip(LINES, written, strict=True) if selects(pattern, line)}

    @pytest.mark.parametrize(
        ("name", "filters", "expected"),
        [
            ("prod", "CountFailures", {"not stored"}),
            ("dev", "CountFailures", {"not stored", "not stored, of a pattern"}),
            ("prod", "CountForbidden", {"no entry", "of another origin"}),
            ("prod", "CountUnsalted", {"without a salt"}),
        ],
    )
    def test_a_filter_counts_its_lines_alone(
        self, log: io.StringIO, name: str, filters: str, expected: set[str]
    ) -> None:
        assert self.counted(made(name)[filters]["Properties"]["FilterPattern"], log) == expected

    def test_a_filter_has_the_stage_of_the_line(self) -> None:
        filters = [one for one in made().values() if one.get("Type") == "AWS::Logs::MetricFilter"]
        transformed = [one["Properties"]["MetricTransformations"][0] for one in filters]
        assert [one["Dimensions"] for one in transformed] == [[{"Key": "stage", "Value": "$.stage"}]] * 4

    @pytest.mark.parametrize("toml", [TOML, FULL_TOML], ids=["lean", "full"])
    def test_questions_to_the_log_are_saved_and_ask_for_fields_that_lines_have(
        self, log: io.StringIO, toml: str
    ) -> None:
        queries = [
            one["Properties"] for one in made("prod", toml).values() if one.get("Type") == "AWS::Logs::QueryDefinition"
        ]
        assert {query["Name"] for query in queries} == {f"sluice-prod/{name}" for name in counted.QUERIES}
        self.counted("{ $.statusCode = 0 }", log)
        fields = {name for line in log.getvalue().splitlines() for name in json.loads(line)}
        words = re.findall(r"\b[A-Za-z]+\b", re.sub(r"'[a-z]+'", "", " ".join(counted.QUERIES.values())))
        language = {*("stats", "count", "as", "sum", "avg", "by", "sort", "desc", "filter", "in", "fields", "limit")}
        given = {"requests", "refused", "ms", "cold", "p95"}
        assert set(words) - language - {"pct", "bin"} - given <= fields | {"coldStart"}


def alarms(name: str, toml: str = TOML) -> dict[str, Any]:
    return {
        title: one["Properties"]
        for title, one in made(name, toml).items()
        if one.get("Type") == "AWS::CloudWatch::Alarm"
    }


def watched(alarm: dict[str, Any]) -> Watched:
    names = [metric["MetricName"] for metric in measured(alarm)]
    expression = next((query["Expression"] for query in alarm.get("Metrics", []) if "Expression" in query), None)
    how = expression or alarm.get("Statistic") or alarm["ExtendedStatistic"]
    assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
    return Watched(names, how, alarm["Threshold"], alarm["EvaluationPeriods"])


def dimensions(metric: dict[str, Any]) -> dict[str, str]:
    return {pair["Name"]: pair["Value"] for pair in metric["Dimensions"]}


def own_metrics(name: str, toml: str) -> list[dict[str, Any]]:
    """Every metric of the stage's alarms that Sluice itself counts."""
    found = [metric for alarm in alarms(name, toml).values() for metric in measured(alarm)]
    return [metric for metric in found if metric["Namespace"] == logs.NAMESPACE]


class TestTheBudget:
    def test_it_counts_the_stages_costs_by_the_stacks_own_tag(self) -> None:
        budget = made()["Budget"]["Properties"]["Budget"]
        assert budget["BudgetLimit"] == {"Amount": 20, "Unit": "USD"}
        assert budget["CostFilters"] == {"TagKeyValue": ["user:sluice$sluice-prod"]}

    def test_it_writes_before_the_money_is_spent_and_when_it_is(self) -> None:
        alarms = made()["Budget"]["Properties"]["NotificationsWithSubscribers"]
        said = [(one["Notification"]["NotificationType"], one["Notification"]["Threshold"]) for one in alarms]
        assert said == [("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)]
        assert {one["Subscribers"][0]["Address"] for one in alarms} == {"ops@example.com"}

    def test_nobody_who_asks_for_none_gets_one(self) -> None:
        assert "Budget" not in made("dev")


class TestTheSaltsTable:
    def test_it_is_what_the_tracker_writes_to(self) -> None:
        table = made()["Salts"]["Properties"]
        assert table["TableName"] == "sluice-prod-salts"
        assert table["KeySchema"] == [{"AttributeName": "pk", "KeyType": "HASH"}]
        assert table["BillingMode"] == "PAY_PER_REQUEST"

    def test_a_root_that_the_job_missed_expires(self) -> None:
        ttl = made()["Salts"]["Properties"]["TimeToLiveSpecification"]
        assert ttl == {"AttributeName": "expires_at", "Enabled": True}

    def test_nothing_keeps_what_was_forgotten(self) -> None:
        salts = made()["Salts"]
        assert salts["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": False}
        assert salts["DeletionPolicy"] == salts["UpdateReplacePolicy"] == "Delete"

    def test_it_is_encrypted(self) -> None:
        assert made("dev")["Salts"]["Properties"]["SSESpecification"] == {"SSEEnabled": True}

    def test_a_key_of_the_stage_encrypts_it_and_every_log(self, transformed: dict[str, Any]) -> None:
        key = stage().kms_key
        own = {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
        logs_keys = [one.get("KmsKeyId") for one in properties(transformed["prod"], "AWS::Logs::LogGroup")]
        assert made()["Salts"]["Properties"]["SSESpecification"] == own
        assert logs_keys == [key] * (len(stage().jobs) + 1)


class TestManagedBuckets:
    def test_only_those_that_sluice_manages_are_made(self, transformed: dict[str, Any]) -> None:
        names = {
            name: [one["BucketName"] for one in properties(transformed[name], "AWS::S3::Bucket")] for name in STAGES
        }
        assert names == {"dev": [], "prod": ["app1-analytics", APP2]}

    @pytest.mark.parametrize("kind", ["AWS::S3::Bucket", "AWS::S3::BucketPolicy"])
    def test_a_bucket_and_its_policy_survive_the_stack(self, transformed: dict[str, Any], kind: str) -> None:
        for one in of_type(transformed["prod"], kind).values():
            assert (one["DeletionPolicy"], one["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")

    def test_the_survivors_are_listed(self) -> None:
        assert infrastructure.survivors(stage()) == ["app1-analytics", APP2]

    def test_a_bucket_is_closed_to_the_public_and_knows_no_acl(self) -> None:
        properties = bucket("app1-analytics")["Properties"]
        assert list(properties["PublicAccessBlockConfiguration"].values()) == [True] * 4
        assert properties["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}

    def test_a_bucket_has_the_generated_policy(self, folder: Path) -> None:
        (policy,) = [
            one["Properties"]["PolicyDocument"] for name, one in made().items() if re.match("BucketApp1.*Policy", name)
        ]
        assert policy == json.loads((folder / "policies/prod/buckets/app1-analytics.json").read_text())

    def test_records_end_with_their_retention(self) -> None:
        rules = bucket("app1-analytics")["Properties"]["LifecycleConfiguration"]["Rules"]
        assert {"Id": "retention", "Status": "Enabled", "ExpirationInDays": 400} in rules
        assert not any("Transitions" in rule for rule in rules)

    def test_records_without_a_retention_are_kept_and_tiered(self) -> None:
        rules = bucket(APP2)["Properties"]["LifecycleConfiguration"]["Rules"]
        tiered = [{"StorageClass": "INTELLIGENT_TIERING", "TransitionInDays": 90}]
        (tiering,) = [rule for rule in rules if "Transitions" in rule]
        # What is smaller would cost a transition and be no cheaper afterwards.
        assert (tiering["Transitions"], tiering["ObjectSizeGreaterThan"]) == (tiered, "131072")
        assert not any("ExpirationInDays" in rule for rule in rules if "Prefix" not in rule)

    @pytest.mark.parametrize("name", ["app1-analytics", APP2])
    def test_athenas_answers_end_after_a_week_and_nothing_else_does(self, name: str) -> None:
        rules = bucket(name)["Properties"]["LifecycleConfiguration"]["Rules"]
        weekly = [rule for rule in rules if rule.get("ExpirationInDays") == 7]
        assert weekly == [{"Id": "results", "Status": "Enabled", "Prefix": "athena-results/", "ExpirationInDays": 7}]

    def test_a_bucket_has_its_tenant_as_a_tag(self) -> None:
        for name in ("app1-analytics", APP2):
            assert bucket(name)["Properties"]["Tags"] == [{"Key": "tenant", "Value": name}]

    def test_nothing_keeps_versions_of_what_must_be_erasable(self) -> None:
        assert "VersioningConfiguration" not in bucket("app1-analytics")["Properties"]

    @pytest.mark.parametrize(
        ("name", "algorithm", "key"),
        [
            ("app1-analytics", "AES256", None),
            (APP2, "aws:kms", "arn:aws:kms:us-east-1:111122223333:key/12345678-1234-1234-1234-123456789012"),
        ],
    )
    def test_a_bucket_is_encrypted_with_its_key(self, name: str, algorithm: str, key: str | None) -> None:
        (rule,) = bucket(name)["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"].get("SSEAlgorithm") == algorithm
        assert rule["ServerSideEncryptionByDefault"].get("KMSMasterKeyID") == key

    def test_a_name_of_the_account_s_own_is_asked_for_as_such(self) -> None:
        assert bucket(APP2)["Properties"]["BucketNamespace"] == "account-regional"
        assert "BucketNamespace" not in bucket("app1-analytics")["Properties"]

    def test_names_that_differ_in_a_dot_alone_are_two_buckets(self) -> None:
        twins = TOML.replace('"elsewhere-analytics"\nowner = "444455556666"', '"app1.analytics"\nmanaged = true')
        names = {
            one["Properties"]["BucketName"] for one in made(toml=twins).values() if one.get("Type") == "AWS::S3::Bucket"
        }
        assert names == {"app1-analytics", "app1.analytics", APP2}


class TestTheDomain:
    def test_a_stage_with_a_domain_is_reached_by_it(self, transformed: dict[str, Any]) -> None:
        (mapping,) = properties(transformed["prod"], "AWS::ApiGateway::BasePathMapping")
        assert mapping["Stage"] == {"Ref": "RestAPIprodStage"}
        assert transformed["prod"]["Outputs"]["EndpointURL"]["Value"] == "https://t.example.com/"

    def test_a_stage_without_one_is_reached_at_the_gateway(self, transformed: dict[str, Any]) -> None:
        assert "execute-api" in json.dumps(transformed["dev"]["Outputs"]["EndpointURL"])
        assert of_type(transformed["dev"], "AWS::ApiGateway::DomainName") == {}

    @pytest.mark.parametrize(("region", "endpoint"), [("us-east-1", "EDGE"), ("eu-west-1", "REGIONAL")])
    def test_the_certificate_s_region_makes_the_domain_global_or_regional(self, region: str, endpoint: str) -> None:
        domain = made(toml=TOML.replace("acm:us-east-1", f"acm:{region}"))["Domain"]["Properties"]
        assert domain["EndpointConfiguration"] == {"Types": [endpoint]}
        assert f"acm:{region}" in domain["CertificateArn" if endpoint == "EDGE" else "RegionalCertificateArn"]

    def test_the_managed_buckets_are_an_output(self, packaged: dict[str, Any]) -> None:
        assert len(packaged["prod"]["Outputs"]["Buckets"]["Value"]["Fn::Join"][1]) == 2
        assert "Buckets" not in packaged["dev"]["Outputs"]


def lint(folder: Path, templates: dict[str, Any]) -> dict[str, str]:
    """What cfn-lint has to say of each of them; its start takes longer than a template."""
    files = {name: folder / f"{name}.json" for name in templates}
    for name, file in files.items():
        file.write_text(json.dumps(templates[name]))
    command = [str(CFN_LINT), "--format", "parseable", *map(str, files.values())]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    assert all(line.startswith(tuple(f"{file}:" for file in files.values())) for line in said), said
    return {name: "\n".join(line for line in said if line.startswith(f"{file}:")) for name, file in files.items()}
