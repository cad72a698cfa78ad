"""One interface to two stores: a folder, and a bucket of a real server that speaks S3."""

import io
import threading
from collections.abc import Iterator

import pytest

from ilpes_lms import config
from ilpes_lms.core import files
from ilpes_lms.core.errors import NotFound
from ilpes_lms.core.stores import BucketStore, FilesUnavailable
from ilpes_lms.supervisor import free_port
from tests.factories.buckets import address_of, buckets

LETTER = b"%PDF-1.7 a letter"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with buckets("kept") as address:
        yield address


@pytest.fixture(params=["folder", "bucket", "prefixed"])
def store(request, context, monkeypatch) -> Iterator[str]:
    kind: str = request.param
    if kind != "folder":
        address = request.getfixturevalue("server")
        prefix = "/of/the/institute" if kind == "prefixed" else ""
        bucket = BucketStore(address_of(address, f"kept{prefix}"))
        monkeypatch.setitem(context.extensions, "ilpes-files-bucket", bucket)
    yield kind
    files.forget(files.key_of(LETTER))


def test_what_is_kept_comes_back_as_it_was(store: str) -> None:
    assert not files.is_kept(files.key_of(LETTER))
    key = files.keep(LETTER)
    assert files.keep(LETTER) == key == files.key_of(LETTER)
    assert files.fetch(key) == LETTER
    with files.opened(key) as file:
        assert file.read(4) == b"%PDF"
        assert file.seek(0) == 0
    assert files.store_answers()


def test_a_large_stream_goes_through_as_it_is(store: str) -> None:
    content = bytes(range(256)) * 40_000
    key = files.keep_stream(io.BytesIO(content))
    with files.opened(key) as file:
        assert files.key_of(file.read()) == key
    files.forget(key)
    assert not files.is_kept(key)


def test_trust_32_what_is_not_there_or_no_key_at_all_is_not_found(store: str) -> None:
    for key in (files.key_of(b"never kept"), "", "../../etc/passwd", "A" * 64, "a" * 63):
        with pytest.raises(NotFound):
            files.fetch(key)
        with pytest.raises(NotFound), files.opened(key):
            pass
    files.forget(files.key_of(b"never kept"))


def test_bytes_that_do_not_match_their_key_any_more_are_not_given_out(store: str) -> None:
    key = files.key_of(LETTER)
    files._store().put(key, io.BytesIO(b"something else"), 14)
    with pytest.raises(NotFound):
        files.fetch(key)
    with pytest.raises(NotFound), files.opened(key):
        pass


def test_what_is_brought_back_takes_the_place_of_what_was_damaged(store: str) -> None:
    key = files.keep(LETTER)
    files._store().put(key, io.BytesIO(b"something else"), 14)
    assert not files.is_whole(key)
    files.bring_back(io.BytesIO(LETTER))
    assert files.is_whole(key)


def test_what_another_copy_keeps_in_the_same_bucket_is_not_listed(context, server, monkeypatch) -> None:
    def kept_under(place: str) -> list[str]:
        monkeypatch.setitem(context.extensions, "ilpes-files-bucket", BucketStore(address_of(server, place)))
        return files.all_keys()

    kept_under("kept/of/another")
    key = files.keep(LETTER)
    assert (kept_under("kept"), kept_under("kept/of"), kept_under("kept/of/another")) == ([], [], [key])
    files.forget(key)


def test_two_who_keep_the_same_at_once_leave_it_whole(store: str, context) -> None:
    barrier = threading.Barrier(4)

    def keep() -> None:
        with context.app_context():
            barrier.wait()
            files.keep(LETTER)

    threads = [threading.Thread(target=keep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert files.fetch(files.key_of(LETTER)) == LETTER


@pytest.mark.parametrize("where", ["closed", "no_bucket"])
def test_a_bucket_that_does_not_answer_is_told_and_nothing_hangs(context, server, monkeypatch, where: str) -> None:
    address = f"127.0.0.1:{free_port()}" if where == "closed" else server
    bucket = BucketStore(f"s3://key:secret@{address}/elsewhere?secure=0")
    monkeypatch.setitem(context.extensions, "ilpes-files-bucket", bucket)
    assert not files.store_answers()
    with pytest.raises(FilesUnavailable) as told:
        files.keep(LETTER)
    assert "secret" not in str(told.value)


def test_the_doctor_says_where_files_lie_and_whether_it_answers(app, server, monkeypatch) -> None:
    def said() -> str:
        return " ".join(app.test_cli_runner().invoke(args=["doctor"]).output.split())

    from ilpes_lms.cli import doctor

    app.cli.add_command(doctor)
    assert "files answers" in said()
    gone = BucketStore(f"s3://key:secret@127.0.0.1:{free_port()}/kept?secure=0")
    monkeypatch.setitem(app.extensions, "ilpes-files-bucket", gone)
    assert "files DOES NOT ANSWER" in said()


@pytest.mark.parametrize(
    "url", ["s3://host/bucket", "s3://key:secret@host", "https://key:secret@host/b", "s3://k:s@h:x/b"]
)
def test_an_address_that_names_no_bucket_stops_the_start(url: str) -> None:
    with pytest.raises(config.UnsafeSettings, match="FILES_URL"):
        config.load({}, environment="test", files_url=url)
