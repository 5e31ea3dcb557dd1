"""What sluice.toml says of reports, and what becomes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chalicelib import jobs
from chalicelib.reports import packaged
from sluice.cloud import generated, template
from sluice.project import config
from sluice.project.config import Config, ConfigError, Stage

STAGE = '[stages.prod]\naccount = "111122223333"\n'
FROM = 'mail_from = "Sluice <reports@shop.example>"\n'
ENTRY = '[[stages.prod.allow]]\nbucket = "shop-analytics"\n'
REPORT = 'report = { to = ["ann@shop.example"] }\n'


def stage(text: str) -> Stage:
    return config.parse(text).stage("prod")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (STAGE + ENTRY + REPORT, r"a report needs mail_from in \[stages.prod\]"),
        (STAGE + 'mail_identity = "domain"\n' + ENTRY, "mail_identity needs mail_from"),
        (
            STAGE + FROM + ENTRY.replace("shop-", "*-") + REPORT,
            "'\\*-analytics' is a pattern: a report is of one tenant",
        ),
        (STAGE + FROM + ENTRY + "report = { to = [] }\n", "length >= 1"),
        (STAGE + FROM + ENTRY + 'report = { to = ["ann"] }\n', "write for example"),
        (STAGE + FROM + ENTRY + 'report = { to = ["a@b.example\\r\\nBcc: x@y.example"] }\n', "write for example"),
        (
            STAGE + FROM + ENTRY + 'report = { to = ["ann@shop.example"], every = "year" }\n',
            "Invalid enum value 'year'",
        ),
        (STAGE + FROM + ENTRY + 'report = { to = ["ann@shop.example"], day = "mon" }\n', "Invalid enum value 'mon'"),
        (STAGE + 'mail_from = "nobody"\n' + ENTRY, "write for example"),
    ],
)
def test_what_nobody_could_send_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as raised:
        config.parse(text)
    assert str(raised.value).startswith("sluice.toml:")


def test_without_a_report_there_is_no_job_no_identity_and_no_file(tmp_path: Path) -> None:
    without = stage(STAGE + FROM + 'mail_identity = "domain"\n' + ENTRY)
    made = generated.files(Config({"prod": without}, ""), tmp_path)
    assert jobs.REPORT not in without.jobs
    assert Path(packaged.file("prod")) not in made
    assert not {"MailIdentity", "Report", "ReportFailed"} & set(template.template(without)["Resources"])


def made(identity: str) -> dict[str, Any]:
    return template.template(stage(STAGE + FROM + identity + ENTRY + REPORT))


def test_the_sender_s_identity_is_made_where_it_is_asked_for() -> None:
    assert "MailIdentity" not in made("")["Resources"]
    address = made('mail_identity = "address"\n')
    assert address["Resources"]["MailIdentity"]["Properties"] == {"EmailIdentity": "reports@shop.example"}
    assert not any(name.startswith("Dkim") for name in address["Outputs"])
    domain = made('mail_identity = "domain"\n')
    assert domain["Resources"]["MailIdentity"]["Properties"] == {
        "EmailIdentity": "shop.example",
        "DkimAttributes": {"SigningEnabled": True},
    }
    assert [name for name in domain["Outputs"] if name.startswith("Dkim")] == [
        f"Dkim{key}{part}" for key in (1, 2, 3) for part in ("Name", "Value")
    ]


def test_the_sync_writes_the_file_and_takes_it_away_again(tmp_path: Path) -> None:
    asked, file = config.parse(STAGE + FROM + ENTRY + REPORT), Path(packaged.file("prod"))
    generated.apply(generated.changes(asked, tmp_path), tmp_path)
    reports = packaged.load(tmp_path, "prod")
    assert [(one.bucket, one.to, one.every, one.day) for one in reports.tenants] == [
        ("shop-analytics", ("ann@shop.example",), "week", "monday")
    ]
    assert reports.operator == "reports@shop.example"
    gone = generated.changes(config.parse(STAGE + FROM + ENTRY), tmp_path)
    assert gone[file] is None
