"""What each room has stored about a person, as plain values by name; numbers of rows never leave (law 7)."""

from collections.abc import Iterable
from typing import Any, TypeVar

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from ilpes_lms.attendance.models import Mark, Outcome, OutcomeAppeal, PlatformRecord
from ilpes_lms.attendance.queries import marks_of
from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.catalogue.models import Activity, Assignment
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core.database import db
from ilpes_lms.enrolment.models import (
    ApplicationAnswer,
    ApplicationDraft,
    AttributeCorrection,
    Enrolment,
    EnrolmentChange,
    Invitation,
    NominationQuota,
)
from ilpes_lms.enrolment.queries import answers_of_many, of_person
from ilpes_lms.notifications.models import DeclinedKind, Message
from ilpes_lms.people import queries as people
from ilpes_lms.people.models import Account, Consent, EmailAddress, RoleGrant, SignIn
from ilpes_lms.statistics.models import Compilation

Plain = dict[str, Any]
Kept = TypeVar("Kept", EnrolmentChange, AttributeCorrection)


def export_people(person_id: int) -> Plain:
    """Return profile, addresses, account, roles, sign-ins and agreements."""
    person, account = people.person(person_id), people.account_of(person_id)
    grants = select(RoleGrant).options(joinedload(RoleGrant.organization)).where(RoleGrant.person_id == person_id)
    consents = select(Consent).where(Consent.person_id == person_id).order_by(Consent.id)
    return {
        "profile": {"id": person.public_id, **people.profile_of(person), "created_at": person.created_at},
        "addresses": _rows(_addresses(person_id), "address", "verified_at"),
        "account": _row(account, "public_id", "created_at", "last_sign_in_at", "disabled_at") if account else None,
        "roles": [_role(grant) for grant in db.session.scalars(grants.order_by(RoleGrant.id))],
        "sign_ins": _rows(_sign_ins(account), "kind", "label", "created_at", "expires_at", "ended_at"),
        "consents": _rows(db.session.scalars(consents), "notice_version", "given_at"),
    }


def export_catalogue(person_id: int) -> Plain:
    """Return the activities a person was assigned to."""
    rows = db.session.execute(
        select(Assignment, Activity)
        .join(Activity, Activity.id == Assignment.activity_id)
        .where(Assignment.person_id == person_id)
        .order_by(Assignment.id)
    )
    return {"assignments": [{**_about(activity), **_row(a, "role", "starts_on", "ends_on")} for a, activity in rows]}


def export_enrolment(person_id: int) -> Plain:
    """Return enrolments with steps and answers, unsent applications, invitations, places they may nominate for."""
    drafts = (
        select(ApplicationDraft)
        .options(joinedload(ApplicationDraft.activity))
        .where(ApplicationDraft.person_id == person_id)
    )
    steps, corrections = _of_enrolments(EnrolmentChange, person_id), _of_enrolments(AttributeCorrection, person_id)
    mine = of_person(person_id)
    answers = answers_of_many([enrolment.id for enrolment in mine])
    return {
        "enrolments": [
            _enrolment(one, steps.get(one.id, []), corrections.get(one.id, []), answers.get(one.id, [])) for one in mine
        ],
        "drafts": [_draft(draft) for draft in db.session.scalars(drafts.order_by(ApplicationDraft.id))],
        "invitations": [_invitation(invitation) for invitation in _invitations(person_id)],
        "quotas": [_quota(quota) for quota in _quotas(person_id)],
    }


def _invitations(person_id: int) -> Iterable[Invitation]:
    keys = select(EmailAddress.address_key).where(EmailAddress.person_id == person_id)
    found = select(Invitation).options(joinedload(Invitation.activity)).where(Invitation.email_key.in_(keys))
    return db.session.scalars(found.order_by(Invitation.id))


def _invitation(invitation: Invitation) -> Plain:
    names = ("email", "given_names", "first_surname", "position", "language", "state", "decline_reason", "created_at",
             "expires_at")  # fmt: skip
    return {**_about(invitation.activity), **_row(invitation, *names)}


def _quotas(person_id: int) -> Iterable[NominationQuota]:
    addresses = select(func.lower(EmailAddress.address)).where(EmailAddress.person_id == person_id)
    found = (
        select(NominationQuota)
        .options(joinedload(NominationQuota.activity), joinedload(NominationQuota.organization))
        .where(func.lower(NominationQuota.focal_point_email).in_(addresses))
    )
    return db.session.scalars(found.order_by(NominationQuota.id))


def _quota(quota: NominationQuota) -> Plain:
    named = {"organization": quota.organization.name}
    return {**_about(quota.activity), **named, **_row(quota, "focal_point_email", "places", "closes_at")}


def export_attendance(person_id: int) -> Plain:
    """Return marks, outcomes, what was asked to be corrected, and what the learning platform said."""
    outcomes = (
        select(Outcome)
        .join(Outcome.enrolment)
        .options(joinedload(Outcome.enrolment).joinedload(Enrolment.activity))
        .where(Enrolment.person_id == person_id)
        .order_by(Outcome.id)
    )
    return {
        "marks": [_mark(mark) for mark in marks_of(person_id)],
        "outcomes": [
            {
                **_about(o.enrolment.activity),
                **_row(o, "result", "rule_version", "hours_earned", "evidence", "decided_at"),
            }
            for o in db.session.scalars(outcomes)
        ],
        "appeals": _attended(OutcomeAppeal, person_id, "text", "state", "asked_at", "answer", "answered_at"),
        "platform_records": _attended(
            PlatformRecord, person_id, "grade", "tasks_done", "tasks_total", "last_access_at", "items", "updated_at"
        ),
    }


def _attended(model: Any, person_id: int, *names: str) -> list[Plain]:
    """Return rows that belong to a person's enrolments, each with its activity."""
    statement = (
        select(model)
        .join(Enrolment, Enrolment.id == model.enrolment_id)
        .options(joinedload(model.enrolment).joinedload(Enrolment.activity))
        .where(Enrolment.person_id == person_id)
        .order_by(model.id)
    )
    return [{**_about(one.enrolment.activity), **_row(one, *names)} for one in db.session.scalars(statement)]


def export_certificates(person_id: int) -> Plain:
    """Return certificates in whatever state, with what is printed on them."""
    statement = select(Certificate).where(Certificate.person_id == person_id).order_by(Certificate.id)
    names = ("serial", "code", "kind", "language", "state", "requested_at", "issued_at", "ended_at", "note", "content")
    return {"certificates": _rows(db.session.scalars(statement), *names)}


def export_notifications(person_id: int) -> Plain:
    """Return the messages to a person, with one-time secrets masked as they are stored, and the kinds not wanted."""
    addresses = select(EmailAddress.address).where(EmailAddress.person_id == person_id)
    theirs = or_(Message.person_id == person_id, Message.address.in_(addresses))
    names = ("kind", "state", "language", "sent_to", "subject", "text", "created_at", "due_at", "sent_at")
    declined = select(DeclinedKind).where(DeclinedKind.person_id == person_id).order_by(DeclinedKind.id)
    return {
        "messages": _rows(db.session.scalars(select(Message).where(theirs).order_by(Message.id)), *names),
        "declined_kinds": _rows(db.session.scalars(declined), "kind", "at"),
    }


def export_statistics(person_id: int) -> Plain:
    """Return the compilations that a person asked for."""
    statement = select(Compilation).where(Compilation.asked_by.in_(_account_ref(person_id)))
    found = db.session.scalars(statement.order_by(Compilation.id))
    return {"compilations": _rows(found, "public_id", "starts_on", "ends_on", "asked_at")}


def export_audit(person_id: int) -> Plain:
    """Return what a person's account did, and what others did to the person or the account."""
    account = people.account_of(person_id)
    own = account.public_id if account else ""
    theirs = or_(AuditEntry.actor == own, AuditEntry.object_id.in_((own, people.person(person_id).public_id)))
    found = db.session.scalars(select(AuditEntry).where(theirs).order_by(AuditEntry.id))
    return {"deeds": [_deed(entry, own) for entry in found]}


def _row(row: Any, *names: str) -> Plain:
    return {"id" if name == "public_id" else name: getattr(row, name) for name in names}


def _rows(rows: Iterable[Any], *names: str) -> list[Plain]:
    return [_row(row, *names) for row in rows]


def _about(activity: Activity) -> Plain:
    return {"activity": activity.public_id, "titles": activity.titles}


def _addresses(person_id: int) -> Iterable[EmailAddress]:
    return db.session.scalars(select(EmailAddress).where(EmailAddress.person_id == person_id).order_by(EmailAddress.id))


def _sign_ins(account: Account | None) -> Iterable[SignIn]:
    if account is None:
        return []
    return db.session.scalars(select(SignIn).where(SignIn.account_id == account.id).order_by(SignIn.id))


def _role(grant: RoleGrant) -> Plain:
    organization = grant.organization.name if grant.organization else None
    return {**_row(grant, "role", "division", "granted_at", "revoked_at"), "organization": organization}


def _of_enrolments(model: type[Kept], person_id: int) -> dict[int, list[Kept]]:
    """Return what is kept with a person's enrolments, oldest first, by the enrolment."""
    statement = select(model).join(Enrolment, Enrolment.id == model.enrolment_id)
    found: dict[int, list[Kept]] = {}
    for one in db.session.scalars(statement.where(Enrolment.person_id == person_id).order_by(model.id)):
        found.setdefault(one.enrolment_id, []).append(one)
    return found


def _enrolment(
    enrolment: Enrolment,
    steps: list[EnrolmentChange],
    corrections: list[AttributeCorrection],
    answers: list[ApplicationAnswer],
) -> Plain:
    names = ("public_id", "state", "motivation", "applied_at", "confirmed_at", "offer_expires_at", "sex", "country",
             "sector", "organization_name", "organization_country", "position_held")  # fmt: skip
    history = [{"from": step.from_state, "to": step.to_state, "at": step.at, "reason": step.reason} for step in steps]
    corrected = _rows(corrections, "at", "field", "before", "after", "reason")
    said = [_answer(enrolment, answer) for answer in answers]
    return {
        **_about(enrolment.activity), **_row(enrolment, *names), "answers": said, "history": history,
        "corrections": corrected,
    }  # fmt: skip


def _answer(enrolment: Enrolment, answer: ApplicationAnswer) -> Plain:
    # The file itself is to be had at its address, as what else is a file here.
    question = answer.question
    chosen = next((option["labels"] for option in question.options if option["code"] == answer.text), None)
    file = f"/applications/{enrolment.public_id}/files/{answer.public_id}" if answer.file_key else None
    return {
        "titles": question.labels, "answer": chosen or answer.text or answer.number,
        "file_name": answer.file_name or None, "file": file,
    }  # fmt: skip


def _draft(draft: ApplicationDraft) -> Plain:
    values = draft.values
    answers = [value["name"] if isinstance(value, dict) else value for value in values["answers"].values()]
    said = {"motivation": values["motivation"], "answers": [text for text in answers if text], **values["about"]}
    return {**_about(draft.activity), **said, "saved_at": draft.saved_at}


def _mark(mark: Mark) -> Plain:
    session = mark.class_session
    when = {"class_session": session.public_id, "starts_at": session.starts_at}
    return {**when, **_row(mark, "mark", "minutes", "source", "evidence", "marked_at")}


def _deed(entry: AuditEntry, own: str) -> Plain:
    # Who else acted is not theirs to take along.
    return {"by_you": entry.actor == own, **_row(entry, "at", "verb", "object_type", "object_id", "details")}


def _account_ref(person_id: int) -> Any:
    return select(Account.public_id).where(Account.person_id == person_id)
