"""How letters leave: over SMTP where MAIL_URL names a server, else as files that a developer can open."""

import os
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass
from email.message import EmailMessage, MIMEPart
from email.policy import default
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from ilpes_lms.core import clock
from ilpes_lms.core.settings import settings
from ilpes_lms.core.text import N_
from ilpes_lms.notifications import rules
from ilpes_lms.notifications.errors import AddressRefused, SendingFailed, ServerUnreachable, Undeliverable
from ilpes_lms.notifications.letter import as_sent
from ilpes_lms.notifications.reports import OUR_HEADER

_TIMEOUT_SECONDS = 15
_PERMANENT = 500
_HANGS_UP = 421
_NO_SUCH_MAILBOX = (550, 551, 553)
_UNKNOWN_MAILBOX = "5.1.1"
# RFC 2034: what a reply's text begins with tells more than its code.
_STATUS = re.compile(r"^\s*(5\.\d{1,3}\.\d{1,3})\b")
_AS_WRITTEN = default.clone(max_line_length=None, cte_type="8bit")
_NOT_IN_FILE_NAMES = re.compile(r"[^\w.@+-]", re.ASCII)
_LONGEST_IN_FILE_NAME = 80

UNREACHABLE = N_("The mail server could not be reached.")
NOT_SIGNED_IN = N_("The mail server did not accept our sign-in.")
REFUSED = N_("The mail server refused the message.")
NOT_TRUSTED = N_("The mail server could not prove who it is, so nothing was handed to it.")
NO_SUCH_ADDRESS = N_("The mail server says that there is no such address.")
POSTPONED = N_("The mail server asked us to try again later.")


class Transport(Protocol):
    """Something that takes letters of a kind; raises SendingFailed when it does not take one."""

    def send(self, letter: EmailMessage, address: str, kind: str) -> None: ...

    def close(self) -> None: ...


@contextmanager
def open_transport() -> Iterator[Transport]:
    """Let letters leave the way the settings say, over one connection."""
    url = settings().mail_url
    sender = settings().bounce_address
    transport: Transport = Smtp(server_named(url), sender) if url else Folder(settings().var / "mail")
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

    def __init__(self, server: Server, envelope_sender: str = "") -> None:
        self._server = server
        self._sender = envelope_sender or None
        self._open: _Connection | None = None

    def send(self, letter: EmailMessage, address: str, kind: str) -> None:  # noqa: ARG002 - servers ask for none
        reused = self._open is not None
        try:
            self._hand_over(self._connection(), letter, address)
        except (smtplib.SMTPServerDisconnected, smtplib.SMTPSenderRefused, ConnectionError) as error:
            if not reused or not self._hung_up_between(error):
                raise _failure(error) from error
            self.close()
            self._try_once(letter, address)
        except (smtplib.SMTPException, OSError) as error:
            raise _failure(error) from error
        finally:
            if self._open is not None and self._open.spoilt:
                self.close()

    def close(self) -> None:
        if self._open is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._open.quit()
            self._open = None

    def _try_once(self, letter: EmailMessage, address: str) -> None:
        try:
            self._hand_over(self._connection(), letter, address)
        except (smtplib.SMTPException, OSError) as error:
            raise _failure(error) from error

    def _hand_over(self, connection: "_Connection", letter: EmailMessage, address: str) -> None:
        # A server that knows of delivery reports puts our reference into the one it may write (RFC 3461).
        reference = letter[OUR_HEADER] if connection.has_extn("dsn") else None
        asks = [f"ENVID={reference}"] if reference else []
        sender = self._sender or letter["From"].addresses[0].addr_spec
        if sender.isascii() and address.isascii():
            connection.sendmail(sender, [address], as_sent(letter), asks)
        else:
            # Asks first whether the server knows such addresses (RFC 6531).
            connection.send_message(letter, from_addr=sender, to_addrs=[address], mail_options=asks)

    def _hung_up_between(self, error: Exception) -> bool:
        # Before it was given the letter, a server that hangs up took nothing: a fresh connection can't make it two.
        refused = isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code != _HANGS_UP
        return not refused and self._open is not None and not self._open.given_the_letter

    def _connection(self) -> "_Connection":
        if self._open is None:
            self._open = self._connect()
        return self._open

    def _connect(self) -> "_Connection":
        try:
            return self._greet()
        except smtplib.SMTPAuthenticationError as refusal:
            raise ServerUnreachable(NOT_SIGNED_IN, f"{refusal.smtp_code}") from refusal
        except ssl.SSLCertVerificationError as doubt:
            raise ServerUnreachable(NOT_TRUSTED, doubt.verify_message) from doubt
        except (smtplib.SMTPException, OSError) as error:
            raise ServerUnreachable(UNREACHABLE, type(error).__name__) from error

    def _greet(self) -> "_Connection":
        server = self._server
        # Reading whom to trust takes longer than ten letters, and a connection in the clear trusts nobody.
        trust = ssl.create_default_context() if server.tls or server.starttls else None
        connection: _Connection
        if server.tls:
            connection = _Secured(server.host, server.port, timeout=_TIMEOUT_SECONDS, context=trust)
        else:
            connection = _Plain(server.host, server.port, timeout=_TIMEOUT_SECONDS)
        try:
            if server.starttls:
                connection.starttls(context=trust)
            if server.user:
                connection.login(server.user, server.password)
            connection.ehlo_or_helo_if_needed()
        except BaseException:
            connection.close()
            raise
        return connection


class _Connection(smtplib.SMTP):
    """A connection that remembers whether the server was given a letter and did not answer."""

    given_the_letter = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.given_the_letter = True
        answer = super().data(msg)
        self.given_the_letter = False
        return answer

    @property
    def spoilt(self) -> bool:
        return self.sock is None or self.given_the_letter


class _Plain(_Connection):
    pass


class _Secured(_Connection, smtplib.SMTP_SSL):
    pass


def readable(letter: EmailMessage) -> bytes:
    """Return a letter as a file in which people find its text and its links as they were written.

    What goes to a mail server keeps its short lines of ASCII, which every server takes; there, a link longer than a
    line is broken in two until a mail program joins it.
    """
    copy = deepcopy(letter)
    for part in copy.walk():
        if isinstance(part, MIMEPart) and part.get_content_type() in ("text/plain", "text/html"):
            part.set_content(part.get_content(), subtype=part.get_content_subtype(), cte="8bit")
    return copy.as_bytes(policy=_AS_WRITTEN)


def _in_file_name(text: str) -> str:
    return _NOT_IN_FILE_NAMES.sub("_", text)[:_LONGEST_IN_FILE_NAME]


def _failure(error: Exception) -> SendingFailed:
    """Return what an error of the mail library means for the letter, and for those that follow."""
    if isinstance(error, SendingFailed):
        return error
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _refused_recipient(*next(iter(error.recipients.values())))
    if isinstance(error, smtplib.SMTPResponseException):
        return _refused(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Undeliverable(REFUSED, str(error))
    return ServerUnreachable(UNREACHABLE, type(error).__name__)


def _refused_recipient(code: int, text: bytes | str) -> SendingFailed:
    failure = _refused(code, text)
    if code in _NO_SUCH_MAILBOX and not _STATUS.search(_words(text)):
        return AddressRefused(NO_SUCH_ADDRESS, failure.detail, _UNKNOWN_MAILBOX)
    return failure


def _refused(code: int, text: bytes | str) -> SendingFailed:
    said = _words(text)
    detail = f"{code} {said}"
    if code < _PERMANENT:
        return SendingFailed(POSTPONED, detail)
    status = _STATUS.search(said)
    if status and rules.is_at_fault(status[1]):
        return AddressRefused(NO_SUCH_ADDRESS, detail, status[1])
    return Undeliverable(REFUSED, detail)


def _words(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text
