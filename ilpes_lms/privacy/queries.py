"""What each room has stored about a person, as plain values by name; numbers of rows never leave (law 7)."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from ilpes_lms.attendance.models import Mark, Outcome, OutcomeAppeal, PlatformRecord
from ilpes_lms.attendance.queries import marks_of
from ilpes_lms.audit.models import AuditEntry
from ilpes_lms.calendars.models import CalendarBook, CalendarEntry, CalendarFeed
from ilpes_lms.catalogue.models import Activity, Assignment
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.certificates.rules import HANDED_OUT
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
from ilpes_lms.notifications.models import DeclinedKind, DigestChoice, Message
from ilpes_lms.people import queries as people
from ilpes_lms.people.models import Account, Consent, EmailAddress, Person, ProviderIdentity, RoleGrant, SignIn
from ilpes_lms.privacy.models import Erasure, ErasureRequest
from ilpes_lms.statistics.models import Compilation

Plain = dict[str, Any]
Kept = TypeVar("Kept", EnrolmentChange, AttributeCorrection)


def refs_in_record(person_id: int) -> set[str]:
    """Return the public ids by which the record of deeds knows a person: their own, and that of the account."""
    account = people.account_of(person_id)
    return {people.person(person_id).public_id, *([account.public_id] if account else ())}


def held_office(person_id: int) -> bool:
    """Tell whether a person ever had a role or taught or coordinated an activity."""
    held = (select(model.id).where(model.person_id == person_id).exists() for model in (RoleGrant, Assignment))
    return bool(db.session.scalar(select(or_(*held))))


def erasure_asked(person_id: int) -> ErasureRequest | None:
    """Return a person's wish to be erased."""
    return db.session.scalar(select(ErasureRequest).where(ErasureRequest.person_id == person_id))


def what_stays(person_id: int) -> dict[str, int]:
    """Return of how many records something stays when a person is erased: participations, certificates, an office."""
    took_part = select(func.count()).where(Enrolment.person_id == person_id, Enrolment.state == "confirmed")
    certified = select(func.count()).where(Certificate.person_id == person_id, Certificate.state.in_(HANDED_OUT))
    return {
        "participations": db.session.scalars(took_part).one(), "certificates": db.session.scalars(certified).one(),
        "offices": int(held_office(person_id)),
    }  # fmt: skip


def due_erasures(now: datetime) -> list[str]:
    """Return the public ids of those who can take their wish back no more."""
    due = select(Person.public_id).join(ErasureRequest, ErasureRequest.person_id == Person.id)
    return list(db.session.scalars(due.where(ErasureRequest.due_at <= now).order_by(ErasureRequest.id)))


def erasures() -> dict[str, datetime]:
    """Return when who was erased, by the digest of the id they had."""
    found = db.session.execute(select(Erasure.digest, Erasure.at).order_by(Erasure.id))
    return {row[0]: row[1] for row in found}


def refs_of_all() -> list[str]:
    """Return the public ids of all who are on record and not erased."""
    return list(db.session.scalars(select(Person.public_id).where(Person.forgotten_at.is_(None)).order_by(Person.id)))


def files_of(person_id: int) -> list[tuple[str, str]]:
    """Return a person's files, certificates and what they sent with applications: a path for each, and its key."""
    certificates = select(Certificate.serial, Certificate.file_key).where(
        Certificate.person_id == person_id, Certificate.state.in_(HANDED_OUT), Certificate.file_key.is_not(None)
    )
    answers = (
        select(Enrolment.public_id, ApplicationAnswer.public_id, ApplicationAnswer.file_key)
        .join(Enrolment, Enrolment.id == ApplicationAnswer.enrolment_id)
        .where(Enrolment.person_id == person_id, ApplicationAnswer.file_key.is_not(None))
    )
    issued = [(f"certificates/{serial}.pdf", key) for serial, key in db.session.execute(certificates)]
    # By codes as in the JSON beside it: a name that somebody gave a file may lead out of the folder.
    sent = [(f"applications/{ref}/{answer}.pdf", key) for ref, answer, key in db.session.execute(answers)]
    return [(path, key or "") for path, key in (*issued, *sent)]


def export_people(person_id: int) -> Plain:
    """Return profile, addresses, account, roles, sign-ins, agreements and the wish to be erased."""
    person, account = people.person(person_id), people.account_of(person_id)
    grants = select(RoleGrant).options(joinedload(RoleGrant.organization)).where(RoleGrant.person_id == person_id)
    consents = select(Consent).where(Consent.person_id == person_id).order_by(Consent.id)
    asked = erasure_asked(person_id)
    return {
        "profile": {"id": person.public_id, **people.profile_of(person), "created_at": person.created_at},
        "addresses": _rows(_addresses(person_id), "address", "verified_at"),
        "former_addresses": _rows(people.former_addresses_of(person_id), "address", "left_at"),
        "account": _row(account, "public_id", "created_at", "last_sign_in_at", "disabled_at") if account else None,
        "roles": [_role(grant) for grant in db.session.scalars(grants.order_by(RoleGrant.id))],
        "sign_ins": _rows(
            _sign_ins(account), "kind", "label", "network", "created_at", "last_seen_at", "expires_at", "ended_at"
        ),
        **_ways_in(account),
        "consents": _rows(db.session.scalars(consents), "notice_version", "given_at"),
        "erasure": _row(asked, "asked_at", "due_at") if asked else None,
    }


def _ways_in(account: Account | None) -> Plain:
    """Return by what else than a password somebody signs in; never the secrets."""
    factor = people.second_factor_of(account.id) if account else None
    linked = select(ProviderIdentity).where(ProviderIdentity.account_id == (account.id if account else None))
    return {
        "second_factor": _row(factor, "created_at", "confirmed_at") if factor else None,
        "providers": _rows(db.session.scalars(linked.order_by(ProviderIdentity.id)), "issuer", "subject", "linked_at"),
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
    names = (
        "serial", "code", "kind", "language", "state", "requested_at", "issued_at", "fetched_at", "ended_at", "note",
        "content",
    )  # fmt: skip
    return {"certificates": _rows(db.session.scalars(statement), *names)}


def export_notifications(person_id: int) -> Plain:
    """Return the messages to a person, with one-time secrets masked as they are stored, and the kinds not wanted."""
    addresses = select(EmailAddress.address).where(EmailAddress.person_id == person_id)
    theirs = or_(Message.person_id == person_id, Message.address.in_(addresses))
    names = ("kind", "state", "language", "sent_to", "subject", "text", "created_at", "due_at", "sent_at")
    declined = select(DeclinedKind).where(DeclinedKind.person_id == person_id).order_by(DeclinedKind.id)
    summary = select(DigestChoice).where(DigestChoice.person_id == person_id)
    return {
        "messages": _rows(db.session.scalars(select(Message).where(theirs).order_by(Message.id)), *names),
        "declined_kinds": _rows(db.session.scalars(declined), "kind", "at"),
        "daily_summary": _rows(db.session.scalars(summary), "hour", "at"),
    }


def export_calendars(person_id: int) -> Plain:
    """Return the address of a person's feed, by its age alone, and what their own calendar was told."""
    feeds = select(CalendarFeed).where(CalendarFeed.person_id == person_id)
    told = (
        select(CalendarEntry, Activity)
        .join(CalendarBook, CalendarBook.id == CalendarEntry.book_id)
        .join(Enrolment, Enrolment.id == CalendarBook.enrolment_id)
        .join(Activity, Activity.id == Enrolment.activity_id)
        .where(Enrolment.person_id == person_id)
        .order_by(CalendarEntry.starts_at, CalendarEntry.id)
    )
    return {
        "calendar_feeds": [{"created_at": feed.made_at} for feed in db.session.scalars(feeds)],
        "calendar_entries": [
            {**_about(activity), **_row(entry, "starts_at", "zone"), "sent_at": entry.told_at}
            for entry, activity in db.session.execute(told)
        ],
    }


def export_statistics(person_id: int) -> Plain:
    """Return the compilations that a person asked for."""
    statement = select(Compilation).where(Compilation.asked_by.in_(_account_ref(person_id)))
    found = db.session.scalars(statement.order_by(Compilation.id))
    return {"compilations": _rows(found, "public_id", "starts_on", "ends_on", "asked_at")}


def export_audit(person_id: int) -> Plain:
    """Return what a person's account did, and what others did to the person or the account, under whatever record."""
    own = {ref for number in people.records_of(person_id) for ref in refs_in_record(number)}
    theirs = or_(AuditEntry.actor.in_(own), AuditEntry.object_id.in_(own))
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
    return {
        **_row(grant, "role", "division", "granted_at", "ends_at", "reason", "revoked_at"),
        "organization": organization,
    }


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


def _deed(entry: AuditEntry, own: Collection[str]) -> Plain:
    # Who else acted is not theirs to take along.
    return {"by_you": entry.actor in own, **_row(entry, "at", "verb", "object_type", "object_id", "details")}


def _account_ref(person_id: int) -> Any:
    return select(Account.public_id).where(Account.person_id == person_id)
