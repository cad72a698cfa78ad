"""Delivery reports as mail servers write them, and mailboxes that hold them."""

import socket
import threading
from typing import Self

from ilpes_lms.notifications.models import Message

_REPORT = """From: MAILER-DAEMON@mx.example.org
To: bounces@example.org
Subject: Undelivered Mail Returned to Sender
Message-ID: {report_id}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="edge"

--edge
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.org.

--edge
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
{envelope}X-Postfix-Queue-ID: 4T1
Arrival-Date: Tue, 6 Apr 2027 12:00:00 +0000

Final-Recipient: rfc822; ana@example.org
Original-Recipient: rfc822;ana@example.org
Action: {action}
Status: {status}
Remote-MTA: dns; mx.elsewhere.example.org
Diagnostic-Code: smtp; {diagnostic}

--edge
Content-Type: text/rfc822-headers

From: ILPES <capacitacion@example.org>
To: ana@example.org
Subject: Hello there
{original}
--edge--
"""


def dsn(
    message: Message, *, named_by: str = "message_id", status: str = "5.1.1", action: str = "failed",
    diagnostic: str = "550 5.1.1 <ana>: unknown user", report_id: str = "<report@mx.example.org>",
) -> bytes:  # fmt: skip
    """Write a report as Postfix does, which names the message in one of three ways."""
    originals = {"message_id": f"Message-ID: {message.message_id}", "header": f"X-ILPES-Message: {message.public_id}"}
    envelope = f"Original-Envelope-Id: {message.public_id}\n" if named_by == "envelope" else ""
    text = _REPORT.format(
        envelope=envelope, original=originals.get(named_by, "Message-ID: <changed@elsewhere>"), status=status,
        action=action, diagnostic=diagnostic, report_id=report_id,
    )  # fmt: skip
    return text.replace("\n", "\r\n").encode()


class PopServer:
    """A mailbox over POP on this machine; letters are taken out when the client says goodbye, as RFC 1939 has it."""

    def __init__(self, letters: list[bytes]) -> None:
        self.letters = letters
        self.hangs_up_after: int | None = None
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        return f"pop3://bounces:secret@127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                self._talk(stream)

    def _talk(self, stream: object) -> None:
        out: set[int] = set()
        read = 0
        self._say(stream, b"+OK ready")
        while line := stream.readline():  # type: ignore[attr-defined]
            verb, *rest = line.decode().split()
            number = int(rest[0]) if rest and rest[0].isdigit() else 0
            if verb == "LIST":
                self._say(stream, b"+OK", *(b"%d %d" % (n, len(each)) for n, each in enumerate(self.letters, 1)), b".")
            elif verb in ("RETR", "TOP"):
                read += 1
                if self.hangs_up_after is not None and read > self.hangs_up_after:
                    return
                lines = self.letters[number - 1].split(b"\r\n")
                self._say(stream, b"+OK", *(b"." + each if each.startswith(b".") else each for each in lines), b".")
            elif verb == "DELE":
                out.add(number)
                self._say(stream, b"+OK")
            elif verb == "QUIT":
                self.letters = [each for n, each in enumerate(self.letters, 1) if n not in out]
                self._say(stream, b"+OK")
                return
            else:
                self._say(stream, b"+OK")

    def _say(self, stream: object, *lines: bytes) -> None:
        stream.write(b"\r\n".join(lines) + b"\r\n")  # type: ignore[attr-defined]
        stream.flush()  # type: ignore[attr-defined]


class ImapServer(PopServer):
    """A mailbox over IMAP on this machine, as much of it as reading and emptying takes."""

    def __init__(self, letters: list[bytes]) -> None:
        super().__init__(letters)
        self.uids = {number * 7: letter for number, letter in enumerate(letters, 1)}

    @property
    def url(self) -> str:
        return f"{super().url.replace('pop3:', 'imap:')}/Returned%20mail"

    def _talk(self, stream: object) -> None:
        out: set[int] = set()
        self._say(stream, b"* OK IMAP4rev1 ready")
        while line := stream.readline():  # type: ignore[attr-defined]
            tag, verb, *rest = line.decode().rstrip("\r\n").split(" ")
            self._answer(stream, verb.upper(), rest, out)
            self._say(stream, f"{tag} OK done".encode())
            if verb.upper() == "LOGOUT":
                return

    def _answer(self, stream: object, verb: str, rest: list[str], out: set[int]) -> None:
        if verb == "CAPABILITY":
            self._say(stream, b"* CAPABILITY IMAP4rev1")
        elif verb == "SELECT":
            assert " ".join(rest) == '"Returned mail"'
            self._say(stream, b"* %d EXISTS" % len(self.uids))
        elif rest[:1] == ["SEARCH"]:
            self._say(stream, b"* SEARCH " + " ".join(map(str, self.uids)).encode())
        elif rest[:1] == ["FETCH"]:
            content = self.uids[int(rest[1])]
            self._say(stream, b"* 1 FETCH (UID %s BODY[]<0> {%d}" % (rest[1].encode(), len(content)), content + b")")
        elif rest[:1] == ["STORE"]:
            out.add(int(rest[1]))
        elif verb == "EXPUNGE":
            self.uids = {uid: each for uid, each in self.uids.items() if uid not in out}
        elif verb == "LOGOUT":
            self._say(stream, b"* BYE")
