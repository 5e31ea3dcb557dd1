"""cities.mmdb of cities.toml: a City database in MaxMind's format, of made-up networks, the same at every run.

.venv/bin/python demo/cities.py
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

from mmdb_writer import MMDBWriter
from netaddr import IPSet

TABLE = Path(__file__).with_suffix(".toml")
# 2026-01-01, so that two runs write the same bytes.
BUILT = 1_767_225_600


class _Writer(MMDBWriter):
    def _build_meta(self) -> dict[str, Any]:
        return {**super()._build_meta(), "build_epoch": BUILT}


def write(path: Path) -> None:
    """Write the database into this file."""
    named = {"en": "Places of Sluice's demo; no address in it is anybody's"}
    writer = _Writer(database_type="Sluice-Demo-City", languages=["en"], description=named)
    for one in tomllib.loads(TABLE.read_text(encoding="utf-8"))["cities"]:
        place = {
            "country": {"iso_code": one["country"]},
            "subdivisions": [{"iso_code": one["region"]}],
            "city": {"names": {"en": one["city"]}},
        }
        writer.insert_network(IPSet([one["network"]]), place)
    writer.to_db_file(str(path))


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else TABLE.with_suffix(".mmdb"))
