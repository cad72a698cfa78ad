"""What this room shows on the catalogue's pages: the way in, and the coordinator's doors."""

from collections import Counter

from flask import g, render_template
from flask_babel import gettext as _

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core.errors import DomainError
from ilpes_lms.enrolment import display, queries, rules, service
from ilpes_lms.enrolment.errors import NotEligible
from ilpes_lms.enrolment.joining import joining
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.service import Beginning
from ilpes_lms.enrolment.wording import WORDS, is_over
from ilpes_lms.people import queries as people
from ilpes_lms.people.models import Person
from ilpes_lms.web import access
from ilpes_lms.web.errors import text_of
from ilpes_lms.web.i18n import ngettext


def activity_panel(activity: Activity) -> str:
    """Show one clear button or the reason why not, and what is needed; who is on the list sees where they stand."""
    if activity.record != "people":
        return ""
    person_id = access.principal().person_id
    standing = queries.enrolment_of(person_id, activity.id) if person_id else None
    if standing is not None and standing.state in rules.LIVE:
        return _where_one_stands(activity, standing)
    return _way_in(activity, people.person(person_id) if person_id else None, standing)


def manage_panel(activity: Activity) -> str:
    """Show a coordinator how enrolment stands and where to go on."""
    if activity.record != "people" or not access.principal().may("enrolment.decide"):
        return ""
    balance = _balance(activity)
    named = catalogue.is_staff(activity, access.principal().person_id or 0)
    return render_template("enrolment/manage_panel.html", activity=activity, balance=balance, named=named, **WORDS)


def cancel_question(activity: Activity) -> str:
    """Ask before an activity is called off, saying how many people will be told."""
    number = 0 if is_over(activity) else _number_live(activity)
    if not number:
        return str(_("Nobody has a place or waits for one, so no message goes out. Cancel the activity for good?"))
    return str(
        ngettext(
            "%(num)s person has a place, waits for one or has applied, and gets a message that it is cancelled. "
            "Cancel the activity for good?",
            "%(num)s people have a place, wait for one or have applied. Each gets a message that it is cancelled. "
            "Cancel the activity for good?",
            number,
        )
    )


def staff_panel(activity: Activity) -> str:
    """Show those who teach an activity the way to what its participants need."""
    who = access.principal()
    if "instructor" not in who.roles or not catalogue.is_staff(activity, who.person_id or 0):
        return ""
    return render_template("enrolment/staff_panel.html", activity=activity)


def _number_live(activity: Activity) -> int:
    return sum(sexes.total() for state, sexes in _balance(activity).items() if state in rules.LIVE)


def _balance(activity: Activity) -> dict[str, Counter[str]]:
    # Two panels of one page ask for it; the database is asked once.
    known: dict[int, dict[str, Counter[str]]] = g.setdefault("enrolment_balances", {})
    if activity.id not in known:
        known[activity.id] = queries.balance(activity.id)
    return known[activity.id]


def _where_one_stands(activity: Activity, standing: Enrolment) -> str:
    return render_template(
        "enrolment/standing_panel.html",
        activity=activity,
        standing=standing,
        rank=queries.rank(standing),
        meaning=display.what_it_means(standing),
        joining=joining(activity, standing),
        **WORDS,
    )


def _way_in(activity: Activity, person: Person | None, standing: Enrolment | None) -> str:
    beginning = service.beginning_of(activity, person, standing) if person else None
    refused = beginning.refused if beginning else service.explain(activity, None, None)
    questions = beginning.questions if beginning else queries.questions(activity.id) if not refused else []
    return render_template(
        "enrolment/panel.html",
        activity=activity,
        standing=standing,
        beginning=beginning,
        why_not=_why_not(refused, beginning),
        reasons=display.reasons(beginning.eligibility) if beginning else [],
        asked=[] if refused else display.asked_lines(activity, questions),
        waits=activity.admission == "open" and rules.prospect(queries.places(activity)) == rules.WAITING,
        **WORDS,
    )


def _why_not(refused: DomainError | None, beginning: Beginning | None) -> list[str]:
    if refused is None:
        return []
    if isinstance(refused, NotEligible) and beginning is not None:
        return display.reasons(beginning.eligibility)
    return [text_of(refused)]
