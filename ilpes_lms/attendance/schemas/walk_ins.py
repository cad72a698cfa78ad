"""People in a report whom nobody registered, in JSON."""

from ilpes_lms.attendance import queries, rules
from ilpes_lms.attendance.models import AttendanceImport
from ilpes_lms.web.api import In, Out


class WalkInsIn(In):
    """Whether those with an address get one letter that asks for their consent.

    `despite_likely` confirms that people whose names are like those of participants are counted as new ones.
    """

    ask: bool = False
    despite_likely: bool = False


class WalkInsOut(Out):
    """How many are to be counted, `likely` participants among them; those counted by what is known of their consent.

    `record` says how the activity's people are on record: people, headcount or no_record, never two of them.
    """

    record: str
    to_count: int
    likely: int
    consent: dict[str, int]

    @classmethod
    def of(cls, found: AttendanceImport) -> "WalkInsOut":
        consents, activity = queries.consents_in(found), found.class_session.activity
        known = queries.participants_known(activity.id)
        return cls(
            record=activity.record, to_count=queries.number_of_walk_ins(found),
            likely=rules.number_likely(queries.undecided_names(found), known),
            consent={code: consents[code] for code in rules.CONSENT_LABELS},
        )  # fmt: skip


class ReportHeadcountOut(Out):
    """The headcount that a report gave: of nobody in it is the sex stated."""

    not_stated: int
