"""A list is read once through before anybody is written: whom it names, and what is wrong with it, by row."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ilpes_lms.enrolment.errors import NobodyListed
from ilpes_lms.enrolment.models import ParticipantImport
from ilpes_lms.enrolment.queries import imports as queries
from ilpes_lms.enrolment.queries.imports import Known
from ilpes_lms.enrolment.rules import imports as rules
from ilpes_lms.enrolment.rules.imports import Listed, Reading
from ilpes_lms.enrolment.service.imports import kept, leases
from ilpes_lms.enrolment.service.imports.kept import Cells
from ilpes_lms.enrolment.service.imports.leases import Claim

_ROWS_AT_ONCE = 1000
_SAMPLE = 5
_LONGEST_SAMPLE = 100
Tell = Callable[[int, int], None]


def check(imported: ParticipantImport, claim: Claim, tell: Tell) -> None:
    """Find out what a list would do, keep the remarks as a file, and make the list ready to be imported.

    A check that died begins anew: it has written nothing but how far it was.
    """
    total, letter_m = _surveyed(imported)
    leases.advance(claim, lambda row: _begin(row, total, letter_m))
    found = _Findings()
    with kept.rows_of(imported) as rows, kept.new_report() as report:
        for batch in kept.batches(kept.readings(imported, found.sampled(rows)), _ROWS_AT_ONCE):
            found.take(batch, queries.owners(imported.activity_id, _keys(batch)))
            report.write(remark for reading in batch for remark in reading.remarks)
            leases.advance(claim, found.tell_rows)
            tell(found.rows, total)
        report_key = report.keep()
    leases.end(claim, lambda row: _ready(row, found, report_key))


def _surveyed(imported: ParticipantImport) -> tuple[int, str | None]:
    """Count the rows, which also finds a file that is broken further down, and learn what M means for a sex."""
    letters: Counter[str] = Counter()
    with kept.rows_of(imported) as rows:
        letters.update(cells.get("sex", "")[:2] for _number, cells in rows)
    if not letters:
        raise NobodyListed(field="file")
    return letters.total(), rules.meaning_of_m(letters)


def _begin(imported: ParticipantImport, total: int, letter_m: str | None) -> None:
    imported.total, imported.done = total, 0
    imported.findings = {**imported.findings, "letter_m": letter_m}


def _ready(imported: ParticipantImport, found: "_Findings", report_key: str) -> None:
    imported.state, imported.done, imported.failure = rules.READY, 0, ""
    imported.report_key = report_key
    imported.faults = found.counts["stopped"] + found.counts["kept_out"]
    told = {"counts": dict(found.counts), "sample": found.sample, "kept_out": found.kept_out}
    imported.findings = {**imported.findings, **told}


def _keys(batch: Sequence[Reading]) -> list[str]:
    return [reading.listed.key for reading in batch if reading.listed]


@dataclass
class _Findings:
    """What a check has found so far.

    `counts`: new and known are people without standing in the activity, moved those who get a place they asked for,
    already the participants, kept_out who withdrew and the like, stopped the rows that cannot be imported, noted
    those with a remark that stops nothing, places how many places the list needs.
    """

    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    sample: list[dict[str, str]] = field(default_factory=list)
    kept_out: list[dict[str, Any]] = field(default_factory=list)
    _persons: set[int] = field(default_factory=set)

    def sampled(self, rows: Iterator[Cells]) -> Iterator[Cells]:
        """Pass rows on, and keep what the first of them say for the preview."""
        for number, cells in rows:
            if len(self.sample) < _SAMPLE:
                self.sample.append({name: text[:_LONGEST_SAMPLE] for name, text in cells.items()})
            yield number, cells

    def take(self, batch: Sequence[Reading], owners: Mapping[str, Known]) -> None:
        self.rows += len(batch)
        for reading in batch:
            self.counts["noted"] += bool(reading.listed and reading.remarks)
            if reading.listed:
                self._foresee(reading.listed, owners.get(reading.listed.key))
            else:
                self.counts["stopped"] += 1

    def tell_rows(self, imported: ParticipantImport) -> None:
        imported.done = self.rows

    def _foresee(self, listed: Listed, known: Known | None) -> None:
        if known is None:
            self.counts.update(("new", "places"))
        elif known.person_id in self._persons:
            self.counts["already"] += 1
        else:
            self._persons.add(known.person_id)
            self._foresee_known(listed, known)

    def _foresee_known(self, listed: Listed, known: Known) -> None:
        outcome = rules.becomes(known.standing)
        self.counts["known" if outcome == "added" else outcome] += 1
        self.counts["places"] += rules.takes_place(known.standing)
        if outcome == "kept_out" and known.standing:
            self.kept_out.append(stays_out(listed, known.standing))


def stays_out(listed: Listed, standing: str) -> dict[str, Any]:
    """Return the remark about somebody who is not imported because of how they stand, as it is kept."""
    return asdict(rules.remark(listed.row, "email", listed.email, rules.kept_out(standing)))
