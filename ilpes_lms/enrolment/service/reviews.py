"""What reviewers do: score an application, note what they think, or say that they must not judge it."""

from dataclasses import dataclass

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import queries as catalogue_queries
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.errors import ConflictDeclared, ReviewChanged
from ilpes_lms.enrolment.models import ConflictOfInterest, Enrolment, Review
from ilpes_lms.enrolment.rules import Reviewer


@dataclass(frozen=True)
class Judgement:
    """All that reviewers said of an application, as far as one of them may read it."""

    mine: Review | None
    others: list[Review]
    hidden: int
    conflict: ConflictOfInterest | None
    conflicts: list[ConflictOfInterest]
    may_take_back: bool

    @property
    def version(self) -> int:
        """Return the version of one's own review, 0 before there is one."""
        return self.mine.version if self.mine else 0


def judgement(enrolment: Enrolment, reviewer: Reviewer) -> Judgement:
    """Return what was said of an application; what this reviewer may not read is only counted."""
    reviews, conflicts = queries.reviews_of(enrolment.id), queries.conflicts_of(enrolment.id)
    mine = next((review for review in reviews if review.reviewer_id == reviewer.person_id), None)
    conflict = next((one for one in conflicts if one.reviewer_id == reviewer.person_id), None)
    others = [review for review in reviews if review is not mine]
    scored = mine is not None and mine.score is not None
    readable = rules.may_read_others(decides=reviewer.decides, scored=scored, conflicted=conflict is not None)
    return Judgement(
        mine=mine,
        others=others if readable else [],
        hidden=0 if readable else len(others),
        conflict=conflict,
        conflicts=conflicts,
        may_take_back=conflict is not None and rules.is_undecided(_starts(enrolment)),
    )


@transaction
def review(
    *, activity_ref: str, enrolment_ref: str, reviewer: Reviewer, score: int | None, note: str = "", seen: int
) -> Review:
    """Keep a reviewer's score and private note; `seen` is the version they saw, 0 where there was none.

    Raises ReviewChanged if it is another by now, ConflictDeclared to who must not judge this person.
    """
    rules.check_score(score)
    enrolment = _locked(activity_ref, enrolment_ref, reviewer)
    if queries.conflict_by(reviewer.person_id, enrolment.id):
        raise ConflictDeclared
    found = queries.review_by(reviewer.person_id, enrolment.id)
    if seen != (found.version if found else 0):
        raise ReviewChanged
    if found is None:
        found = Review(enrolment_id=enrolment.id, reviewer_id=reviewer.person_id, version=0)
        db.session.add(found)
    found.score, found.note, found.at = score, note.strip()[: rules.LONGEST_NOTE], clock.now()
    found.version += 1
    db.session.flush()
    audit.record("enrolment.reviewed", "enrolment", enrolment.public_id, scored=score is not None)
    return found


@transaction
def declare_conflict(
    *, activity_ref: str, enrolment_ref: str, reviewer: Reviewer, reason: str = ""
) -> ConflictOfInterest:
    """Say that one must not judge a person; what one wrote about them is deleted. Said again, it changes the reason."""
    enrolment = _locked(activity_ref, enrolment_ref, reviewer)
    declared = queries.conflict_by(reviewer.person_id, enrolment.id)
    if declared is None:
        declared = ConflictOfInterest(
            enrolment_id=enrolment.id, reviewer_id=reviewer.person_id, declared_at=clock.now()
        )  # fmt: skip
        db.session.add(declared)
    declared.reason = reason.strip()[:400]
    written = queries.review_by(reviewer.person_id, enrolment.id)
    if written:
        db.session.delete(written)
    db.session.flush()
    audit.record("enrolment.conflict_declared", "enrolment", enrolment.public_id, review_deleted=written is not None)
    return declared


@transaction
def take_back_conflict(*, activity_ref: str, enrolment_ref: str, reviewer: Reviewer) -> None:
    """Take a declaration back, as long as nothing was decided about the person; without one, nothing happens."""
    enrolment = _locked(activity_ref, enrolment_ref, reviewer)
    declared = queries.conflict_by(reviewer.person_id, enrolment.id)
    if declared is None:
        return
    rules.check_take_back(_starts(enrolment))
    db.session.delete(declared)
    db.session.flush()
    audit.record("enrolment.conflict_taken_back", "enrolment", enrolment.public_id)


def _locked(activity_ref: str, enrolment_ref: str, reviewer: Reviewer) -> Enrolment:
    # Under the same lock as decisions: nobody scores, declares and decides about one person at once.
    activity = catalogue_queries.reviewed_activity(activity_ref, reviewer.person_id, reviewer.divisions)
    catalogue.lock(activity.id)
    return queries.enrolment_in(enrolment_ref, activity.id)


def _starts(enrolment: Enrolment) -> list[str | None]:
    return [change.from_state for change in enrolment.changes]
