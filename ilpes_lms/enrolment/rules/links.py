"""Invitations and the places of institutions: until when, how often, how many."""

from datetime import datetime, timedelta

from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import errors
from ilpes_lms.people import rules as people

INVITATION_DAYS = 14
REMIND_DAYS = 3
MOST_LETTERS = 5
LONGEST_REASON = 400
BETWEEN_LETTERS = timedelta(hours=1)

# How an invitation stands, as people see it: a state of the table, or `expired`.
OUTLOOKS = ("sent", "expired", "accepted", "declined", "withdrawn")
OUTLOOK_LABELS = {
    "sent": N_("Waiting for an answer"),
    "expired": N_("Not answered in time"),
    "accepted": N_("Accepted"),
    "declined": N_("Declined"),
    "withdrawn": N_("Invitation withdrawn"),
}
OUTLOOK_TONES = {
    "sent": "waiting", "expired": "caution", "accepted": "good", "declined": "plain", "withdrawn": "plain",
}  # fmt: skip
# Why the system closed an invitation itself; people's reasons are their own words.
ALREADY_ON_LIST = N_("Already on the list of this activity.")


def outlook(state: str, expires_at: datetime | None, now: datetime) -> str:
    """Return how an invitation stands now."""
    return "expired" if state == "sent" and expires_at is not None and expires_at <= now else state


def check_answerable(standing: str) -> None:
    """Refuse to answer an invitation that can't be answered any more."""
    refused = {
        "expired": errors.InvitationExpired,
        "declined": errors.InvitationDeclined,
        "withdrawn": errors.InvitationWithdrawn,
        "accepted": errors.InvitationAccepted,
    }.get(standing)
    if refused:
        raise refused


def may_be_asked_anew(standing: str) -> bool:
    """Tell whether an address may be invited again whose invitation stands so."""
    return standing in ("expired", "declined", "withdrawn")


def answer_by(now: datetime, usual: datetime, begins_at: datetime, ends_at: datetime) -> datetime:
    """Return until when an invitation made now can be answered: as usual, but not beyond the beginning.

    Once the activity has begun, not beyond its end.
    """
    return min(usual, begins_at if begins_at > now else ends_at)


def check_answer_by(chosen: datetime, now: datetime, ends_at: datetime) -> None:
    """Refuse a last day that is past, or beyond the activity."""
    if not now < chosen <= ends_at:
        raise errors.AnswerByInThePast(field="answer_by")


def check_nominations_close(closes_at: datetime, now: datetime, ends_at: datetime) -> None:
    """Refuse a last day for nominating that is past, or beyond the activity."""
    if closes_at <= now:
        raise errors.ClosesInThePast(field="closes_on")
    if closes_at > ends_at:
        raise errors.NominationsOutlastActivity(field="closes_on")


def check_written(letters: int, written_at: datetime | None, now: datetime) -> None:
    """Refuse to write to somebody again too soon or too often."""
    check_letters(letters)
    if written_at is not None and now - written_at < BETWEEN_LETTERS:
        raise errors.WrittenToJustNow


def check_letters(letters: int) -> None:
    """Refuse to write to somebody once more who got enough letters about one activity."""
    if letters >= MOST_LETTERS:
        raise errors.WrittenToOften(field="email")


def reason(text: str) -> str:
    """Return a reason in somebody's own words as it is kept."""
    return people.lines(text, longest=LONGEST_REASON, field="reason")


def remind_before(now: datetime) -> datetime:
    """Return which invitations are reminded of now: those that can be answered until then at most."""
    return now + timedelta(days=REMIND_DAYS)


def worth_reminding(written_at: datetime | None, expires_at: datetime) -> bool:
    """Tell whether a reminder says more than the letter did: not if that one is from the same last days."""
    return written_at is None or expires_at - written_at > timedelta(days=REMIND_DAYS + 1)


def check_new_places(places: int, *, filled: int, others: int, capacity: int | None) -> None:
    """Refuse fewer places than an institution has filled, and more than the activity has left."""
    if places < filled:
        raise errors.QuotaBelowFilled(filled=filled, field="places")
    if capacity is not None and others + places > capacity:
        raise errors.QuotasExceedCapacity(left=max(capacity - others, 0), field="places")


def asked_on_accepting(*, nominated: bool, applies: bool, lacking: frozenset[str]) -> frozenset[str]:
    """Return what somebody is asked who accepts: a nominee for what the profile lacks, an applicant for the reason."""
    return (lacking if nominated else frozenset()) | (frozenset({"motivation"}) if applies else frozenset())
