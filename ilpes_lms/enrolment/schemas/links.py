"""Shapes of nominations and invitations."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from flask_babel import gettext as _
from pydantic import Field

from ilpes_lms.enrolment.models import Invitation, NominationQuota
from ilpes_lms.enrolment.queries import QuotaStanding
from ilpes_lms.enrolment.rules import Line, Remark
from ilpes_lms.enrolment.schemas.board import RefusalOut
from ilpes_lms.enrolment.service import LIMITS, Foreseen
from ilpes_lms.enrolment.wording import outlook_of
from ilpes_lms.web.api import In, Out, Query
from ilpes_lms.web.errors import text_of

MOST_LISTED = LIMITS.rows


class QuotaIn(In):
    """Places for an institution, until the end of a day where the activity takes place."""

    organization: str = Field(min_length=2, max_length=300)
    country: str = Field(pattern="^[A-Z]{3}$")
    places: int = Field(gt=0, le=10_000)
    closes_on: date
    focal_point_email: str = Field(max_length=254)


class QuotaChangeIn(In):
    """What an institution has from now on; what is left out stays."""

    places: int | None = Field(None, ge=0, le=10_000)
    closes_on: date | None = None
    focal_point_email: str | None = Field(None, max_length=254)


class InviteeIn(In):
    """A person asked to take part, by nomination or by invitation."""

    email: str = Field(max_length=254)
    given_names: str = Field(max_length=120)
    first_surname: str = Field(max_length=120)
    position: str = Field("", max_length=200)
    language: Literal["es", "en", "pt", "fr"] | None = None


class InvitationIn(InviteeIn):
    """A person invited, and on which terms; without a day there are two weeks to answer."""

    answer_by: date | None = None
    skips_selection: bool = True


class SubstituteIn(InviteeIn):
    """A person named in place of one who has confirmed, and why; whoever loses the place reads it."""

    reason: str = Field(min_length=1, max_length=400)


class ListedIn(In):
    """A row of a list, as it was written; what is wrong with it is said by row and column."""

    given_names: str = Field("", max_length=500)
    first_surname: str = Field("", max_length=500)
    email: str = Field("", max_length=500)
    position: str = Field("", max_length=500)
    language: str = Field("", max_length=500)


class ListIn(In):
    """A list of people; with `doubts_accepted` also where something may be a mistake."""

    people: list[ListedIn] = Field(min_length=1, max_length=MOST_LISTED)
    doubts_accepted: bool = False

    def lines(self) -> list[Line]:
        """Return the rows as the service knows them, numbered from 1."""
        return [Line(number, person.model_dump()) for number, person in enumerate(self.people, start=1)]


class InvitationListIn(ListIn):
    """A list of people to invite, and on which terms."""

    answer_by: date | None = None
    skips_selection: bool = True

    def terms(self) -> dict[str, Any]:
        """Return the terms by the names the service knows."""
        return {"answer_by": self.answer_by, "skips_selection": self.skips_selection}


class ExtensionIn(In):
    """Another last day to answer."""

    answer_by: date


class AnswerIn(In):
    """Why somebody declines, if they like to say."""

    reason: str = Field("", max_length=400)


class InvitationsQuery(Query):
    """Which page of an activity's invitations."""

    state: Literal["sent", "expired", "accepted", "declined", "withdrawn"] | None = None
    cursor: str | None = None
    limit: int = Field(100, ge=1, le=200)


class RemarkOut(Out):
    """What is wrong in a row, or may be a mistake."""

    row: int
    column: str
    said: str
    code: str
    message: str

    @classmethod
    def of(cls, remark: Remark) -> "RemarkOut":
        why = remark.why
        return cls(row=remark.number, column=remark.column, said=remark.said, code=why.code, message=text_of(why))


class ListCheckOut(Out):
    """What would become of a list: how many people it names, what is wrong, what may be a mistake."""

    people: int
    faults: list[RemarkOut]
    doubts: list[RemarkOut]
    refused: RefusalOut | None

    @classmethod
    def of(cls, foreseen: Foreseen) -> "ListCheckOut":
        checked, why = foreseen.checked, foreseen.refused
        return cls(
            people=len(checked.people),
            faults=[RemarkOut.of(fault) for fault in checked.faults],
            doubts=[RemarkOut.of(doubt) for doubt in checked.doubts],
            refused=RefusalOut(code=why.code, message=text_of(why)) if why else None,
        )


class NomineeOut(Out):
    """A person asked to take part, and what they answered; `standing` says when it is too late to answer."""

    id: str
    email: str
    given_names: str
    first_surname: str
    position: str
    state: str
    standing: str
    answer_until: datetime | None
    decline_reason: str
    enrolment_state: str | None

    @classmethod
    def of(cls, invitation: Invitation) -> "NomineeOut":
        return cls(
            id=invitation.public_id,
            email=invitation.email,
            given_names=invitation.given_names,
            first_surname=invitation.first_surname,
            position=invitation.position,
            state=invitation.state,
            standing=outlook_of(invitation),
            answer_until=invitation.expires_at,
            decline_reason=str(_(invitation.decline_reason)) if invitation.decline_reason else "",
            enrolment_state=invitation.enrolment.state if invitation.enrolment else None,
        )


class NomineesOut(Out):
    """People asked to take part."""

    items: list[NomineeOut]


class InvitationsOut(NomineesOut):
    """A page of invitations; `counts` tells how many of all stand how."""

    next_cursor: str | None
    counts: dict[str, int]


class InvitationForMeOut(Out):
    """What a personal link opens; who is invited is told while the invitation waits for an answer."""

    activity: str
    titles: dict[str, str]
    institution: str | None
    given_names: str | None
    first_surname: str | None
    standing: str
    answer_until: datetime | None
    place_at_once: bool

    @classmethod
    def of(cls, invitation: Invitation) -> "InvitationForMeOut":
        activity, standing = invitation.activity, outlook_of(invitation)
        waits = standing == "sent"
        return cls(
            activity=activity.public_id,
            titles=activity.titles,
            institution=invitation.quota.organization.name if invitation.quota else None,
            given_names=invitation.given_names if waits else None,
            first_surname=invitation.first_surname if waits else None,
            standing=standing,
            answer_until=invitation.expires_at,
            place_at_once=invitation.skips_selection or activity.admission != "selection",
        )


class QuotaOut(Out):
    """Places of an institution. The focal point's link is in the letter only."""

    id: str
    organization: str
    places: int
    filled: int
    closes_at: datetime

    @classmethod
    def of(cls, quota: NominationQuota, filled: int) -> "QuotaOut":
        return cls(
            id=quota.public_id,
            organization=quota.organization.name,
            places=quota.places,
            filled=filled,
            closes_at=quota.closes_at,
        )


class QuotaStandingOut(Out):
    """How the places of an institution stand; unfilled ones can be taken back."""

    id: str
    organization: str
    places: int
    filled: int
    confirmed: int
    waiting: int
    declined: int
    unfilled: int
    closes_at: datetime

    @classmethod
    def of(cls, standing: QuotaStanding) -> "QuotaStandingOut":
        quota = standing.quota
        return cls(
            id=quota.public_id,
            organization=quota.organization.name,
            places=quota.places,
            filled=standing.confirmed + standing.waiting,
            confirmed=standing.confirmed,
            waiting=standing.waiting,
            declined=standing.declined,
            unfilled=standing.unfilled,
            closes_at=quota.closes_at,
        )


class AlikeOut(Out):
    """Two who may be one person, by their names."""

    one: NomineeOut
    other: NomineeOut


class QuotasOut(Out):
    """The places of all institutions in an activity, how many are unfilled, and who may be named twice."""

    items: list[QuotaStandingOut]
    unfilled: int
    alike: list[AlikeOut]


class QuotaWithNomineesOut(QuotaOut):
    """The places of one institution with whom it nominated; its version is the ETag."""

    focal_point_email: str
    nominees: list[NomineeOut]

    @classmethod
    def of_all(cls, quota: NominationQuota, filled: int, nominees: Sequence[Invitation]) -> "QuotaWithNomineesOut":
        """Return one institution's places with its nominees."""
        return cls(
            **QuotaOut.of(quota, filled).model_dump(),
            focal_point_email=quota.focal_point_email,
            nominees=[NomineeOut.of(nominee) for nominee in nominees],
        )


class NominationDeskOut(Out):
    """What a focal point sees."""

    activity: str
    titles: dict[str, str]
    quota: QuotaOut
    nominees: list[NomineeOut]


class NominationKeyOut(Out):
    """What opens a signed-in focal point's list under `/nominations/<key>`, for twelve hours."""

    key: str
