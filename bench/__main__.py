"""Run the benchmarks that are named, or all; exit 1 when a target is missed, 2 for an unknown name."""

from __future__ import annotations

import sys
from collections.abc import Callable

from bench import (
    access_logs,
    allow,
    batch,
    buckets,
    client,
    cold,
    compaction,
    dashboard,
    days,
    hostile,
    imports,
    memory,
    questions,
    sessions,
    steps,
    stream,
    tables,
    vault,
    warm,
)
from bench.tables import Row

BENCHMARKS: dict[str, Callable[[], list[Row]]] = {
    "warm": warm.run,
    "cold": cold.run,
    "steps": steps.run,
    "memory": memory.run,
    "import": imports.run,
    "buckets": buckets.run,
    "batch": batch.run,
    "allowlist": allow.run,
    "client": client.run,
    "compaction": compaction.run,
    "days": days.run,
    "questions": questions.run,
    "dashboard": dashboard.run,
    "sessions": sessions.run,
    "hostile": hostile.run,
    "access-logs": access_logs.run,
    "stream": stream.run,
    "vault": vault.run,
}


def main(names: list[str]) -> int:
    unknown = sorted(set(names) - set(BENCHMARKS))
    if unknown:
        print(f"No benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    reports = [tables.show(name, BENCHMARKS[name]()) for name in names or BENCHMARKS]
    return 0 if all(reports) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
