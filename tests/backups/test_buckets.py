"""A backup of files that lie in a bucket, brought back into another, empty one."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from apiflask import APIFlask

from ilpes_lms.backups import dumping, service
from ilpes_lms.backups.errors import NoStore
from ilpes_lms.core import files
from ilpes_lms.core.stores import BucketStore, FilesUnavailable
from ilpes_lms.people.models import Person
from ilpes_lms.statistics.rollups import service as rollups
from ilpes_lms.supervisor import free_port
from tests.conftest import empty, new_database
from tests.factories.buckets import address_of, buckets
from tests.factories.certificates import certificates, make_completed, make_issued


@dataclass
class Hosts:
    """Two copies of the system, each with its database and its bucket."""

    here: APIFlask
    elsewhere: APIFlask


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with buckets("here", "elsewhere") as address:
        yield address


@pytest.fixture
def elsewhere(
    database_kind: str, tmp_path: Path, make_app: Callable[[str], APIFlask], request: pytest.FixtureRequest
) -> APIFlask:
    if database_kind == "sqlite":
        return make_app(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    return make_app(new_database(request.getfixturevalue("postgresql")))


@pytest.fixture
def hosts(app: APIFlask, elsewhere: APIFlask, server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hosts]:
    both = Hosts(app, elsewhere)
    for host, name in ((both.here, "here"), (both.elsewhere, "elsewhere")):
        use_bucket(host, address_of(server, name), monkeypatch)
    yield both
    for host, name in ((both.here, "here"), (both.elsewhere, "elsewhere")):
        use_bucket(host, address_of(server, name), monkeypatch)
        with host.app_context():
            for key in files.all_keys():
                files.forget(key)
    empty(both.elsewhere)


def use_bucket(host: APIFlask, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(host.extensions, "ilpes-files-bucket", BucketStore(url))


def damage(key: str) -> None:
    files._store().put(key, io.BytesIO(b"something else"), 14)


def issued(host: APIFlask) -> tuple[str, bytes]:
    """Issue a certificate; return the key of its document, and the document."""
    with host.app_context():
        key = make_issued().certificate.file_key or ""
        return key, files.fetch(key)


def test_a_certificate_is_the_same_bytes_in_another_bucket_and_database(hosts: Hosts, tmp_path: Path) -> None:
    key, document = issued(hosts.here)
    with hosts.here.app_context():
        assert service.backup(tmp_path / "backup").files == {key: len(document)}
        files.forget(key)
    with hosts.elsewhere.app_context():
        assert files.all_keys() == []
        service.restore(tmp_path / "backup")
        # Rows of nearly all rooms came with it, and what follows them by triggers says the same of them as before.
        assert not rollups.check()
        assert [certificate.file_key for certificate in certificates()] == files.all_keys() == [key]
        assert files.fetch(key) == document


def test_a_damaged_document_is_whole_again_after_a_restore_over_it(hosts: Hosts, tmp_path: Path) -> None:
    key, document = issued(hosts.here)
    with hosts.here.app_context():
        service.backup(tmp_path / "backup")
        damage(key)
        service.restore(tmp_path / "backup", force=True)
        assert files.fetch(key) == document


@pytest.mark.parametrize("what", ["damaged", "missing"])
def test_a_damaged_or_missing_document_is_named_by_backup_and_restore(hosts: Hosts, tmp_path: Path, what: str) -> None:
    key, _document = issued(hosts.here)
    with hosts.here.app_context():
        whole = files.keep(b"whole")
        damage(key) if what == "damaged" else files.forget(key)
    made = hosts.here.test_cli_runner().invoke(args=["backup", str(tmp_path / "backup")])
    back = hosts.elsewhere.test_cli_runner().invoke(args=["restore", str(tmp_path / "backup")])
    for said in (made.output, back.output):
        assert f"WARNING: file {key} was damaged or missing" in said
        assert whole not in said
    with hosts.elsewhere.app_context():
        assert files.all_keys() == [whole]


def test_what_was_let_go_on_purpose_is_not_called_missing(hosts: Hosts, tmp_path: Path) -> None:
    with hosts.here.app_context():
        files.forget(files.keep(b"an old file"))
        assert service.backup(tmp_path / "backup").damaged == []


def test_a_bucket_that_is_not_there_is_said_and_the_database_is_not_touched(
    hosts: Hosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued(hosts.here)
    with hosts.here.app_context():
        service.backup(tmp_path / "backup")
    use_bucket(hosts.elsewhere, address_of(f"127.0.0.1:{free_port()}", "elsewhere"), monkeypatch)
    with hosts.elsewhere.app_context():
        with pytest.raises(NoStore, match="FILES_URL"):
            service.restore(tmp_path / "backup")
        assert dumping.counts()[Person.__tablename__] == 0


def test_a_bucket_that_fails_half_way_leaves_the_database_as_it_was(
    hosts: Hosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued(hosts.here)
    with hosts.here.app_context():
        service.backup(tmp_path / "backup")

    def fail(*_anything: object) -> None:
        raise FilesUnavailable

    monkeypatch.setattr(BucketStore, "put", fail)
    said = hosts.elsewhere.test_cli_runner().invoke(args=["restore", str(tmp_path / "backup")])
    assert said.exit_code == 1
    assert "Error: Files can't be reached" in said.output
    with hosts.elsewhere.app_context():
        assert dumping.counts()[Person.__tablename__] == 0


def test_a_backup_from_a_bucket_that_does_not_answer_says_so_and_leaves_none_behind(
    hosts: Hosts, tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_bucket(hosts.here, address_of(server, "nowhere"), monkeypatch)
    said = hosts.here.test_cli_runner().invoke(args=["backup", str(tmp_path / "backup")])
    assert said.exit_code == 1
    assert "Files can't be reached" in said.output
    assert not (tmp_path / "backup").exists()


def test_what_is_written_after_a_restore_moves_the_figures_as_ever(hosts: Hosts, tmp_path: Path) -> None:
    issued(hosts.here)
    with hosts.here.app_context():
        service.backup(tmp_path / "backup")
    with hosts.elsewhere.app_context():
        service.restore(tmp_path / "backup")
        rollups.refresh()
        make_completed("webinar")
        assert rollups.refresh() > 0
        assert not rollups.check()
