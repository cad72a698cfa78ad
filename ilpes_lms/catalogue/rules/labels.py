"""What the catalogue's codes are called; each text is a gettext key that whoever shows it translates."""

from ilpes_lms.core.text import N_

# The mapping's order is the order in which people see them.
KIND_LABELS = {
    "international_open": N_("International course, open to all"),
    "national_restricted": N_("National course at a country's request"),
    "other_division": N_("Course of another ECLAC division"),
    "webinar": N_("Webinar or seminar"),
}
MODALITY_LABELS = {
    "live_online": N_("Online, live"),
    "self_paced_online": N_("Online, at your own pace"),
    "blended": N_("Online, partly live"),
    "in_person": N_("In person"),
}
PRECISION_LABELS = {
    "day": N_("The day"),
    "month": N_("Only the month"),
}
ADMISSION_LABELS = {
    "open": N_("Anyone may register"),
    "selection": N_("Anyone may apply; a committee selects"),
    "nomination": N_("Institutions nominate their people"),
    "invitation": N_("By personal invitation"),
}
STATUS_LABELS = {
    "draft": N_("Draft"),
    "published": N_("Published"),
    "closed": N_("Closed"),
    "archived": N_("Archived"),
    "cancelled": N_("Cancelled"),
}
RECORD_LABELS = {
    "people": N_("On record one by one"),
    "headcount": N_("Known by headcount"),
    "no_record": N_("No record of participants"),
}
PARTNER_ROLE_LABELS = {
    "co_organizer": N_("Co-organizer"),
    "technical_secretariat": N_("Technical secretariat"),
    "academic_partner": N_("Academic partner"),
    "donor": N_("Donor"),
}
ASSIGNMENT_LABELS = {"instructor": N_("Teaches the activity"), "co_coordinator": N_("Helps to coordinate")}
WINDOW_LABELS = {
    "not_yet": N_("Applications not open yet"),
    "open": N_("Open for application"),
    "closed": N_("Applications closed"),
}
# Where anyone gets in, nobody applies: one registers.
REGISTRATION_LABELS = {
    "not_yet": N_("Registration not open yet"),
    "open": N_("Open for registration"),
    "closed": N_("Registration closed"),
}
# The tone with which a state tag says a status.
TONES = {"draft": "waiting", "published": "good", "closed": "info", "archived": "plain", "cancelled": "wrong"}

KINDS = tuple(KIND_LABELS)
MODALITIES = tuple(MODALITY_LABELS)
ADMISSIONS = tuple(ADMISSION_LABELS)
STATUSES = tuple(STATUS_LABELS)
PARTNER_ROLES = tuple(PARTNER_ROLE_LABELS)
