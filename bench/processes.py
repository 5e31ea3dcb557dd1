"""The processes of a benchmark: the sink, and children that measure in an environment of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parent.parent
_AMBIENT = ("PATH", "HOME", "LANG", "TMPDIR")  # nothing else of the caller's environment may change a figure
_CHILD = "import importlib, json, os, sys\nresult = {call}\nos.write(2, json.dumps(result).encode())"


@contextmanager
def serving(module: str, *arguments: object) -> Iterator[str]:
    """The address of this module's server, which runs meanwhile."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.communicate()  # closes its standard input, and with that it ends


def sink() -> AbstractContextManager[str]:
    """A running sink's address."""
    return serving("bench.sink")


def aws(endpoint: str, **variables: str) -> dict[str, str]:
    """An environment in which boto3 talks to this endpoint alone."""
    return {
        **{name: os.environ[name] for name in _AMBIENT if name in os.environ},
        "AWS_ENDPOINT_URL_S3": endpoint,
        "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "AWS_SESSION_TOKEN": "token",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        **variables,
    }


def worker(endpoint: str, **variables: str) -> dict[str, str]:
    """The environment of a Lambda worker of the API, its stores being at this endpoint."""
    return aws(
        endpoint,
        **{
            "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
            "AWS_LAMBDA_FUNCTION_NAME": "sluice-prod",
            "_HANDLER": "app.app",
            "STAGE": "prod",
            "ALLOWED_BUCKETS": "shop-analytics",  # a pattern lets in 50 events a second
            "BUCKET_OWNER": "111122223333",
            "SALTS": "dynamodb:sluice-prod-salts",
            **variables,
        },
    )


def measure(module: str, function: str, environment: dict[str, str], *arguments: object) -> Any:
    """What this function returns in a fresh process, whose standard output (the app's log) is thrown away."""
    call = f"importlib.import_module({module!r}).{function}(*json.loads({json.dumps(arguments)!r}))"
    command = [sys.executable, "-c", _CHILD.format(call=call)]
    done = subprocess.run(
        command, cwd=REPOSITORY, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr.decode())
    return json.loads(done.stderr)
