"""The package as AWS runs it: unpacked, under AWS's own runtime client, with an emulated Runtime API."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import metadata
from pathlib import Path
from time import time
from typing import Any, NamedTuple
from uuid import uuid4
from zipfile import ZipFile

import pytest

from sluice.cloud import bundle, stack
from sluice.project import config
from sluice.project.config import Stage
from tests import project

PATIENCE = 30
# What a function has besides the package: AWS's client, and what it needs.
RUNTIME = ("awslambdaric", "simplejson", "snapshot_restore_py")
# What Chalice and boto3 need, and an app that has nothing else.
BARE = ("botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3")
BARE_APP = """
import boto3, chalice
app = chalice.Chalice(app_name="bare")
boto3.client("s3")

@app.route("/track", methods=["POST"], content_types=["application/json", "text/plain"])
def track():
    return {}
"""
TOML = """
[stages.local]
store = "dir:data"
[stages.dev]
account = "123456789012"
region = "us-east-1"
alarm_email = "ops@shop.example"
doctor_schedule = "cron(0 6 * * ? *)"
export_logs = true
[[stages.dev.allow]]
bucket = "*-analytics"
[[stages.dev.allow]]
bucket = "cdn-analytics"
distributions = ["E1ABC2DEF3GHIJ"]
"""


class Packaged(NamedTuple):
    """A package as `make package` leaves it, unpacked as Lambda unpacks it; and what each function has."""

    task: Path
    layers: dict[str, Path]
    functions: dict[str, dict[str, Any]]

    def files(self) -> set[Path]:
        return {path for path in self.task.rglob("*") if path.is_file()}


class Worker(NamedTuple):
    """A function's worker that waits for events."""

    api: RuntimeApi
    process: subprocess.Popen[str]

    def invoke(self, event: Any, seconds: float = PATIENCE) -> Any:
        """What the function answers to this event, which must be within so many seconds, as Lambda's time-out has it."""
        return self.api.invoke(event, seconds)


class RuntimeApi:
    """Lambda's Runtime API of one worker: it hands out events, and takes what becomes of them."""

    def __init__(self) -> None:
        self.waiting: queue.Queue[tuple[str, float, bytes]] = queue.Queue()
        self.answers: queue.Queue[tuple[str, Any]] = queue.Queue()
        handler = type("OfApi", (_Handler,), {"api": self})
        self.server = _Server(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    def invoke(self, event: Any, seconds: float) -> Any:
        self.waiting.put((str(uuid4()), time() + seconds, json.dumps(event).encode()))
        what, answer = self.answers.get(timeout=seconds)
        assert what == "response", answer
        return answer


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a worker that was killed while it waited for an event."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    api: RuntimeApi
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        number, end, event = self.api.waiting.get()
        # AWS's client crashes where one of these is missing.
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": number,
            "Lambda-Runtime-Deadline-Ms": str(int(1000 * end)),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:123456789012:function:sluice",
            "Lambda-Runtime-Trace-Id": "Root=1",
            "Lambda-Runtime-Client-Context": "{}",
            "Lambda-Runtime-Cognito-Identity": "{}",
        }
        self._answer(200, event, headers)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"null")
        self.api.answers.put((self.path.rpartition("/")[2], body))
        self._answer(202, b"{}", {})

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def package(folder: Path) -> Packaged:
    """Package the project as `make package` does, with the libraries that are installed here in place of Lambda's."""
    source = folder / "project"
    source.mkdir()
    project.make(source, TOML)
    shutil.copy(project.ROOT / "requirements.txt", source)
    (source / "requirements").mkdir()
    for name in ("layer.txt", "doctor.txt"):
        shutil.copy(project.ROOT / "requirements" / name, source / "requirements")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(source)
        patch.setattr(bundle, "install", lambda stage, pins, target: _installed(_names(pins), target))
        stage = config.load().stage("dev")
        stack.package(stage)
        return _unpacked(stage, source / "build" / "dev", folder)


def bare(folder: Path) -> Packaged:
    """A package of Chalice and boto3 alone, as `chalice package` makes it: without bytecode."""
    task = folder / "bare"
    _installed(("chalice", "boto3", *BARE), task)
    (task / "app.py").write_text(BARE_APP)
    environment: dict[str, Any] = {"Environment": {"Variables": {}}, "MemorySize": 512, "Handler": "app.app"}
    return Packaged(task, {}, {"APIHandler": environment})


@contextmanager
def worker(packaged: Packaged, name: str, folder: Path, **variables: str) -> Iterator[tuple[Worker, Path]]:
    """A worker of this function, with its template's environment, and these variables; and the file of its log."""
    function = packaged.functions[name]
    api = RuntimeApi()
    thread = threading.Thread(target=api.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    runtime = folder / "runtime"
    if not runtime.exists():
        _installed(RUNTIME, runtime)
    layers = [packaged.layers[one["Ref"]] / "python" for one in function.get("Layers", [])]
    places = [runtime, packaged.task, *layers]
    environment = {
        **{one: os.environ[one] for one in ("PATH", "HOME") if one in os.environ},
        **function["Environment"]["Variables"],
        "PYTHONPATH": ":".join(map(str, places)),
        "LAMBDA_TASK_ROOT": str(packaged.task),
        "AWS_LAMBDA_RUNTIME_API": api.address,
        "AWS_LAMBDA_FUNCTION_NAME": "sluice-dev",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function["MemorySize"]),
        "AWS_LAMBDA_LOG_FORMAT": function.get("LoggingConfig", {}).get("LogFormat", "Text"),
        "AWS_LAMBDA_LOG_LEVEL": function.get("LoggingConfig", {}).get("ApplicationLogLevel", ""),
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "_HANDLER": function["Handler"],
        "TMPDIR": str(folder),
        **variables,
    }
    log = folder / f"{name}-{uuid4().hex[:6]}.log"
    # -S: nothing of this machine's own libraries replaces a missing one.
    command = [sys.executable, "-S", "-m", "awslambdaric", function["Handler"]]
    with (
        log.open("w") as written,
        subprocess.Popen(
            command, cwd=packaged.task, env=environment, stdout=written, stderr=written, text=True
        ) as process,
    ):
        try:
            yield Worker(api, process), log
        finally:
            process.kill()
            api.server.shutdown()
            api.server.server_close()


def _unpacked(stage: Stage, built: Path, folder: Path) -> Packaged:
    resources = json.loads((built / "sam.json").read_text())["Resources"]
    archives = {
        name: one["Properties"]["ContentUri"]
        for name, one in resources.items()
        if one["Type"] == "AWS::Serverless::LayerVersion"
    }
    task, layers = folder / "task", {name: folder / "opt" / name for name in archives}
    for archive, target in (("deployment.zip", task), *((archives[name], layers[name]) for name in layers)):
        with ZipFile(built / archive) as packed:
            packed.extractall(target)
    functions = {
        name: one["Properties"] for name, one in resources.items() if one["Type"] == "AWS::Serverless::Function"
    }
    return Packaged(task, layers, functions)


def _names(pins: Path) -> list[str]:
    """The libraries of a lock."""
    lines = (line.partition("==") for line in pins.read_text().splitlines() if "==" in line)
    return [name.strip() for name, _, _ in lines]


def _installed(names: list[str] | tuple[str, ...], target: Path) -> None:
    """These libraries' files as they are installed here."""
    for name in names:
        try:
            files = metadata.files(name) or []
        except metadata.PackageNotFoundError:
            continue  # of another platform
        for file in files:
            if ".." in file.parts or "__pycache__" in file.parts:
                continue
            place = target / file
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file.locate(), place)
