"""What did not arrive: the message says so, and its address is written to no more until it works again."""

from sqlalchemy import delete, or_, select

from ilpes_lms.core import clock
from ilpes_lms.core.database import db, inserting, transaction
from ilpes_lms.core.text import N_
from ilpes_lms.notifications import rules
from ilpes_lms.notifications.models import BouncedAddress, BounceReport, Message
from ilpes_lms.notifications.reports import Report
from ilpes_lms.people.rules import address_key

RETURNED = N_("It came back: the mail server of the address could not deliver it.")
_SERVER, MAILBOX, WEBHOOK = "server", "mailbox", "webhook"
_LONGEST_NOTE = 400


@transaction
def keep(report: Report, source: str) -> bool:
    """Keep that a message came back, and mark its address if that is at fault; tell whether it was news.

    A report that is known, or of a message that nobody knows, changes nothing.
    """
    message = _message_of(report)
    if message is None or not _note(report.key, message.id, source, report.status, report.reason):
        return False
    if rules.may_become(message.state, rules.BOUNCED):
        message.state, message.note = rules.BOUNCED, f"{RETURNED}\n{_said(report)}"[:_LONGEST_NOTE]
    if rules.is_at_fault(report.status):
        mark(message.sent_to or message.address or "", _said(report))
    return True


@transaction
def refused(message_id: int, attempt: int, address: str, status: str, reason: str) -> None:
    """Keep that a mail server would not take a message for an address, as it says for the address's own fault."""
    _note(f"{message_id}/{attempt}", message_id, _SERVER, status, reason)
    mark(address, reason)


@transaction
def mark(address: str, reason: str) -> None:
    """Write to an address no more until it works again."""
    if not address:
        return
    row = {"address_key": address_key(address), "reason": reason[:_LONGEST_NOTE], "since": clock.now()}
    statement = inserting(BouncedAddress).values(row)
    newest = {"reason": row["reason"], "since": row["since"]}
    db.session.execute(statement.on_conflict_do_update(index_elements=["address_key"], set_=newest))


@transaction
def clear(*addresses: str) -> bool:
    """Write to addresses again, because something arrived or their owner says so; tell whether one was marked."""
    keys = [address_key(address) for address in addresses]
    gone = delete(BouncedAddress).where(BouncedAddress.address_key.in_(keys)).returning(BouncedAddress.id)
    return bool(db.session.execute(gone.execution_options(synchronize_session=False)).all())


def _message_of(report: Report) -> Message | None:
    known = or_(Message.public_id == report.reference, Message.message_id == report.message_id)
    found = select(Message).where(known).order_by(Message.public_id != (report.reference or "")).limit(1)
    return db.session.scalar(found.with_for_update().execution_options(populate_existing=True))


def _note(key: str, message_id: int, source: str, status: str, reason: str) -> bool:
    row = {
        "key": key, "message_id": message_id, "source": source, "status": status, "reason": reason[:_LONGEST_NOTE],
        "at": clock.now(),
    }  # fmt: skip
    statement = inserting(BounceReport).values(row).on_conflict_do_nothing(index_elements=["key"])
    return bool(db.session.execute(statement.returning(BounceReport.id)).all())


def _said(report: Report) -> str:
    return report.reason if report.status in report.reason else f"{report.status} {report.reason}"
