"""The rules that hold for each kind of activity."""

from functools import partial

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ilpes_lms.catalogue.rules import KIND_LABELS
from ilpes_lms.reminders import queries, rules, service
from ilpes_lms.reminders.display import rules_in_words
from ilpes_lms.reminders.errors import UnknownRule
from ilpes_lms.reminders.forms import RuleForm, SeenForm
from ilpes_lms.reminders.pages.activities import differences_of, known_rule, status_of
from ilpes_lms.reminders.pages.blueprint import divisions, pages
from ilpes_lms.web import access


@pages.get("/coordinate/reminders/rules/<kind>")
@access.requires("reminders.manage")
def defaults(kind: str) -> ResponseReturnValue:
    shown = rules_in_words(_terms(kind))
    return render_template(
        "reminders/defaults.html", kind=kind, label=KIND_LABELS[kind], kinds=KIND_LABELS, rules=shown,
        for_all=not divisions(),
    )  # fmt: skip


@pages.route("/coordinate/reminders/rules/<kind>/new", methods=["GET", "POST"])
@access.requires("reminders.manage")
def add_default(kind: str) -> ResponseReturnValue:
    _terms(kind)
    form = RuleForm()
    if form.validate_on_submit() and form.attempt(
        service.set_default, kind=kind, terms=form.terms, divisions=divisions()
    ):
        return _back(kind)
    return _form(kind, form)


@pages.route("/coordinate/reminders/rules/<kind>/<rule>", methods=["GET", "POST"])
@access.requires("reminders.manage")
def edit_default(kind: str, rule: str) -> ResponseReturnValue:
    form = RuleForm(_standing(kind, rule))
    if form.validate_on_submit() and form.attempt(
        service.set_default, kind=kind, terms=form.terms, code=rule, seen=form.seen, divisions=divisions()
    ):
        return _back(kind)
    return _form(kind, form, differences_of(form, partial(_standing, kind, rule)))


@pages.post("/coordinate/reminders/rules/<kind>/<rule>/reset")
@access.requires("reminders.manage")
def reset_default(kind: str, rule: str) -> ResponseReturnValue:
    _standing(kind, rule)
    form = SeenForm()
    if form.validate_on_submit() and form.attempt(
        service.reset_default, kind=kind, code=rule, seen=form.seen, divisions=divisions()
    ):
        return _back(kind)
    flash(" ".join(map(str, form.form_errors)), "caution")
    return redirect(url_for("reminders.defaults", kind=kind), 303)


def _terms(kind: str) -> queries.Terms:
    if kind not in rules.KINDS:
        raise UnknownRule
    return queries.terms_of_kind(kind)


def _standing(kind: str, code: str) -> rules.Rule:
    return known_rule(_terms(kind).rules, code)


def _back(kind: str) -> ResponseReturnValue:
    flash(_("Saved."), "good")
    return redirect(url_for("reminders.defaults", kind=kind), 303)


def _form(kind: str, form: RuleForm, differences: list[tuple[str, str, str]] | None = None) -> ResponseReturnValue:
    page = render_template(
        "reminders/rule.html", activity=None, kind=kind, label=KIND_LABELS[kind], form=form, for_all=not divisions(),
        differences=differences,
    )  # fmt: skip
    return page, status_of(form)
