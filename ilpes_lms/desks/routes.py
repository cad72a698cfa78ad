"""The desks as JSON."""

from flask import current_app

from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.core import clock, jobs
from ilpes_lms.core.settings import settings
from ilpes_lms.desks import queries, schemas, service
from ilpes_lms.desks.settings import shown_settings
from ilpes_lms.statistics.releases import queries as releases
from ilpes_lms.web import access, health, i18n
from ilpes_lms.web.api import blueprint

api = blueprint("desks")


@api.get("/home")
@access.public
@api.output(schemas.HomeOut)
def home() -> schemas.HomeOut:
    """Get what can be applied for, the next webinars, and the figures of the last published year, if one is."""
    published, offers = releases.headline(), queries.offers(clock.now(), clock.today(i18n.zone()))
    return schemas.HomeOut.of(offers, published.statistics if published else None)


@api.get("/my")
@access.signed_in
@api.output(schemas.MyOut)
def my() -> schemas.MyOut:
    """Get what waits for you, your applications, your running and your finished activities."""
    return schemas.MyOut.of(queries.participant_desk(access.principal().person_id or 0, clock.now()))


@api.get("/teach")
@access.requires("desks.teach")
@api.output(schemas.TeachOut)
def teach() -> schemas.TeachOut:
    """Get today's class sessions, those where marks are missing, and the activities you teach."""
    return schemas.TeachOut.of(queries.teaching_desk(viewer(), clock.now()))


@api.get("/coordinate")
@access.requires("desks.coordinate")
@api.output(schemas.CoordinateOut)
def coordinate() -> schemas.CoordinateOut:
    """Get what waits for a coordinator, and the current activities."""
    divisions = access.principal().divisions
    return schemas.CoordinateOut.of(queries.coordination_desk(divisions, clock.now(), clock.today(i18n.zone())))


@api.get("/admin")
@access.requires("desks.admin")
@api.output(schemas.AdminOut)
def admin() -> schemas.AdminOut:
    """Get the state of health, jobs, messages and settings."""
    states = queries.job_states(jobs.jobs_of(current_app).registered, clock.now())
    return schemas.AdminOut(
        health=health.check_all() | health.signs(),
        messages=queries.messages_by_state(),
        jobs=[schemas.JobOut.of(job) for job in states],
        settings=shown_settings(settings()),
    )


@api.post("/admin/jobs/<name>/runs")
@access.requires("desks.admin")
@api.output(schemas.JobOut, status_code=202)
def run_now(name: str) -> schemas.JobOut:
    """Ask for a job to run now; asked twice, or while it is under way, it is the same run."""
    service.run_now(name=name)
    (state,) = queries.job_states({name: jobs.jobs_of(current_app).registered[name]}, clock.now())
    return schemas.JobOut.of(state)
