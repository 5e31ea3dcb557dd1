"""The page on collectors is right: its commands work, its tokens agree, and its sidecar starts and is what Kubernetes takes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from typer.main import get_command

from sluice.cli import collecting
from tests.docs.page import blocks, first_cells
from tests.paths import ROOT
from tests.served import SLUICE, served

PAGE = (ROOT / "docs" / "collect.md").read_text()
(MAKE_KEY, COLLECT), (SEND,), (RETRY,) = (
    [block] if block.startswith("curl") else block.splitlines() for block in blocks(PAGE, "sh")
)
MANIFEST = yaml.safe_load((ROOT / "deploy" / "kubernetes" / "collector.yaml").read_text())
POD = MANIFEST["spec"]["template"]["spec"]
(SIDECAR,) = POD["initContainers"]
STAGE = "https://stats.example.org"
VERSIONS = ("1.29", "1.31", "1.37")


def run(command: str, folder: Path) -> str:
    path = f"{SLUICE.parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        ["sh", "-ec", command], cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@contextmanager
def collecting_by(arguments: list[str], folder: Path) -> Iterator[str]:
    """The address of a collector with these arguments, on a free port."""
    command = [SLUICE, "collect", *arguments, "--port", "0"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            found = re.search(r"http://\S+:[0-9]+", process.stdout.readline())
            assert found is not None
            yield found[0]
        finally:
            process.terminate()


def records(store: Path) -> list[dict[str, Any]]:
    paths = store.glob("shop-analytics/analytics/**/*.json")
    return [json.loads(line) for path in paths for line in path.read_text().splitlines()]


def test_the_commands_of_the_page_bring_an_event_with_tokens_to_the_stage(tmp_path: Path) -> None:
    run(MAKE_KEY, tmp_path)
    with served(tmp_path / "data") as far:
        arguments = COLLECT.replace(STAGE, far.address).split()[2:]
        with collecting_by(arguments, tmp_path) as near:
            assert '"status":"queued"' in run(SEND.replace("http://127.0.0.1:8010", near), tmp_path)
        (record,) = records(tmp_path / "data")
    by_command = run("echo u-81 | sluice collect token --bucket shop-analytics", tmp_path).strip()
    assert record["userId"] == by_command
    assert json.loads(record["metadata"])["email"].startswith("tok_")
    assert run(RETRY, tmp_path) == "0 events are queued again.\n"


def test_the_page_lists_every_option() -> None:
    group = get_command(collecting.commands).commands["collect"]  # type: ignore[attr-defined]
    offered = {name for one in group.params for name in one.opts if name.startswith("--")}
    assert set(first_cells(PAGE)) == offered


@pytest.mark.parametrize("version", VERSIONS)
def test_the_sidecar_is_what_kubernetes_takes(version: str) -> None:
    assert kubernetes_validate.validate(MANIFEST, version, strict=True) == version


def test_a_slip_in_the_sidecar_is_found() -> None:
    broken = {**MANIFEST, "spec": {**MANIFEST["spec"], "replica": 2}}
    with pytest.raises(kubernetes_validate.ValidationError, match="replica"):
        kubernetes_validate.validate(broken, VERSIONS[-1], strict=True)


def test_the_sidecar_has_no_rights_and_keeps_its_queue() -> None:
    assert POD["securityContext"]["runAsNonRoot"] and not POD["automountServiceAccountToken"]
    held = SIDECAR["securityContext"]
    assert (held["readOnlyRootFilesystem"], held["allowPrivilegeEscalation"]) == (True, False)
    assert held["capabilities"] == {"drop": ["ALL"]}
    assert set(SIDECAR["resources"]["limits"]) == {"cpu", "memory"}
    secrets = {one["name"] for one in POD["volumes"] if "projected" in one}
    claimed = {one["metadata"]["name"] for one in MANIFEST["spec"]["volumeClaimTemplates"]}
    mounted = {one["name"]: one["mountPath"] for one in SIDECAR["volumeMounts"]}
    assert {mounted[name] for name in secrets} == {"/key"} and {mounted[name] for name in claimed} == {"/queue"}


def test_the_sidecars_own_arguments_start_a_collector_and_its_probe_finds_it(tmp_path: Path) -> None:
    run("sluice collect key", tmp_path)
    places = {"/key/": f"{tmp_path}/", "/queue/": f"{tmp_path}/"}
    arguments = [one.replace(old, new) for one in SIDECAR["args"] for old, new in places.items() if old in one] + [
        one for one in SIDECAR["args"] if not any(old in one for old in places)
    ]
    (_, *probe), port = SIDECAR["livenessProbe"]["exec"]["command"], "http://127.0.0.1:8010"
    with collecting_by(arguments, tmp_path) as near:
        asked = [sys.executable, *(one.replace(port, near) for one in probe)]
        assert subprocess.run(asked, capture_output=True).returncode == 0
    assert subprocess.run(asked, capture_output=True).returncode != 0
    assert {one["value"] for one in POD["containers"][0]["env"] if one["name"] == "SLUICE"} == {port}
    # Kubernetes gives the key to the pod's group alone.
    (mode,) = (one["projected"]["defaultMode"] for one in POD["volumes"] if "projected" in one)
    assert mode & 0o007 == 0
