"""An activity's reminders as JSON."""

from ilpes_lms.reminders import queries, schemas, service
from ilpes_lms.reminders.routes.blueprint import api, at, calendar, recipients, underway
from ilpes_lms.web import access
from ilpes_lms.web.idempotency import idempotent
from ilpes_lms.web.versions import seen_version_if_told


@api.get("/activities/<activity_ref>/reminders")
@access.requires("reminders.manage")
@api.input(schemas.ActivityCalendarQuery, location="query", arg_name="asked")
@api.output(schemas.PlanOut)
def plan(activity_ref: str, asked: schemas.ActivityCalendarQuery) -> schemas.PlanOut:
    """Read an activity's rules, until when it is paused, and who gets what when."""
    found = underway(activity_ref)
    actual = calendar([found], asked.weeks, found.activity.zone)
    tried = calendar([found.as_if_on(asked.as_if_on)], asked.weeks, actual.zone) if asked.as_if_on else None
    written = queries.written(found.activity.public_id)
    return schemas.PlanOut(
        rules=[schemas.ReminderRuleOut.of(rule, own=rule.code in found.terms.own) for rule in found.rules.values()],
        paused_until=found.paused_until, calendar=schemas.lines_of(actual, tried),
        written=[schemas.WrittenOut(kind=kind, state=state, messages=number) for kind, state, number in written],
    )  # fmt: skip


@api.get("/activities/<activity_ref>/reminders/recipients")
@access.requires("reminders.manage")
@api.input(schemas.RecipientsOfActivityQuery, location="query", arg_name="asked")
@api.output(schemas.RecipientsOut)
def of_line(activity_ref: str, asked: schemas.RecipientsOfActivityQuery) -> schemas.RecipientsOut:
    """Read who gets one reminder on one day."""
    found = _foreseen(underway(activity_ref), asked.as_if_on)
    return recipients(calendar([found], asked.weeks, found.activity.zone), asked, activity_ref)


@api.put("/activities/<activity_ref>/reminders/<rule>")
@access.requires("reminders.manage")
@api.input(schemas.SwitchIn)
@api.output(schemas.SwitchOut)
def switch(activity_ref: str, rule: str, json_data: schemas.SwitchIn) -> schemas.SwitchOut:
    """Switch a rule on or off for an activity; with If-Match, not one that somebody changed since."""
    found = service.switch(rule=rule, enabled=json_data.enabled, seen=seen_version_if_told(), **at(activity_ref))
    return schemas.SwitchOut(rule=found.code, enabled=found.enabled)


@api.post("/activities/<activity_ref>/reminders/rules")
@access.requires("reminders.manage")
@idempotent
@api.input(schemas.ReminderRuleIn)
@api.output(schemas.ReminderRuleOut, status_code=201)
def add_rule(activity_ref: str, json_data: schemas.ReminderRuleIn) -> schemas.ReminderRuleOut:
    """Add a rule to an activity."""
    return schemas.ReminderRuleOut.of(service.set_rule(terms=json_data.rule(), **at(activity_ref)), own=True)


@api.put("/activities/<activity_ref>/reminders/rules/<rule>")
@access.requires("reminders.manage")
@api.input(schemas.ReminderTermsIn)
@api.output(schemas.ReminderRuleOut)
def set_rule(activity_ref: str, rule: str, json_data: schemas.ReminderTermsIn) -> schemas.ReminderRuleOut:
    """Change the terms of a rule for an activity; with If-Match, not one that somebody changed since."""
    found = service.set_rule(terms=json_data.terms(), code=rule, seen=seen_version_if_told(), **at(activity_ref))
    return schemas.ReminderRuleOut.of(found, own=True)


@api.delete("/activities/<activity_ref>/reminders/rules/<rule>")
@access.requires("reminders.manage")
@api.output({}, status_code=204)
def reset_rule(activity_ref: str, rule: str) -> str:
    """Let a rule hold as for the activity's kind; one added to the activity is gone.

    With If-Match, not one that somebody changed since.
    """
    service.reset_rule(code=rule, seen=seen_version_if_told(), **at(activity_ref))
    return ""


@api.put("/activities/<activity_ref>/reminders/pause")
@access.requires("reminders.manage")
@api.input(schemas.PauseIn)
@api.output({}, status_code=204)
def pause(activity_ref: str, json_data: schemas.PauseIn) -> str:
    """Send no reminder of an activity until a moment."""
    service.pause(until=json_data.until, **at(activity_ref))
    return ""


@api.delete("/activities/<activity_ref>/reminders/pause")
@access.requires("reminders.manage")
@api.output({}, status_code=204)
def resume(activity_ref: str) -> str:
    """End the pause of an activity's reminders."""
    service.resume(**at(activity_ref))
    return ""


def _foreseen(found: queries.Underway, as_if_on: str | None) -> queries.Underway:
    return found.as_if_on(as_if_on) if as_if_on else found
