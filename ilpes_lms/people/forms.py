"""The forms of the room: shapes and words; what is right is decided below."""

from collections.abc import Iterator
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from ilpes_lms.core.errors import DomainError
from ilpes_lms.people import errors, rules, service
from ilpes_lms.people.vocabularies import countries, divisions, languages, sectors, sexes, time_zones
from ilpes_lms.web.forms import Form
from ilpes_lms.web.i18n import current_language

_LISTS = frozenset({"working_languages"})
_SUGGESTED = {
    "list": "organizations", "autocomplete": "organization", "hx-get": "/organizations/suggestions",
    "hx-trigger": "input changed delay:250ms", "hx-target": "#organizations", "hx-swap": "innerHTML",
}  # fmt: skip


def _needed(message: Any) -> InputRequired:
    return InputRequired(message)


def _email(**more: Any) -> StringField:
    marks = {"type": "email", "autocomplete": "username", "inputmode": "email", "spellcheck": "false",
             "autocapitalize": "none"}  # fmt: skip
    return StringField(_("E-mail address"), [_needed(_("Write your e-mail address."))], render_kw=marks, **more)


def _new_password(label: Any) -> PasswordField:
    hint = _("At least %(shortest)s characters. A few words that do not belong together are easy to remember.",
             shortest=rules.SHORTEST_PASSWORD)  # fmt: skip
    return PasswordField(
        label, [_needed(_("Write a password."))], description=hint,
        render_kw={"autocomplete": "new-password", "minlength": rules.SHORTEST_PASSWORD},
    )  # fmt: skip


def _present_password() -> PasswordField:
    # Not asked for in the form: whoever signs in by a provider has none, and only the service knows.
    return PasswordField(
        _("Present password"), description=_("Leave it empty if you sign in only through your organization."),
        render_kw={"autocomplete": "current-password"},
    )  # fmt: skip


class Checkboxes(SelectMultipleField):  # type: ignore[misc]  # WTForms is untyped
    """Several of a few choices."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SignInForm(Form):
    """Ask who it is."""

    email = _email()
    password = PasswordField(
        _("Password"), [_needed(_("Write your password."))], render_kw={"autocomplete": "current-password"}
    )
    next = HiddenField()


class CodeForm(Form):
    """Ask for a code of the second factor."""

    code = StringField(
        _("Code"), [_needed(_("Write the code."))],
        description=_("Six digits from the app on your telephone, or one of your recovery codes."),
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"},
    )  # fmt: skip
    next = HiddenField()


class ProofForm(Form):
    """A code and the password: what whoever found an open browser does not have."""

    code = StringField(
        _("Code"), [_needed(_("Write the code."))], description=_("The six digits that the app shows now."),
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"},
    )  # fmt: skip
    password = _present_password()


def _reason(ident: str) -> StringField:
    # The page has three forms that ask for a reason, and an id stands on it once.
    return StringField(
        _("Reason"), [_needed(_(errors.ReasonMissing.message))], id=ident,
        description=_("Kept in the audit record; write no names here."),
    )  # fmt: skip


class FactorResetForm(Form):
    """Why an administrator takes somebody's second factor away."""

    reason = _reason("factor-reason")


class SignOutForm(Form):
    """Why an administrator ends somebody's sign-ins."""

    reason = _reason("sign-out-reason")


class ConsentForm(Form):
    """Ask for agreement to the privacy notice in force, whose version the page showed."""

    consent = BooleanField(
        _("I have read the privacy notice and agree that my data are used as it says."),
        [_needed(_("Without your agreement we may not go on. If you do not agree, sign out and write to us."))],
    )
    notice_version = HiddenField()
    next = HiddenField()


class AddressForm(Form):
    """Another e-mail address."""

    email = _email(description=_("We write to this address so that you can confirm it, and to your present one."))
    password = _present_password()


class NameForm(Form):
    """The parts of a name, in the order of Spanish and Portuguese documents."""

    given_names = StringField(
        _("Given names"), [_needed(_("Write your given names."))], render_kw={"autocomplete": "given-name"}
    )
    first_surname = StringField(
        _("First surname"), [_needed(_("Write your first surname."))], description=_("As on your identity document."),
        render_kw={"autocomplete": "family-name"},
    )  # fmt: skip
    second_surname = StringField(_("Second surname"), [Optional()], render_kw={"autocomplete": "additional-name"})


class AboutForm(NameForm):
    """What is asked of everyone, and why; forms of this kind say which fields the service knows, in which order."""

    field_order: ClassVar[tuple[str, ...]]
    country = SelectField(
        _("Country of residence"), [_needed(_("Choose your country of residence."))],
        render_kw={"autocomplete": "country"},
        description=_("Some courses are for the officials of certain countries."),
    )  # fmt: skip
    sex = RadioField(
        _("Sex"), [_needed(_("Choose one; you may also prefer not to say."))],
        description=_("Asked because ILPES reports how many women and men take part. It plays no part in "
                      "who gets a place, unless a course says so."),
    )  # fmt: skip
    organization = StringField(
        _("Organization"), [Optional()], render_kw=_SUGGESTED,
        description=_("Where you work. If it is not in the list, write its full name."),
    )  # fmt: skip
    language = SelectField(
        _("Language"), [_needed(_("Choose a language."))], description=_("In which we write to you.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = current_language()
        self.country.choices = _countries(code, empty=_("Choose a country"))
        self.sex.choices = _sexes(code)
        self.language.choices = [(own, languages.own_name(own)) for own in languages.CODES]

    def __iter__(self) -> Iterator[Any]:
        """Go through the fields in the order of the page, which the summary of what is wrong follows."""
        order = {name: number for number, name in enumerate(self.field_order)}
        return iter(sorted(super().__iter__(), key=lambda field: order.get(field.short_name, len(order))))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check shapes and, of all that was filled in, what the service would refuse, so that nothing is told later."""
        shaped = super().validate(extra_validators)
        return self.refuse_all(self.faults()) and shaped

    def faults(self) -> list[DomainError]:
        """Return what the service would refuse of what was filled in."""
        return service.faults_of_profile(self.filled())

    def filled(self) -> dict[str, Any]:
        """Return what was filled in, by the names the service knows."""
        return {name: self[name].data for name in self.field_order if self[name].data}


class SignUpForm(AboutForm):
    """All that is asked for an account."""

    email = _email(description=_("We write to this address so that you can confirm it."))
    password = _new_password(_("Password"))
    consent = BooleanField(
        _("I have read the privacy notice and agree that my data are used as it says."),
        [_needed(_(errors.ConsentMissing.message))],
    )
    next = HiddenField()
    field_order: ClassVar[tuple[str, ...]] = (
        "email", "password", "given_names", "first_surname", "second_surname", "country", "sex", "organization",
        "language",
    )  # fmt: skip

    def faults(self) -> list[DomainError]:
        """Return what the service would refuse of what was filled in."""
        return service.faults_of_sign_up(self.filled())


class ResetForm(Form):
    """Ask for a link."""

    email = _email()


class NewPasswordForm(Form):
    """A new password, by a link."""

    password = _new_password(_("New password"))


class ChangePasswordForm(Form):
    """A new password, by the old one."""

    current = PasswordField(
        _("Present password"), [_needed(_("Write your password."))], render_kw={"autocomplete": "current-password"}
    )
    password = _new_password(_("New password"))


class ProfileForm(AboutForm):
    """What a person says of themselves; `version` is the one that the page showed."""

    version = HiddenField()
    certificate_name = StringField(
        _("Name on certificates"), [Optional()], description=_("If left empty: your given names and surnames."),
    )  # fmt: skip
    nationality = SelectField(_("Nationality"), [Optional()])
    position = StringField(_("Position"), [Optional()], render_kw={"autocomplete": "organization-title"})
    sector = SelectField(_("Sector"), [Optional()])
    working_languages = Checkboxes(
        _("Languages in which you can work"), [Optional()],
        description=_("Those in which you follow a class and write. Some courses need them."),
    )  # fmt: skip
    zone = SelectField(
        _("Time zone"),
        [_needed(_("Choose a time zone."))],
        description=_("Hours are shown to you as clocks show them there."),
    )
    accessibility_needs = TextAreaField(
        _("Accessibility needs"), [Optional()],
        description=_("Only the staff who organize your courses see this."),
    )  # fmt: skip
    field_order: ClassVar[tuple[str, ...]] = (
        "given_names", "first_surname", "second_surname", "certificate_name", "sex", "country", "nationality",
        "organization", "position", "sector", "language", "working_languages", "zone", "accessibility_needs",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = current_language()
        self.nationality.choices = _countries(code, empty=_("Not stated"))
        self.sector.choices = [("", _("Not stated")), *sectors.choices(code)]
        self.working_languages.choices = languages.choices(code)
        zones = time_zones.zones_for_choice(self.country.data or None, code)
        self.zone.choices = {time_zones.group_label(group, code): list(found) for group, found in zones}

    def seen_version(self) -> int:
        """Return the version that the page showed; a version nobody had when it says none."""
        text = self.version.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - what fits a column

    def profile(self) -> dict[str, Any]:
        """Return what was filled in, by the names the service knows."""
        return {name: self[name].data or ([] if name in _LISTS else "") for name in self.field_order}


class PeopleForm(Form):
    """Whom to look for; whatever is left empty is not asked."""

    q = StringField(_("Name or e-mail address"), [Optional()])
    country = SelectField(_("Country of residence"), [Optional()])
    role = SelectField(_("Role"), [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = _countries(current_language(), empty=_("All"))
        self.role.choices = [("", _("All")), *((role, ROLE_LABELS[role]) for role in rules.ROLES)]

    def codes(self, name: str) -> set[str]:
        """Return the codes that may be asked for."""
        return set(rules.ROLES if name == "role" else countries.CODES)

    def asked(self) -> dict[str, str]:
        """Return what is looked for; a code that nothing has is no question."""
        values = {name: self[name].data or "" for name in ("country", "role")}
        known = {name: value if value in self.codes(name) else "" for name, value in values.items()}
        return {"q": (self.q.data or "")[:200], **known}


class GrantForm(Form):
    """Give a role."""

    role = SelectField(_("Role"), [_needed(_("Choose a role."))])
    division = SelectField(
        _("Only for the division"), [Optional()], description=_("For coordinators. If none is chosen: all divisions.")
    )
    organization = StringField(
        _("Speaks for the organization"), [Optional()], render_kw=_SUGGESTED,
        description=_("For focal points: an organization of the list."),
    )  # fmt: skip

    ends_on = DateField(
        _("Until"), [Optional()], description=_("The last day of the role. If none is chosen: until it is taken back.")
    )
    reason = StringField(
        _("Reason"), [_needed(_("Say why the person gets this role."))],
        description=_("For example, who asked for it. Administrators and the person read it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [(role, ROLE_LABELS[role]) for role in rules.ROLES]
        self.division.choices = [("", _("All divisions")), *divisions.choices(current_language())]


ROLE_LABELS = {role: _(label) for role, label in rules.ROLE_LABELS.items()}


def _countries(code: str, *, empty: Any) -> dict[str, list[tuple[str, Any]]]:
    groups: dict[str, list[tuple[str, Any]]] = {
        countries.group_label(group, code): found for group, found in countries.countries_for_choice(code)
    }
    first = next(iter(groups))
    groups[first] = [("", empty), *groups[first]]
    return groups


def _sexes(code: str) -> list[tuple[str, Any]]:
    # In the tables it is "not stated"; a person who is asked prefers not to say.
    return [(sex, _("I prefer not to say") if sex == "not_stated" else label) for sex, label in sexes.choices(code)]
