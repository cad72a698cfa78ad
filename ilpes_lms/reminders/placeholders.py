"""What the reminders can say, by rule."""

from dataclasses import replace

from ilpes_lms.core.text import N_
from ilpes_lms.notifications.placeholders import ACTIVITY, ACTIVITY_LINK, INSTITUTION, LINK, NAME, PLACES, Placeholder

_STARTS = Placeholder("starts", N_("In how many days it starts"), N_("Starts tomorrow"))
_ENDS = Placeholder("ends", N_("In how many days it ends"), N_("Ends tomorrow"))
_SOON = Placeholder("soon", N_("Today, tomorrow or soon"), N_("Tomorrow"))
_FIRST_DAY = Placeholder("day", N_("First day of the activity"), N_("Tuesday, 6 April 2027"))
_LAST_DAY = replace(_FIRST_DAY, label=N_("Last day of the activity"))
_READY_ON = replace(_FIRST_DAY, label=N_("Since when the certificate is ready"), example=N_("6 April 2027"))
_UNTIL = Placeholder("until", N_("Until when it can be done"), N_("Friday, 30 April"))
_OPENING = Placeholder(
    "opening", N_("A sentence: what it reminds of, and whether they have a place"),
    N_("This is a reminder that “Territorial planning” starts on Tuesday, 6 April 2027."),
)  # fmt: skip
_NEXT = Placeholder(
    "opening", N_("A sentence: of how many class sessions it reminds"),
    N_("This is a reminder of the next class session of “Territorial planning”:"),
)  # fmt: skip
_STANDING = Placeholder(
    "standing", N_("A sentence: how their application or place stands, where that has to be said"),
    N_("You are on the waiting list. You get a message if a place becomes free for you."),
)  # fmt: skip
_LATE = Placeholder(
    "late", N_("A sentence: why it comes later than usual, where it does"),
    N_("This reminder comes later than planned. We apologize."),
)  # fmt: skip
_THAT_DAY = Placeholder(
    "that_day", N_("Words before the class sessions of that day, where there are any"), N_("On that day:")
)
_SESSIONS = Placeholder(
    "sessions", N_("The class sessions: title, time, way in"),
    N_("Reading a budget\nTuesday, 6 April, 10:00\nEnds at 11:30"), form="prose",
)  # fmt: skip
_UNMARKED = replace(
    _SESSIONS, label=N_("The class sessions: title, time, how many have no mark, link to the list"), required=True,
    example=N_("Reading a budget\nTuesday, 6 April, 10:00\n3 participants without a mark"),
)  # fmt: skip
_WITHDRAWING = Placeholder(
    "withdrawing", N_("A sentence: how to give up the place, for those who have one"),
    N_("If you can no longer take part, please withdraw on that page, so that someone else can have your place."),
)  # fmt: skip
_GREETING = Placeholder("greeting", N_("Greeting, with the name where it is known"), N_("Good day,"))
_OPEN = Placeholder(
    "open", N_("A sentence: for how many of them nobody is nominated"), N_("2 places are still without a nominee.")
)
_MISSING = Placeholder(
    "missing", N_("What the profile lacks, as a list"), N_("the country where you live"), required=True, form="items"
)
_ACTIVITY_LINK = replace(ACTIVITY_LINK, required=True)
_ATTENDANCE_LINK = replace(
    LINK, label=N_("Link to their attendance and outcome"), example="https://example.org/my/attendance/1",
    action=N_("See my attendance"),
)  # fmt: skip
_APPLY_LINK = replace(
    LINK, label=N_("Link to go on with the application"), example="https://example.org/activities/1/apply",
    action=N_("Go on with the application"),
)  # fmt: skip
_OWN_LINK = replace(
    LINK, label=N_("Link to the place that is offered"), example="https://example.org/my/enrolments/1",
    action=N_("Accept or decline"),
)  # fmt: skip
_NOMINATIONS_LINK = replace(
    LINK, label=N_("Link to nominate people, for those with an account"), example="https://example.org/my/nominations/1",
    action=N_("Nominate people"),
)  # fmt: skip
_PROFILE_LINK = replace(
    LINK, label=N_("Link to the profile"), example="https://example.org/my/profile", action=N_("Complete my profile")
)
_CERTIFICATES_LINK = replace(
    LINK, label=N_("Link to their certificates"), example="https://example.org/my/certificates",
    action=N_("See my certificates"),
)  # fmt: skip

_ALL = (NAME, ACTIVITY)
OF_RULES: dict[str, tuple[Placeholder, ...]] = {
    "application_closes": (*_ALL, _UNTIL, _LATE, _APPLY_LINK, ACTIVITY_LINK),
    "offer_lapses": (*_ALL, _UNTIL, _LATE, _OWN_LINK, ACTIVITY_LINK),
    "activity_starts": (
        *_ALL, _STARTS, _FIRST_DAY, _OPENING, _STANDING, _LATE, _THAT_DAY, _SESSIONS, _ACTIVITY_LINK, _WITHDRAWING,
    ),
    "activity_began": (*_ALL, _FIRST_DAY, _STANDING, _ACTIVITY_LINK),
    "class_session_tomorrow": (*_ALL, _SOON, _NEXT, replace(_SESSIONS, required=True), _LATE, ACTIVITY_LINK),
    "activity_ends": (*_ALL, _ENDS, _LAST_DAY, _LATE, _ATTENDANCE_LINK, ACTIVITY_LINK),
    "activity_ended": (*_ALL, _LAST_DAY, _ATTENDANCE_LINK, ACTIVITY_LINK),
    "marks_missing": (*_ALL, _UNMARKED, ACTIVITY_LINK),
    "nominations_unfilled": (
        *_ALL, _GREETING, INSTITUTION, PLACES, _OPEN, _UNTIL, _LATE, _NOMINATIONS_LINK, ACTIVITY_LINK,
    ),
    "profile_incomplete": (*_ALL, _MISSING, _PROFILE_LINK, ACTIVITY_LINK),
    "certificate_waiting": (*_ALL, _READY_ON, _CERTIFICATES_LINK, ACTIVITY_LINK),
}  # fmt: skip
