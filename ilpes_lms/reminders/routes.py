"""Reminders, as JSON."""

from typing import Any

from ilpes_lms.catalogue.queries import managed_activity
from ilpes_lms.reminders import queries, rules, schemas, service
from ilpes_lms.web import access
from ilpes_lms.web.api import blueprint

api = blueprint("reminders")


@api.get("/activities/<activity_ref>/reminders")
@access.requires("reminders.manage")
@api.output(schemas.PlanOut)
def plan(activity_ref: str) -> dict[str, Any]:
    """Read which rules hold for an activity and what they send when."""
    found = _underway(activity_ref)
    return {
        "rules": [{"rule": rule, "enabled": found.on(rule)} for rule in rules.RULES],
        "plan": queries.plan(found),
    }


@api.get("/activities/<activity_ref>/reminders/recipients")
@access.requires("reminders.manage")
@api.input(schemas.RecipientsQuery, location="query", arg_name="asked")
@api.output(schemas.RecipientsOut)
def recipients(activity_ref: str, asked: schemas.RecipientsQuery) -> dict[str, Any]:
    """Read who gets one reminder, and when."""
    found = _underway(activity_ref)
    page = queries.recipients(found, rule=asked.rule, day=asked.day.isoformat(), cursor=asked.cursor)
    return {"items": [_recipient(one) for one in page.items], "next_cursor": page.next_cursor}


@api.put("/activities/<activity_ref>/reminders/<rule>")
@access.requires("reminders.manage")
@api.input(schemas.SwitchIn)
@api.output(schemas.SwitchOut)
def switch(activity_ref: str, rule: str, json_data: schemas.SwitchIn) -> Any:
    """Switch a rule on or off for an activity."""
    divisions = access.principal().divisions
    return service.switch(activity_ref=activity_ref, rule=rule, enabled=json_data.enabled, divisions=divisions)


def _underway(activity_ref: str) -> queries.Underway:
    return queries.underway(managed_activity(activity_ref, access.principal().divisions))


def _recipient(one: queries.Recipient) -> dict[str, Any]:
    person = one.enrolment.person
    return {
        "enrolment": one.enrolment.public_id, "name": person.full_name, "language": person.language,
        "due_at": one.window.due if one.window else None, "until": one.window.until if one.window else None,
        "state": one.state, "message": one.message_ref,
    }  # fmt: skip
