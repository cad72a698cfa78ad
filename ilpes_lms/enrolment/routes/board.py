"""The selection board as JSON."""

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.enrolment import queries, schemas, service
from ilpes_lms.enrolment.routes.blueprint import api
from ilpes_lms.web import access
from ilpes_lms.web.idempotency import idempotent


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


@api.post("/activities/<activity_ref>/decisions")
@access.requires("enrolment.decide")
@idempotent
@api.input(schemas.DecisionsIn)
@api.output(schemas.DecisionsOut, status_code=201)
def decide(activity_ref: str, json_data: schemas.DecisionsIn) -> schemas.DecisionsOut:
    """Accept, decline or waitlist people; each answer says what became of it."""
    done = service.decide(
        activity_ref=activity_ref, enrolment_refs=json_data.enrolments, decision=json_data.decision,
        reason=json_data.reason, override=json_data.override, divisions=access.principal().divisions,
    )  # fmt: skip
    return schemas.DecisionsOut(items=[schemas.DecidedOut.of(decided) for decided in done])
