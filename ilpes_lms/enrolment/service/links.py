"""What nominations and invitations share: addresses, secrets, letters."""

import base64
import hashlib
import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from ilpes_lms.audit import service as audit
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.core import clock
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import DomainError
from ilpes_lms.core.ids import digest, public_id
from ilpes_lms.core.settings import settings
from ilpes_lms.enrolment import queries, rules
from ilpes_lms.enrolment.errors import (
    ActivityNotOnRecordByPeople,
    ActivityNotOpen,
    AlreadyNominated,
    InvitationAnswered,
    WrittenToOften,
)
from ilpes_lms.enrolment.models import Enrolment, Invitation
from ilpes_lms.enrolment.service.locking import check_not_over
from ilpes_lms.notifications import service as notifications
from ilpes_lms.people import rules as people_rules

_LANGUAGES = ("es", "en", "pt", "fr")
_LONGEST_POSITION = 200


@dataclass(frozen=True)
class Invited:
    """Who is asked to take part, checked and in normal form."""

    email: str
    email_key: str
    given_names: str
    first_surname: str
    language: str
    position: str = ""


@dataclass(frozen=True)
class Terms:
    """By whom and on what terms people are asked: for an institution, until when, past the committee or to it."""

    quota_id: int | None = None
    expires_at: datetime | None = None
    skips_selection: bool = True


def invited(
    activity: Activity, *, email: str, given_names: str, first_surname: str, language: str | None, position: str
) -> Invited:
    """Check who is asked; without a language they are written to in the activity's first."""
    return Invited(
        email=people_rules.address(email, field="email"),
        email_key=people_rules.address_key(email),
        given_names=people_rules.name_part(given_names, field="given_names"),
        first_surname=people_rules.name_part(first_surname, field="first_surname"),
        language=letter_language(activity, language),
        position=people_rules.one_line(position, longest=_LONGEST_POSITION, field="position"),
    )


def letter_language(activity: Activity, chosen: str | None) -> str:
    """Return in which language somebody is written to: the one chosen, or the activity's first."""
    own = next((code for code in activity.languages if code in _LANGUAGES), "es")
    return chosen if chosen in _LANGUAGES else own


def check_takes_people(activity: Activity) -> None:
    """Refuse to ask people to an activity that can't take them."""
    if activity.record != "people":
        raise ActivityNotOnRecordByPeople
    if activity.status != "published":
        raise ActivityNotOpen
    check_not_over(activity)


def ask(activity: Activity, who: Invited, terms: Terms) -> Invitation:
    """Write an invitation and its letter; refuse someone who is on the list already.

    An address whose invitation was withdrawn, declined or not answered is asked anew, with a new link; the old one
    stays dead.
    """
    if refused := cannot_be_asked(activity, [who.email_key]).get(who.email_key):
        raise refused
    return ask_all(activity, [who], terms)[0]


def cannot_be_asked(activity: Activity, email_keys: Collection[str]) -> dict[str, DomainError]:
    """Return why some of these addresses can't be asked to an activity: on the list already, or asked too often."""
    known, now = queries.invitations_to(activity.id, email_keys), clock.now()
    refused: dict[str, DomainError] = {}
    for key, invitation in known.items():
        if not rules.may_be_asked_anew(rules.outlook(invitation.state, invitation.expires_at, now)):
            refused[key] = AlreadyNominated(field="email")
        else:
            try:
                rules.check_letters(invitation.letters)
            except WrittenToOften as often:
                refused[key] = often
    inside = queries.addresses_in(activity.id, email_keys)
    return refused | {key: AlreadyNominated(field="email") for key in inside}


def ask_all(activity: Activity, people: Sequence[Invited], terms: Terms) -> list[Invitation]:
    """Write invitations and their letters to people who can be asked."""
    known, now = queries.invitations_to(activity.id, [who.email_key for who in people]), clock.now()
    asked = [_asked(known.get(who.email_key), activity, who, terms, now) for who in people]
    db.session.add_all(invitation for invitation, _token in asked)
    db.session.flush()
    notifications.send_all([_letter(activity, invitation, token) for invitation, token in asked])
    return [invitation for invitation, _token in asked]


def write_again(activity: Activity, invitation: Invitation) -> None:
    """Send an invitation's letter once more, with the same link; refuse too soon and too often."""
    now = clock.now()
    if invitation.state != "sent":
        raise InvitationAnswered
    rules.check_answerable(rules.outlook(invitation.state, invitation.expires_at, now))
    rules.check_written(invitation.letters, invitation.written_at, now)
    invitation.letters, invitation.written_at = invitation.letters + 1, now
    notifications.send_all([_letter(activity, invitation, link_of(invitation))])
    audit.record("enrolment.invitation_written_again", "invitation", invitation.public_id)


def link_of(invitation: Invitation) -> str:
    """Return the secret of an invitation's link; where it is not known any more, a new one that kills the old."""
    if not invitation.link_seed or digest(_token(invitation.link_seed)) != invitation.link_digest:
        invitation.link_seed = public_id()
        invitation.link_digest = digest(_token(invitation.link_seed))
    return _token(invitation.link_seed)


def give_back(leaving: Collection[Enrolment]) -> None:
    """Free the nominations and invitations through which people came who leave.

    The institution may name another, and they themselves may be asked anew.
    """
    ids = [enrolment.id for enrolment in leaving]
    if ids:
        came = (Invitation.enrolment_id.in_(ids), Invitation.state == "accepted")
        db.session.execute(update(Invitation).where(*came).values(state="withdrawn"))


def _asked(
    known: Invitation | None, activity: Activity, who: Invited, terms: Terms, now: datetime
) -> tuple[Invitation, str]:
    invitation = known or Invitation(activity_id=activity.id, email_key=who.email_key, created_at=now, letters=0)
    invitation.email, invitation.language, invitation.position = who.email, who.language, who.position
    invitation.given_names, invitation.first_surname = who.given_names, who.first_surname
    invitation.quota_id, invitation.expires_at = terms.quota_id, terms.expires_at
    invitation.skips_selection, invitation.enrolment_id = terms.skips_selection, None
    invitation.state, invitation.decline_reason, invitation.reminded_at = "sent", "", None
    invitation.letters, invitation.written_at = invitation.letters + 1, now
    invitation.link_seed = public_id()
    token = _token(invitation.link_seed)
    invitation.link_digest = digest(token)
    invitation.public_id = invitation.public_id or public_id()
    return invitation, token


def _token(seed: str) -> str:
    # Neither the seed nor the digest opens anything without the application's key.
    key = settings().secret_key.encode()
    made = hmac.new(key, f"invitation:{seed}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def _letter(activity: Activity, invitation: Invitation, token: str) -> notifications.Wish:
    return notifications.Wish(
        kind="enrolment.invitation",
        key=f"enrolment.invitation:{invitation.link_digest}:{invitation.letters}",
        values={"invitation": invitation.public_id, "digest": invitation.link_digest, "token": token},
        address=invitation.email,
        language=invitation.language,
        activity_ref=activity.public_id,
    )


def reminder(invitation: Invitation) -> notifications.Wish:
    """Return the letter that reminds somebody of an invitation, once for each last day it had."""
    token = link_of(invitation)
    until = f"{invitation.expires_at:%Y%m%d%H%M}"
    return notifications.Wish(
        kind="enrolment.invitation_reminder",
        key=f"enrolment.invitation_reminder:{invitation.link_digest}:{until}",
        values={"invitation": invitation.public_id, "digest": invitation.link_digest, "token": token},
        address=invitation.email,
        language=invitation.language,
        activity_ref=invitation.activity.public_id,
    )
