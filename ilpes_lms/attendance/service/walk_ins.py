"""People in a report whom nobody registered: counted as participations without an account, or by a headcount."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select

from ilpes_lms.attendance import queries, rules
from ilpes_lms.attendance.models import AttendanceImport, RememberedMatch, ReportedPerson
from ilpes_lms.attendance.service.following import follow
from ilpes_lms.attendance.service.outcomes import in_parts
from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.enrolment import service as enrolment
from ilpes_lms.enrolment.service import Seen
from ilpes_lms.notifications import service as notifications
from ilpes_lms.notifications.service import Wish


@transaction
def count_walk_ins(*, import_ref: str, ask: bool = False, despite_likely: bool = False) -> int:
    """Make participations of a report's people whom nobody registered; return how many there are new.

    Only those who were there long enough, at a webinar open to all whose report is applied. Nothing is known of them
    but name, address and minutes. With `ask`, those with an address get one letter about it. Twice is once. Raises
    LikelyParticipantsUndecided where somebody may be a participant, unless that was said (`despite_likely`).
    """
    found = _locked(import_ref)
    activity = found.class_session.activity
    rules.check_takes_walk_ins(activity.kind, activity.admission)
    rules.check_marks_made(found.state)
    people = queries.walk_ins(found)
    if not despite_likely:
        rules.check_nobody_likely(queries.undecided_names(found), queries.participants_known(activity.id))
    admitted = enrolment.admit_seen(
        activity_id=activity.id, seen=[Seen(one.key, one.name, one.email) for one in people]
    )
    counted = [one for one in people if one.key in admitted]
    for one in counted:
        one.standing, one.enrolment_id = "decided", admitted[one.key]
    _remember(activity.id, {one.key: admitted[one.key] for one in counted})
    db.session.flush()
    for part in in_parts(sorted(set(admitted.values()))):
        follow(found.class_session, part)
    if ask:
        _ask(activity, counted)
    audit.record("attendance.walk_ins_counted", "attendance_import", found.public_id, number=len(counted))
    return len(counted)


@transaction
def count_by_headcount(*, import_ref: str, divisions: frozenset[str]) -> int:
    """Give an activity without people on record the headcount that a report shows, all of them with sex not stated.

    Raises PeopleOnRecord where anybody is on record by name, and HeadcountOnRecord where one was given.
    """
    found = queries.import_head(import_ref)
    activity = catalogue.lock(found.class_session.activity_id)
    rules.check_takes_walk_ins(activity.kind, activity.admission)
    rules.check_no_headcount(there=activity.headcount is not None)
    number = queries.number_there(found)
    catalogue.close_with_headcount(
        activity_ref=activity.public_id, version=activity.version, women=0, men=0, not_stated=number,
        source=f"{found.platform}, {clock.wall_time(found.class_session.starts_at, found.class_session.zone).date()}",
        divisions=divisions,
    )  # fmt: skip
    return number


def let_go(activity_id: int, enrolment_ids: Collection[int]) -> None:
    """End those participations that rested on a report which shows them no more, in the open transaction."""
    gone = set(enrolment_ids) - queries.shown_by_reports(activity_id, enrolment_ids)
    ended = enrolment.withdraw_seen(activity_id=activity_id, enrolment_ids=gone) if gone else []
    for part in in_parts(sorted(ended)):
        db.session.execute(delete(RememberedMatch).where(RememberedMatch.enrolment_id.in_(part)))


def _locked(import_ref: str) -> AttendanceImport:
    catalogue.lock(queries.import_head(import_ref).class_session.activity_id)
    return queries.import_head(import_ref)


def _remember(activity_id: int, matches: dict[str, int]) -> None:
    """Remember many decisions at once, so that the next report of the activity knows these people."""
    known: dict[str, RememberedMatch] = {}
    for start in range(0, len(matches), 500):
        keys = list(matches)[start : start + 500]
        here = select(RememberedMatch).where(RememberedMatch.activity_id == activity_id, RememberedMatch.key.in_(keys))
        known |= {one.key: one for one in db.session.scalars(here)}
    for key, enrolment_id in matches.items():
        match = known.get(key) or RememberedMatch(activity_id=activity_id, key=key)
        match.enrolment_id, match.decided_by, match.decided_at = enrolment_id, actor.current(), clock.now()
        db.session.add(match)


def _ask(activity: Activity, counted: Sequence[ReportedPerson]) -> None:
    addresses = {one.enrolment_id: one.email for one in counted if "@" in one.email}
    notifications.send_all(
        [
            Wish(
                kind=rules.SEEN_LETTER, key=rules.asked_by(ref), values={"enrolment": ref}, person_id=person_id,
                address=addresses[number], language=_language_of(activity), activity_ref=activity.public_id,
            )
            for number, ref, person_id in queries.to_ask([number for number in addresses if number is not None])
        ]
    )  # fmt: skip


def _language_of(activity: Activity) -> str:
    return next((code for code in activity.languages if code in ("es", "en", "pt", "fr")), "es")
