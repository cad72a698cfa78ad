"""What nominations and invitations share: addresses, secrets, letters."""

from dataclasses import dataclass

from sqlalchemy import update

from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.core.ids import digest, new_token
from ilpes_lms.enrolment import queries
from ilpes_lms.enrolment.errors import ActivityNotOnRecordByPeople, ActivityNotOpen, AlreadyNominated
from ilpes_lms.enrolment.models import Enrolment, Invitation
from ilpes_lms.enrolment.rules import LIVE
from ilpes_lms.enrolment.service.locking import check_not_over
from ilpes_lms.notifications import service as notifications
from ilpes_lms.people import queries as people
from ilpes_lms.people import rules as people_rules

_LANGUAGES = ("es", "en", "pt", "fr")


@dataclass(frozen=True)
class Invited:
    """Who is asked to take part, checked and in normal form."""

    email: str
    email_key: str
    given_names: str
    first_surname: str
    language: str


def invited(activity: Activity, email: str, given_names: str, first_surname: str, language: str | None) -> Invited:
    """Check who is asked; without a language they are written to in the activity's first."""
    own = next((code for code in activity.languages if code in _LANGUAGES), "es")
    return Invited(
        email=people_rules.address(email, field="email"),
        email_key=people_rules.address_key(email),
        given_names=people_rules.name_part(given_names, field="given_names"),
        first_surname=people_rules.name_part(first_surname, field="first_surname"),
        language=language if language in _LANGUAGES else own,
    )


def check_takes_people(activity: Activity) -> None:
    """Refuse to ask people to an activity that can't take them."""
    if activity.record != "people":
        raise ActivityNotOnRecordByPeople
    if activity.status != "published":
        raise ActivityNotOpen
    check_not_over(activity)


def ask(activity: Activity, who: Invited, *, quota_id: int | None = None) -> Invitation:
    """Write an invitation and its letter; refuse someone who is on the list already.

    An address whose invitation was withdrawn is asked anew, with a new link; the old one stays dead.
    """
    known = queries.invitation_of(activity.id, who.email_key)
    if (known and known.state != "withdrawn") or _is_in(activity, who.email):
        raise AlreadyNominated(field="email")
    token = new_token()
    invitation = known or Invitation(activity_id=activity.id, email_key=who.email_key, created_at=clock.now())
    invitation.email, invitation.language = who.email, who.language
    invitation.given_names, invitation.first_surname = who.given_names, who.first_surname
    invitation.quota_id, invitation.enrolment_id = quota_id, None
    invitation.state, invitation.link_digest = "sent", digest(token)
    db.session.add(invitation)
    db.session.flush()
    _write_letter(activity, invitation, token)
    return invitation


def give_back(enrolment: Enrolment) -> None:
    """Free the nomination through which someone came who leaves, so that the institution may name another."""
    db.session.execute(
        update(Invitation)
        .where(Invitation.enrolment_id == enrolment.id, Invitation.state == "accepted")
        .values(state="withdrawn")
    )


def _is_in(activity: Activity, email: str) -> bool:
    person = people.person_by_email(email)
    standing = queries.enrolment_of(person.id, activity.id) if person else None
    return standing is not None and standing.state in LIVE - {"applied"}


def _write_letter(activity: Activity, invitation: Invitation, token: str) -> None:
    notifications.send(
        kind="enrolment.invitation",
        key=f"enrolment.invitation:{invitation.link_digest}",
        values={"invitation": invitation.public_id, "digest": invitation.link_digest, "token": token},
        address=invitation.email,
        language=invitation.language,
        activity_ref=activity.public_id,
    )
