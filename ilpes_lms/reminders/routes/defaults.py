"""The rules that hold for each kind of activity as JSON."""

from ilpes_lms.reminders import queries, rules, schemas, service
from ilpes_lms.reminders.errors import UnknownRule
from ilpes_lms.reminders.routes.blueprint import api
from ilpes_lms.web import access
from ilpes_lms.web.idempotency import idempotent
from ilpes_lms.web.versions import seen_version_if_told


@api.get("/reminders/rules/<kind>")
@access.requires("reminders.manage")
@api.output(schemas.ReminderRulesOut)
def defaults(kind: str) -> schemas.ReminderRulesOut:
    """Read the rules of a kind of activity."""
    if kind not in rules.KINDS:
        raise UnknownRule
    terms = queries.terms_of_kind(kind)
    items = [schemas.ReminderRuleOut.of(rule, own=code in terms.own) for code, rule in terms.rules.items()]
    return schemas.ReminderRulesOut(items=items)


@api.post("/reminders/rules/<kind>")
@access.requires("reminders.manage")
@idempotent
@api.input(schemas.ReminderRuleIn)
@api.output(schemas.ReminderRuleOut, status_code=201)
def add_default(kind: str, json_data: schemas.ReminderRuleIn) -> schemas.ReminderRuleOut:
    """Add a rule to a kind of activity; for coordinators of all divisions."""
    found = service.set_default(kind=kind, terms=json_data.rule(), divisions=access.principal().divisions)
    return schemas.ReminderRuleOut.of(found, own=True)


@api.put("/reminders/rules/<kind>/<rule>")
@access.requires("reminders.manage")
@api.input(schemas.ReminderTermsIn)
@api.output(schemas.ReminderRuleOut)
def set_default(kind: str, rule: str, json_data: schemas.ReminderTermsIn) -> schemas.ReminderRuleOut:
    """Change a rule of a kind of activity; for coordinators of all divisions.

    With If-Match, not one that somebody changed since.
    """
    found = service.set_default(
        kind=kind, terms=json_data.terms(), code=rule, seen=seen_version_if_told(),
        divisions=access.principal().divisions,
    )  # fmt: skip
    return schemas.ReminderRuleOut.of(found, own=True)


@api.delete("/reminders/rules/<kind>/<rule>")
@access.requires("reminders.manage")
@api.output({}, status_code=204)
def reset_default(kind: str, rule: str) -> str:
    """Let a kind's rule be as it came with the system; one that was added is gone.

    With If-Match, not one that somebody changed since.
    """
    service.reset_default(
        kind=kind, code=rule, seen=seen_version_if_told(), divisions=access.principal().divisions
    )  # fmt: skip
    return ""
