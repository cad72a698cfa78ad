"""The form of an activity, and of its partners."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import gettext
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
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import Length, NumberRange, Optional

from ilpes_lms.catalogue import rules, service
from ilpes_lms.catalogue.forms.fields import (
    _EMPTY_PARTNERS,
    _WALL,
    Checkboxes,
    _labelled,
    _long_text,
    _needed,
    _optional,
    _plausible,
    _text,
)
from ilpes_lms.catalogue.models import Activity, Course
from ilpes_lms.core import clock
from ilpes_lms.core.errors import DomainError
from ilpes_lms.people.models import Organization
from ilpes_lms.people.vocabularies import countries, divisions, languages, sectors, time_zones, topics
from ilpes_lms.web import i18n
from ilpes_lms.web.forms import Form

_MOST_PARTNERS = 20


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
    start_precision = SelectField(_("What is known of the first day"), validators=[Optional()], default="day")
    ends_on = DateField(_("Last day"), [Optional(), _plausible], description=_("Empty: it lasts one day."))
    end_precision = SelectField(_("What is known of the last day"), validators=[Optional()], default="day")
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
        self.start_precision.choices = self.end_precision.choices = _labelled(rules.PRECISION_LABELS)
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
        values = {name: self[name].data for name in (*_PLAIN, "ends_on")}
        values |= {name: self[name].data or None for name in ("division", "country")}
        values["eligible_organizations"] = (self.eligible_organizations.data or "").splitlines()
        values["course_id"] = int(self.course_id.data) if self.course_id.data else None
        if not self.ends_on.data:
            values |= {"ends_on": self.starts_on.data, "end_precision": self.start_precision.data}
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
    "topics", "starts_on", "start_precision", "end_precision", "zone", "hours", "languages", "modality", "location",
    "admission", "capacity",
    "eligible_countries", "eligible_sectors", "eligible_languages", "requesting_institution", "technical_assistance",
    "ilpes_support", "joining_link", "contact",
)  # fmt: skip


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
