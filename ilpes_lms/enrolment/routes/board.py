"""The selection board as JSON."""

from ilpes_lms.enrolment import letters, queries, rules, schemas, service
from ilpes_lms.enrolment.queries import BoardFilter, Order
from ilpes_lms.enrolment.routes.blueprint import api, me, reviewed
from ilpes_lms.people.vocabularies import countries
from ilpes_lms.web import access
from ilpes_lms.web.i18n import current_language
from ilpes_lms.web.idempotency import idempotent


@api.get("/activities/<activity_ref>/enrolments")
@access.requires("enrolment.review")
@api.input(schemas.BoardQuery, location="query")
@api.output(schemas.BoardOut)
def board(activity_ref: str, query_data: schemas.BoardQuery) -> schemas.BoardOut:
    """List an activity's applications."""
    activity, asked = reviewed(activity_ref), _filter(query_data)
    page = queries.board(
        activity.id, asked, _order(query_data), reader=me(), cursor=query_data.cursor, size=query_data.limit
    )  # fmt: skip
    return schemas.BoardOut(
        items=[schemas.ApplicantOut.of(applicant) for applicant in page.items],
        next_cursor=page.next_cursor,
        total=queries.number_matching(activity.id, asked),
        balance={state: dict(counts) for state, counts in queries.balance(activity.id).items()},
    )


@api.get("/activities/<activity_ref>/balance")
@access.requires("enrolment.review")
@api.output(schemas.BalanceOut)
def balance(activity_ref: str) -> schemas.BalanceOut:
    """Compare those with a place with all who applied."""
    facts = queries.facts(reviewed(activity_ref).id)
    return schemas.BalanceOut.of(rules.balance(facts, rules.holding(facts)))


@api.get("/activities/<activity_ref>/proposal")
@access.requires("enrolment.decide")
@api.output(schemas.ProposalOut)
def proposal(activity_ref: str) -> schemas.ProposalOut:
    """Propose who gets the free places under the rules, and say of everyone why; nothing is changed."""
    found = service.propose(activity_ref=activity_ref, divisions=access.principal().divisions)
    facts = queries.facts(reviewed(activity_ref).id)
    holding = rules.holding(facts)
    before, after = rules.balance(facts, holding), rules.balance(facts, holding | frozenset(found.chosen))
    return schemas.ProposalOut.of(found, {fact.ref: fact for fact in facts}, before, after)


@api.post("/activities/<activity_ref>/decisions/preview")
@access.requires("enrolment.decide")
@api.input(schemas.DecisionsIn)
@api.output(schemas.DecisionPreviewOut)
def preview_decisions(activity_ref: str, json_data: schemas.DecisionsIn) -> schemas.DecisionPreviewOut:
    """Say what a decision would do and which letters would go out; nothing is changed."""
    foreseen = service.foresee(
        activity_ref=activity_ref, enrolment_refs=json_data.enrolments, decision=json_data.decision, decider=me(),
        divisions=access.principal().divisions,
    )  # fmt: skip
    possible = [one.enrolment for one in foreseen if one.enrolment and not one.refused]
    found = letters.previews(json_data.decision, possible, json_data.reason)
    return schemas.DecisionPreviewOut(
        items=[schemas.DecidedOut.of(one) for one in foreseen], letters=[schemas.LetterOut.of(one) for one in found]
    )


@api.post("/activities/<activity_ref>/decisions")
@access.requires("enrolment.decide")
@idempotent
@api.input(schemas.DecisionsIn)
@api.output(schemas.DecisionsOut, status_code=201)
def decide(activity_ref: str, json_data: schemas.DecisionsIn) -> schemas.DecisionsOut:
    """Accept, decline or waitlist people; each answer says what became of it."""
    done = service.decide(
        activity_ref=activity_ref, enrolment_refs=json_data.enrolments, decision=json_data.decision, decider=me(),
        reason=json_data.reason, override=json_data.override, take_back=json_data.take_back,
        divisions=access.principal().divisions,
    )  # fmt: skip
    return schemas.DecisionsOut(items=[schemas.DecidedOut.of(decided) for decided in done])


def _filter(asked: schemas.BoardQuery) -> BoardFilter:
    return BoardFilter(
        state=asked.state, country=asked.country, sex=asked.sex, sector=asked.sector, text=asked.text,
        not_reviewed_by=me() if asked.not_reviewed_by_me else None, score=asked.score,
    )  # fmt: skip


def _order(asked: schemas.BoardQuery) -> Order:
    names = [code for code, _name in countries.choices(current_language())]
    return Order(asked.sort, asked.descending, names)
