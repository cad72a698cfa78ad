"""One connection for many letters: kept, opened again when it was lost, and trusted only after a proof."""

import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from ilpes_lms.notifications import transport
from ilpes_lms.notifications.errors import AddressRefused, SendingFailed, ServerUnreachable, Undeliverable
from ilpes_lms.notifications.transport import Server, Smtp, server_named
from tests.factories.notifications import Sink, plain_letter


class Counting(Sink):
    """A mail server that counts connections and hangs up as it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.connections = 0
        self.letters_a_connection = 1000
        self.hangs_up_in_data = False
        self.recipient_answer = "250 OK"

    async def handle_EHLO(self, server: SMTP, session: Session, _e: Any, name: str, answers: list[str]) -> list[str]:  # noqa: N802
        self.connections += 1
        session.host_name = name
        server.counted = 0  # type: ignore[attr-defined]
        return answers

    async def handle_RCPT(self, _server: SMTP, _s: Session, envelope: Envelope, address: str, _options: Any) -> str:  # noqa: N802
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_MAIL(self, server: SMTP, _s: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        if server.counted >= self.letters_a_connection:  # type: ignore[attr-defined]
            server.transport.close()
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.hangs_up_in_data:
            server.transport.close()
        server.counted += 1  # type: ignore[attr-defined]
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture
def sink() -> Iterator[Counting]:
    with Counting() as running:
        yield running


def send(way: Smtp, *numbers: int) -> None:
    for number in numbers:
        way.send(plain_letter(number), "ana@example.org", "test")


def ids(sink: Sink) -> list[str]:
    return [str(letter["Message-ID"]) for _, letter in sink.taken]


def test_many_letters_leave_over_one_connection(sink: Counting) -> None:
    with closing(Smtp(server_named(sink.url))) as way:
        send(way, *range(30))
    assert (sink.connections, len(sink.taken)) == (1, 30)


def test_a_server_that_hangs_up_after_some_letters_gets_the_next_over_a_fresh_connection(sink: Counting) -> None:
    sink.letters_a_connection = 4
    with closing(Smtp(server_named(sink.url))) as way:
        send(way, *range(10))
    assert (sink.connections, ids(sink)) == (3, [f"<{n}@example.org>" for n in range(10)])


def test_a_server_that_hangs_up_after_it_was_given_a_letter_is_not_given_it_again_at_once(sink: Counting) -> None:
    """It may have kept the letter: only the outbox, which notes the doubt, may try again."""
    with closing(Smtp(server_named(sink.url))) as way:
        send(way, 1)
        sink.hangs_up_in_data = True
        with pytest.raises(ServerUnreachable):
            send(way, 2)
        sink.hangs_up_in_data = False
        send(way, 3)
    assert ids(sink) == ["<1@example.org>", "<2@example.org>", "<3@example.org>"]
    assert sink.connections == 2


def test_a_refused_letter_costs_no_connection(sink: Counting) -> None:
    with closing(Smtp(server_named(sink.url))) as way:
        send(way, 1)
        sink.recipient_answer = "550 5.7.1 we do not like you"
        with pytest.raises(Undeliverable):
            send(way, 2)
        sink.recipient_answer = "250 OK"
        send(way, 3)
    assert sink.connections == 1


@pytest.mark.parametrize(
    ("answer", "failure", "status"),
    [
        ("550 No such user here", AddressRefused, "5.1.1"),
        ("550 5.1.1 No such user here", AddressRefused, "5.1.1"),
        ("550 5.2.1 disabled", AddressRefused, "5.2.1"),
        ("550 5.7.1 Blocked by our list", Undeliverable, None),
        ("552 5.2.2 Mailbox full", Undeliverable, None),
        ("451 4.7.1 Greylisted, come back", SendingFailed, None),
    ],
)
def test_whose_fault_a_refused_recipient_is(
    sink: Counting, answer: str, failure: type[SendingFailed], status: str | None
) -> None:
    sink.recipient_answer = answer
    with closing(Smtp(server_named(sink.url))) as way, pytest.raises(SendingFailed) as caught:
        send(way, 1)
    assert (type(caught.value), getattr(caught.value, "status", None)) == (failure, status)
    assert answer in caught.value.detail


def test_bounces_return_to_the_address_that_is_set_for_them(sink: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    senders: list[str | None] = []

    async def kept(_server: SMTP, _session: Session, envelope: Envelope) -> str:
        senders.append(envelope.mail_from)
        return "250 OK"

    monkeypatch.setattr(sink, "handle_DATA", kept)
    for envelope_sender in ("bounces@example.org", ""):
        with closing(Smtp(server_named(sink.url), envelope_sender)) as way:
            send(way, 1)
    assert senders == ["bounces@example.org", "noreply@example.org"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(cert), "-days",
         "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    return key, cert


@pytest.fixture
def secured(certificate: tuple[Path, Path]) -> Iterator[Sink]:
    """A mail server that takes nothing before STARTTLS."""
    key, cert = certificate
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    served.load_cert_chain(cert, key)
    with Sink(tls_context=served, require_starttls=True) as sink:
        yield sink


def over_tls(sink: Sink, host: str) -> Server:
    return Server(host, sink._controller.port, "", "", tls=False, starttls=True)


def test_a_server_that_proves_who_it_is_gets_letters_over_tls(
    secured: Sink, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    with closing(Smtp(over_tls(secured, "localhost"))) as way:
        send(way, 1)
    assert ids(secured) == ["<1@example.org>"]


@pytest.mark.parametrize(("host", "trusted"), [("localhost", False), ("127.0.0.1", True)])
def test_a_server_that_can_not_prove_who_it_is_gets_nothing(
    secured: Sink, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, host: str, trusted: bool
) -> None:
    """Neither with a certificate that nobody vouches for, nor with one that is another host's."""
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    with closing(Smtp(over_tls(secured, host))) as way, pytest.raises(ServerUnreachable) as caught:
        send(way, 1)
    assert caught.value.reason == transport.NOT_TRUSTED
    assert secured.taken == []
