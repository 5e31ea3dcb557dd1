"""Who may look: passwords, the buckets of each user by every way in, and where the dashboard may be started."""

from __future__ import annotations

import re
import shlex
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest
import typer
from argon2 import PasswordHasher, extract_parameters
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from sluice.analysis import engines, viewers
from sluice.analysis.facade import Data, NotAllowed
from sluice.analysis.scope import Scope
from sluice.analysis.viewers import User, Users, UsersError
from sluice.dashboard import __main__ as entry
from sluice.dashboard.door import passes
from sluice.dashboard.server import start
from sluice.dashboard.view import segments, sign_in
from sluice.questions.dialect import QueryError
from tests.dashboards import BUCKET, FIRST, LAST, OTHER, ROOT, home, markdown, metrics, opened, rows, shop, store
from tests.lake_events import ANN, PAGE, event

__all__ = ["home", "shop"]  # fixtures
PASSWORD = "correct horse battery"
DEFAULT = viewers.HASHER
ANN_SEES = User("ann", (BUCKET,))
THERE = Scope(OTHER, FIRST, LAST)


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash of a thousandth of the cost: what a try costs has a test of its own."""
    monkeypatch.setattr(viewers, "HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    viewers._nobody.cache_clear()


@pytest.fixture
def two(shop: Path) -> Path:
    """Two tenants; the other one's page has its name."""
    store(shop, [event(1, "09 10:00:00", PAGE, "/secret", ANN)], OTHER)
    return shop


@pytest.fixture
def listed(two: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of users: ann sees one bucket, ben both."""
    path = two / "users.toml"
    path.write_text(viewers.line("ann", PASSWORD, (BUCKET,)) + "\n" + viewers.line("ben", PASSWORD, ("*-analytics",)))
    monkeypatch.setenv(viewers.VARIABLE, str(path))
    return path


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Open the dashboard as somebody whom the door has let in, or with a header that a client made."""

    def open_(name: str, header: str | None = None, **query: str) -> AppTest:
        given = {passes.HEADER: passes.written(name).decode() if header is None else header}
        monkeypatch.setattr("streamlit.runtime.context.ContextProxy.headers", given)
        return opened(**query)

    return open_


def test_a_password_matches_its_own_hash_alone() -> None:
    stored = viewers.hashed(PASSWORD)
    assert viewers.matches(PASSWORD, stored)
    assert not viewers.matches(PASSWORD + " ", stored)


def test_two_hashes_of_one_password_differ() -> None:
    assert viewers.hashed(PASSWORD) != viewers.hashed(PASSWORD)


def test_a_short_password_is_refused() -> None:
    with pytest.raises(UsersError, match="at least 12"):
        viewers.hashed("short")


def test_a_new_hash_is_argon2id_and_costs_what_a_hash_of_a_password_should() -> None:
    stored = DEFAULT.hash(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    started = process_time()
    assert DEFAULT.verify(stored, PASSWORD)
    assert process_time() - started > 0.02


# Made by the version before, of PASSWORD, with a salt of zeros.
OLD = "scrypt$32768$8$3$AAAAAAAAAAAAAAAAAAAAAA==$hTRIH5MumZNWPmeRdrYwCeZXWAnxXglsXk1+WyBXTXY="


def test_a_line_with_scrypt_still_lets_its_user_in(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = two / "users.toml"
    path.write_text(f'[users.ann]\npassword = "{OLD}"\nbuckets = ["{BUCKET}"]\n')
    assert Users(path).check("ann", PASSWORD) == ANN_SEES
    assert Users(path).check("ann", PASSWORD + " ") is None


def test_who_is_not_listed_costs_as_much_as_who_is(listed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    monkeypatch.setattr(viewers, "matches", lambda password, stored: bool(tried.append(stored)))
    assert Users(listed).check("nobody", PASSWORD) is None
    Users(listed).check("ann", PASSWORD)
    nobody, ann = (extract_parameters(stored) for stored in tried)
    assert nobody == ann


BROKEN = {
    "no file": (None, "cannot be read"),
    "no TOML": ("[users", "not a valid users file"),
    "nobody": ("[users]", "no users"),
    "a password as it is": ('[users.ann]\npassword = "secret"\nbuckets = []', "not a valid users file"),
    "a hash that is none": (
        '[users.ann]\npassword = "scrypt$3$8$1$AAAA$AAAA"\nbuckets = []',
        "not a valid hash",
    ),
    "a hash that takes all memory": (
        '[users.ann]\npassword = "$argon2id$v=19$m=4194304,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA"\nbuckets = []',
        "not a valid hash",
    ),
    "a hash that is cut": ('[users.ann]\npassword = "$argon2id$v=19"\nbuckets = []', "not a valid hash"),
    "a word too many": (f'[users.ann]\npassword = "{"x"}"\nbuckets = []\nadmin = true', "not a valid users file"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_of_users_that_cannot_be_used_opens_no_door(
    shop: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    text, word = BROKEN[case]
    path = shop / "users.toml"
    if text is not None:
        path.write_text(text)
    monkeypatch.setenv(viewers.VARIABLE, str(path))
    page = opened(bucket=BUCKET)
    assert word in page.error[0].value
    assert not page.metric


def test_a_file_of_users_may_be_json(tmp_path: Path) -> None:
    path = tmp_path / "users.json"
    path.write_text(f'{{"users": {{"ann": {{"password": "{viewers.hashed(PASSWORD)}", "buckets": ["{BUCKET}"]}}}}}}')
    assert Users(path).check("ann", PASSWORD) == ANN_SEES


@pytest.mark.parametrize(("bucket", "is_seen"), [("a-analytics", True), ("b-analytics", True), ("b-other", False)])
def test_a_pattern_lets_see_the_buckets_that_it_is_of(bucket: str, is_seen: bool) -> None:
    assert User("ann", ("*-analytics",)).may_see(bucket) is is_seen


def test_nothing_shows_before_somebody_signs_in(listed: Path) -> None:
    page = opened(bucket=BUCKET)
    assert not page.metric
    assert not page.dataframe
    assert BUCKET not in " ".join(markdown(page))


@pytest.mark.parametrize("header", ["", "ann", " ann", "key ann"])
def test_a_header_that_the_door_did_not_write_opens_nothing(
    listed: Path, signed_in: Callable[..., AppTest], header: str
) -> None:
    page = signed_in("ann", header)
    assert page.error[0].value.startswith(sign_in.SIGNED_OUT[:10])
    assert not page.metric


def test_who_signs_in_sees_their_buckets_alone(listed: Path, signed_in: Callable[..., AppTest]) -> None:
    page = signed_in("ann")
    assert page.selectbox(key="w_bucket").options == [BUCKET]
    assert signed_in("ben").selectbox(key="w_bucket").options == [OTHER, BUCKET]


def test_a_link_to_anothers_bucket_shows_nothing_of_it(listed: Path, signed_in: Callable[..., AppTest]) -> None:
    page = signed_in("ann", bucket=OTHER)
    assert "that you may see" in page.error[0].value
    assert not page.metric
    assert not page.dataframe


def test_a_bucket_that_is_not_there_looks_like_one_that_is_anothers(
    listed: Path, signed_in: Callable[..., AppTest]
) -> None:
    there, nowhere = (signed_in("ann", bucket=bucket).error[0].value for bucket in (OTHER, "nobody-analytics"))
    assert there.replace("other", "X") == nowhere.replace("nobody", "X")


def test_who_was_taken_out_of_the_file_is_out_at_the_next_click(
    listed: Path, signed_in: Callable[..., AppTest]
) -> None:
    page = signed_in("ann")
    listed.write_text(viewers.line("ben", PASSWORD, (BUCKET,)))
    page.run()
    assert not page.metric
    assert page.error


def test_where_nobody_is_listed_anyone_here_sees_everything(two: Path) -> None:
    page = opened(bucket=OTHER)
    assert metrics(page)["Visits"] == "1"


@pytest.mark.parametrize(("address", "is_let_in"), [(None, True), ("127.0.0.1", True), ("192.0.2.1", False)])
def test_where_nobody_is_listed_another_machine_is_not_let_in(
    two: Path, monkeypatch: pytest.MonkeyPatch, address: str | None, is_let_in: bool
) -> None:
    monkeypatch.setattr("streamlit.runtime.context.ContextProxy.ip_address", address)
    page = opened(bucket=BUCKET)
    assert bool(page.metric) is is_let_in
    assert bool(page.error) is not is_let_in


WAYS: dict[str, Callable[[Data], object]] = {
    "a question": lambda data: data.ask(THERE, "top-pages"),
    "SQL": lambda data: data.sql(THERE, "SELECT page FROM events"),
    "its days": lambda data: data.days(OTHER),
    "its goals": lambda data: data.goals(OTHER),
    "its unreadable objects": lambda data: data.unreadable(OTHER),
    "its segments": lambda data: segments.load(data, OTHER),
    "a segment to save": lambda data: segments.save(data, OTHER, "x", ()),
    "a file next to it": lambda data: data.file(OTHER, "snapshot.json"),
}


@pytest.mark.parametrize("way", WAYS)
def test_anothers_bucket_is_not_to_be_had_by(two: Path, way: str) -> None:
    with pytest.raises(NotAllowed):
        WAYS[way](Data(ANN_SEES))


def test_tenants_side_by_side_are_ones_own(two: Path) -> None:
    mine = Scope(BUCKET, FIRST, LAST)
    assert Data(ANN_SEES).ask(mine, "tenants")["tenant"].tolist() == [BUCKET]
    assert rows(Data(ANN_SEES).sql(mine, "SELECT DISTINCT tenant FROM tenants")) == [(BUCKET,)]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT page FROM other_analytics_events",
        "SELECT page FROM tenants JOIN other_analytics_events AS o ON true",
        f"SELECT * FROM read_parquet('../{OTHER}/**/*.parquet')",
        f"SELECT * FROM '../{OTHER}/snapshot.json'",
        "SELECT * FROM duckdb_views()",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM main.events",
        "WITH events AS (SELECT * FROM read_text('/etc/passwd')) SELECT * FROM events",
        "SELECT getenv('AWS_SECRET_ACCESS_KEY')",
    ],
)
def test_sql_reaches_no_other_bucket_and_no_file(two: Path, sql: str) -> None:
    # An allowed user has looked at the other tenant: its mirror is on the disk, its slice is open.
    Data(User("ben", ("*",))).ask(THERE, "top-pages")
    with pytest.raises(QueryError):
        Data(ANN_SEES).sql(Scope(BUCKET, FIRST, LAST), sql)


def test_an_answer_that_is_kept_is_for_its_own_bucket(two: Path) -> None:
    both = Data(User("ben", ("*",)))
    pages = [both.ask(Scope(bucket, FIRST, LAST), "top-pages")["page"].tolist() for bucket in (OTHER, BUCKET)]
    assert "https://shop.example/secret" in pages[0]
    assert "https://shop.example/secret" not in pages[1]


def test_tenants_side_by_side_are_kept_for_each_user_apart(two: Path) -> None:
    mine = Scope(BUCKET, FIRST, LAST)
    assert len(Data(User("ben", ("*",))).ask(mine, "tenants")) == 2
    assert len(Data(ANN_SEES).ask(mine, "tenants")) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_without_users_it_starts_for_this_machine(home: Path, host: str) -> None:
    start.check(host)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "", "192.0.2.1", "shop.example", "localhost.example", "127.0.0.1.example"]
)
def test_without_users_it_starts_for_no_other_machine(home: Path, host: str) -> None:
    with pytest.raises(start.ServeError, match=viewers.VARIABLE):
        start.check(host)


def test_with_users_it_starts_for_others(listed: Path) -> None:
    start.check("0.0.0.0")


def test_a_broken_file_of_users_is_reported_at_the_start(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(viewers.VARIABLE, str(home / "nowhere.toml"))
    with pytest.raises(UsersError, match=re.escape("nowhere.toml")):
        start.check("127.0.0.1")


def test_the_server_takes_this_processs_place(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[str, list[str], dict[str, str]]] = []
    monkeypatch.setattr(start.os, "execve", lambda *call: started.append(call))
    start.run("dev", "127.0.0.1", 8502)
    ((program, command, environment),) = started
    assert (program, command[1:]) == (
        sys.executable,
        ["-P", "-m", "sluice.dashboard.server.start", "127.0.0.1", "8502"],
    )
    assert environment[engines.STAGE] == "dev"


def documented(kind: str) -> list[str]:
    """The blocks of a kind in the page's section on users."""
    page = (ROOT / "docs" / "dashboard.md").read_text()
    section = page.split("## Users with passwords")[1].split("\n## ")[0]
    return re.findall(rf"^```{kind}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


def test_the_documented_command_makes_a_line_that_lets_its_user_in(tmp_path: Path) -> None:
    command = shlex.split(documented("console")[0].splitlines()[0].removeprefix("$ sluice dashboard ").split(" >>")[0])
    arguments = ["--user", *command[1:]]
    assert command[0] == "--hash-password"
    app = typer.Typer()
    app.command()(entry.main)
    made = CliRunner().invoke(app, arguments, input=f"{PASSWORD}\n{PASSWORD}\n")
    path = tmp_path / "users.toml"
    path.write_text(made.stdout)
    ann = Users(path).check("ann", PASSWORD)
    assert ann == User("ann", ("shop-analytics", "blog-*"))
    shown = tomllib.loads(documented("ini")[0])["users"]["ann"]
    assert tuple(shown["buckets"]) == ann.buckets
    assert DEFAULT.hash(PASSWORD).startswith(shown["password"].rstrip("…"))


def test_the_documented_variable_is_the_one_that_lets_the_server_serve_others(
    listed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = documented("console")[1]
    assert f"$ {viewers.VARIABLE}=users.toml sluice dashboard" in said
    start.check("10.0.0.5")
    monkeypatch.delenv(viewers.VARIABLE)
    with pytest.raises(start.ServeError):
        start.check("10.0.0.5")
