"""From the start of a worker to its first answered event, under AWS's runtime client: the package over a bare one."""

from __future__ import annotations

import compileall
import contextlib
import io
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from bench import processes, tables, traffic
from bench.tables import Row
from tests import lambdas
from tests.lambdas import Packaged

ROUNDS = 15
# As both are packaged: Chalice leaves out bytecode, and each cold start compiles what it imports.
PACKAGED, COMPILED = 1.0, 1.6
NAME, REFERENCE = "cold start of the package", "chalice + boto3"


def run() -> list[Row]:
    with TemporaryDirectory() as name, processes.sink() as endpoint:
        folder = Path(name)
        with contextlib.redirect_stdout(io.StringIO()):
            ours = lambdas.package(folder)
        bare = lambdas.bare(folder)
        environment = {**processes.aws(endpoint), "ALLOWED_BUCKETS": "shop-analytics", "PYTHONDONTWRITEBYTECODE": "1"}
        packaged = _row(NAME, REFERENCE, ours, bare, environment, folder, PACKAGED)
        compileall.compile_dir(bare.task, quiet=2)
        compiled = _row(NAME, f"{REFERENCE}, with bytecode", ours, bare, environment, folder, COMPILED)
        return [packaged, compiled]


def _row(
    name: str, reference: str, ours: Packaged, bare: Packaged, environment: dict[str, str], folder: Path, target: float
) -> Row:
    measured = [tuple(_milliseconds(one, folder, environment) for one in (ours, bare)) for _ in range(ROUNDS + 1)]
    # The first round reads the disk for both.
    return tables.compare(name, reference, measured[1:], "ms", target)


def _milliseconds(packaged: Packaged, folder: Path, environment: dict[str, str]) -> float:
    started = perf_counter()
    with lambdas.worker(packaged, "APIHandler", folder, **environment) as (worker, _):
        answer = worker.invoke(traffic.proxy_event())
        spent = perf_counter() - started
    assert answer["statusCode"] == 200, answer
    return 1000 * spent
