"""Enrolment as JSON: what the pages can do, through the same service."""

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment import queries, schemas, service
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.web import access
from ilpes_lms.web.api import blueprint
from ilpes_lms.web.idempotency import idempotent

api = blueprint("enrolment")


@api.post("/activities/<activity_ref>/enrolments")
@access.signed_in
@idempotent
@api.input(schemas.ApplicationIn)
@api.output(schemas.EnrolmentOut, status_code=201)
def apply(activity_ref: str, json_data: schemas.ApplicationIn) -> schemas.EnrolmentOut:
    """Ask for a place, or apply where a committee selects."""
    arrived = service.apply(activity_ref=activity_ref, person_id=_me(), motivation=json_data.motivation)
    # Whoever has just joined the waiting list is its last.
    last = arrived.activity.waiting_count if arrived.state == "waitlisted" else None
    return schemas.EnrolmentOut.of(arrived, last)


@api.get("/activities/<activity_ref>/enrolments")
@access.requires("enrolment.decide")
@api.input(schemas.BoardQuery, location="query")
@api.output(schemas.BoardOut)
def board(activity_ref: str, query_data: schemas.BoardQuery) -> schemas.BoardOut:
    """List an activity's applications."""
    activity = catalogue.managed_activity(activity_ref, access.principal().divisions)
    asked = query_data
    page = queries.board(
        activity.id, sort=asked.sort, descending=asked.descending, state=asked.state, cursor=asked.cursor,
        size=asked.limit,
    )  # fmt: skip
    return schemas.BoardOut(
        items=[schemas.ApplicantOut.of(enrolment) for enrolment in page.items],
        next_cursor=page.next_cursor,
        balance={state: dict(counts) for state, counts in queries.balance(activity.id).items()},
    )


@api.get("/me/enrolments")
@access.signed_in
@api.output(schemas.EnrolmentsOut)
def my_enrolments() -> schemas.EnrolmentsOut:
    """List one's own enrolments."""
    mine = queries.of_person(_me())
    ranks = queries.ranks(mine)
    return schemas.EnrolmentsOut(items=[schemas.EnrolmentOut.of(one, ranks.get(one.id)) for one in mine])


@api.get("/enrolments/<enrolment_ref>")
@access.signed_in
@api.output(schemas.EnrolmentWithHistoryOut)
def one(enrolment_ref: str) -> schemas.EnrolmentWithHistoryOut:
    """Show one's own enrolment, or to a coordinator one of an activity they manage."""
    found = _visible(enrolment_ref)
    return schemas.EnrolmentWithHistoryOut.of(found, queries.rank(found))


@api.post("/enrolments/<enrolment_ref>/withdrawals")
@access.signed_in
@idempotent
@api.output(schemas.EnrolmentOut, status_code=201)
def withdraw(enrolment_ref: str) -> schemas.EnrolmentOut:
    """Leave an activity."""
    return _told(service.withdraw(enrolment_ref=enrolment_ref, person_id=_me()))


@api.post("/enrolments/<enrolment_ref>/acceptances")
@access.signed_in
@idempotent
@api.output(schemas.EnrolmentOut, status_code=201)
def accept(enrolment_ref: str) -> schemas.EnrolmentOut:
    """Take the place that was offered."""
    return _told(service.accept_offer(enrolment_ref=enrolment_ref, person_id=_me()))


@api.post("/enrolments/<enrolment_ref>/refusals")
@access.signed_in
@idempotent
@api.output(schemas.EnrolmentOut, status_code=201)
def turn_down(enrolment_ref: str) -> schemas.EnrolmentOut:
    """Turn down the place that was offered."""
    return _told(service.decline_offer(enrolment_ref=enrolment_ref, person_id=_me()))


@api.post("/activities/<activity_ref>/decisions")
@access.requires("enrolment.decide")
@idempotent
@api.input(schemas.DecisionsIn)
@api.output(schemas.DecisionsOut, status_code=201)
def decide(activity_ref: str, json_data: schemas.DecisionsIn) -> schemas.DecisionsOut:
    """Accept, decline or waitlist people; each answer says what became of it."""
    done = service.decide(
        activity_ref=activity_ref, enrolment_refs=json_data.enrolments, decision=json_data.decision,
        reason=json_data.reason, divisions=access.principal().divisions,
    )  # fmt: skip
    return schemas.DecisionsOut(items=[schemas.DecidedOut.of(decided) for decided in done])


@api.get("/activities/<activity_ref>/quotas")
@access.requires("enrolment.decide")
@api.output(schemas.QuotasOut)
def quotas(activity_ref: str) -> schemas.QuotasOut:
    """List the institutions that have places."""
    activity = catalogue.managed_activity(activity_ref, access.principal().divisions)
    found = queries.quotas(activity.id)
    filled = queries.filled_of(quota.id for quota in found)
    return schemas.QuotasOut(items=[schemas.QuotaOut.of(quota, filled.get(quota.id, 0)) for quota in found])


@api.post("/activities/<activity_ref>/quotas")
@access.requires("enrolment.decide")
@idempotent
@api.input(schemas.QuotaIn)
@api.output(schemas.QuotaOut, status_code=201)
def open_quota(activity_ref: str, json_data: schemas.QuotaIn) -> schemas.QuotaOut:
    """Give an institution places and write to its focal point."""
    quota = service.open_quota_for(
        activity_ref=activity_ref, divisions=access.principal().divisions, **json_data.model_dump()
    )
    return schemas.QuotaOut.of(quota, 0)


@api.get("/nominations/<token>")
@access.public
@api.output(schemas.NominationDeskOut)
def nomination_desk(token: str) -> schemas.NominationDeskOut:
    """Show a focal point its institution's places; the link is the key."""
    quota = queries.quota_by_token(token)
    nominees = queries.nominees([quota.id])
    return schemas.NominationDeskOut(
        activity=quota.activity.public_id,
        titles=quota.activity.titles,
        quota=schemas.QuotaOut.of(quota, len(nominees)),
        nominees=[schemas.NomineeOut.of(nominee) for nominee in nominees],
    )


@api.post("/nominations/<token>")
@access.public
@idempotent
@api.input(schemas.InviteeIn)
@api.output(schemas.NomineeOut, status_code=201)
def nominate(token: str, json_data: schemas.InviteeIn) -> schemas.NomineeOut:
    """Name a person for one of the institution's places."""
    return schemas.NomineeOut.of(service.nominate(token=token, **json_data.model_dump()))


@api.post("/nominations/<token>/<invitation_ref>/withdrawals")
@access.public
@idempotent
@api.output(schemas.NomineeOut, status_code=201)
def withdraw_nomination(token: str, invitation_ref: str) -> schemas.NomineeOut:
    """Take back a nomination that has not been confirmed."""
    return schemas.NomineeOut.of(service.withdraw_nomination(token=token, invitation_ref=invitation_ref))


@api.get("/activities/<activity_ref>/invitations")
@access.requires("enrolment.decide")
@api.output(schemas.NomineesOut)
def invitations(activity_ref: str) -> schemas.NomineesOut:
    """List whom an activity has invited."""
    activity = catalogue.managed_activity(activity_ref, access.principal().divisions)
    return schemas.NomineesOut(items=[schemas.NomineeOut.of(found) for found in queries.invitations(activity.id)])


@api.post("/activities/<activity_ref>/invitations")
@access.requires("enrolment.decide")
@idempotent
@api.input(schemas.InviteeIn)
@api.output(schemas.NomineeOut, status_code=201)
def invite(activity_ref: str, json_data: schemas.InviteeIn) -> schemas.NomineeOut:
    """Ask a named person to take part."""
    divisions = access.principal().divisions
    return schemas.NomineeOut.of(
        service.invite(activity_ref=activity_ref, divisions=divisions, **json_data.model_dump())
    )


@api.post("/activities/<activity_ref>/invitations/<invitation_ref>/withdrawals")
@access.requires("enrolment.decide")
@idempotent
@api.output(schemas.NomineeOut, status_code=201)
def withdraw_invitation(activity_ref: str, invitation_ref: str) -> schemas.NomineeOut:
    """Take back an invitation that nobody has accepted."""
    withdrawn = service.withdraw_invitation(
        activity_ref=activity_ref, invitation_ref=invitation_ref, divisions=access.principal().divisions
    )
    return schemas.NomineeOut.of(withdrawn)


@api.post("/invitations/<token>/acceptances")
@access.signed_in
@idempotent
@api.output(schemas.EnrolmentOut, status_code=201)
def accept_invitation(token: str) -> schemas.EnrolmentOut:
    """Take the place that an invitation promises."""
    return _told(service.accept_invitation(token=token, person_id=_me()))


def _me() -> int:
    person_id = access.principal().person_id
    if person_id is None:
        raise NotFound
    return person_id


def _told(enrolment: Enrolment) -> schemas.EnrolmentOut:
    return schemas.EnrolmentOut.of(enrolment, queries.rank(enrolment))


def _visible(enrolment_ref: str) -> Enrolment:
    who = access.principal()
    found = queries.enrolment(enrolment_ref)
    if found.person_id == who.person_id:
        return found
    if not who.may("enrolment.decide"):
        raise NotFound
    catalogue.managed_activity(found.activity.public_id, who.divisions)
    return found
