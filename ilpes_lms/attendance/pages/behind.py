"""Who is falling behind in an activity, and a message to them: seen as they will get it before it is sent."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ilpes_lms.attendance import queries, rules, service
from ilpes_lms.attendance.display import standing
from ilpes_lms.attendance.forms import BehindMessageForm
from ilpes_lms.attendance.letters.behind import LetterShown, letters_shown
from ilpes_lms.attendance.pages.blueprint import pages
from ilpes_lms.attendance.queries import Behind
from ilpes_lms.attendance.viewer import viewer
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.web import access
from ilpes_lms.web.i18n import LANGUAGES, ngettext


@pages.route("/teach/activities/<activity_ref>/behind", methods=["GET", "POST"])
@access.requires("attendance.mark")
def behind(activity_ref: str) -> ResponseReturnValue:
    activity = queries.visible_activity(activity_ref, viewer())
    found = queries.falling_behind([activity.id]).get(activity.id, [])
    form = BehindMessageForm.to(found)
    letters = _letters(activity, found, form)
    if letters and form.seen.data == form.shown and _sent(activity_ref, form):
        flash(_said_sent(form.result), "good")
        return redirect(url_for("attendance.activity", activity_ref=activity_ref, _anchor="behind"), 303)
    return _behind_page(activity, found, form, letters)


def _letters(activity: Activity, found: Sequence[Behind], form: BehindMessageForm) -> list[LetterShown]:
    """Return the letters that would be sent, none where nothing was written or something is wrong with it."""
    if not form.validate_on_submit():
        return []
    if not form.attempt(service.chosen_among, behind=found, enrolment_refs=form.people.data):
        return []
    return letters_shown(activity, form.result, form.text.data, access.principal().name)


def _sent(activity_ref: str, form: BehindMessageForm) -> bool:
    return form.attempt(
        service.write_to_behind, activity_ref=activity_ref, enrolment_refs=form.people.data, text=form.text.data,
        deed=form.deed.data, by_person=access.principal().person_id,
    )  # fmt: skip


def _said_sent(number: int) -> str:
    return str(ngettext("The message goes to %(num)s person.", "The message goes to %(num)s people.", number))


def _behind_page(
    activity: Activity, found: Sequence[Behind], form: BehindMessageForm, letters: list[LetterShown]
) -> ResponseReturnValue:
    # What is confirmed next is what is shown now.
    form.seen.data = form.shown if letters else ""
    page = render_template(
        "attendance/behind.html", activity=activity, form=form, letters=letters, labels=rules.BEHIND_LABELS,
        people=[(each, standing(each.outcome)) for each in found], number_chosen=len(form.people.data or []),
        language_names=LANGUAGES,
    )  # fmt: skip
    return page, 422 if form.errors else 200
