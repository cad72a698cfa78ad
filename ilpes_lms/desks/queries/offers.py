"""What the institute offers now."""

from dataclasses import dataclass
from datetime import date, datetime

from ilpes_lms.catalogue.queries import Card, Filters, search
from ilpes_lms.catalogue.rules import takes_applications

# Far more than the institute has on offer at any time; the whole catalogue is a link away.
_MOST_CURRENT = 200
_MOST_COURSES = 6
_MOST_WEBINARS = 3


@dataclass(frozen=True, slots=True)
class Offers:
    """Courses that take applications, closing soonest first, and the next webinars."""

    courses: list[Card]
    webinars: list[Card]


def offers(now: datetime, today: date) -> Offers:
    """Return what stands on the first page."""
    current = search(Filters(codes={"when": "current"}), now=now, today=today, size=_MOST_CURRENT).cards
    courses = [card for card in current if card.kind != "webinar" and _can_be_applied_for(card)]
    webinars = [card for card in current if card.kind == "webinar"]
    return Offers(
        courses=sorted(courses, key=lambda card: (card.window.closes_at, card.ref))[:_MOST_COURSES],
        webinars=sorted(webinars, key=lambda card: (card.starts_on, card.ref))[:_MOST_WEBINARS],
    )


def _can_be_applied_for(card: Card) -> bool:
    return card.window.state == "open" and takes_applications(card.admission)
