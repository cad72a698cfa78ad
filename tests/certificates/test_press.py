"""Certificates are made in a process of its own, which comes and goes without anybody noticing."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import psutil
import pytest

from ilpes_lms import config
from ilpes_lms.certificates import document, keys, making, press
from ilpes_lms.certificates.document import CertificateContent
from ilpes_lms.certificates.errors import CertificateNotTypeset, GlyphMissing
from tests.running.processes import until

ASKED = datetime(2026, 6, 12, 15, tzinfo=UTC)
KEY = keys.read(keys.make("ILPES", days=9999, for_trials=True))
PLAIN = CertificateContent(
    kind="completion", language="es", holder="María Fernanda Núñez", title="Planificación y prospectiva",
    kind_label="Curso internacional", dates="6 de abril a 2 de junio de 2026", issued_on=date(2026, 6, 12),
    serial="ILPES-2026-000042", code="abcdefghijklmnopqrstuvwxyz",
    verify_url="https://courses.example.org/verify/abcdefghijklmnopqrstuvwxyz", hours=Decimal(60),
    organizations=("Instituto", "CEPAL"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    mine = press._Press()
    monkeypatch.setattr(press, "_press", mine)
    yield
    mine._end()


def made(content: CertificateContent = PLAIN) -> bytes:
    return press.make(content, KEY, asked_at=ASKED)


def process() -> psutil.Process:
    """Return the process that this test's press is, not that of tests before."""
    assert press._press._process
    return psutil.Process(press._press._process.pid)


def test_a_key_goes_over_as_text_and_comes_out_the_same() -> None:
    again = keys.read(KEY.text)
    assert (again.fingerprint, again.public_text) == (KEY.fingerprint, KEY.public_text)
    assert again.text == KEY.text


def test_it_makes_the_bytes_that_would_be_made_here() -> None:
    assert made() == making.make(PLAIN, KEY, asked_at=ASKED)


def test_one_process_makes_one_after_the_other() -> None:
    made()
    first = process()
    assert press.__name__ in first.cmdline()
    made(replace(PLAIN, holder="Ana"))
    assert process() == first


def test_what_it_refuses_is_refused_here() -> None:
    with pytest.raises(GlyphMissing) as refusal:
        made(replace(PLAIN, holder="Ana \u4e2d"))
    assert (refusal.value.characters, refusal.value.field) == ("\u4e2d", "holder")
    with pytest.raises(GlyphMissing) as expected:
        document.render(replace(PLAIN, holder="Ana \u4e2d"))
    assert str(refusal.value) == str(expected.value)
    assert made().startswith(b"%PDF")


def test_a_typesetter_that_fails_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CertificateNotTypeset):
        made(replace(PLAIN, title_language="not a language"))  # type: ignore[arg-type]
    assert made().startswith(b"%PDF")


def test_one_that_was_killed_is_replaced_unseen() -> None:
    expected = made()
    for _time in range(2):
        killed = process()
        killed.kill()
        assert made() == expected
        assert process() != killed


def test_one_that_dies_over_a_certificate_is_told_and_the_next_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    monkeypatch.setattr(press.sys, "executable", "/bin/false")
    with pytest.raises(press.PressStopped):
        made()
    monkeypatch.undo()
    assert made().startswith(b"%PDF")


def test_one_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    made()
    hanging = process()
    hanging.send_signal(signal.SIGSTOP)
    monkeypatch.setattr(press, "_LONGEST_SECONDS", 0.2)
    with pytest.raises(press.PressStopped):
        made()
    assert not hanging.is_running()


def test_one_that_made_many_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "_MOST", 2)
    seen = set()
    for _time in range(5):
        made()
        seen.add(process())
    assert len(seen) == 3
    assert [one for one in seen if one.is_running()] == [process()]


def test_it_goes_with_whoever_asked_and_after_a_while_by_itself() -> None:
    script = (
        "import os, pickle, sys, time\n"
        "from ilpes_lms.certificates import press\n"
        "content, key, at = pickle.loads(sys.stdin.buffer.read())\n"
        "press._press.ask((content, key, at))\n"
        "print(press._press._process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    import pickle

    asker = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=config.ROOT
    )
    assert asker.stdin
    assert asker.stdout
    asker.stdin.write(pickle.dumps((PLAIN, KEY.text, ASKED)))
    asker.stdin.close()
    number = int(asker.stdout.readline())
    asker.stdout.close()
    assert psutil.pid_exists(number)
    asker.kill()
    asker.wait()
    assert until(lambda: not psutil.pid_exists(number) or psutil.Process(number).status() == "zombie", 20)


def test_nobody_asks_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "_IDLE_SECONDS", 0.05)
    here, there = press.Pipe()
    with here, there:
        press.work(there)


def test_a_forked_process_asks_one_of_its_own() -> None:
    made()
    mine, line, popened = process(), press._press._line, press._press._process
    press._press._owner = os.getpid() + 1
    assert made().startswith(b"%PDF")
    assert process() != mine
    assert mine.is_running()
    assert line
    assert popened
    line.close()
    popened.kill()
    popened.wait()


def test_two_who_ask_at_once_both_get_theirs() -> None:
    contents, results = [PLAIN, replace(PLAIN, holder="Ana")], {}

    def ask(content: CertificateContent) -> None:
        results[content.holder] = made(content)

    threads = [threading.Thread(target=ask, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {content.holder: making.make(content, KEY, asked_at=ASKED) for content in contents}


def test_whoever_asks_holds_nothing_of_what_signs(tmp_path) -> None:
    script = (
        "import sys; from ilpes_lms.app import create_app; create_app()\n"
        "print(sorted({'pyhanko', 'pyld', 'lxml', 'aiohttp', 'minio'} & set(sys.modules)))"
    )
    environment = {"ILPES_ENV": "test", "VAR_FOLDER": str(tmp_path), "PATH": os.environ["PATH"]}
    said = subprocess.run(
        [sys.executable, "-c", script], check=True, env=environment, cwd=config.ROOT, capture_output=True, text=True
    )
    assert said.stdout.strip() == "[]"
