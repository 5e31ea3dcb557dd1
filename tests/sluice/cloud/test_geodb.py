"""A City database is put where Chalice packages it: whole or not at all, and nothing but a City database."""

import io
import random
import tarfile
from datetime import UTC, datetime, timedelta

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from sluice.cloud import city_database
from sluice.cloud.city_database import GeoProblem

LONDON = {"country": {"iso_code": "GB"}, "city": {"names": {"en": "London"}}}
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def built(path, kind="GeoLite2-City", age=timedelta(days=3)):
    """A small database that was built so long before NOW."""
    writer = MMDBWriter(ip_version=6, ipv4_compatible=True, database_type=kind, languages=["en"])
    writer.insert_network(IPSet(["81.2.69.0/24"]), LONDON)
    writer.to_db_file(str(path))
    content = bytearray(path.read_bytes())
    epoch = content.index(b"build_epoch") + len(b"build_epoch") + 2  # behind the two bytes of its type
    content[epoch : epoch + 4] = int((NOW - age).timestamp()).to_bytes(4)
    path.write_bytes(content)
    return path


def archived(path, members):
    """A tar.gz with these members: name to bytes, or to a link's target."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            if isinstance(content, str):
                member.type, member.linkname = tarfile.SYMTYPE, content
                archive.addfile(member)
            else:
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    return path


@pytest.fixture
def database(tmp_path):
    return built(tmp_path / "City.mmdb")


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_database_is_installed_byte_by_byte_and_nothing_else_is_left(database, project):
    installed = city_database.install(database, NOW, project)

    assert files(project) == ["vendor/GeoLite2-City.mmdb"]
    assert list(project.iterdir()) == [project / "vendor"]
    assert (project / "vendor" / "GeoLite2-City.mmdb").read_bytes() == database.read_bytes()
    assert installed.path == str(project / "vendor" / "GeoLite2-City.mmdb")


def test_what_is_installed_knows_its_type_and_its_age(database, project):
    installed = city_database.install(database, NOW, project)

    assert (installed.kind, installed.built, installed.age_days) == ("GeoLite2-City", NOW - timedelta(days=3), 3)


@pytest.mark.parametrize(("days", "is_old"), [(0, False), (30, False), (31, True)])
def test_a_database_is_old_after_thirty_days(tmp_path, days, is_old):
    inspected = city_database.inspect(built(tmp_path / "City.mmdb", age=timedelta(days=days)), NOW)

    assert inspected.is_old is is_old
    assert ("over 30 days" in city_database.describe(inspected)) is is_old


def test_the_archive_that_maxmind_ships_is_taken(tmp_path, database, project):
    members = {
        "GeoLite2-City_20260529/LICENSE.txt": b"licence",
        "GeoLite2-City_20260529/GeoLite2-City.mmdb": database.read_bytes(),
    }
    city_database.install(archived(tmp_path / "GeoLite2-City_20260529.tar.gz", members), NOW, project)

    assert files(project) == ["vendor/GeoLite2-City.mmdb"]
    assert (project / "vendor" / "GeoLite2-City.mmdb").read_bytes() == database.read_bytes()


def test_a_path_in_the_archive_leads_nowhere(tmp_path, database, project):
    archive = archived(tmp_path / "evil.tar.gz", {"../../escaped.mmdb": database.read_bytes(), "/tmp/x": b"x"})
    before = files(tmp_path)

    city_database.install(archive, NOW, project)

    assert sorted({*before, "project/vendor/GeoLite2-City.mmdb"}) == files(tmp_path)
    assert not (tmp_path.parent / "escaped.mmdb").exists()


@pytest.mark.parametrize("count", [0, 2])
def test_an_archive_without_exactly_one_database_is_refused(tmp_path, database, project, count):
    members = {f"{number}.mmdb": database.read_bytes() for number in range(count)} | {"README": b""}

    with pytest.raises(GeoProblem, match=rf"holds {count} \.mmdb files"):
        city_database.install(archived(tmp_path / "City.tar.gz", members), NOW, project)


def test_a_link_in_an_archive_is_not_followed(tmp_path, database, project):
    archive = archived(tmp_path / "City.tar.gz", {"City.mmdb": str(database)})

    with pytest.raises(GeoProblem, match=r"holds 0 \.mmdb files"):
        city_database.install(archive, NOW, project)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
def test_an_archive_that_was_cut_off_is_refused_and_leaves_nothing(tmp_path, project, kept):
    # Random bytes do not compress, so that the cut falls into the database.
    archive = archived(tmp_path / "City.tar.gz", {"City.mmdb": random.Random(1).randbytes(100_000)})
    archive.write_bytes(archive.read_bytes()[: int(archive.stat().st_size * kept)])

    with pytest.raises(GeoProblem, match=r"is not a complete tar\.gz"):
        city_database.install(archive, NOW, project)

    assert list(project.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"no database", b"\x1f\x8bno archive", bytes(4096)])
def test_a_file_that_is_not_a_database_is_named_and_the_one_there_stays(tmp_path, database, project, content):
    city_database.install(database, NOW, project)
    other = tmp_path / "other"
    other.write_bytes(content)

    with pytest.raises(GeoProblem) as caught:
        city_database.install(other, NOW, project)

    assert str(caught.value).startswith(f"{other} ")
    assert (project / city_database.INSTALLED).read_bytes() == database.read_bytes()


def test_a_missing_file_is_named(tmp_path, project):
    with pytest.raises(GeoProblem, match=r"nowhere\.mmdb cannot be installed \(No such file or directory\)"):
        city_database.install(tmp_path / "nowhere.mmdb", NOW, project)


@pytest.mark.parametrize("kind", ["GeoLite2-Country", "GeoLite2-ASN"])
def test_a_database_of_another_type_is_refused_by_its_type(tmp_path, project, kind):
    source = built(tmp_path / "other.mmdb", kind)

    with pytest.raises(GeoProblem, match=f"other.mmdb is a {kind} database; a City database is needed"):
        city_database.install(source, NOW, project)

    assert list(project.iterdir()) == []


def test_an_archive_that_unpacks_to_more_than_lambda_takes_is_refused(tmp_path, project, monkeypatch):
    monkeypatch.setattr(city_database, "MAX_BYTES", 2 * 2**20)
    archive = archived(tmp_path / "City.tar.gz", {"City.mmdb": bytes(3 * 2**20)})

    with pytest.raises(GeoProblem, match="has over 2 MB"):
        city_database.install(archive, NOW, project)

    assert list(project.iterdir()) == []


def test_a_reader_of_the_database_that_is_replaced_keeps_the_old_one_whole(tmp_path, database, project):
    city_database.install(database, NOW, project)
    newer = built(tmp_path / "newer.mmdb", age=timedelta(0))

    with (project / city_database.INSTALLED).open("rb") as reading:
        installed = city_database.install(newer, NOW, project)

        assert reading.read() == database.read_bytes()
    assert installed.age_days == 0
