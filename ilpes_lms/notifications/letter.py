"""A message as mail: headers that nothing from people can break, text and the same as HTML (law 9)."""

from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from ilpes_lms.core import clock
from ilpes_lms.core.text import N_
from ilpes_lms.notifications.errors import Undeliverable
from ilpes_lms.notifications.rendering import Draft, one_line

# A link in a header that is longer than a line would be folded into encoded words, which nobody follows. The bodies are
# set with short lines before.
_WHOLE_LINKS = SMTP.clone(max_line_length=998)

BAD_ADDRESS = N_("The e-mail address can't be written to.")


def compose(
    draft: Draft, *, message_id: str, sender: str, name: str, address: str, language: str,
    unsubscribe_url: str | None = None,
) -> EmailMessage:  # fmt: skip
    """Return a letter; raises Undeliverable when the address is none."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = sender
    letter["To"] = _recipient(name, address)
    letter["Subject"] = one_line(draft.subject)
    letter["Date"] = format_datetime(clock.now())
    letter["Message-ID"] = message_id
    letter["Auto-Submitted"] = "auto-generated"
    if unsubscribe_url:
        letter["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(draft.text)
    letter.add_alternative(draft.html, subtype="html")
    letter["Content-Language"] = language
    letter.policy = _WHOLE_LINKS
    return letter


def mail_address(address: str) -> str:
    """Return an address as mail servers read it: a domain beyond ASCII in its ASCII form."""
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain or not address.isprintable() or " " in address:
        raise Undeliverable(BAD_ADDRESS)
    try:
        return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise Undeliverable(BAD_ADDRESS) from error


def _recipient(name: str, address: str) -> Address:
    try:
        return Address(display_name=one_line(name), addr_spec=mail_address(address))
    except (MessageError, ValueError, IndexError) as error:
        raise Undeliverable(BAD_ADDRESS) from error
