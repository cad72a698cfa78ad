"""The mailbox to which mail servers return what they can't deliver: read over IMAP or POP, and emptied."""

import imaplib
import poplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from ilpes_lms.notifications.errors import MailboxUnreachable
from ilpes_lms.notifications.reports import LARGEST

_TIMEOUT_SECONDS = 20
_MOST_AT_ONCE = 200
_LINES_OF_LARGEST = 3000
_PORTS = {"imap": 143, "imaps": 993, "pop3": 110, "pop3s": 995}
_LOCAL = ("127.0.0.1", "localhost", "::1")
_GOES_WRONG = (imaplib.IMAP4.error, poplib.error_proto, OSError, EOFError)


@dataclass(frozen=True)
class Mailbox:
    """A mailbox as BOUNCE_URL names it: imaps://user:password@host/INBOX or pop3s://user:password@host."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    folder: str


class Opened(Protocol):
    """A mailbox that is open: its letters one after the other, each taken out once it was dealt with."""

    def letters(self) -> Iterator[tuple[str, bytes]]: ...

    def take_out(self, letter: str) -> None: ...

    def close(self) -> None: ...


def mailbox_named(url: str) -> Mailbox:
    """Return the mailbox that an address names; raises ValueError for anything else, and for one without TLS."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or not parts.username:
        raise ValueError("BOUNCE_URL must look like imaps://user:password@host/INBOX or pop3s://user:password@host")
    if not parts.scheme.endswith("s") and parts.hostname not in _LOCAL:
        raise ValueError("BOUNCE_URL must begin with imaps:// or pop3s://, unless the mailbox is on this machine")
    return Mailbox(
        parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme], unquote(parts.username),
        unquote(parts.password or ""), unquote(parts.path.strip("/")) or "INBOX",
    )  # fmt: skip


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[Opened]:
    """Open a mailbox; raises MailboxUnreachable whenever it, or what is asked of it, does not answer as it should."""
    try:
        way: Opened = Pop(mailbox) if mailbox.scheme.startswith("pop") else Imap(mailbox)
    except _GOES_WRONG as error:
        raise MailboxUnreachable(type(error).__name__) from error
    try:
        yield way
    except _GOES_WRONG as error:
        raise MailboxUnreachable(type(error).__name__) from error
    finally:
        with suppress(*_GOES_WRONG):
            way.close()


class Imap:
    """A mailbox over IMAP; a letter is named by its UID, which stays its own whatever others take out."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._server = _imap(mailbox)
        self._server.login(mailbox.user, mailbox.password)
        _fine(self._server.select(f'"{mailbox.folder}"'))

    def letters(self) -> Iterator[tuple[str, bytes]]:
        found = _fine(self._server.uid("SEARCH", "UNDELETED"))
        for uid in (found[0] or b"").split()[:_MOST_AT_ONCE]:
            parts = _fine(self._server.uid("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{LARGEST}>)"))
            content = next((part[1] for part in parts if isinstance(part, tuple)), b"")
            yield uid.decode(), content

    def take_out(self, letter: str) -> None:
        _fine(self._server.uid("STORE", letter, "+FLAGS.SILENT", r"(\Deleted)"))

    def close(self) -> None:
        try:
            self._server.expunge()
            self._server.logout()
        finally:
            self._server.shutdown()


class Pop:
    """A mailbox over POP; a letter is named by its number, which holds while the mailbox is open."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._server = _pop(mailbox)
        self._server.user(mailbox.user)
        self._server.pass_(mailbox.password)

    def letters(self) -> Iterator[tuple[str, bytes]]:
        for entry in self._server.list()[1][:_MOST_AT_ONCE]:
            number, size = (int(word) for word in entry.split()[:2])
            whole = size <= LARGEST
            lines = self._server.retr(number)[1] if whole else self._server.top(number, _LINES_OF_LARGEST)[1]
            yield str(number), b"\r\n".join(lines)[:LARGEST]

    def take_out(self, letter: str) -> None:
        self._server.dele(int(letter))

    def close(self) -> None:
        try:
            # Only now does the server take them out.
            self._server.quit()
        finally:
            self._server.close()


def _imap(mailbox: Mailbox) -> imaplib.IMAP4:
    if mailbox.scheme == "imap":
        return imaplib.IMAP4(mailbox.host, mailbox.port, timeout=_TIMEOUT_SECONDS)
    trust = ssl.create_default_context()
    return imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=trust, timeout=_TIMEOUT_SECONDS)


def _pop(mailbox: Mailbox) -> poplib.POP3:
    if mailbox.scheme == "pop3":
        return poplib.POP3(mailbox.host, mailbox.port, timeout=_TIMEOUT_SECONDS)
    trust = ssl.create_default_context()
    return poplib.POP3_SSL(mailbox.host, mailbox.port, context=trust, timeout=_TIMEOUT_SECONDS)


def _fine(answer: tuple[str, list[Any]]) -> list[Any]:
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(kind)
    return data
