"""What this room's messages can say, kind by kind."""

from dataclasses import replace

from ilpes_lms.core.text import N_
from ilpes_lms.notifications.placeholders import (
    ACTIVITY,
    ACTIVITY_LINK,
    CATALOGUE_LINK,
    CONTACT,
    DATES,
    HOURS,
    INSTITUTION,
    LINK,
    NAME,
    PLACES,
    POSITION,
    REASON,
    WHEN,
    Placeholder,
)

_OWN = replace(
    LINK, label=N_("Link to their application or place"), example="https://example.org/my/enrolments/1",
    action=N_("See my application or place"),
)  # fmt: skip
_OWN_IF_WANTED = replace(_OWN, required=False)
_UNTIL = Placeholder("until", N_("Until when they can answer"), N_("Friday, 30 April"))
_DEADLINE = replace(_UNTIL, name="deadline", label=N_("Until when the place is held"))
_HELD_BACK = Placeholder(
    "held_back", N_("Why others may come before them, where that is so"),
    N_("Some places are held for certain countries until 30 April. Until then others may come before you."),
)  # fmt: skip
_SIGN_UP_LINK = Placeholder(
    "sign_up_link", N_("Link to create an account"), "https://example.org/sign-up", form="link",
    action=N_("Create an account"),
)  # fmt: skip
_INVITED = Placeholder(
    "invited", N_("A sentence: they are invited, or an institution nominated them"),
    N_("You are invited to take part in “Territorial planning”."),
)  # fmt: skip
_ASKED = Placeholder(
    "asked", N_("A sentence: to confirm the place, or to apply"), N_("Please confirm your place by this personal link:")
)
_ANSWER = Placeholder(
    "answer", N_("A sentence: to answer, and until when"), N_("Please answer by this personal link:")
)  # fmt: skip
_ANSWER_LINK = replace(
    LINK, label=N_("Personal link to answer the invitation"), example="https://example.org/invitations/1",
    action=N_("Answer the invitation"),
)  # fmt: skip
_DECLINE_LINK = Placeholder(
    "decline_link", N_("Personal link to decline"), "https://example.org/invitations/1/decline", form="link",
    action=N_("I can’t take part"),
)  # fmt: skip
_NOMINATE_LINK = replace(
    LINK, label=N_("Personal link to nominate people"), example="https://example.org/nominate/1",
    action=N_("Nominate people"),
)  # fmt: skip
_CONFIRM_LINK = replace(
    LINK, label=N_("Link to confirm, which can be used once"), example="https://example.org/confirm/1",
    action=N_("Confirm"),
)  # fmt: skip
_PLACE = Placeholder(
    "place", N_("A sentence: whether a place is held for them"),
    N_("Places are given to those who confirm, in that order."),
)  # fmt: skip
_NUMBER = Placeholder("number", N_("Number of the class session"), "3")
_SESSION_TITLE = Placeholder("session_title", N_("Title of the class session"), N_("Reading a budget"))
_SESSION_REASON = replace(REASON, name="reason", example=N_("The speaker can’t come that day."))
_BEGINS = Placeholder("when", N_("When the class session begins"), N_("Tuesday, 6 April, 10:00"))
_MINUTES = Placeholder("minutes", N_("How many minutes it takes"), "90")
_BEFORE = Placeholder("before", N_("As it was before"), N_("Monday, 5 April, 10:00"))
_MINUTES_BEFORE = Placeholder("minutes_before", N_("How many minutes it was to take"), "60")
_CHANGES = Placeholder(
    "changes", N_("What changed, a line each"),
    N_("Class session 3. Now: Tuesday, 6 April, 10:00, 90 minutes. Before: Monday, 5 April, 10:00, 60 minutes"),
    required=True, form="items",
)  # fmt: skip
_TEACH = replace(
    LINK, label=N_("Link to the activity that they teach"), example="https://example.org/teach/activities/1",
    action=N_("See the class sessions"),
)  # fmt: skip

_STANDING = (NAME, ACTIVITY, WHEN, _OWN, ACTIVITY_LINK, CATALOGUE_LINK)
_ENDED = (NAME, ACTIVITY, WHEN, REASON, _OWN_IF_WANTED, ACTIVITY_LINK, CATALOGUE_LINK)
_INVITATION = (NAME, ACTIVITY, WHEN, INSTITUTION, _UNTIL, _ANSWER_LINK, _DECLINE_LINK, ACTIVITY_LINK)
_REGISTRATION = (NAME, ACTIVITY, WHEN, _PLACE, HOURS, _CONFIRM_LINK, ACTIVITY_LINK)
_CHANGE = (NAME, ACTIVITY, CONTACT, CATALOGUE_LINK)
_SESSION = (*_CHANGE, DATES, _NUMBER, _SESSION_TITLE, _SESSION_REASON, _OWN)

OF_KINDS: dict[str, tuple[Placeholder, ...]] = {
    "enrolment.applied": _STANDING,
    "enrolment.waitlisted": (*_STANDING, POSITION, _HELD_BACK),
    "enrolment.offered": (*_STANDING, _DEADLINE),
    "enrolment.confirmed": _STANDING,
    "enrolment.promoted": _STANDING,
    "enrolment.declined": _ENDED,
    "enrolment.place_ended": _ENDED,
    "enrolment.place_taken_back": (NAME, ACTIVITY, WHEN, REASON, POSITION, _OWN, ACTIVITY_LINK, CATALOGUE_LINK),
    "enrolment.listed": (*_STANDING, _SIGN_UP_LINK),
    "enrolment.invitation": (*_INVITATION, _INVITED, _ASKED),
    "enrolment.invitation_reminder": (*_INVITATION, _ANSWER),
    "enrolment.nomination_link": (ACTIVITY, WHEN, INSTITUTION, PLACES, _UNTIL, _NOMINATE_LINK, ACTIVITY_LINK),
    "enrolment.registration": _REGISTRATION,
    "enrolment.registration_known": _REGISTRATION,
    "enrolment.activity_cancelled": (*_CHANGE, DATES, _OWN_IF_WANTED),
    "enrolment.dates_changed": (*_CHANGE, WHEN, DATES, replace(_BEFORE, example=N_("1 to 30 March")), _OWN),
    "enrolment.class_session_moved": (*_SESSION, _BEGINS, _MINUTES, _BEFORE, _MINUTES_BEFORE),
    "enrolment.class_session_cancelled": (*_SESSION, _BEGINS, _MINUTES),
    "enrolment.class_sessions_changed": (*_CHANGE, DATES, _CHANGES, _OWN),
    "enrolment.taught_cancelled": (*_CHANGE, DATES, _TEACH),
    "enrolment.taught_dates_changed": (NAME, ACTIVITY, DATES, _CHANGES, _TEACH, CATALOGUE_LINK),
}
