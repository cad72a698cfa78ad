"""Years of activities with their participations, made inside the database.

Numbers are mixed by arithmetic, so they are always the same. Half of the activities bring people together from
everywhere, as webinars do; half take blocks of neighbours, who are colleagues, as national courses do. Institutions
differ in size by the square of a number between 0 and 1.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Engine, text

COUNTRIES = (
    "ARG", "BHS", "BRB", "BLZ", "BOL", "BRA", "CHL", "COL", "CRI", "CUB", "DOM", "ECU", "SLV", "GTM", "GUY", "HND",
    "JAM", "MEX", "NIC", "PAN", "PRY", "PER", "SUR", "TTO", "URY", "VEN",
)  # fmt: skip
SECTORS = ("central_government", "subnational_government", "academia", "civil_society", "private")
KINDS = ("webinar", "international_open", "national_restricted", "other_division")
TOPICS = (
    "planning", "foresight", "public_investment", "results_management", "evaluation", "open_government", "gender",
    "digital_government", "territorial_development", "social_policy", "environment", "statistics",
)  # fmt: skip
DIVISIONS = ("ilpes", "celade", "social_development", "subregional_mexico")
MODALITIES = ("live_online", "self_paced_online", "blended", "in_person")
FIRST_DAY, DAYS = date(2014, 1, 1), 3652
_SIZES = (40, 60, 80, 100, 150, 200, 250, 320, 500, 800)
EACH = sum(_SIZES) // len(_SIZES)
_ACTIVITIES_EACH = 3
INSTITUTIONS = 2_500


@dataclass(frozen=True)
class Amount:
    """How much there is of everything."""

    participations: int

    @property
    def activities(self) -> int:
        return self.participations // EACH

    @property
    def persons(self) -> int:
        return self.participations // _ACTIVITIES_EACH


def fill(engine: Engine, amount: Amount) -> None:
    """Fill an empty database; marks are left for nothing of it, so the roll-ups have to be made from scratch."""
    with engine.begin() as connection:
        postgresql = connection.dialect.name == "postgresql"
        put_back = _laid_aside(connection) if postgresql else []
        _number(connection, max(amount.persons, amount.activities))
        for statement in (_ORGANIZATIONS, _PERSONS, _ACTIVITIES, _ENROLMENTS, _OUTCOMES, _CERTIFICATES):
            connection.execute(text(_said(statement, connection.dialect.name, amount)))
        connection.execute(text("DROP TABLE numbers"))
        connection.execute(text("DELETE FROM statistics_marks"))
        for statement in put_back:
            connection.execute(text(statement))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if postgresql else "ANALYZE"))


def _laid_aside(connection: Connection) -> list[str]:
    """Drop what is slow to keep row by row, foreign keys and indexes, and return what makes them again."""
    # No marks either.
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
    put_back: list[str] = []
    for found, make, drop in (
        (_CONSTRAINTS, "ALTER TABLE {0} ADD CONSTRAINT {1} {2}", "ALTER TABLE {0} DROP CONSTRAINT {1}"),
        (_INDEXES, "{2}", "DROP INDEX {1}"),
    ):
        for row in connection.execute(text(found)).all():
            connection.execute(text(drop.format(*row)))
            put_back.append(make.format(*row))
    return put_back


def _number(connection: Connection, number: int) -> None:
    connection.execute(text("CREATE TEMPORARY TABLE numbers (k bigint PRIMARY KEY)"))
    connection.execute(
        text(
            "INSERT INTO numbers WITH RECURSIVE counted (k) AS "
            f"(SELECT 0 UNION ALL SELECT k + 1 FROM counted WHERE k < {number}) SELECT k FROM counted"
        )
    )
    connection.execute(text("ANALYZE numbers"))


def _said(statement: str, dialect: str, amount: Amount) -> str:
    postgresql = dialect == "postgresql"
    later = "DATE '{}' + CAST({{}} AS integer)" if postgresql else "date('{}', '+' || ({{}}) || ' days')"
    day, topics = later.format(FIRST_DAY), [_one_of(TOPICS, number) for number in ("k", "k * 7 + 3")]
    starts = f"k * {DAYS} / {amount.activities}"
    return statement.format(
        now="'2024-06-01 00:00:00+00'" if postgresql else "'2024-06-01 00:00:00.000000'",
        topics=_json("'[\"' || {} || '\",\"' || {} || '\"]'".format(*topics), postgresql),
        starts=day.format(starts), ends=day.format(f"{starts} + 30 * (k % 3)"),
        size=_one_of(_SIZES, "k"), sizes=_one_of(_SIZES, "a.id - 1"),
        organizations=INSTITUTIONS, persons=amount.persons, activities=amount.activities,
        kind=_one_of(KINDS, "k / 2"), division=_one_of(DIVISIONS, "k * 5 / 3"), modality=_one_of(MODALITIES, "k / 3"),
        institution_country=_one_of(COUNTRIES, "k * 7"), institution_sector=_one_of(SECTORS, "k * 3"),
        other_country=_one_of(COUNTRIES, "k * 13"), other_sector=_one_of(SECTORS, "k * 11"),
        u="(((k / 20) * 7919 + (k / 20) * (k / 20) % 1009) % 10007)",
    )  # fmt: skip


def _one_of(values: tuple[object, ...], number: str) -> str:
    quoted = [f"'{value}'" if isinstance(value, str) else str(value) for value in values]
    cases = " ".join(f"WHEN {place} THEN {value}" for place, value in enumerate(quoted))
    return f"CASE ({number}) % {len(values)} {cases} END"


def _json(expression: str, postgresql: bool) -> str:
    return f"CAST({expression} AS json)" if postgresql else expression


_LARGE = "('persons', 'enrolments', 'outcomes', 'certificates')"
_CONSTRAINTS = f"""
SELECT r.relname, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
WHERE c.contype IN ('u', 'f') AND r.relname IN {_LARGE} ORDER BY c.contype = 'u', c.conname
"""
_INDEXES = f"""
SELECT tablename, indexname, indexdef FROM pg_indexes WHERE tablename IN {_LARGE} AND indexname NOT LIKE 'pk_%'
ORDER BY indexname
"""
_ORGANIZATIONS = """
INSERT INTO organizations (id, public_id, name, name_key, country, sector)
SELECT k + 1, 'o' || k, 'Ministerio ' || k, 'ministerio ' || k, {institution_country}, {institution_sector}
FROM numbers WHERE k < {organizations}
"""
_PERSONS = """
INSERT INTO persons (id, public_id, given_names, first_surname, second_surname, certificate_name, name_key, sex,
  residence_country, organization_id, organization_text, position, sector, language, zone, accessibility_needs, version,
  created_at)
SELECT k + 1, 'p' || k, 'Ana', 'Soto ' || k, '', 'Ana Soto', 'soto ana',
  CASE WHEN k * 7919 % 1000 < 530 THEN 'female' WHEN k * 7919 % 1000 < 985 THEN 'male'
    WHEN k * 7919 % 1000 < 990 THEN 'other' ELSE 'not_stated' END,
  CASE WHEN o.id IS NULL OR k % 25 = 0 THEN {other_country} ELSE o.country END, o.id, '', '',
  CASE WHEN k % 20 = 0 THEN NULL WHEN o.id IS NULL THEN {other_sector} ELSE o.sector END, 'es', 'America/Santiago', '',
  1, {now}
FROM numbers LEFT JOIN organizations o ON k * 31 % 100 >= 20
  AND o.id = 1 + {organizations} * {u} / 10007 * {u} / 10007
WHERE k < {persons}
"""
_ACTIVITIES = """
INSERT INTO activities (id, public_id, kind, titles, summaries, search_key, topics, languages, modality, starts_on,
  ends_on, start_precision, end_precision, zone, hours, division, confirmed_count, waiting_count, admission,
  eligible_countries, status, record, notes, version, created_at, published_at)
SELECT k + 1, 'a' || k, {kind}, '{{"es": "Curso"}}', '{{}}', 'curso', {topics}, '["es"]', {modality}, {starts}, {ends},
  'day', 'day', 'America/Santiago', CASE WHEN k % 10 = 0 THEN NULL ELSE 8 + k % 80 END, {division}, {size}, 0, 'open',
  '[]', 'closed', 'people', '[]', 1, {now}, {now}
FROM numbers WHERE k < {activities}
"""
_ENROLMENTS = """
INSERT INTO enrolments (public_id, activity_id, activity_record, person_id, state, place_number, motivation, applied_at,
  confirmed_at, sex, country, sector, organization_id)
SELECT 'e' || (a.id * 1000 + n.k), a.id, 'people', p.id, 'confirmed', n.k + 1, '', {now}, {now}, p.sex,
  p.residence_country, p.sector, p.organization_id
FROM activities a JOIN numbers n ON n.k < {sizes}
JOIN persons p ON p.id = 1 + (a.id * 104729 + n.k * CASE WHEN a.id % 2 = 0 THEN 7919 ELSE 1 END) % {persons}
"""
_OUTCOMES = """
INSERT INTO outcomes (enrolment_id, result, rule_version, evidence, decided_at)
SELECT id, CASE WHEN id % 7 < 5 THEN 'completed' ELSE 'not_completed' END, 1, '{{}}', {now}
FROM enrolments WHERE id % 10 < 6
"""
_CERTIFICATES = """
INSERT INTO certificates (code, serial, kind, edition, enrolment_id, person_id, activity_ref, language, content, state,
  requested_at, note)
SELECT 'c' || id, 's' || id, 'completion', 1, id, person_id, 'a' || (activity_id - 1), 'es', '{{}}', 'issued', {now}, ''
FROM enrolments WHERE id % 10 < 3
"""
