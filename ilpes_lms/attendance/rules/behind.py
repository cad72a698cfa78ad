"""Who is falling behind: what their marks and their outcome say, without guessing where there is no mark."""

from collections.abc import Iterable, Mapping
from typing import Any

from ilpes_lms.attendance.errors import MessageEmpty, MessageTooLong, NobodyToWriteTo
from ilpes_lms.attendance.rules.outcomes import NOT_COMPLETED, demands_of, standing
from ilpes_lms.core.text import N_

IN_A_ROW = 2
LONGEST_MESSAGE = 4000
BEHIND_LABELS = {
    "missed_in_a_row": N_("Missed the last two class sessions"),
    "no_slack": N_("May miss no further class session"),
    "out_of_reach": N_("Can no longer complete it"),
}


def reasons_behind(marks: Iterable[str], result: str, evidence: Mapping[str, Any]) -> list[str]:
    """Return why somebody is falling behind, nothing for who is not; `marks` are theirs, in the order of time.

    Excused class sessions count for nobody. Whoever has completed is not behind, whatever they miss now; neither is
    who did not complete what is over: the outcome says that.
    """
    stands = standing(result, evidence)
    if stands == "completed" or (stands == NOT_COMPLETED and not evidence["pending"]):
        return []
    counted = [mark for mark in marks if mark != "excused"]
    found = ["missed_in_a_row"] if counted[-IN_A_ROW:] == ["absent"] * IN_A_ROW else []
    if stands == NOT_COMPLETED:
        return [*found, "out_of_reach"]
    return [*found, "no_slack"] if _has_no_slack(evidence) else found


def check_message(text: str, number: int) -> None:
    """Refuse a message without words or without anybody to read it."""
    if not number:
        raise NobodyToWriteTo(field="people")
    if not text.strip():
        raise MessageEmpty(field="text")
    if len(text) > LONGEST_MESSAGE:
        raise MessageTooLong(field="text", most=LONGEST_MESSAGE)


def _has_no_slack(evidence: Mapping[str, Any]) -> bool:
    """Tell whether every class session to come is needed by somebody who has missed one."""
    asked = [demand for demand in demands_of(evidence) if demand["kind"] == "sessions" and not demand["met"]]
    if not asked or evidence.get("any_of") or not evidence["absent"]:
        return False
    return bool(evidence["pending"] and evidence["attended"] + evidence["pending"] == asked[0]["needed"])
