"""What coordinators fill in; the words are here, what is right is decided below."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import format_date, gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from ilpes_lms.catalogue import rules, service
from ilpes_lms.catalogue.errors import DateNotPlausible
from ilpes_lms.catalogue.models import Activity, ClassSession, Course, Module
from ilpes_lms.catalogue.rules.values import is_plausible
from ilpes_lms.core import clock
from ilpes_lms.core.errors import DomainError
from ilpes_lms.people.models import Organization
from ilpes_lms.people.vocabularies import countries, divisions, languages, sectors, time_zones, topics
from ilpes_lms.web import i18n
from ilpes_lms.web.forms import Form

_EMPTY_PARTNERS = 2
_MOST_PARTNERS = 20
_LONGEST_SESSION_MINUTES = 1440
_WALL = "%Y-%m-%dT%H:%M"
_NOTHING = ""
_Choices = list[tuple[str, str]]


class Checkboxes(SelectMultipleField):  # type: ignore[misc]  # WTForms is untyped
    """Several of a few choices."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _needed() -> InputRequired:
    return InputRequired(_("This field is required."))


def _plausible(_form: Any, field: Any) -> None:
    if field.data and not is_plausible(field.data):
        raise ValidationError(gettext(DateNotPlausible.message))


def _text(label: Any, longest: int, **more: Any) -> StringField:
    return StringField(label, [Optional(), Length(max=longest)], **more)


def _long_text(label: Any, **more: Any) -> TextAreaField:
    return TextAreaField(label, [Optional(), Length(max=10_000)], **more)


class PartnerForm(PlainForm):  # type: ignore[misc]  # WTForms is untyped
    """An organization that takes part, and as what."""

    name = _text(_("Organization"), 300)
    role = SelectField(_("Takes part as"), validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = _labelled(rules.PARTNER_ROLE_LABELS)


class ActivityForm(Form):
    """All settings of an activity but its kind, which is for life."""

    version = HiddenField()
    titles_es = _text(_("Title in Spanish"), 400)
    titles_en = _text(_("Title in English"), 400)
    titles_pt = _text(_("Title in Portuguese"), 400)
    titles_fr = _text(_("Title in French"), 400)
    summaries_es = _long_text(_("Summary in Spanish"))
    summaries_en = _long_text(_("Summary in English"))
    summaries_pt = _long_text(_("Summary in Portuguese"))
    summaries_fr = _long_text(_("Summary in French"))
    course_id = SelectField(_("Course"), validators=[Optional()])
    topics = Checkboxes(_("Topics"), [Optional()])
    starts_on = DateField(_("First day"), [_needed(), _plausible])
    ends_on = DateField(_("Last day"), [Optional(), _plausible], description=_("Empty: it lasts one day."))
    move_class_sessions = BooleanField(
        _("Move the class sessions along"),
        description=_("If the first day changes, those to come move by as many days and keep their hour."),
    )
    zone = SelectField(_("Time zone of the place"), [_needed()])
    hours = DecimalField(_("Hours of training"), [Optional(), NumberRange(max=9999)])
    languages = Checkboxes(_("Languages in which it is given"), [Optional()])
    modality = SelectField(_("Format"), [_needed()])
    location = _text(_("Place"), 200)
    country = SelectField(
        _("Country"), validators=[Optional()], description=_("The host or the one that asked for it.")
    )
    admission = SelectField(_("How people get in"), [_needed()])
    capacity = IntegerField(
        _("Places"), [Optional(), NumberRange(max=1_000_000)], description=_("Empty: as many as come.")
    )
    applications_open_at = DateTimeLocalField(
        _("Applications open"), [Optional(), _plausible], format=_WALL, description=_("At the time of the place.")
    )
    applications_close_at = DateTimeLocalField(
        _("Applications close"), [Optional(), _plausible], format=_WALL, description=_("At the time of the place.")
    )
    eligible_countries = SelectMultipleField(
        _("Only for people of"), [Optional()], description=_("Nothing chosen: people of all countries.")
    )
    eligible_organizations = TextAreaField(
        _("Only for the people of these institutions"), [Optional(), Length(max=10_000)], render_kw={"rows": 3},
        description=_("One a line, by its name in the list; where several have one name, with the country: "
                      "Ministerio de Hacienda (CHL). Empty: people of all institutions."),
    )  # fmt: skip
    eligible_sectors = Checkboxes(
        _("Only for people who work in"), [Optional()], description=_("Nothing chosen: people of all sectors.")
    )
    eligible_languages = Checkboxes(
        _("Only for people who can work in"), [Optional()],
        description=_("One of those chosen is enough. Nothing chosen: no language is asked for."),
    )  # fmt: skip
    division = SelectField(_("Organizing division"), validators=[Optional()])
    requesting_institution = _text(_("Institution that requested it"), 300)
    technical_assistance = _long_text(_("Technical assistance it belongs to"))
    ilpes_support = _long_text(_("Support that ILPES gives"))
    partners = FieldList(FormField(PartnerForm, label=_("Partner")), label=_("Partners"), max_entries=_MOST_PARTNERS)
    joining_link = _text(_("Joining link"), 500, description=_("Shown only to people who have a place."))
    contact = _text(_("Contact"), 254, description=_("An e-mail address that everyone may see."))

    def __init__(self, kind: str, courses: Iterable[Course], scope: frozenset[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._kind = kind
        code = i18n.current_language()
        self.course_id.choices = _optional([(str(c.id), i18n.in_own_words(c.titles)) for c in courses])
        self.topics.choices = topics.choices(code)
        self.zone.choices = time_zones.choices(code)
        self.languages.choices = languages.choices(code)
        self.modality.choices = _labelled(rules.MODALITY_LABELS)
        self.country.choices = _optional(countries.choices(code))
        self.eligible_countries.choices = countries.choices(code)
        self.eligible_sectors.choices = sectors.choices(code)
        self.eligible_languages.choices = languages.choices(code)
        ways = rules.ADMISSIONS_OF_KIND[kind]
        self.admission.choices = [(way, gettext(rules.ADMISSION_LABELS[way])) for way in ways]
        own = [(key, label) for key, label in divisions.choices(code) if not scope or key in scope]
        self.division.choices = own if scope else _optional(own)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check shapes and, of all that was filled in, what the service would refuse, so that nothing is told later."""
        shaped = super().validate(extra_validators)
        return self.refuse_all(self._faults()) and shaped

    def _faults(self) -> list[DomainError]:
        if self.zone.errors or self.course_id.errors:
            # Only who sends another form than ours gets here: without a place no time can be told.
            return []
        faults = service.faults_of_activity(self._kind, self.values())
        for fault in faults:
            fault.field = _beside(fault.field)
        return faults

    def values(self) -> dict[str, Any]:
        """Return what was typed as the service takes it."""
        values = {name: self[name].data for name in _PLAIN}
        values |= {name: self[name].data or None for name in ("division", "country")}
        values["eligible_organizations"] = (self.eligible_organizations.data or "").splitlines()
        values["course_id"] = int(self.course_id.data) if self.course_id.data else None
        values["ends_on"] = self.ends_on.data or self.starts_on.data
        for name in ("titles", "summaries"):
            values[name] = {code: self[f"{name}_{code}"].data or "" for code in languages.CODES}
        for name in ("applications_open_at", "applications_close_at"):
            typed = None if self[name].errors else self[name].data
            values[name] = clock.at_place(typed, self.zone.data) if typed else None
        values["partners"] = [(p["name"], p["role"]) for p in self.partners.data if (p["name"] or "").strip()]
        return values

    def refuse(self, refusal: DomainError) -> None:
        """Put a refusal beside its field; what is wrong with all titles stands beside the first."""
        refusal.field = _beside(refusal.field)
        super().refuse(refusal)

    def add_empty_partners(self) -> None:
        """Leave room for more partners."""
        for _count in range(_EMPTY_PARTNERS):
            if len(self.partners) < _MOST_PARTNERS:
                self.partners.append_entry()


def _beside(field: str | None) -> str | None:
    return "titles_es" if field == "titles" else field


_PLAIN = (
    "topics", "starts_on", "zone", "hours", "languages", "modality", "location", "admission", "capacity",
    "eligible_countries", "eligible_sectors", "eligible_languages", "requesting_institution", "technical_assistance",
    "ilpes_support", "joining_link", "contact",
)  # fmt: skip


class ClassSessionForm(Form):
    """One dated meeting, by the clocks of its place."""

    starts_wall = DateTimeLocalField(_("Begins"), [_needed(), _plausible], format=_WALL)
    minutes = IntegerField(_("Minutes"), [_needed(), NumberRange(min=1, max=_LONGEST_SESSION_MINUTES)], default=90)
    zone = SelectField(_("Time zone of the place"), [_needed()])
    title = _text(_("Title"), 200)
    joining_link = _text(_("Joining link"), 500, description=_("Shown only to people who have a place."))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.zone.choices = time_zones.choices(i18n.current_language())

    def values(self) -> dict[str, Any]:
        """Return what was typed as the service takes it."""
        values = {name: self[name].data for name in ("starts_wall", "minutes", "zone", "joining_link")}
        return {**values, "title": self.title.data or ""}


class MovedSessionForm(ClassSessionForm):
    """A class session that is there: the version that was seen, and why its times change."""

    reason = _text(
        _("Reason for other times"), 400,
        description=_("If the times change, everyone with a place gets a letter with both and the reason."),
    )  # fmt: skip
    version = HiddenField()

    def values(self) -> dict[str, Any]:
        """Return what was typed as the service takes it."""
        seen = str(self.version.data or "")
        return {**super().values(), "reason": self.reason.data or "", "version": int(seen) if seen.isdecimal() else 0}


class CalledOffForm(Form):
    """Why a class session does not take place."""

    reason = _text(_("Reason"), 400)


class PatternForm(Form):
    """Class sessions that come again. `expected` is the tag of the plan that is confirmed."""

    weekdays = Checkboxes(_("On these days of the week"), [_needed()])
    begins = TimeField(_("Begins at"), [_needed()])
    ends = TimeField(_("Ends at"), [_needed()], description=_("Before the beginning: on the day after."))
    every = IntegerField(
        _("Every so many weeks"), [_needed(), NumberRange(min=1, max=52)], default=1,
        description=_("1: every week, 2: every second week."),
    )  # fmt: skip
    first = DateField(_("First day"), [_needed(), _plausible])
    last = DateField(_("Last day"), [Optional(), _plausible])
    number = IntegerField(
        _("Number of class sessions"), [Optional(), NumberRange(min=1, max=100)],
        description=_("Instead of a last day, or beside it: what comes first ends it."),
    )  # fmt: skip
    zone = SelectField(_("Time zone of the place"), [_needed()])
    skipped = TextAreaField(
        _("Dates to leave out"), [Optional(), Length(max=2000)], render_kw={"rows": 3},
        description=_("One a line, as 2026-09-18 or 18/09/2026."),
    )  # fmt: skip
    holidays = BooleanField(_("Leave out public holidays"))
    title = _text(_("Title"), 200)
    joining_link = _text(_("Joining link"), 500, description=_("Shown only to people who have a place."))
    expected = HiddenField()

    def __init__(self, country: str | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        code = i18n.current_language()
        self.zone.choices = time_zones.choices(code)
        week = [_A_MONDAY + timedelta(number) for number in range(7)]
        self.weekdays.choices = [(str(day.weekday()), format_date(day, "EEEE")) for day in week]
        if country:
            name = countries.country_name(country, code)
            self.holidays.label.text = gettext("Leave out the public holidays of %(country)s", country=name)
        else:
            del self.holidays

    def pattern(self) -> rules.Pattern:
        """Return the pattern that was typed; raises what is wrong with it."""
        return rules.Pattern(
            weekdays=frozenset(int(day) for day in self.weekdays.data), begins=self.begins.data, ends=self.ends.data,
            first=self.first.data, last=self.last.data, number=self.number.data, every=self.every.data,
            skipped=rules.dates_in(self.skipped.data or ""),
        )  # fmt: skip

    def options(self) -> dict[str, Any]:
        """Return where the pattern is meant and whether public holidays are left out."""
        return {"zone": self.zone.data, "holidays": bool(self.holidays and self.holidays.data)}

    def details(self) -> dict[str, Any]:
        """Return what all its class sessions have in common."""
        return {"title": self.title.data or "", "joining_link": self.joining_link.data}


_A_MONDAY = date(2024, 1, 1)


class MaterialForm(Form):
    """A link to something that participants need."""

    title = StringField(_("Title"), [_needed(), Length(max=200)])
    link = StringField(
        _("Link"), [_needed(), Length(max=500)], description=_("It begins with https://"),
        render_kw={"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"},
    )  # fmt: skip


class ModuleForm(Form):
    """A part of an activity with hours of its own."""

    titles_es = _text(_("Title in Spanish"), 200)
    titles_en = _text(_("Title in English"), 200)
    titles_pt = _text(_("Title in Portuguese"), 200)
    titles_fr = _text(_("Title in French"), 200)
    hours = DecimalField(_("Hours of training"), [Optional()], places=None)
    class_sessions = Checkboxes(
        _("Class sessions"), [Optional()], description=_("One that belongs to another module leaves it.")
    )

    def values(self) -> dict[str, Any]:
        """Return what was typed as the service takes it."""
        titles = {code: self[f"titles_{code}"].data or "" for code in languages.CODES}
        return {"titles": titles, "hours": self.hours.data, "class_sessions": self.class_sessions.data or []}

    def refuse(self, refusal: DomainError) -> None:
        """Put a refusal beside its field; what is wrong with all titles stands beside the first."""
        if refusal.field == "titles":
            refusal.field = "titles_es"
        super().refuse(refusal)


class StaffForm(Form):
    """Somebody who has an account, by e-mail address."""

    email = StringField(_("E-mail address"), [_needed(), Length(max=254)], render_kw={"type": "email"})
    role = SelectField(_("As"), [_needed()])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.role.choices = _labelled(rules.ASSIGNMENT_LABELS)


class HeadcountForm(Form):
    """How many took part; `version` is the one that the page showed."""

    version = HiddenField()
    women = IntegerField(_("Women"), [_needed(), NumberRange(min=0)])
    men = IntegerField(_("Men"), [_needed(), NumberRange(min=0)])
    other = IntegerField(_("Other"), [_needed(), NumberRange(min=0)])
    not_stated = IntegerField(_("Not stated"), [_needed(), NumberRange(min=0)])
    source = StringField(
        _("Source"),
        [Optional(), Length(max=200)],
        description=_("Where the numbers come from, for example a list of the division."),
    )
    reason = TextAreaField(_("Reason for the correction"), [Length(max=400)])

    def values(self) -> dict[str, Any]:
        """Return what was filled in, by the names the service knows."""
        counts = {name: self[name].data for name in ("women", "men", "other", "not_stated")}
        return counts | {"source": self.source.data or "", "reason": self.reason.data or ""}


def data_of(activity: Activity, institutions: Iterable[Organization]) -> dict[str, Any]:
    """Return an activity's values as the form holds them; `institutions` are those that it is for."""
    data = {name: getattr(activity, name) for name in (*_PLAIN, "ends_on", "division", "country", "version")}
    data["eligible_organizations"] = "\n".join(f"{found.name} ({found.country})" for found in institutions)
    data["zone"] = time_zones.canonical(activity.zone)
    data["course_id"] = str(activity.course_id or "")
    for name in ("titles", "summaries"):
        data |= {f"{name}_{code}": getattr(activity, name).get(code, "") for code in languages.CODES}
    for name in ("applications_open_at", "applications_close_at"):
        moment: datetime | None = getattr(activity, name)
        data[name] = clock.wall_time(moment, activity.zone) if moment else None
    data["partners"] = [{"name": partner.name, "role": partner.role} for partner in activity.partners]
    return data


def data_of_session(session: ClassSession) -> dict[str, Any]:
    """Return a class session's values as the form holds them."""
    return {
        "starts_wall": datetime.fromisoformat(session.wall_start), "minutes": session.minutes,
        "zone": time_zones.canonical(session.zone), "title": session.title, "joining_link": session.joining_link,
        "version": session.version,
    }  # fmt: skip


def data_of_module(module: Module, sessions: Iterable[ClassSession]) -> dict[str, Any]:
    """Return a module's values as the form holds them."""
    titles = {f"titles_{code}": module.titles.get(code, "") for code in languages.CODES}
    theirs = [session.public_id for session in sessions if session.module_id == module.id]
    hours = Decimal(f"{module.hours.normalize():f}") if module.hours else None
    return {**titles, "hours": hours, "class_sessions": theirs}


def _labelled(labels: dict[str, str]) -> _Choices:
    return [(code, gettext(label)) for code, label in labels.items()]


def _optional(choices: _Choices) -> _Choices:
    return [(_NOTHING, "–"), *choices]
