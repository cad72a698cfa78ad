"""The living programme's activities and class sessions, dated from the day of loading."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity, Course
from ilpes_lms.core import clock
from ilpes_lms.demo.service.population import Population

CONTACT = "cursos@example.org"
ZONE = "America/Santiago"
NOTED = "demo"
_SATURDAY = 5
_SESSION_NOW_MINUTES = 180
_NOTE = {
    "where": NOTED,
    "text": "Actividad ficticia, para demostración. · Fictitious activity, for demonstration.",
}
_BY_KIND: dict[str, dict[str, Any]] = {
    "international_open": {"modality": "blended", "division": "ilpes", "location": "A distancia desde Santiago"},
    "national_restricted": {
        "modality": "blended", "division": "ilpes",
        "technical_assistance": "Asistencia técnica en planificación (demostración).",
    },
    "other_division": {"modality": "blended", "ilpes_support": "Plataforma y conversión a distancia (demostración)."},
    "webinar": {"modality": "live_online", "division": "ilpes"},
}  # fmt: skip
_ROOM = "https://example.org/sala/"
_AS_GIVEN = ("capacity", "languages", "division", "country", "location", "modality", "admission", "titles",
             "summaries", "topics")  # fmt: skip


def add_activity(plan: Mapping[str, Any], courses: Mapping[str, Course], population: Population) -> Activity:
    """Add one activity with its class sessions and staff, and publish it unless it is meant to stay a draft."""
    zone = plan.get("zone", ZONE)
    starts_on = _working_day(clock.today(zone), plan["starts"])
    class_sessions = _class_sessions(plan, starts_on, zone)
    activity = catalogue.create_activity(
        kind=plan["kind"],
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=plan["days"] - 1),
        **(_BY_KIND[plan["kind"]] | _hours(plan, class_sessions) | _of_course(courses.get(plan.get("course", "")))
           | _details(plan, zone)),
    )  # fmt: skip
    for wall, minutes in class_sessions:
        catalogue.add_class_session(activity_id=activity.id, starts_wall=wall, minutes=minutes)
    if number := plan.get("instructor"):
        person = population.instructors[number - 1]
        catalogue.assign(activity_id=activity.id, person_id=person.id, role="instructor")
    if plan.get("status") != "draft":
        catalogue.publish(activity_ref=activity.public_id)
    return activity


def end_activity(activity: Activity, plan: Mapping[str, Any]) -> None:
    """Take an activity to where the plan wants it in the end."""
    if plan.get("closed"):
        catalogue.close(activity_ref=activity.public_id)
    if plan.get("status") == "cancelled":
        catalogue.cancel(activity_ref=activity.public_id)


def key_of(activity: Activity) -> str | None:
    """Return by which plan an activity was made, None where its joining link was changed since."""
    link = activity.joining_link or ""
    return link.removeprefix(_ROOM) if link.startswith(_ROOM) else None


def _hours(plan: Mapping[str, Any], class_sessions: Sequence[tuple[datetime, int]]) -> dict[str, Any]:
    # A webinar is its class sessions, nothing else; a course is studied between them, too.
    if plan["kind"] != "webinar" or not class_sessions:
        return {}
    return {"hours": sum(minutes for _wall, minutes in class_sessions) / 60}


def _of_course(course: Course | None) -> dict[str, Any]:
    if course is None:
        return {}
    return {
        "course_id": course.id, "titles": course.titles, "summaries": course.summaries, "topics": course.topics,
        "hours": course.default_hours,
    }  # fmt: skip


def _details(plan: Mapping[str, Any], zone: str) -> dict[str, Any]:
    restricted = plan["kind"] == "national_restricted"
    today = clock.today(zone)
    opens, closes = (today + timedelta(days=plan[name]) if name in plan else None for name in ("opens", "closes"))
    return {
        "zone": zone,
        "contact": CONTACT,
        "notes": [_NOTE],
        "joining_link": f"{_ROOM}{plan['key']}",
        "requesting_institution": plan.get("institution"),
        "partners": [(name, role) for name, role in plan.get("partners", ())],
        "eligible_countries": [plan["country"]] if restricted else [],
        "applications_open_at": clock.at_place(datetime.combine(opens, time(8)), zone) if opens else None,
        "applications_close_at": clock.end_of_day(closes, zone) if closes else None,
        **{name: plan[name] for name in _AS_GIVEN if name in plan},
    }


def _class_sessions(plan: Mapping[str, Any], starts_on: date, zone: str) -> list[tuple[datetime, int]]:
    found = []
    if rhythm := plan.get("sessions"):
        at = time.fromisoformat(rhythm["at"])
        for number in range(rhythm["number"]):
            day = starts_on + timedelta(days=rhythm["every"] * number)
            found.append((datetime.combine(day, at), rhythm["minutes"]))
    if plan.get("session_now"):
        # One that has just begun, so that there is a roster to mark whenever the demonstration is loaded.
        wall = clock.wall_time(clock.now(), zone)
        begun = wall.replace(minute=wall.minute // 30 * 30, second=0, microsecond=0)
        found.append((begun, _SESSION_NOW_MINUTES))
    return sorted(found)


def _working_day(today: date, offset: int) -> date:
    """Return the day so far from today, moved away from today if it would be a Saturday or a Sunday."""
    day = today + timedelta(days=offset)
    if offset == 0 or day.weekday() < _SATURDAY:
        return day
    return _working_day(today, offset + (1 if offset > 0 else -1))
