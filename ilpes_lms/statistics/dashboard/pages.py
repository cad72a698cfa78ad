"""The dashboard, its charts as files, and the activities behind its figures."""

from urllib.parse import urlencode

from apiflask import APIBlueprint
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ilpes_lms.catalogue import queries as catalogue
from ilpes_lms.people import queries as people
from ilpes_lms.statistics.dashboard import answers, asking, charting, documents, queries
from ilpes_lms.statistics.dashboard.addresses import Address
from ilpes_lms.statistics.dashboard.answers import BREAKDOWNS, Answer
from ilpes_lms.statistics.dashboard.display import Board
from ilpes_lms.statistics.dashboard.filtering import Filters
from ilpes_lms.statistics.dashboard.forms import KNOWN, joined, period_form
from ilpes_lms.statistics.dashboard.listing import Reader, activities_table
from ilpes_lms.statistics.dashboard.rules import Question
from ilpes_lms.statistics.forms import PeriodForm
from ilpes_lms.statistics.rules import period_between
from ilpes_lms.web import access
from ilpes_lms.web.asked import page_takes
from ilpes_lms.web.downloads import as_attachment

_MOST_FOUND = 10

pages = APIBlueprint("dashboard", __name__, enable_openapi=False)


@pages.get("/coordinate/statistics")
@access.requires("statistics.read")
def overview() -> ResponseReturnValue:
    if (asked := joined(request.args)) is not None:
        return redirect(f"{url_for('dashboard.overview')}?{urlencode(asked)}")
    page_takes(**KNOWN, by=BREAKDOWNS, cursor=None, find=None)
    form, question = _asked()
    if question is None:
        return _wrong(form)
    answer = Answer(question, _breakdown(), request.args.get("cursor"))
    address = Address(question, answer.breakdown)
    found = request.args.get("find", "").strip()
    filters = Filters(address, answer.institutions, people.organizations_like(found, _MOST_FOUND) if found else ())
    return render_template(
        "statistics/dashboard/overview.html", form=form, filters=filters, board=Board(answer, address), find=found,
        forms=documents.FORMS,
    )  # fmt: skip


@pages.get("/coordinate/statistics/activities")
@access.requires("statistics.read")
def activities() -> ResponseReturnValue:
    page_takes(**KNOWN, cursor=None)
    form, question = _asked()
    if question is None:
        return _wrong(form)
    page = queries.activities(question, request.args.get("cursor"))
    reader, address = _reader([one.ref for one in page.items]), Address(question, "", "dashboard.activities")
    filters = Filters(address, Answer(question).institutions)
    older = address.of("dashboard.activities", cursor=page.next_cursor) if page.next_cursor else None
    return render_template(
        "statistics/dashboard/activities.html", filters=filters, question=question, pager={"next_url": older},
        table=activities_table(page.items, question, reader) if page.items else None, reader=reader,
    )  # fmt: skip


_NAMES = ", ".join(charting.CHART_NAMES)


@pages.get(f"/coordinate/statistics/charts/<any({_NAMES}):name>.<any(svg, png, csv):form>")
@access.requires("statistics.read")
def chart(name: str, form: str) -> ResponseReturnValue:
    page_takes(**KNOWN)
    form_of_period, question = _asked()
    if question is None:
        return _wrong(form_of_period)
    made = documents.of_question(question, name, form)
    return as_attachment(made.content, made.name, made.content_type)


def _asked() -> tuple[PeriodForm, Question | None]:
    """Return the form of the period, and what the address asks for; None for a period that can't be."""
    form = period_form(request.args, answers.usual_period)
    agreed = form.validate() and form.attempt(period_between, start=form["from"].data, end=form["to"].data)
    return form, asking.question_of(form.result, request.args) if agreed else None


def _wrong(form: PeriodForm) -> ResponseReturnValue:
    return render_template("statistics/dashboard/wrong_period.html", form=form), 422


def _breakdown() -> str:
    asked = request.args.get("by", "")
    return asked if asked in BREAKDOWNS else BREAKDOWNS[0]


def _reader(refs: list[str]) -> Reader:
    who = access.principal()
    managed = catalogue.managed_refs(refs, who.divisions) if who.may("catalogue.manage") else frozenset()
    return Reader(managed, who.may("enrolment.review"))
