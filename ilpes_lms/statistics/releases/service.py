"""The verbs of releases: look at what would be published, publish it, hold it against the records, verify all."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from ilpes_lms.audit import service as audit
from ilpes_lms.core import clock
from ilpes_lms.core.database import db, transaction, violates
from ilpes_lms.core.settings import institute_day
from ilpes_lms.people import rules as people_rules
from ilpes_lms.statistics.comparing import Before
from ilpes_lms.statistics.disclosure.content import (
    across,
    activities_behind,
    changed,
    kept,
    tables,
    true_tables,
)
from ilpes_lms.statistics.disclosure.queries import counted, institutions
from ilpes_lms.statistics.disclosure.rules import Activity, from_kept, named_in
from ilpes_lms.statistics.releases import queries, rules
from ilpes_lms.statistics.releases.errors import FiguresMoved, ReleasesOfAll
from ilpes_lms.statistics.releases.models import Release, ReleaseCounts
from ilpes_lms.statistics.releases.queries import Logged
from ilpes_lms.statistics.rules import Period, canonical, digest, period_between
from ilpes_lms.statistics.service import compute_named

ANYWHERE: frozenset[str] = frozenset()
LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class Explained:
    """What differs of a release, and what was logged of the activities concerned that explains it.

    `behind` names for each of `cells` the activities whose own numbers in it moved; `titles` says what they are called.
    """

    changes: list[dict[str, Any]] = field(default_factory=list)
    cells: list[dict[str, Any]] = field(default_factory=list)
    logged: list[Logged] = field(default_factory=list)
    behind: list[list[str]] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)

    @property
    def cells_behind(self) -> list[dict[str, Any]]:
        """Return the cells that differ, each with the activities behind it."""
        return [{**cell, "activity_refs": refs} for cell, refs in zip(self.cells, self.behind, strict=True)]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be published of a period now, what it changes of the release that stands, and what was logged since.

    `seen` names exactly these figures: publishing asks for it, so that what was looked at is what is published. Which
    cells are hidden depends on what is published already: `after` is the digest of the newest release. What
    only a document printed has neither tables across nor counts.
    """

    statistics: dict[str, Any]
    cross_tables: dict[str, Any] | None
    counts: dict[str, Activity] | None
    institutions: dict[str, tuple[str, str]]
    after: str
    revises: Release | None
    explained: Explained

    @property
    def seen(self) -> str:
        return digest(canonical({"statistics": self.statistics, "cross_tables": self.cross_tables}))

    @property
    def true_tables(self) -> dict[str, Any]:
        return true_tables(self.counts or {})


@dataclass(frozen=True, slots=True)
class Drift:
    """What the records now say other than a release, with what was logged since.

    The cells that differ are those of the true tables across; they are not known of a release of the first format.
    """

    release: Release
    explained: Explained
    true_tables: dict[str, Any] | None
    institutions: dict[str, tuple[str, str]]


def preview(*, start: date, end: date) -> Preview:
    """Return what would be published of a period now.

    Raises DateNotPlausible, PeriodReversed, PeriodNotOver, NothingToPublish, and NothingRevised where the release that
    stands says it.
    """
    period, today = period_between(start, end), institute_day()
    # The end of the chain first: a release that comes after this look is one `publish` will not find it to end in.
    after = queries.last_digest()
    now, standing = compute_named(start, end), queries.latest_of(period)
    counts = counted(period, today)
    crossed = across(now, counts, _tables(counts, standing))
    changes = _changed(standing, now, crossed)
    same = standing is not None and (standing.statistics, standing.cross_tables) == (now, crossed)
    rules.check_publishable(period, today, now, nothing_new=same or _first_alike(standing, changes, crossed))
    explained = _explained(standing, changes, now, counts) if standing else Explained()
    return Preview(now, crossed, counts, institutions(named_in(counts)), after, standing, explained)


def publish(*, start: date, end: date, seen: str, reason: str = "", divisions: frozenset[str] = ANYWHERE) -> Release:
    """Freeze the figures of a period as published, or revise them; for who coordinates all divisions.

    Raises what `preview` does, RevisionUnexplained, and FiguresMoved when the records no longer say what was seen.
    """
    if divisions:
        raise ReleasesOfAll
    while True:
        # Choosing what is hidden takes seconds, which nobody else should wait for.
        found = preview(start=start, end=end)
        why = people_rules.lines(reason, longest=LONGEST_REASON, field="reason")
        rules.check_reason(why, revising=found.revises is not None)
        if seen != found.seen:
            raise FiguresMoved
        if release := _publish(found, Period(start, end), why):
            return release


def drift(release_ref: str) -> Drift:
    """Return how the records of a release's period have moved since; raises NoSuchRelease."""
    release = queries.release(release_ref)
    now, period = compute_named(release.starts_on, release.ends_on), Period(release.starts_on, release.ends_on)
    # Where only a document is known, records without activities say nothing against it.
    silent = release.published_in is not None and not now["activities"]
    changes = [] if silent else rules.changes(release.statistics, now)
    if release.counts is None:
        return Drift(release, _explained(release, rules.Changed(changes, []), now, {}), None, {})
    counts = counted(period, institute_day())
    then = true_tables(_true_counts(release))
    names = {**institutions(named_in(counts)), **release.counts.said["institutions"]}
    differ = rules.Changed(changes, changed(then, true_tables(counts)))
    return Drift(release, _explained(release, differ, now, counts), then, names)


def explain(release: Release) -> Explained:
    """Return what a revision changed, with what was logged between the release it revised and itself.

    It is for staff: what was logged of an activity, beside a cell, can tell what the cell hides.
    """
    before = queries.revised_by(release)
    if before is None:
        return Explained()
    changes = rules.Changed(release.said["changes"], release.said.get("changed_cells", []))
    return _explained(before, changes, release.statistics, _true_counts(release), until=release.published_at)


def verify() -> list[rules.Fault]:
    """Return what is wrong with the releases: changed, missing, or out of their chain; nothing if all are whole."""
    return rules.faults(map(_link, queries.chain()), queries.announced())


def published_of(period: Period) -> Before | None:
    """Return what was published of exactly a period as a base to compare with, None if nothing was."""
    release = queries.latest_of(period)
    if release is None:
        return None
    statistics = release.statistics
    told = {kind: totals["participations"] for kind, totals in statistics["by_kind"].items()}
    return Before(
        period, release.published_in, {kind: number for kind, number in told.items() if number is not None},
        statistics.get("shares", {}), statistics["totals"]["participations"],
        None if release.published_in else release.number,
    )  # fmt: skip


def freeze(
    found: Preview, last: Release | None, revised: Release | None, reason: str, *, published_in: str | None = None
) -> Release:
    """Add what was seen to the chain after its newest release, in the open transaction that holds that one locked."""
    now = clock.now()
    place = rules.Place(
        number=last.number + 1 if last else 1, revision=revised.revision + 1 if revised else 1,
        predecessor=last.digest if last else None, revises=revised.digest if revised else None,
    )  # fmt: skip
    kept_counts = _kept_counts(found)
    # What a revision changes may be of an institution that has no row any more.
    named = {**(revised.institutions if revised else {}), **found.institutions}
    digest_of_counts = digest(kept_counts) if kept_counts else None
    figures = rules.Figures(found.statistics, found.cross_tables, named, digest_of_counts)
    changes = rules.Changed(found.explained.changes, found.explained.cells)
    said = rules.content(place, figures, now.isoformat(), reason, changes)
    if published_in:
        said["published_in"] = published_in
    content, period = canonical(said), found.statistics["period"]
    release = Release(
        number=place.number, revision=place.revision, revises_id=revised.id if revised else None,
        starts_on=date.fromisoformat(period["start"]), ends_on=date.fromisoformat(period["end"]), published_at=now,
        predecessor=place.predecessor or "", digest=digest(content), content=content,
        counts=ReleaseCounts(content=kept_counts) if kept_counts else None, published_in=published_in,
    )  # fmt: skip
    _add(release)
    audit.record(
        queries.PUBLISHED, "release", release.public_id, number=place.number, revision=place.revision,
        digest=release.digest,
    )  # fmt: skip
    return release


def _tables(counts: Mapping[str, Activity], standing: Release | None) -> dict[str, Any]:
    """Return what can be published across; where the people are those of the release that stands, what it says."""
    if standing and standing.counts and _true_counts(standing) == counts:
        found: dict[str, Any] = standing.said["cross_tables"]["tables"]
        return found
    earlier = [(release.said["cross_tables"]["tables"], _true_counts(release)) for release in queries.crossed()]
    return tables(counts, earlier)


def _changed(standing: Release | None, now: Mapping[str, Any], crossed: Mapping[str, Any]) -> rules.Changed:
    if standing is None:
        return rules.Changed([], [])
    before = standing.cross_tables
    cells = changed(before["tables"], crossed["tables"]) if before else []
    return rules.Changed(rules.changes(standing.statistics, now), cells)


def _first_alike(standing: Release | None, changes: rules.Changed, crossed: Mapping[str, Any]) -> bool:
    """Say whether a release of the first format says all there is to say; what a document printed says less."""
    if standing is None or standing.published_in or standing.cross_tables is not None:
        return False
    return not changes.figures and not any(table["columns"] for table in crossed["tables"].values())


@transaction
def _publish(found: Preview, period: Period, reason: str) -> Release | None:
    """Freeze what was foreseen; None where another release came between, which it may have to hide more beside."""
    last = queries.last_of_chain()
    if (last.digest if last else "") != found.after:
        return None
    if (compute_named(period.start, period.end), counted(period, institute_day())) != (
        found.statistics, found.counts,
    ):  # fmt: skip
        raise FiguresMoved
    return freeze(found, last, queries.latest_of(period), reason)


def _kept_counts(found: Preview) -> str | None:
    if found.counts is None:
        return None
    return canonical(kept(found.counts, found.institutions, secrets.token_hex(16)))


def _explained(
    release: Release, changes: rules.Changed, now: Mapping[str, Any], counts: Mapping[str, Activity],
    until: datetime | None = None,
) -> Explained:  # fmt: skip
    """Return what differs of a release, with what was logged since of the activities behind it."""
    behind = activities_behind(changes.cells, _true_counts(release), counts)
    refs = {change["of"] for change in changes.figures if change["title"] is not None}.union(*behind)
    logged = queries.logged(refs, release.published_at, until)
    told = (one for statistics in (release.statistics, now) for one in statistics["activities"] or ())
    return Explained(changes.figures, changes.cells, logged, behind, {one["ref"]: one["title"] for one in told})


def _true_counts(release: Release) -> dict[str, Activity]:
    """Return what a release's tables across were made from, nothing where it has none."""
    return from_kept(release.counts.said["activities"]) if release.counts else {}


def _add(release: Release) -> None:
    db.session.add(release)
    try:
        db.session.flush()
    except IntegrityError as error:
        # The first of all has nothing to be locked: two of them meet here.
        if violates(error, "uq_statistics_releases_", "statistics_releases."):
            raise FiguresMoved from error
        raise


def _link(release: Release) -> rules.Link:
    return rules.Link(
        release.number, release.revision, release.starts_on, release.ends_on, release.published_at.isoformat(),
        release.predecessor or None, release.digest, release.content, release.published_in,
        release.counts.content if release.counts else None,
    )  # fmt: skip
