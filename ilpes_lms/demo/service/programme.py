"""The living programme: upcoming and running activities of all four kinds, dated from the day of loading."""

from collections.abc import Mapping
from random import Random
from typing import Any

from sqlalchemy import select

from ilpes_lms.catalogue.models import Course
from ilpes_lms.certificates import service as certificates
from ilpes_lms.certificates.models import Certificate
from ilpes_lms.core.database import db, transaction
from ilpes_lms.core.settings import settings
from ilpes_lms.demo.accounts import ACCOUNTS
from ilpes_lms.demo.errors import NotInProduction
from ilpes_lms.demo.service.applications import add_materials
from ilpes_lms.demo.service.begun import check_a_list, keep_published_year
from ilpes_lms.demo.service.board import begin_selection
from ilpes_lms.demo.service.imported import import_report
from ilpes_lms.demo.service.marks import mark_people
from ilpes_lms.demo.service.offer import add_activity, end_activity
from ilpes_lms.demo.service.population import Population, add_population
from ilpes_lms.demo.service.renewal import catch_up, living, plans_due
from ilpes_lms.demo.service.report import load_courses
from ilpes_lms.demo.service.standing import put_people
from ilpes_lms.demo.service.templates import add_template
from ilpes_lms.people.models import EmailAddress

# The same people in the same places each time; only the dates follow the day of loading.
_SEED = 2027


def load_programme() -> int:
    """Add the living programme with its people, or on a later day what keeps it living; return how many activities.

    The programme is one transaction, so it is there whole or not at all. Raises NotInProduction.
    """
    if settings().production:
        raise NotInProduction
    added = _load()
    if added:
        # Typesetting takes long, so it happens outside; what is left over, the worker's sweep makes.
        certificates.render_queued()
        _revoke_one()
        check_a_list()
        keep_published_year()
    return added


@transaction
def _load() -> int:
    there = living()
    plans = plans_due(there)
    if not plans:
        return 0
    chance = Random(_SEED)  # noqa: S311 - invented people need the same chance each time  # nosec B311
    population, courses = add_population(chance), load_courses()
    add_template()
    for plan in plans:
        _add(plan, courses, population, chance)
    catch_up(there, population, chance)
    return len(plans)


def _add(plan: Mapping[str, Any], courses: Mapping[str, Course], population: Population, chance: Random) -> None:
    activity = add_activity(plan, courses, population)
    add_materials(activity, plan)
    put_people(activity, plan, population, chance)
    begin_selection(activity, plan, population)
    import_report(activity, plan)
    mark_people(activity, plan, population, chance)
    end_activity(activity, plan)
    if plan.get("certificates"):
        certificates.issue(activity_ref=activity.public_id)


def _revoke_one() -> None:
    """End one invented person's certificate unless one is ended, so that there is one whose check says so."""
    if db.session.scalar(select(Certificate.id).where(Certificate.state == "revoked").limit(1)):
        return
    own = select(EmailAddress.person_id).where(EmailAddress.address.in_([account.email for account in ACCOUNTS]))
    issued = select(Certificate.code).where(Certificate.state == "issued", Certificate.person_id.not_in(own))
    if code := db.session.scalar(issued.order_by(Certificate.id).limit(1)):
        certificates.revoke(code=code, reason="Expedido por error (demostración).")
