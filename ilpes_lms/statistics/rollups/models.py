"""Roll-ups of who took part. Nothing is on record only here: they are made from enrolments, and can be made anew."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ilpes_lms.core.database import Model

_NUMBER = BigInteger().with_variant(Integer, "sqlite")


class Mark(Model):
    """An activity whose people, or whose month, kind or hours, changed since it was rolled up.

    Written by triggers in the transaction that changes them, so that no room below has to know. There may be several of
    one activity: a unique key would make everybody wait who changes something in the same one. For the same reason
    it refers to no row of `activities`, which is locked by whoever gives a place.
    """

    __tablename__ = "statistics_marks"

    activity_id: Mapped[int] = mapped_column(_NUMBER, index=True)


class _Key:
    country: Mapped[str] = mapped_column(String(3))
    sector: Mapped[str] = mapped_column(String(40))
    organization_id: Mapped[int] = mapped_column(_NUMBER)


class _Measures:
    """How many, by sex: took part, completed, have an outcome, hold a certificate."""

    women_participations: Mapped[int]
    men_participations: Mapped[int]
    other_participations: Mapped[int]
    not_stated_participations: Mapped[int]
    women_completed: Mapped[int]
    men_completed: Mapped[int]
    other_completed: Mapped[int]
    not_stated_completed: Mapped[int]
    women_decided: Mapped[int]
    men_decided: Mapped[int]
    other_decided: Mapped[int]
    not_stated_decided: Mapped[int]
    women_certificates: Mapped[int]
    men_certificates: Mapped[int]
    other_certificates: Mapped[int]
    not_stated_certificates: Mapped[int]


class Cell(_Key, _Measures, Model):
    """People of one activity who are alike in what a dimension tells apart, "" and 0 standing for "not on record"."""

    __tablename__ = "statistics_cells"
    __table_args__ = (
        CheckConstraint("dimension IN ('all', 'country', 'sector', 'institution')", name="dimension"),
        UniqueConstraint(
            "dimension", "activity_id", "country", "sector", "organization_id", name="uq_statistics_cells_place"
        ),
        Index(
            "ix_statistics_cells_organization_id",
            "organization_id",
            sqlite_where=text("organization_id > 0"),
            postgresql_where=text("organization_id > 0"),
        ),
    )

    dimension: Mapped[str] = mapped_column(String(12), sort_order=-3)
    activity_id: Mapped[int] = mapped_column(_NUMBER, sort_order=-2)


class Month(_Key, _Measures, Model):
    """People of activities of one month, who are alike in what a dimension tells apart.

    Of those that began in it, or, `carried`, of those that began before and had not ended when it began. Hours are in
    hundredths. `activities` are those with somebody in the line.
    """

    __tablename__ = "statistics_months"
    __table_args__ = (
        CheckConstraint("dimension IN ('country', 'sector', 'organization', 'country_sector')", name="dimension"),
        UniqueConstraint(
            "dimension",
            "month",
            "carried",
            "kind",
            "country",
            "sector",
            "organization_id",
            name="uq_statistics_months_place",
        ),
    )

    dimension: Mapped[str] = mapped_column(String(20), sort_order=-4)
    month: Mapped[date] = mapped_column(sort_order=-3)
    carried: Mapped[bool] = mapped_column(sort_order=-3)
    kind: Mapped[str] = mapped_column(String(30), sort_order=-2)
    activities: Mapped[int]
    hours: Mapped[int] = mapped_column(BigInteger)
    without_hours: Mapped[int]
    women_hours: Mapped[int] = mapped_column(BigInteger)
    men_hours: Mapped[int] = mapped_column(BigInteger)
    other_hours: Mapped[int] = mapped_column(BigInteger)
    not_stated_hours: Mapped[int] = mapped_column(BigInteger)


class Counted(Model):
    """How an activity's cells were added to the months; one that is in none (a draft, a cancelled one) has no row."""

    __tablename__ = "statistics_counted"

    activity_id: Mapped[int] = mapped_column(_NUMBER, unique=True)
    month: Mapped[date]
    until: Mapped[date]
    kind: Mapped[str] = mapped_column(String(30))
    hours: Mapped[int | None] = mapped_column(BigInteger)
