"""A message as mail: headers that nothing from people can break, text and the same as HTML (law 9)."""

import re
from binascii import b2a_qp
from collections.abc import Sequence
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from ilpes_lms.core import clock
from ilpes_lms.core.text import N_
from ilpes_lms.notifications.enclosures import CalendarPart
from ilpes_lms.notifications.errors import Undeliverable
from ilpes_lms.notifications.rendering import Draft, flowed, one_line

# No line of quoted-printable or base64 holds them, whatever people write (RFC 2045, 6.7).
_BETWEEN_PARTS, _BETWEEN_FILES = "=_ilpes_words", "=_ilpes_files"
# So that no encoded word, with the space before it, is longer than 75 (RFC 2047, 2).
_LINE, _LONGEST_LINK = 76, 998
_LINK, _SUBJECT = "List-Unsubscribe", "Subject"
_OF_PEOPLE = (_SUBJECT, "From", "To")
_PLAIN_ADDRESS = re.compile(r"[\w+-]+(?:\.[\w+-]+)*@[\w.-]+", re.ASCII)

BAD_ADDRESS = N_("The e-mail address can't be written to.")


class _Letters(EmailPolicy):
    """The policy for SMTP, but a header of printable ASCII that fits into its line is neither read nor folded.

    Nor is a link longer than a line: in encoded words nobody could follow it.
    """

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        said = str(value)
        return (name, said) if _is_ready(name, said) else super().header_store_parse(name, value)

    def header_fetch_parse(self, name: str, value: Any) -> Any:
        return _parsed(name, value) if _is_ready(name, value) else super().header_fetch_parse(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        if _is_ready(name, value):
            return f"{name}: {value}\r\n".encode()
        if name in _OF_PEOPLE and not str(value).isascii() and not self.utf8:
            return _in_encoded_words(name, value)
        return super().fold_binary(name, value)


@lru_cache(maxsize=64)
def _parsed(name: str, value: str) -> Any:
    return SMTP.header_fetch_parse(name, value)


def _in_encoded_words(name: str, value: Any) -> bytes:
    # The policies' own folding loses a space where one encoded word follows another.
    text, rest = str(value), ""
    if name != _SUBJECT:
        (only,) = value.addresses
        text, rest = only.display_name, f"\r\n <{only.addr_spec}>"
    words = Header(text, "utf-8", maxlinelen=_LINE, header_name=name).encode(linesep="\r\n")
    return f"{name}: {words}{rest}\r\n".encode()


def _is_ready(name: str, said: str) -> bool:
    longest = _LONGEST_LINK if name == _LINK else _LINE
    return len(name) + len(said) + 2 <= longest and said.isascii() and said.isprintable()


_POLICY = _Letters(linesep="\r\n", max_line_length=_LINE)


def compose(
    draft: Draft, *, message_id: str, sender: str, name: str, address: str, language: str,
    unsubscribe_url: str | None = None, calendar: Sequence[CalendarPart] = (),
) -> EmailMessage:  # fmt: skip
    """Return a letter; raises Undeliverable when the address is none."""
    letter = EmailMessage(policy=_POLICY)
    letter["From"] = sender
    letter["To"] = _recipient(name, address)
    letter["Subject"] = one_line(draft.subject)
    letter["Date"] = format_datetime(clock.now())
    letter["Message-ID"] = message_id
    letter["Auto-Submitted"] = "auto-generated"
    if unsubscribe_url:
        letter["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter["MIME-Version"] = "1.0"
    letter["Content-Type"] = f'multipart/alternative; boundary="{_BETWEEN_PARTS}"'
    letter.attach(_part('text/plain; charset="utf-8"; format="flowed"', flowed(draft.text)))
    letter.attach(_part('text/html; charset="utf-8"', draft.html))
    _add_calendar(letter, calendar)
    letter["Content-Language"] = language
    return letter


def as_sent(part: Any) -> bytes:
    """Return a letter, or a part of one, as mail servers get it: what `as_bytes` returns, but not line by line."""
    head: bytes = b"".join(_POLICY.fold_binary(name, value) for name, value in part.raw_items()) + b"\r\n"
    if not part.is_multipart():
        body: str = part.get_payload()
        return head + body.replace("\n", "\r\n").encode("ascii")
    mark = f"--{part.get_boundary()}".encode()
    parts = b"".join(mark + b"\r\n" + as_sent(inner) + b"\r\n" for inner in part.get_payload())
    return head + parts + mark + b"--\r\n"


def _part(content_type: str, text: str) -> Any:
    # Lines of ASCII that every server takes; set_content would try three encodings, and leave short lines in UTF-8.
    part: Any = MIMEPart(policy=_POLICY)
    part["Content-Type"] = content_type
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(b2a_qp(text.encode(), istext=True).decode("ascii"))
    return part


def mail_address(address: str) -> str:
    """Return an address as mail servers read it: a domain beyond ASCII in its ASCII form."""
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain or not address.isprintable() or " " in address:
        raise Undeliverable(BAD_ADDRESS)
    try:
        return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise Undeliverable(BAD_ADDRESS) from error


def _add_calendar(letter: EmailMessage, parts: Sequence[CalendarPart]) -> None:
    """Add calendar objects: the first as another way to say what the letter says, which mail programs act upon.

    An object speaks of one UID alone (RFC 5546, 3.2.2), so several are several parts, the others as files.
    """
    for number, part in enumerate(parts):
        asked = {"method": part.method, "component": "VEVENT"}
        content = part.text.encode()
        if number == 0:
            letter.add_alternative(content, "text", "calendar", cte="base64", params={**asked, "charset": "utf-8"})
        else:
            if number == 1:
                letter.make_mixed(boundary=_BETWEEN_FILES)
            letter.add_attachment(
                content, "text", "calendar", cte="base64", params={**asked, "charset": "utf-8"}, filename=part.file_name
            )


def _recipient(name: str, address: str) -> Address:
    spec = mail_address(address)
    try:
        if _PLAIN_ADDRESS.fullmatch(spec):
            local, _at, domain = spec.partition("@")
            return Address(one_line(name), local, domain)
        return Address(one_line(name), addr_spec=spec)
    except (MessageError, ValueError, IndexError) as error:
        raise Undeliverable(BAD_ADDRESS) from error
