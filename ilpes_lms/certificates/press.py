"""Certificates are made in a process of its own: it holds what typesetting and signing need, and is soon gone again.

The process that asks stays as small as it was, whatever number of certificates it asks for. What is sent back and forth
is pickled, between two processes of ours over a pair of sockets that nobody else has.
"""

import os
import subprocess  # starts our own module alone  # nosec B404
import sys
import threading
from datetime import datetime
from functools import cache, lru_cache
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import TYPE_CHECKING

from ilpes_lms.certificates.document import CertificateContent
from ilpes_lms.certificates.errors import CertificateNotTypeset, GlyphMissing

if TYPE_CHECKING:
    import typst

    from ilpes_lms.certificates.keys import SigningKey

# A press that nobody asks is gone after this, and one that made so many is replaced.
_IDLE_SECONDS, _MOST = 60.0, 1000
_LONGEST_SECONDS = 60.0
# The C library would keep a heap for each thread of the typesetter, and what was freed among what is still in use.
_THRIFTY = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_TRIM_THRESHOLD_": "131072"}

_FORGOTTEN_AFTER = 10
_NOTHING = Path(__file__).resolve().parent / "templates" / "nothing.typ"

Request = tuple[CertificateContent, str, datetime]
# The bytes; else the field and the characters that can't be printed; else nothing, where it could not be typeset.
Answer = bytes | tuple[str, str] | None


class PressStopped(Exception):
    """The process that makes certificates ended or does not answer; the next certificate gets a new one."""


def make(content: CertificateContent, key: "SigningKey", *, asked_at: datetime) -> bytes:
    """Return the signed document, as `making.make` does; raises GlyphMissing, CertificateNotTypeset, PressStopped."""
    answer = _press.ask((content, key.text, asked_at))
    if answer is None:
        raise CertificateNotTypeset
    if isinstance(answer, tuple):
        field, characters = answer
        raise GlyphMissing(characters, field=field or None)
    return answer


class _Press:
    """The process as it is seen from the one that asks: started when it is needed, one question at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Connection | None = None
        self._owner = 0
        self._made = 0

    def ask(self, request: Request) -> Answer:
        with self._lock:
            try:
                return self._asked(request)
            except (OSError, EOFError):
                # It may have gone a moment ago, as nobody had asked it for long.
                self._end()
            try:
                return self._asked(request)
            except (OSError, EOFError) as error:
                self._end()
                raise PressStopped from error

    def _asked(self, request: Request) -> Answer:
        line = self._ready()
        line.send(request)
        if not line.poll(_LONGEST_SECONDS):
            self._end()
            raise PressStopped
        self._made += 1
        answer: Answer = line.recv()
        return answer

    def _ready(self) -> Connection:
        if self._owner != os.getpid():
            # A forked process asks a press of its own.
            self._process = self._line = None
        if self._made >= _MOST or (self._process is not None and self._process.poll() is not None):
            self._end()
        if self._line is None:
            self._start()
        assert self._line is not None  # noqa: S101 - just started  # nosec B101
        return self._line

    def _start(self) -> None:
        self._line, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell  # nosec B603
                [sys.executable, "-m", __name__, str(theirs.fileno())], pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL, env=os.environ | _THRIFTY,
            )  # fmt: skip
        self._owner, self._made = os.getpid(), 0

    def _end(self) -> None:
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._line = None
        self._made = 0


_press = _Press()


def work(line: Connection) -> None:
    """Make what is asked for until nobody asks any more."""
    try:
        while line.poll(_IDLE_SECONDS):
            line.send(_answer(*line.recv()))
    except (EOFError, OSError):
        return  # Who asked is gone.


def _answer(content: CertificateContent, key: str, asked_at: datetime) -> Answer:
    # Read by the press alone: whoever asks has no use for what typesets and signs.
    from ilpes_lms.certificates import making
    from ilpes_lms.core.typesetting import NotTypeset

    try:
        return making.make(content, _key(key), asked_at=asked_at)
    except GlyphMissing as refusal:
        return refusal.field or "", refusal.characters
    except NotTypeset:
        return None
    finally:
        _let_go()


def _let_go() -> None:
    """Let the typesetter forget: it keeps what it laid out until ten more documents are made, of any kind."""
    nothing = _nothing()
    for _time in range(_FORGOTTEN_AFTER - 2):
        nothing.compile(format="pdf")


@cache
def _nothing() -> "typst.Compiler":
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False)
    return typst.Compiler(_NOTHING, root=_NOTHING.parent, font_paths=fonts, ignore_system_fonts=True)


@lru_cache(maxsize=1)
def _key(text: str) -> "SigningKey":
    from ilpes_lms.certificates.keys import read

    return read(text)


if __name__ == "__main__":
    work(Connection(int(sys.argv[1])))
