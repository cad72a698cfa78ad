"""The mailbox of returned messages is read and emptied; whatever lies in it, the reading goes on."""

from dataclasses import replace

import pytest
from apiflask import APIFlask
from hypothesis import given
from hypothesis import strategies as st

from ilpes_lms.app import create_app
from ilpes_lms.config import UnsafeSettings
from ilpes_lms.notifications import reports, tasks
from ilpes_lms.notifications.errors import MailboxUnreachable
from ilpes_lms.notifications.models import Message
from tests.factories.bounces import ImapServer, PopServer, dsn
from tests.factories.notifications import deliver_all, greet, messages

GOOD = dsn(Message(public_id="b" * 26, message_id="<b@example.org>"))


def deep(levels: int) -> bytes:
    """A letter of parts within parts within parts."""
    head = "".join(
        f'Content-Type: multipart/report; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(levels)
    )  # fmt: skip
    return head.encode()


HOSTILE = {
    "nothing": b"",
    "a human answer": b"From: ana@example.org\r\nSubject: Re: Hello\r\n\r\nWhen does it begin?\r\n",
    "bytes": bytes(range(256)) * 40,
    "NUL": GOOD.replace(b"550", b"\0\0\0"),
    "parts within parts": deep(3000),
    "deeper than Python": deep(50_000),
    "a part that never ends": GOOD[: len(GOOD) // 2],
    "a thousand recipients": GOOD.replace(
        b"Final-Recipient:", b"Final-Recipient: rfc822; x@example.org\r\nAction: failed\r\n\r\n" * 1000 + b"Final:"
    ),
    "a megabyte in one line": GOOD.replace(b"unknown user", b"x" * 1_000_000),
    "unknown charsets": GOOD.replace(b"charset=us-ascii", b"charset=klingon-7").replace(
        b"text/rfc822-headers", b"text/rfc822-headers; charset=klingon-7\r\nContent-Transfer-Encoding: uuencode"
    ),
    "headers in words of charsets that are none": GOOD.replace(b"Action: failed", b"Action: =?x-none?b?!!!?="),
    "no status": GOOD.replace(b"Status: 5.1.1\r\n", b""),
    "a boundary that is missing": GOOD.replace(b'; boundary="edge"', b""),
    "an auto-reply that quotes us": b"Auto-Submitted: auto-replied\r\n\r\nX-ILPES-Message: " + b"b" * 26 + b"\r\n",
    "line breaks in the reason": GOOD.replace(b"unknown user", b"a\r\n\tb\x85c\xe2\x80\xa8Bcc: d@example.org"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_report_is_read_as_far_as_it_makes_sense_or_not_at_all(name: str) -> None:
    report = reports.failure_in(HOSTILE[name])
    if report is not None:
        assert report.message_id in ("<b@example.org>", None)
        assert report.reference in ("b" * 26, None)
        assert report.reason.isprintable()
        assert len(report.reason) <= 300
        assert len(report.key) == 64


def test_hostile_reports_that_are_no_reports_are_none() -> None:
    for name in ("nothing", "a human answer", "bytes", "parts within parts", "an auto-reply that quotes us"):
        assert reports.failure_in(HOSTILE[name]) is None, name


@given(st.binary(max_size=600), st.integers(0, len(GOOD)), st.integers(0, 80))
def test_a_report_with_anything_in_the_middle_of_it_breaks_nothing(junk: bytes, at: int, gone: int) -> None:
    report = reports.failure_in(GOOD[:at] + junk + GOOD[at + gone :])
    assert report is None or len(report.key) == 64


def with_mailbox(app: APIFlask, url: str) -> None:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, bounce_url=url)
    try:
        with app.app_context():
            tasks.read_bounces()
    finally:
        app.config["SETTINGS"] = settings


@pytest.mark.parametrize("server", [PopServer, ImapServer])
def test_a_mailbox_is_read_and_emptied_whatever_lies_in_it(app: APIFlask, server: type[PopServer]) -> None:
    with app.app_context():
        greet("1")
        greet("2", to="beto@example.org")
    deliver_all(app)
    first, _second = messages(app)
    returned = [HOSTILE["a human answer"], dsn(first), HOSTILE["deeper than Python"], HOSTILE["bytes"], dsn(first)]
    with server(returned) as mailbox:
        with_mailbox(app, mailbox.url)
        left = mailbox.uids if isinstance(mailbox, ImapServer) else mailbox.letters
    assert [m.state for m in messages(app)] == ["bounced", "sent"]
    assert not left


def test_a_mailbox_that_hangs_up_in_the_middle_is_read_to_the_end_the_next_time(app: APIFlask) -> None:
    with app.app_context():
        greet("1")
        greet("2", to="beto@example.org")
    deliver_all(app)
    with PopServer([dsn(message, report_id=f"<{message.id}@mx>") for message in messages(app)]) as mailbox:
        mailbox.hangs_up_after = 1
        with pytest.raises(MailboxUnreachable):
            with_mailbox(app, mailbox.url)
        assert [m.state for m in messages(app)] == ["bounced", "sent"]
        assert len(mailbox.letters) == 2
        mailbox.hangs_up_after = None
        with_mailbox(app, mailbox.url)
        assert mailbox.letters == []
    assert [m.state for m in messages(app)] == ["bounced", "bounced"]


@pytest.mark.parametrize(
    "url", ["imaps://host", "http://user:password@host", "imap://user:password@mail.example.org", "pop3s://user:p@h:x"]
)
def test_the_application_does_not_start_with_a_mailbox_that_is_none_or_open_to_all(app: APIFlask, url: str) -> None:
    with pytest.raises(UnsafeSettings):
        create_app(replace(app.config["SETTINGS"], bounce_url=url))
