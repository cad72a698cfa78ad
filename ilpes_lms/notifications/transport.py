"""How letters leave: over SMTP where MAIL_URL names a server, else as files that a developer can open."""

import os
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from ilpes_lms.core import clock
from ilpes_lms.core.settings import settings
from ilpes_lms.core.text import N_
from ilpes_lms.notifications.errors import SendingFailed, ServerUnreachable, Undeliverable

_TIMEOUT_SECONDS = 15
_PERMANENT = 500
_OK = 250
_AS_WRITTEN = default.clone(max_line_length=None, cte_type="8bit")
_NOT_IN_FILE_NAMES = re.compile(r"[^\w.@+-]", re.ASCII)
_LONGEST_IN_FILE_NAME = 80

UNREACHABLE = N_("The mail server could not be reached.")
NOT_SIGNED_IN = N_("The mail server did not accept our sign-in.")
REFUSED = N_("The mail server refused the message.")
POSTPONED = N_("The mail server asked us to try again later.")


class Transport(Protocol):
    """Something that takes letters of a kind; raises SendingFailed when it does not take one."""

    def send(self, letter: EmailMessage, address: str, kind: str) -> None: ...

    def close(self) -> None: ...


@contextmanager
def open_transport() -> Iterator[Transport]:
    """Let letters leave the way the settings say, over one connection."""
    url = settings().mail_url
    transport: Transport = Smtp(server_named(url)) if url else Folder(settings().var / "mail")
    try:
        yield transport
    finally:
        transport.close()


@dataclass(frozen=True)
class Server:
    """A mail server as MAIL_URL names it: smtp://user:password@host:port?starttls=1, or smtps://."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    starttls: bool


def server_named(url: str) -> Server:
    """Return the mail server that an address names; raises ValueError for anything else."""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("MAIL_URL must look like smtp://user:password@host:port or smtps://host")
    starttls = parse_qs(parts.query).get("starttls", ["0"])[-1] == "1"
    usual = 465 if parts.scheme == "smtps" else 587 if starttls else 25
    return Server(
        parts.hostname, parts.port or usual, unquote(parts.username or ""), unquote(parts.password or ""),
        tls=parts.scheme == "smtps", starttls=starttls,
    )  # fmt: skip


class Folder:
    """Letters as .eml files, named by time, recipient and kind; each appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, letter: EmailMessage, address: str, kind: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        reference = str(letter["Message-ID"]).strip("<>").partition("@")[0]
        name = f"{clock.now():%Y%m%dT%H%M%S.%fZ}-{_in_file_name(address)}-{_in_file_name(kind)}-{reference}.eml"
        partial = self._folder / f".{reference}.{os.getpid()}.part"
        partial.write_bytes(readable(letter))
        partial.replace(self._folder / name)

    def close(self) -> None:
        pass


class Smtp:
    """One connection to a mail server, opened when first needed and again when it was lost."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._open: smtplib.SMTP | None = None

    def send(self, letter: EmailMessage, address: str, kind: str) -> None:  # noqa: ARG002 - servers ask for none
        connection = self._connection()
        try:
            connection.send_message(letter, to_addrs=[address])
        except smtplib.SMTPRecipientsRefused as refusal:
            code, text = next(iter(refusal.recipients.values()))
            raise _refused(code, text) from refusal
        except smtplib.SMTPResponseException as refusal:
            raise _refused(refusal.smtp_code, refusal.smtp_error) from refusal
        except smtplib.SMTPNotSupportedError as refusal:
            raise Undeliverable(REFUSED, str(refusal)) from refusal
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise ServerUnreachable(UNREACHABLE, type(error).__name__) from error

    def close(self) -> None:
        if self._open is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._open.quit()
            self._open = None

    def _connection(self) -> smtplib.SMTP:
        if self._open is not None and not _still_there(self._open):
            self.close()
        if self._open is None:
            self._open = self._connect()
        return self._open

    def _connect(self) -> smtplib.SMTP:
        try:
            return self._greet()
        except smtplib.SMTPAuthenticationError as refusal:
            raise ServerUnreachable(NOT_SIGNED_IN, f"{refusal.smtp_code}") from refusal
        except (smtplib.SMTPException, OSError) as error:
            raise ServerUnreachable(UNREACHABLE, type(error).__name__) from error

    def _greet(self) -> smtplib.SMTP:
        server, trust = self._server, ssl.create_default_context()
        connection: smtplib.SMTP
        if server.tls:
            connection = smtplib.SMTP_SSL(server.host, server.port, timeout=_TIMEOUT_SECONDS, context=trust)
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_SECONDS)
        try:
            if server.starttls:
                connection.starttls(context=trust)
            if server.user:
                connection.login(server.user, server.password)
        except BaseException:
            connection.close()
            raise
        return connection


def readable(letter: EmailMessage) -> bytes:
    """Return a letter as a file in which people find its text and its links as they were written.

    What goes to a mail server keeps its short lines of ASCII, which every server takes; there, a link longer than a
    line is broken in two until a mail program joins it.
    """
    copy = deepcopy(letter)
    for part in copy.walk():
        if isinstance(part, EmailMessage) and not part.is_multipart():
            part.set_content(part.get_content(), subtype=part.get_content_subtype(), cte="8bit")
    return copy.as_bytes(policy=_AS_WRITTEN)


def _in_file_name(text: str) -> str:
    return _NOT_IN_FILE_NAMES.sub("_", text)[:_LONGEST_IN_FILE_NAME]


def _still_there(connection: smtplib.SMTP) -> bool:
    # A server may hang up after some letters; asking first keeps that from looking like a failed one.
    try:
        return connection.noop()[0] == _OK
    except (smtplib.SMTPException, OSError):
        return False


def _refused(code: int, text: bytes | str) -> SendingFailed:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    detail = f"{code} {said}"
    return Undeliverable(REFUSED, detail) if code >= _PERMANENT else SendingFailed(POSTPONED, detail)
