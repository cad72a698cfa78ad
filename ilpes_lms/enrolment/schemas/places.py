"""Shapes of place rules and of the waiting list."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from ilpes_lms.enrolment.models import PlaceDecision, PlaceRule
from ilpes_lms.enrolment.rules import MOST_PLACES
from ilpes_lms.enrolment.sayings import now_text, outcome_text, reason_text
from ilpes_lms.enrolment.service import Chance, RuleValues, WaitingList
from ilpes_lms.web.api import In, Out, Query

_Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class PlaceRuleIn(In):
    """A rule over the places; the organization by its reference or its whole name."""

    kind: Literal[
        "at_most_per_country", "at_most_per_institution", "reserved_countries", "reserved_institution", "minimum_women"
    ]
    number: int = Field(ge=1, le=MOST_PLACES, description="people, places, or women in a hundred")
    countries: list[_Code] = Field([], max_length=250)
    organization: Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")] = ""
    until: AwareDatetime | None = None

    def values(self) -> RuleValues:
        """Return the rule as the service takes it."""
        return RuleValues(
            kind=self.kind, number=self.number, countries=self.countries, organization=self.organization,
            until=self.until,
        )  # fmt: skip


class PlaceRulesIn(In):
    """All rules that are to stand."""

    items: list[PlaceRuleIn] = Field(max_length=20)


class PlaceRuleOut(Out):
    """A rule over the places."""

    id: str
    kind: str
    number: int
    countries: list[str]
    organization: str | None
    until: AwareDatetime | None

    @classmethod
    def of(cls, rule: PlaceRule) -> "PlaceRuleOut":
        return cls(
            id=rule.public_id, kind=rule.kind, number=rule.number, countries=rule.countries,
            organization=rule.organization.public_id if rule.organization else None, until=rule.until,
        )  # fmt: skip


class PlaceRulesOut(Out):
    """The rules that stand over an activity's places."""

    items: list[PlaceRuleOut]


class WaitingQuery(Query):
    """Where in line the answer begins."""

    first: int = Field(1, ge=1, le=9_999_999)


class ChanceOut(Out):
    """Somebody who waits, with their place in line and what it means now."""

    id: str
    position: int
    name: str
    country: str | None
    code: str
    message: str

    @classmethod
    def of(cls, chance: Chance) -> "ChanceOut":
        return cls(
            id=chance.enrolment.public_id, position=chance.rank, name=chance.enrolment.person.full_name,
            country=chance.enrolment.country, code=chance.reason.code, message=reason_text(chance.reason),
        )  # fmt: skip


class PlaceDecisionOut(Out):
    """An entry of the log of places."""

    at: AwareDatetime
    occasion: str
    outcome: str
    message: str
    free: int | None
    waiting: int
    promoted: int
    details: dict[str, Any]

    @classmethod
    def of(cls, decision: PlaceDecision) -> "PlaceDecisionOut":
        names = cls.model_fields.keys() - {"message"}
        return cls(**{name: getattr(decision, name) for name in names}, message=outcome_text(decision))


class WaitingListOut(Out):
    """The waiting list, why free places are not passed on now, and the log of places, the newest first."""

    items: list[ChanceOut]
    total: int
    next: int | None
    code: str
    message: str
    decisions: list[PlaceDecisionOut]

    @classmethod
    def of(cls, found: WaitingList) -> "WaitingListOut":
        return cls(
            items=[ChanceOut.of(chance) for chance in found.lines], total=found.total, next=found.following,
            code=found.outcome, message=now_text(found.outcome),
            decisions=[PlaceDecisionOut.of(decision) for decision in found.decisions],
        )  # fmt: skip
