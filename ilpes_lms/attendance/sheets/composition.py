"""What a sign-in sheet says, put together from what is on record, in the activity's language."""

from dataclasses import dataclass

from flask_babel import gettext as _

from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment.models import Enrolment
from ilpes_lms.enrolment.queries import confirmed
from ilpes_lms.people.vocabularies import countries
from ilpes_lms.web.i18n import DEFAULT, LANGUAGES, clock_time, current_language, in_language, moment

_ISSUERS = (
    N_("Latin American and Caribbean Institute for Economic and Social Planning"),
    N_("Economic Commission for Latin America and the Caribbean"),
)
_AT_A_PLACE = ("in_person", "blended")


@dataclass(frozen=True, slots=True)
class Line:
    """One line to sign on; without a name it is for somebody who comes without being on the list."""

    number: int | None
    name: str = ""
    institution: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything a sign-in sheet says, as plain values in one language.

    `title_language` is the title's own when it differs, so that it is read aloud rightly.
    """

    language: str
    title: str
    title_language: str | None
    class_session: str
    when: str
    place: str
    organizations: tuple[str, ...]
    lines: tuple[Line, ...]


def sheet_of(class_session: ClassSession, *, blank_lines: int) -> Sheet:
    """Return the sheet of a class session: its participants in order, then lines for those who are not on the list."""
    activity = class_session.activity
    with in_language(_language_of(activity)):
        people = [_line(number, one) for number, one in enumerate(confirmed(activity.id), start=1)]
        title, title_language = _title(activity)
        return Sheet(
            language=current_language(),
            title=title,
            title_language=title_language,
            class_session=_name_of(class_session),
            when=_when(class_session),
            place=(activity.location or "") if activity.modality in _AT_A_PLACE else "",
            organizations=tuple(str(_(name)) for name in _ISSUERS),
            lines=(*people, *[Line(None)] * blank_lines),
        )


def _language_of(activity: Activity) -> str:
    return next((code for code in activity.languages if code in LANGUAGES), DEFAULT)


def _title(activity: Activity) -> tuple[str, str | None]:
    here = current_language()
    for code in (here, "es", "en", *activity.titles):
        if activity.titles.get(code):
            return activity.titles[code], code if code != here and code in LANGUAGES else None
    return "", None


def _name_of(class_session: ClassSession) -> str:
    name = _("Class session %(number)s", number=class_session.number)
    return f"{name}: {class_session.title}" if class_session.title else str(name)


def _when(class_session: ClassSession) -> str:
    zone = class_session.zone
    ends = clock_time(class_session.ends_at, zone)
    return str(_("%(begins)s, until %(ends)s", begins=moment(class_session.starts_at, zone), ends=ends))


def _line(number: int, enrolment: Enrolment) -> Line:
    country = enrolment.organization_country or enrolment.country
    return Line(
        number, enrolment.person.full_name, enrolment.organization_name or "",
        countries.country_name(country, current_language()) if country else "",
    )  # fmt: skip
