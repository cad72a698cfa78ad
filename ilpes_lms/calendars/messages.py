"""What letters tell calendars: along with other rooms' letters, and in one of this room's where none of them goes."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Flask
from flask_babel import gettext as _

from ilpes_lms.calendars import queries, rules, service
from ilpes_lms.calendars.rules import KIND
from ilpes_lms.calendars.service import Telling
from ilpes_lms.calendars.wording import summary
from ilpes_lms.catalogue import wording
from ilpes_lms.core.text import N_
from ilpes_lms.enrolment import queries as enrolment
from ilpes_lms.notifications import enclosures, kinds, links
from ilpes_lms.notifications.enclosures import CalendarPart, Occasion
from ilpes_lms.notifications.errors import NothingToEnclose
from ilpes_lms.notifications.kinds import Kind, Values
from ilpes_lms.notifications.placeholders import ACTIVITY, LINK, NAME, Placeholder
from ilpes_lms.web.i18n import in_language, in_own_words, short_period

_COMING = N_(
    "These dates of “%(title)s” are new or have changed. They come with this message, so that your calendar can show "
    "them:"
)
_GOING = N_("These dates of “%(title)s” are no longer yours. This message lets your calendar take them out:")
_ONE_OF_TWO = N_(
    "You were on record here twice, and both records are one now. What “%(title)s” has for you goes to your other "
    "address from now on. This message lets the calendar of this one take these dates out:"
)
_DATES = Placeholder(
    "dates", N_("The dates that are new or have changed, as a list"),
    N_("Territorial planning · Tuesday, 6 April, 10:00"), form="items",
)  # fmt: skip
_PLACEHOLDERS = (
    NAME,
    ACTIVITY,
    Placeholder("news", N_("Whether dates come or go"), N_("Dates for your calendar")),
    Placeholder(
        "coming", N_("A sentence before the dates that are new or have changed, where there are any"),
        N_("These dates of “Territorial planning” are new or have changed. They come with this message, so that your "
           "calendar can show them:"),
    ),
    _DATES,
    Placeholder(
        "going", N_("A sentence before the dates that are called off, where there are any"),
        N_("These dates of “Territorial planning” are no longer yours. This message lets your calendar take them out:"),
    ),
    replace(
        _DATES, name="gone", label=N_("The dates that are called off, as a list"),
        example=N_("Territorial planning · Tuesday, 13 April, 10:00"),
    ),
    replace(LINK, label=N_("Link to their application or place"), action=N_("See my application or place")),
)  # fmt: skip


def register(app: Flask) -> None:
    """Make this room's kind of message known, and what goes along with those of others."""
    kinds.register(
        app,
        Kind(
            KIND, "calendars/mail/update", values=_values, essential=False, label=N_("Dates for calendars"),
            placeholders=_PLACEHOLDERS, wanted_again=service.tell_missed,
        ),
    )  # fmt: skip
    enclosures.register(app, (*rules.LETTERS, KIND), _enclosed)


def _enclosed(occasion: Occasion) -> Sequence[CalendarPart]:
    # Not above: calendars are written by a large library, which most letters do without.
    from ilpes_lms.calendars import formats

    ref = occasion.values["enrolment"]
    tellings = service.tell(enrolment_ref=ref, person_id=occasion.person_id, message_id=occasion.message_id)
    if occasion.kind == KIND and not tellings:
        raise NothingToEnclose
    reader = formats.Reader(occasion.name, occasion.address, occasion.language)
    with in_language(occasion.language):
        return [formats.letter_part(telling, reader, formats.page_of(ref)) for telling in tellings]


def _values(values: Values, language: str) -> Values:
    found = enrolment.enrolment(values["enrolment"])
    tellings = [service.telling_of(entry, found) for entry in queries.told_by(values["key"])]
    title = in_own_words(found.activity.titles, language)
    dates = [_line(one, found.person.zone) for one in tellings if one.standing]
    gone = [_line(one, found.person.zone) for one in tellings if not one.standing]
    merged = queries.is_elsewhere(found.id)
    return {
        "title": title,
        "news": str(_("Dates for your calendar") if dates else _("Out of your calendar")),
        "coming": str(_(_COMING, title=title)) if dates else "",
        "dates": dates,
        "going": str(_(_ONE_OF_TWO if merged else _GOING, title=title)) if gone else "",
        "gone": gone,
        "link": links.absolute("/my" if merged else f"/my/enrolments/{found.public_id}"),
    }


def _line(telling: Telling, own_zone: str | None) -> str:
    slot = telling.slot
    return f"{summary(slot)} · {_when(telling, own_zone or slot.zone)}"


def _when(telling: Telling, own_zone: str) -> str:
    slot = telling.slot
    if not slot.whole_days:
        return wording.begins(slot.starts_at, slot.zone, own_zone)
    return short_period(*rules.days_of(slot))
