"""The desks as programs get them: the same facts as on the pages."""

from datetime import date
from typing import Any

from pydantic import AwareDatetime

from ilpes_lms.attendance.queries import standing_of
from ilpes_lms.catalogue.models import Activity, ClassSession
from ilpes_lms.catalogue.schemas import CardOut
from ilpes_lms.desks.queries import (
    Attended,
    CoordinationDesk,
    Desk,
    JobState,
    Line,
    Meeting,
    Needs,
    Nominating,
    Offers,
    Standing,
    Taught,
    TeachingDesk,
)
from ilpes_lms.enrolment.models import Invitation
from ilpes_lms.web.api import Out


class ActivityRefOut(Out):
    """An activity, as far as one needs to name it."""

    ref: str
    kind: str
    titles: dict[str, str]
    status: str
    starts_on: date
    ends_on: date

    @classmethod
    def of(cls, activity: Activity) -> "ActivityRefOut":
        return cls(
            ref=activity.public_id, kind=activity.kind, titles=activity.titles, status=activity.status,
            starts_on=activity.starts_on, ends_on=activity.ends_on,
        )  # fmt: skip


class MeetingOut(Out):
    """A class session with its activity; the link only for those who may join."""

    ref: str
    title: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    zone: str
    joining_link: str | None
    activity: ActivityRefOut

    @classmethod
    def of(cls, session: ClassSession, activity: Activity, link: str | None) -> "MeetingOut":
        return cls(
            ref=session.public_id, title=session.title, starts_at=session.starts_at, ends_at=session.ends_at,
            zone=session.zone, joining_link=link, activity=ActivityRefOut.of(activity),
        )  # fmt: skip


class FiguresOut(Out):
    """Participations of the last published year, or else of the longest period; null where nothing is on record."""

    start: date
    end: date
    totals: dict[str, Any]
    by_kind: dict[str, dict[str, Any]]

    @classmethod
    def of(cls, compiled: dict[str, Any]) -> "FiguresOut":
        return cls(**compiled["period"], totals=compiled["totals"], by_kind=compiled["by_kind"])


class HomeOut(Out):
    """What the institute offers now."""

    courses: list[CardOut]
    webinars: list[CardOut]
    figures: FiguresOut | None

    @classmethod
    def of(cls, offers: Offers, published: dict[str, Any] | None) -> "HomeOut":
        return cls(
            courses=[CardOut.model_validate(card) for card in offers.courses],
            webinars=[CardOut.model_validate(card) for card in offers.webinars],
            figures=FiguresOut.of(published) if published else None,
        )


class StandingOut(Out):
    """One of a person's enrolments with attendance so far, outcome and valid certificates."""

    id: str
    activity: ActivityRefOut
    state: str
    position: int | None
    offer_expires_at: AwareDatetime | None
    class_sessions_held: int
    class_sessions_to_come: int
    attended: int
    excused: int
    outcome: str | None
    certificates: list[str]

    @classmethod
    def of(cls, standing: Standing) -> "StandingOut":
        enrolment = standing.enrolment
        return cls(
            id=enrolment.public_id, activity=ActivityRefOut.of(standing.activity), state=enrolment.state,
            position=standing.position, offer_expires_at=enrolment.offer_expires_at,
            class_sessions_held=standing.held, class_sessions_to_come=standing.to_come, attended=standing.attended,
            excused=standing.excused, outcome=standing_of(standing.outcome) if standing.outcome else None,
            certificates=[certificate.code for certificate in standing.certificates],
        )  # fmt: skip


class InvitationOut(Out):
    """An invitation without an answer; its link went by mail."""

    activity: ActivityRefOut
    sent_at: AwareDatetime

    @classmethod
    def of(cls, invitation: Invitation) -> "InvitationOut":
        return cls(activity=ActivityRefOut.of(invitation.activity), sent_at=invitation.created_at)


class NominatingOut(Out):
    """Places that you fill as the focal point of an institution."""

    ref: str
    activity: ActivityRefOut
    organization: str
    places: int
    filled: int
    closes_at: AwareDatetime

    @classmethod
    def of(cls, found: Nominating) -> "NominatingOut":
        quota = found.quota
        return cls(
            ref=quota.public_id, activity=ActivityRefOut.of(quota.activity), organization=quota.organization.name,
            places=quota.places, filled=found.filled, closes_at=quota.closes_at,
        )  # fmt: skip


class UnsentOut(Out):
    """An application that is begun and not sent."""

    activity: ActivityRefOut
    saved_at: AwareDatetime


class MyOut(Out):
    """A participant's desk."""

    offers: list[StandingOut]
    drafts: list[UnsentOut]
    invitations: list[InvitationOut]
    class_sessions: list[MeetingOut]
    nominations: list[NominatingOut]
    applications: list[StandingOut]
    running: list[StandingOut]
    finished: list[StandingOut]
    cancelled: list[StandingOut]
    earlier: list[StandingOut]

    @classmethod
    def of(cls, desk: Desk) -> "MyOut":
        lists = ("offers", "applications", "running", "finished", "cancelled", "earlier")
        return cls(
            drafts=[UnsentOut(activity=ActivityRefOut.of(one.activity), saved_at=one.saved_at) for one in desk.drafts],
            invitations=[InvitationOut.of(invitation) for invitation in desk.invitations],
            class_sessions=[_meeting(meeting) for meeting in desk.meetings],
            nominations=[NominatingOut.of(found) for found in desk.nominations],
            **{name: [StandingOut.of(standing) for standing in getattr(desk, name)] for name in lists},
        )


class AttendedOut(Out):
    """A class session with how many participants it has and how many of them are marked."""

    class_session: MeetingOut
    participants: int
    marked: int

    @classmethod
    def of(cls, attended: Attended) -> "AttendedOut":
        session = attended.class_session
        link = session.joining_link or attended.activity.joining_link
        return cls(
            class_session=MeetingOut.of(session, attended.activity, link), participants=attended.participants,
            marked=attended.marked,
        )  # fmt: skip


class TaughtOut(Out):
    """An activity someone teaches, and how far it is."""

    activity: ActivityRefOut
    participants: int
    class_sessions: int
    class_sessions_held: int
    next_class_session_at: AwareDatetime | None
    behind: int
    out_of_reach: int

    @classmethod
    def of(cls, taught: Taught) -> "TaughtOut":
        return cls(
            activity=ActivityRefOut.of(taught.activity), participants=taught.activity.confirmed_count,
            class_sessions=taught.sessions, class_sessions_held=taught.held, next_class_session_at=taught.next_at,
            behind=taught.behind, out_of_reach=taught.out_of_reach,
        )  # fmt: skip


class TeachOut(Out):
    """An instructor's desk."""

    today: list[AttendedOut]
    unmarked: list[AttendedOut]
    activities: list[TaughtOut]

    @classmethod
    def of(cls, desk: TeachingDesk) -> "TeachOut":
        return cls(
            today=[AttendedOut.of(attended) for attended in desk.today],
            unmarked=[AttendedOut.of(attended) for attended in desk.unmarked],
            activities=[TaughtOut.of(taught) for taught in desk.activities],
        )


class NeedsOut(Out):
    """What of one activity waits for its coordinator."""

    activity: ActivityRefOut
    to_review: int
    offered: int
    first_offer_lapses_at: AwareDatetime | None
    class_sessions_without_marks: int
    without_certificate: int
    to_close: bool

    @classmethod
    def of(cls, needs: Needs) -> "NeedsOut":
        return cls(
            activity=ActivityRefOut.of(needs.activity), to_review=needs.to_review, offered=needs.offered,
            first_offer_lapses_at=needs.first_lapses_at, class_sessions_without_marks=needs.sessions_without_marks,
            without_certificate=needs.without_certificate, to_close=needs.to_close,
        )  # fmt: skip


class LineOut(Out):
    """One current activity with its places."""

    activity: ActivityRefOut
    capacity: int | None
    confirmed: int
    waiting: int
    women: int

    @classmethod
    def of(cls, line: Line) -> "LineOut":
        found = line.activity
        return cls(
            activity=ActivityRefOut.of(found), capacity=found.capacity, confirmed=found.confirmed_count,
            waiting=found.waiting_count, women=line.women,
        )  # fmt: skip


class CoordinateOut(Out):
    """A coordinator's desk; `more` tells that there are further current activities in the list of all."""

    failed_messages: int
    bounced_messages: int
    needs: list[NeedsOut]
    activities: list[LineOut]
    more: bool

    @classmethod
    def of(cls, desk: CoordinationDesk) -> "CoordinateOut":
        return cls(
            failed_messages=desk.failed_messages, bounced_messages=desk.bounced_messages,
            needs=[NeedsOut.of(needs) for needs in desk.needs],
            activities=[LineOut.of(line) for line in desk.lines], more=desk.more,
        )  # fmt: skip


class RunOut(Out):
    """The last run of a job; `error` is the type of what ended it, empty where it went well."""

    started_at: AwareDatetime
    ended_at: AwareDatetime
    error: str


class JobOut(Out):
    """A job with what waits for it; null where the database can't tell.

    `asked_at`: since when it waits for its turn; `under_way_since`: since when a worker is at it.
    """

    name: str
    every: float | None
    waiting: int | None
    oldest: AwareDatetime | None
    late: bool
    last_run: RunOut | None
    asked_at: AwareDatetime | None
    under_way_since: AwareDatetime | None

    @classmethod
    def of(cls, job: JobState) -> "JobOut":
        backlog, run = job.backlog, job.last_run
        return cls(
            name=job.name, every=job.every, waiting=backlog.waiting if backlog else None,
            oldest=backlog.oldest if backlog else None, late=job.late,
            last_run=RunOut.model_validate(run) if run else None, asked_at=job.asked_at,
            under_way_since=job.under_way_since,
        )  # fmt: skip


class AdminOut(Out):
    """How the system itself is doing."""

    health: dict[str, bool]
    messages: dict[str, int]
    jobs: list[JobOut]
    settings: dict[str, Any]


def _meeting(meeting: Meeting) -> MeetingOut:
    return MeetingOut.of(meeting.class_session, meeting.standing.activity, meeting.link)
