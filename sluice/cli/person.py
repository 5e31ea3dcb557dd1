"""The commands for a person's requests: parse, call one function, print."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from time import sleep
from typing import Annotated, Any, Literal

import msgspec
import typer
from rich.table import Table

from chalicelib.audit import rows
from chalicelib.lake import tombstones
from chalicelib.lake.objects import Objects
from sluice import aws, tables
from sluice.cli.console import CONSOLE, ERRORS, AsJson, Stage, failing, say, to_json
from sluice.mirror import tenant
from sluice.project import audit, config, environment
from sluice.subjects import certificate, erasure, hashes, pages, requests, stores, vault
from sluice.subjects.certificate import Certificate, PersonError
from sluice.subjects.erasure import Asked, Tenant
from sluice.subjects.old import OldVersions
from sluice.subjects.stores import Looked

commands = typer.Typer(rich_markup_mode=None)
group = typer.Typer(no_args_is_help=True, help="What a person may ask for: what is there, a copy, erasure.")
commands.add_typer(group, name="person")
Bucket = Annotated[str, typer.Option(help="The tenant's bucket.")]
Session = Annotated[str | None, typer.Option(help="The person's sessionId.")]
User = Annotated[str | None, typer.Option(help="The person's userId.")]
Visitor = Annotated[
    bool, typer.Option("--with-visitor", help="Also the same days' visitors, which several people may share.")
]


@group.command()
def find(
    bucket: Bucket,
    session: Session = None,
    user: User = None,
    with_visitor: Visitor = False,
    stage: Stage = "local",
    as_json: AsJson = False,
) -> None:
    """Count what each store has of a person, by day.

    Example: sluice person find --bucket shop-analytics --user u-17
    """
    with failing():
        mine = _tenant(stage, bucket)
        asked = _hashed(mine, _asked(session, user, with_visitor))
        found = erasure.found(mine, [asked])
        say(to_json(found)) if as_json else _show(found)
        _say_limits(asked)


def _say_limits(asked: Asked) -> None:
    for limit in asked.hashes.limits:
        ERRORS.print(f"Not found: {limit}")


def _show(found: list[Looked]) -> None:
    table = Table("store", "day", "own", "mentions")
    for one in found:
        for day in sorted({hit.day for hit in one.hits}):
            hits = [hit for hit in one.hits if hit.day == day]
            table.add_row(one.store, day, str(sum(hit.own for hit in hits)), str(sum(hit.mentions for hit in hits)))
    tables.show(CONSOLE, table)
    say(f"{sum(one.own for one in found)} in {sum(one.objects for one in found)} objects that were looked at.")


def _show_each(found: list[Looked], numbers: list[int]) -> None:
    table = Table("request", "own", "mentions")
    for number, mine in zip(numbers, stores.each(found, len(numbers)), strict=True):
        table.add_row(str(number), str(sum(one.own for one in mine)), str(sum(one.mentions for one in mine)))
    tables.show(CONSOLE, table)
    say(f"{sum(one.own for one in found)} in {sum(one.objects for one in found)} objects that were looked at.")


@group.command()
def export(
    bucket: Bucket,
    out: Annotated[Path, typer.Option(help="The folder to write.")],
    session: Session = None,
    user: User = None,
    with_visitor: Visitor = False,
    summary: Annotated[bool, typer.Option("--summary", help="Also a page that a person can read.")] = False,
    stage: Stage = "local",
) -> None:
    """Write what is there of a person into a folder: JSON lines for each store.

    Example: sluice person export --bucket shop-analytics --user u-17 --out u-17 --summary
    """
    with failing():
        mine = _tenant(stage, bucket)
        asked = _hashed(mine, _asked(session, user, with_visitor))
        with _recorded(mine, "person.exported", asked) as outcome:
            counts = pages.export(mine, asked, out, summary=summary)
            outcome["records"] = sum(counts.values())
    say(f"{out}: " + (", ".join(f"{number} {name}" for name, number in counts.items() if number) or "nothing is there"))


@group.command()
def erase(
    bucket: Bucket,
    session: Annotated[list[str] | None, typer.Option(help="A person's sessionId; may be repeated.")] = None,
    user: Annotated[list[str] | None, typer.Option(help="A person's userId; may be repeated.")] = None,
    listed: Annotated[
        str | None, typer.Option("--from", metavar="FILE", help="A file of ids, one in each line; - is standard input.")
    ] = None,
    of: Annotated[Literal["user", "session"], typer.Option(help="What the file's ids are.")] = "user",
    with_visitor: Visitor = False,
    yes: Annotated[bool, typer.Option("--yes", help="Erase; without it this shows what would go.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Where the certificate goes: certificate.json, or the folder certificates.")
    ] = None,
    stage: Stage = "local",
) -> None:
    """Erase people from every store, and certify it for each. It can be stopped, and run again to go on.

    Several people at once read every store as often as one person. Their certificates are files in a folder, called by the
    line of the file (0001.json). Give many ids by --from: options are seen in the list of processes and in the shell's history.

    Example: sluice person erase --bucket shop-analytics --user u-17 --yes
    """
    with failing():
        asked = requests.given(session or (), user or (), listed, of, with_visitor=with_visitor)
        mine = _tenant(stage, bucket)
        asked = asked._replace(numbered={at: _hashed(mine, one) for at, one in asked.numbered.items()})
        if not yes:
            found = erasure.found(mine, asked.everyone)
            _show_each(found, list(asked.numbered)) if asked.are_many else _show(found)
            return say("Nothing was changed. With --yes all that is the person's own goes.")
        where = requests.place(asked, out)
        signer = certificate.signer(config.given(stage), mine.own)
        with ExitStack() as recorded:
            outcomes = [recorded.enter_context(_recorded(mine, "person.erased", one)) for one in asked.everyone]
            hand_over = partial(requests.write, asked, where)
            done = erasure.erase(mine, asked.everyone, signer, lambda: datetime.now(UTC), _wait, hand_over)
            for one, outcome in zip(done, outcomes, strict=True):
                outcome["certificate"] = sha256(one.statement.encode()).hexdigest()
        _say_erased(done, where)
    return None


def _wait(seconds: float) -> None:
    ERRORS.print(f"Waiting {seconds:.0f} seconds: something may still be on its way.")
    sleep(seconds)


def _say_erased(done: list[Certificate], where: Path) -> None:
    before = sum(one["own"] for each in done for one in each.said["before"])
    people, papers = ("", "certificate is") if len(done) == 1 else (f" of {len(done)} people", "certificates are in")
    until = min(each.said["received_up_to"] for each in done)
    say(f"{before} erased{people} that came up to {until}, none left. The {papers} {where}; what it does not cover:")
    for limit in done[0].said["not_covered"]:
        say(f"- {limit}")


@group.command()
def verify(
    certificate_file: Annotated[Path, typer.Argument(metavar="CERTIFICATE")],
    session: Session = None,
    user: User = None,
    stage: Stage = "local",
) -> None:
    """Check that the stage has signed exactly this certificate, and for this person where you say who; exit code 1 if not.

    Example: sluice person verify certificate.json --user u-17
    """
    with failing():
        try:
            held = msgspec.json.decode(certificate_file.read_bytes(), type=Certificate)
        except msgspec.MsgspecError:
            raise PersonError(f"{certificate_file} is not a certificate") from None
        own = tenant.own(environment.load(stage))
        certificate.signer(config.given(stage), own).verify(held)
        said = held.said
        if session or user:
            _verify_person(own, said, _asked(session, user, with_visitor=False))
        say(f"Signed by {stage}: {said['bucket']}, received up to {said['received_up_to']}, {said['left']} left.")


def _verify_person(own: Objects, said: dict[str, Any], asked: Asked) -> None:
    if said["person"] != tombstones.named(tombstones.secret_of(own), asked.of, asked.value):
        raise PersonError("the certificate is genuine, and somebody else's")


@group.command()
def key(stage: Stage) -> None:
    """Make the key in KMS by which a deployed stage signs certificates, $1 a month, where there is none.

    Example: sluice person key --stage prod
    """
    with failing():
        chosen = config.given(stage)
        if not chosen.is_deployed:
            raise PersonError(f"{stage} is local, and makes its key by itself")
        say(certificate.make_key(chosen))


def _recorded(mine: Tenant, action: str, asked: Asked) -> AbstractContextManager[dict[str, Any]]:
    """The audit trail's rows of it, where the stage has one: of whom, as a keyed hash."""
    subject = rows.subject(tombstones.secret_of(mine.own, make=True), mine.bucket, asked.of, asked.value)
    return audit.recorded(config.given(mine.stage), action, subject, {"with_visitor": asked.with_visitor})


def _asked(session: str | None, user: str | None, with_visitor: bool) -> Asked:
    if session and not user:
        return Asked("session", session, with_visitor)
    if user and not session:
        return Asked("user", user, with_visitor)
    raise PersonError("say who it is: either --session or --user")


def _hashed(mine: Tenant, asked: Asked) -> Asked:
    """Also by the hashes and tokens that the tenant may have stored in place of the id."""
    bucket, place = mine.bucket, tenant.find(mine.stage, mine.bucket)
    chosen, settings, entry = place.stage, place.settings, place.settings.allowlist.find(bucket)
    assert entry is not None  # or there is no such place
    roots = hashes.roots(settings.salts_table, chosen.region) if settings.salts_table else None
    where = hashes.Place(bucket, entry, hashes.keys(settings, entry, chosen.region), roots, mine.vault)
    return asked._replace(hashes=hashes.of(where, asked.of, asked.value, datetime.now(UTC)))


def _tenant(stage: str, bucket: str) -> Tenant:
    place = tenant.find(stage, bucket)
    settings, chosen = place.settings, place.stage
    entry = settings.allowlist.find(bucket)
    owner = (entry.owner if entry else None) or settings.bucket_owner
    is_local = settings.store_directory is not None
    if settings.store_directory is not None and not (settings.store_directory / bucket).is_dir():
        # A bucket in S3 that is not there says so by itself.
        raise PersonError(f"nothing was ever stored in {bucket}; `sluice tenants` lists the buckets")
    old = None if is_local else OldVersions(aws.client("s3", chosen.region), bucket, owner)
    own = tenant.own(settings)
    return Tenant(
        stage,
        bucket,
        place.objects(),
        own,
        place.mirror,
        old,
        chosen.log_retention,
        chosen.stream is not None,
        vault.of(settings, bucket, chosen.region),
    )
