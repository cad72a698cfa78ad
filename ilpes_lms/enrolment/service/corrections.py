"""Correcting what an enrolment says of a person, with a reason: statistics read it as it was at the time (law 11)."""

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.errors import NotFound, Stale
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.errors import ConflictDeclared
from ilpes_lms.enrolment.models import AttributeCorrection, Enrolment
from ilpes_lms.enrolment.service.locking import fresh
from ilpes_lms.people import queries as people


@transaction
def correct_attributes(
    *, activity_ref: str, enrolment_ref: str, version: int, reason: str, divisions: frozenset[str] = frozenset(),
    corrector: int | None = None, **attributes: str | None,
) -> Enrolment:  # fmt: skip
    """Correct what was copied of a person to an enrolment; the person's own profile stays as it is.

    Raises Stale when it changed since `version` was seen, ConflictDeclared to a `corrector` who must not decide about
    this person, since the place rules read what is corrected; names the field of every value that is refused.
    """
    activity = catalogue.lock_managed(activity_ref, divisions)
    found = fresh(Enrolment.activity_id == activity.id, Enrolment.public_id == enrolment_ref)
    if not found:
        raise NotFound
    enrolment, why = found[0], rules.reason_for_correction(reason)
    if corrector is not None and queries.conflict_by(corrector, enrolment.id):
        raise ConflictDeclared
    if queries.attributes_version(enrolment) != version:
        raise Stale
    before = {field: getattr(enrolment, field) for field in rules.ATTRIBUTE_LABELS}
    changed = rules.corrected(attributes, before)
    for field, after in changed.items():
        _correct(enrolment, field, before[field], after, why)
    if rules.INSTITUTION & changed.keys():
        _recognize_institution(enrolment)
    db.session.flush()
    audit.record("enrolment.corrected", "enrolment", enrolment.public_id, activity=activity.public_id,
                 fields=sorted(changed))  # fmt: skip
    return enrolment


def _correct(enrolment: Enrolment, field: str, before: str | None, after: str | None, why: str) -> None:
    db.session.add(
        AttributeCorrection(
            enrolment_id=enrolment.id, field=field, before=before, after=after, reason=why, actor=actor.current(),
            at=clock.now(),
        )
    )  # fmt: skip
    setattr(enrolment, field, after)


def _recognize_institution(enrolment: Enrolment) -> None:
    name, country = enrolment.organization_name, enrolment.organization_country
    known = people.organization_named(name, country) if name else None
    enrolment.organization_id = known.id if known else None
