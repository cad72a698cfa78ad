"""The reminders of all activities in somebody's charge as JSON."""

from ilpes_lms.core import clock
from ilpes_lms.reminders import queries, schemas, service
from ilpes_lms.reminders.routes.blueprint import api, calendar, recipients
from ilpes_lms.web import access


@api.get("/reminders")
@access.requires("reminders.manage")
@api.input(schemas.EverywhereQuery, location="query", arg_name="asked")
@api.output(schemas.EverywhereOut)
def everywhere(asked: schemas.EverywhereQuery) -> schemas.EverywhereOut:
    """Read who gets what when, by which rule, in the caller's time zone."""
    found = _underway()
    tried = None
    if asked.kind and asked.as_if_on:
        found = queries.of_kind(found, asked.kind)
        tried = calendar(queries.as_if_on(found, asked.kind, asked.as_if_on), asked.weeks)
    lines = schemas.lines_of(calendar(found, asked.weeks), tried)
    return schemas.EverywhereOut(paused_until=queries.paused_everywhere(clock.now()), calendar=lines)


@api.get("/reminders/recipients")
@access.requires("reminders.manage")
@api.input(schemas.RecipientsEverywhereQuery, location="query", arg_name="asked")
@api.output(schemas.RecipientsOut)
def of_line_everywhere(asked: schemas.RecipientsEverywhereQuery) -> schemas.RecipientsOut:
    """Read who gets one reminder of one activity on one day."""
    return recipients(calendar(_foreseen(asked), asked.weeks), asked, asked.activity)


@api.put("/reminders/pause")
@access.requires("reminders.manage")
@api.input(schemas.PauseIn)
@api.output({}, status_code=204)
def pause_all(json_data: schemas.PauseIn) -> str:
    """Send no reminder at all until a moment; for coordinators of all divisions."""
    service.pause(until=json_data.until, divisions=access.principal().divisions)
    return ""


@api.delete("/reminders/pause")
@access.requires("reminders.manage")
@api.output({}, status_code=204)
def resume_all() -> str:
    """End the pause of all reminders."""
    service.resume(divisions=access.principal().divisions)
    return ""


def _foreseen(asked: schemas.RecipientsEverywhereQuery) -> list[queries.Underway]:
    found = _underway()
    return queries.as_if_on(found, asked.kind, asked.as_if_on) if asked.kind and asked.as_if_on else found


def _underway() -> list[queries.Underway]:
    return queries.underway(clock.now(), divisions=access.principal().divisions)
