"""Gaps in the reader's language: what is missing, what it does to the figures, and how it is mended."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.people.models import Person
from ilpes_lms.people.rules import Evidence
from ilpes_lms.statistics.display import dates_text
from ilpes_lms.statistics.quality.queries import Twin
from ilpes_lms.statistics.quality.rules import GAPS
from ilpes_lms.web import i18n
from ilpes_lms.web.navigation import place

LABELS = {
    "sex": N_("Participations without sex"),
    "country": N_("Participations without country"),
    "institution": N_("Participations without institution"),
    "persons": N_("People who look like one person"),
    "marks": N_("Activities that ended without attendance or outcomes"),
    "record": N_("Past activities without record of participants"),
    "source": N_("Headcounts without source"),
}
ADVICE = {
    "sex": N_(
        "They count as not stated. Correct those of whom you know what they said themselves; whoever prefers not to "
        "say stays so, and nothing is guessed from a name."
    ),
    "country": N_("They are missing in tables by country. Correct them with a reason, as it was at the time."),
    "institution": N_("They are missing in tables by institution. Correct them with a reason, as it was at the time."),
    "persons": N_(
        "They may count twice as distinct persons. A name alone says nothing: compare what agrees and what differs, "
        "ask them if in doubt, and tell an administrator whose records belong together."
    ),
    "marks": N_("Nobody in them can complete. Enter the attendance or the outcomes."),
    "record": N_(
        "They count as activities and no participation is added for them. Give a headcount with its source, if there "
        "is a list somewhere; else they stay without record, which is not zero."
    ),
    "source": N_("An auditor asks where the numbers come from. Add the source with a reason."),
}
_NOTHING_LACKS = {
    "sex": N_("Every participation says a sex."),
    "country": N_("Every participation says a country."),
    "institution": N_("Every participation says an institution."),
    "persons": N_("Nobody looks like somebody else."),
    "marks": N_("Every activity that ended has attendance or outcomes."),
    "record": N_("Every past activity has a record of its participants."),
    "source": N_("Every headcount has a source."),
}
_FACTS = {
    "organization": N_("institution"),
    "position": N_("position"),
    "residence_country": N_("country of residence"),
    "nationality": N_("nationality"),
}
_RECORDS = {
    "no_record": N_("No record"),
    "headcount": N_("Headcount announced, none given"),
    "people": N_("Nobody enrolled: counts as zero"),
}


@dataclass(frozen=True, slots=True)
class Gap:
    """One kind of gap: its code, how often it is found, and the words about it."""

    code: str
    number: int
    label: str
    advice: str
    complete: str


@dataclass(frozen=True, slots=True)
class Row:
    """One thing with a gap: what it is, what else helps to know it, and where it is mended."""

    title: str
    more: str
    url: str
    mend: str


def gaps(numbers: Mapping[str, int]) -> list[Gap]:
    """Return every kind of gap."""
    return [gap(code, numbers[code]) for code in GAPS]


def gap(code: str, number: int = 0) -> Gap:
    """Return one kind of gap."""
    return Gap(code, number, str(_(LABELS[code])), str(_(ADVICE[code])), str(_(_NOTHING_LACKS[code])))


def enrolment_row(enrolment: Enrolment) -> Row:
    """Return a participation that does not say something."""
    activity = enrolment.activity
    url = url_for("enrolment.attributes", activity_ref=activity.public_id, enrolment_ref=enrolment.public_id)
    more = f"{i18n.in_own_words(activity.titles)}, {_dates(activity)}"
    return Row(enrolment.person.full_name, more, url, _("Correct"))


def activity_row(code: str, activity: Activity) -> Row:
    """Return a past activity of which something is not on record."""
    title, more = i18n.in_own_words(activity.titles), _dates(activity)
    if code == "marks":
        return Row(title, more, place("attendance", activity_ref=activity.public_id), _("Enter attendance"))
    url = url_for("catalogue.headcount", ref=activity.public_id)
    if code == "source":
        return Row(title, more, url, _("Add the source"))
    return Row(title, f"{more}. {_(_RECORDS[activity.record])}", url, _("Give a headcount"))


def twin_row(twin: Twin, *, may_search: bool) -> Row:
    """Return a person who may be somebody else on record; only administrators get to their records."""
    said = " ".join(_compared(one, found) for one, found in twin.like)
    earliest = twin.like[0][0].public_id
    url = place("merge_person", person_ref=twin.person.public_id, into=earliest) if may_search else ""
    return Row(twin.person.full_name, said, url, _("Compare and merge"))


def enrolment_out(enrolment: Enrolment) -> dict[str, Any]:
    """Return a participation with a gap as programs get it."""
    return {
        **_activity(enrolment.activity), "enrolment_ref": enrolment.public_id,
        "person_ref": enrolment.person.public_id, "name": enrolment.person.full_name,
    }  # fmt: skip


def activity_out(activity: Activity) -> dict[str, Any]:
    """Return an activity with a gap as programs get it."""
    return _activity(activity)


def twin_out(twin: Twin) -> dict[str, Any]:
    """Return a person who may be somebody else as programs get it."""
    like = [
        {
            "person_ref": one.public_id, "name": one.full_name, "same": list(found.same),
            "different": list(found.different), "unknown": found.unknown,
        }
        for one, found in twin.like
    ]  # fmt: skip
    return {"person_ref": twin.person.public_id, "name": twin.person.full_name, "like": like}


def _activity(activity: Activity) -> dict[str, Any]:
    title = i18n.in_own_words(activity.titles)
    return {"activity_ref": activity.public_id, "title": title, "ends_on": activity.ends_on, "record": activity.record}


def _compared(one: Person, found: Evidence) -> str:
    since = i18n.short_day(one.created_at.date())
    known = [str(_("On record since %(day)s under this name.", day=since))]
    if found.same:
        known.append(str(_("Agree: %(facts)s.", facts=_named(found.same))))
    if found.different:
        known.append(str(_("Differ: %(facts)s.", facts=_named(found.different))))
    if found.unknown:
        known.append(str(_("Of one of them nothing but the name is known.")))
    return " ".join(known)


def _named(facts: tuple[str, ...]) -> str:
    return ", ".join(str(_(_FACTS[name])) for name in facts)


def _dates(activity: Activity) -> str:
    return dates_text(
        {
            "start": activity.starts_on.isoformat(), "end": activity.ends_on.isoformat(),
            "start_precision": activity.start_precision, "end_precision": activity.end_precision,
        }
    )  # fmt: skip
