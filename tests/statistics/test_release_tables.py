"""Tables across in releases: what they count and hide, who sees what is true, and how they are read by machines."""

import csv
import io
import json
from datetime import date

import pytest
import sdmx
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from ilpes_lms.core import actor, clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.enrolment.models import Enrolment, EnrolmentChange
from ilpes_lms.enrolment.queries import attributes_version
from ilpes_lms.enrolment.service import correct_attributes
from ilpes_lms.people.vocabularies import countries
from ilpes_lms.statistics.disclosure.content import activities_behind
from ilpes_lms.statistics.disclosure.queries import counted
from ilpes_lms.statistics.releases import documents, queries, rules, service
from ilpes_lms.statistics.releases.display import Changes
from ilpes_lms.statistics.releases.errors import FiguresMoved, NothingRevised
from ilpes_lms.statistics.releases.models import Release, ReleaseCounts
from ilpes_lms.statistics.releases.service import Explained
from ilpes_lms.statistics.rules import Period, canonical, digest
from ilpes_lms.web import i18n
from tests.factories import people
from tests.factories.enrolment import enrol, make_institution
from tests.factories.releases import MARCH, release
from tests.factories.statistics import counted_activity, crowd, past_activity
from tests.statistics.test_pages import table, words_of
from tests.statistics.test_releases import tampered

# Bolivian men and Peruvians are few; Uruguayan women too, so that one small cell need not give the other away.
PEOPLE = {
    ("CHL", "female"): 40, ("CHL", "male"): 30, ("BOL", "female"): 12, ("BOL", "male"): 3, ("PER", "female"): 2,
    ("PER", "male"): 25, ("URY", "female"): 9, ("URY", "male"): 11, (None, "not_stated"): 6,
}  # fmt: skip


def published_crowd() -> Release:
    activity, institution = past_activity("international_open"), make_institution("Ministerio de Hacienda")
    crowd(activity, PEOPLE, sector="central_government", organization_id=institution.id, organization_name="Hacienda")
    crowd(past_activity("webinar"), {("CHL", "female"): 20, ("ARG", "male"): 20}, organization_name="Ana & Cía.")
    counted_activity("webinar", women=7, men=8)
    return queries.release(release().public_id)


def rows_of(made: Release, attribute: str) -> dict[str, dict]:
    return {row["row"]: row for row in made.said["cross_tables"]["tables"][attribute]["rows"]}


def test_a_release_crosses_those_on_record_by_people_and_says_who_is_left_out(context) -> None:
    made = published_crowd()
    across = made.said["cross_tables"]
    assert made.said["format"] == "ilpes-lms-statistics-release/2"
    assert across["scope"] == {
        "activities": 2, "participations": 178, "activities_left_out": 1, "participations_left_out": 15,
        "without_record": 0,
    }  # fmt: skip
    by_country = rows_of(made, "country")
    assert set(by_country) == {"ARG", "BOL", "CHL", "PER", "URY", "unknown"}
    assert (by_country["CHL"]["women"], by_country["CHL"]["total"]) == (60, 90)
    assert by_country["ARG"]["women"] == 0
    assert by_country["BOL"]["men"] is None
    assert "men" in by_country["BOL"]["hidden"]
    assert len(by_country["BOL"]["hidden"]) > 1
    assert rows_of(made, "sector").keys() == {"central_government", "unknown"}


def test_institutions_are_named_as_on_record_and_never_as_typed(context) -> None:
    made = published_crowd()
    (named,) = made.said["code_lists"]["institutions"]
    assert (named["name"], named["country"]) == ("Ministerio de Hacienda", "CHL")
    assert rows_of(made, "institution").keys() == {named["code"], "others"}
    assert "Ana & Cía." not in made.content


def test_no_true_number_behind_a_mark_is_in_what_is_published(context) -> None:
    made = published_crowd()
    for row in (*rows_of(made, "country").values(), *rows_of(made, "sector").values()):
        assert all(row[column] is None for column in row["hidden"])
    counts = made.counts
    assert made.said["counts_digest"] == digest(counts.content)
    nonce = counts.said["nonce"]
    assert len(nonce) == 32
    assert nonce not in made.content


def test_what_they_were_made_from_is_kept_and_verified(context) -> None:
    made = published_crowd()
    assert service.verify() == []
    changed = made.counts.content.replace('"CHL","women",40', '"CHL","women",41')
    assert changed != made.counts.content
    assert tampered(update(ReleaseCounts).values(content=changed)) == [rules.Fault(1, "counts")]
    assert tampered(delete(ReleaseCounts)) == [rules.Fault(1, "counts")]


@pytest.mark.parametrize("statement", [update(ReleaseCounts).values(content="{}"), delete(ReleaseCounts)])
def test_the_database_refuses_to_change_or_delete_what_a_release_was_made_from(context, statement) -> None:
    published_crowd()
    with pytest.raises(IntegrityError, match="neither changed nor deleted"), writing():
        db.session.execute(statement)


def of_the_first_format(made: Release) -> None:
    """Make a release what releases of the first format were."""
    said = {
        key: value for key, value in made.said.items() if key not in ("cross_tables", "counts_digest", "changed_cells")
    }
    content = canonical({**said, "format": "ilpes-lms-statistics-release/1"})
    tampered(delete(ReleaseCounts), update(Release).values(content=content, digest=digest(content)))
    db.session.expunge_all()


def test_releases_of_the_first_format_verify_and_read_and_can_be_revised_by_tables_across(app, context, client) -> None:
    made = published_crowd()
    of_the_first_format(made)
    assert service.verify() == [rules.Fault(1, "announced")]
    ref = queries.headline().public_id
    assert client.get(f"/statistics/releases/{ref}").status_code == 200
    kept = queries.release(ref)
    for form in documents.forms_of(kept):
        assert documents.written(kept, form).content
    assert documents.exchanged(queries.release(ref), "csv").content
    assert service.drift(ref).true_tables is None
    again = release(reason="With countries, sectors and institutions.")
    assert again.said["cross_tables"]["scope"]["activities"] == 2


def test_the_same_records_are_nothing_to_revise(context) -> None:
    published_crowd()
    with pytest.raises(NothingRevised):
        service.preview(start=MARCH[0], end=MARCH[1])


def test_a_correction_of_countries_drifts_for_staff_and_ends_in_tables_withheld(context) -> None:
    made = published_crowd()
    one = db.session.scalars(select(Enrolment).where(Enrolment.country == "URY", Enrolment.sex == "female")).first()
    with writing():
        one.country = "CHL"
    found = service.drift(made.public_id).explained
    assert found.changes == []
    moved = {(cell["row"], cell["figure"]): (cell["before"], cell["after"]) for cell in found.cells}
    assert moved["URY", "women"] == (9, 8)
    assert moved["CHL", "women"] == (60, 61)
    again = release(reason="A country was corrected.")
    # One person's move must not be told, so no table of countries is published again; the others stand.
    assert again.said["cross_tables"]["tables"]["country"]["rows"] == []
    assert again.said["cross_tables"]["tables"]["sector"] == made.said["cross_tables"]["tables"]["sector"]


def correct(enrolment: Enrolment, **attributes: str) -> None:
    correct_attributes(
        activity_ref=enrolment.activity.public_id, enrolment_ref=enrolment.public_id,
        version=attributes_version(enrolment), reason="The passport was read again.", **attributes,
    )  # fmt: skip


def one_of(country: str, sex: str) -> Enrolment:
    return db.session.scalars(select(Enrolment).where(Enrolment.country == country, Enrolment.sex == sex)).first()


def test_a_cell_that_differs_names_the_activity_and_the_corrections_that_can_move_it(app, client) -> None:
    with app.app_context():
        people.coordinator(given_names="Eva", first_surname="Luna", second_surname="")
        account = people.account("coordinator@example.org").public_id
        made = published_crowd()
        with actor.acting(account):
            correct(one_of("URY", "female"), country="CHL")
            correct(one_of("PER", "male"), sector="academia")
        activity = one_of("PER", "male").activity
        ref, behind, title = made.public_id, activity.public_id, activity.titles["es"]
    token = people.bearer(app, "coordinator@example.org")
    drift = client.get(f"/api/v1/statistics/releases/{ref}/drift", headers=token).json
    assert {tuple(cell["activity_refs"]) for cell in drift["cells"]} == {(behind,)}
    assert {(one["deed"], one["actor"]) for one in drift["logged"]} == {
        ("enrolment.corrected.country", account), ("enrolment.corrected.sector", account),
    }  # fmt: skip
    people.sign_in(client, "coordinator@example.org")
    html = client.get(f"/coordinate/statistics/releases/{ref}?lang=en").text
    rows = table(html, "Countries of residence that differ")
    women = next(row for row in rows if row[:2] == ["Uruguay", "Women"])
    assert women[2:4] == ["9", "8"]
    assert women[4].startswith(f"{title}: Country corrected in an enrolment, ")
    assert women[4].endswith(", Eva Luna: The passport was read again.")
    assert "Sector" not in women[4]
    sector = next(row for row in table(html, "Sectors that differ") if row[1] == "Total")
    assert "Sector corrected in an enrolment" in sector[4]
    assert "Country corrected" not in sector[4]


def test_differences_are_folded_by_table_and_only_the_first_few_are_open(context) -> None:
    def cell(attribute: str, row: str) -> dict[str, object]:
        return {"attribute": attribute, "row": row, "figure": "total", "before": 8, "after": 9}

    figure = {"of": "all", "title": None, "figure": "women", "before": 3, "after": 5}
    institutions = {f"i{number}": ("Ministry", "") for number in range(20)}
    told = Explained(
        [figure],
        [*(cell("institution", ref) for ref in institutions), cell("sector", "academia"), cell("country", "CHL")],
    )
    changes = Changes(told, ("Before", "Now"), institutions, log=False)
    with i18n.in_language("en"):
        parts = [(part.table.caption, len(part.table.rows), part.open) for part in changes.parts]
        assert changes.summary.endswith("; Sectors that differ: 1; Institutions that differ: 20")
    assert parts == [
        ("Figures that differ", 1, True),
        ("Countries of residence that differ", 1, True),
        ("Sectors that differ", 1, True),
        ("Institutions that differ", 20, False),
    ]


def test_a_correction_of_sex_explains_columns_of_sex_and_not_totals_or_types_of_course() -> None:
    cell = {"attribute": "country", "row": "CHL", "figure": "women"}
    assert rules.explains("enrolment.corrected.sex", cell)
    assert rules.explains("enrolment.corrected.sex")
    for figure in ("total", "webinar"):
        assert not rules.explains("enrolment.corrected.sex", {**cell, "figure": figure})
    assert not rules.explains("enrolment.corrected.country")
    assert not rules.explains("enrolment.corrected.organization_country", cell)
    assert rules.explains("enrolment.withdrawn", cell)


def test_a_revision_shows_staff_what_was_logged_of_its_cells_and_everyone_else_only_the_cells(app, client) -> None:
    with app.app_context():
        people.coordinator()
        published_crowd()
        late = past_activity("webinar")
        crowd(late, {("CHL", "female"): 30, ("ARG", "male"): 40, ("BOL", "male"): 35})
        title, behind = late.titles["es"], late.public_id
        made = release(reason="A list came late.")
        correct(one_of("URY", "female"), country="CHL")
        ref = made.public_id
    title_of_cells = "Countries of residence that differ"
    page = f"/statistics/releases/{ref}?lang=en"
    assert len(table(client.get(page).text, title_of_cells)[0]) == 4
    assert client.get(f"/api/v1/statistics/releases/{ref}/explanation").status_code == 401
    people.sign_in(client, "coordinator@example.org")
    cells = {tuple(row[:2]): row[4] for row in table(client.get(page).text, title_of_cells)}
    assert cells["Argentina", "Total"].startswith(f"{title}: Activity edited, ")
    token = people.bearer(app, "coordinator@example.org")
    told = client.get(f"/api/v1/statistics/releases/{ref}/explanation", headers=token).json
    total = next(cell for cell in told["changed_cells"] if (cell["row"], cell["figure"]) == ("ARG", "total"))
    assert total["activity_refs"] == [behind]
    # What came after it was published explains the next revision, not this one.
    assert told["logged"]
    assert not any(one["deed"].startswith("enrolment.") for one in told["logged"])


def test_a_cell_hidden_or_shown_for_the_sake_of_others_says_that_its_number_stands(context) -> None:
    one, other = past_activity("webinar"), past_activity("webinar")
    crowd(one, {("CHL", "female"): 40, ("BOL", "male"): 3})
    crowd(other, {("PER", "male"): 20})
    counts = counted(Period(*MARCH), MARCH[1])
    with writing():
        one_of("PER", "male").country = "ARG"
    now = counted(Period(*MARCH), MARCH[1])
    cells = [{"attribute": "country", "row": row, "figure": "men"} for row in ("BOL", "PER", "ARG")]
    assert activities_behind(cells, counts, now) == [[], [other.public_id], [other.public_id]]


def test_institutions_that_get_a_line_of_their_own_are_behind_the_rest_only_where_people_came(context) -> None:
    activity, institution = past_activity("webinar"), make_institution("Ministerio de Hacienda")
    crowd(activity, {("CHL", "female"): 9}, organization_id=institution.id, organization_name="Hacienda")
    crowd(activity, {("CHL", "male"): 20}, organization_name="Otra")
    before = counted(Period(*MARCH), MARCH[1])
    late = past_activity("webinar")
    crowd(late, {("PER", "female"): 3}, organization_id=institution.id, organization_name="Hacienda")
    now = counted(Period(*MARCH), MARCH[1])
    cells = [{"attribute": "institution", "row": row, "figure": "women"} for row in (institution.public_id, "others")]
    assert activities_behind(cells, before, now) == [[late.public_id], [late.public_id]]


def test_a_step_of_one_s_own_names_nobody_and_repeats_no_reason(context) -> None:
    activity = past_activity("webinar")
    somebody, other = enrol(activity, people.person("own@example.org")), enrol(activity)
    made = release()
    account = people.account("own@example.org").public_id
    for enrolment, who in ((somebody, account), (other, "job:sweep")):
        with writing() as session:
            session.add(
                EnrolmentChange(
                    enrolment_id=enrolment.id, from_state="confirmed", to_state="withdrawn", at=clock.now(), actor=who,
                    reason="Illness.",
                )
            )  # fmt: skip
    told = queries.logged([activity.public_id], made.published_at)
    assert {(one.actor, one.reason) for one in told} == {(None, ""), ("job:sweep", "Illness.")}


def test_a_revision_by_many_says_which_cells_changed(context) -> None:
    made = published_crowd()
    crowd(past_activity("webinar"), {("CHL", "female"): 30, ("ARG", "male"): 40, ("BOL", "male"): 35})
    again = release(reason="A list came late.")
    told = [cell for cell in again.said["changed_cells"] if cell["attribute"] == "country"]
    cells = {(cell["row"], cell["figure"]): (cell["before"], cell["after"]) for cell in told}
    before, now = rows_of(made, "country"), rows_of(again, "country")
    assert ("ARG", "total") in cells
    assert all(values == (before[row][figure], now[row][figure]) for (row, figure), values in cells.items())
    assert made.said["changed_cells"] == []


def test_what_is_hidden_depends_on_what_was_published_in_between(context) -> None:
    activity = past_activity("webinar")
    crowd(activity, PEOPLE)
    seen = service.preview(start=MARCH[0], end=MARCH[1]).seen
    release(date(2023, 3, 2), MARCH[1])
    service.publish(start=MARCH[0], end=MARCH[1], seen=seen)
    seen = service.preview(start=date(2023, 3, 3), end=MARCH[1]).seen
    with writing():
        db.session.scalars(select(Enrolment)).first().country = "ARG"
    with pytest.raises(FiguresMoved):
        service.publish(start=date(2023, 3, 3), end=MARCH[1], seen=seen)


def test_everyone_reads_the_tables_with_hidden_cells_marked(app, client) -> None:
    with app.app_context():
        ref = published_crowd().public_id
    html = client.get(f"/statistics/releases/{ref}?lang=en").text
    rows = {row[0]: row[1:] for row in table(html, "Participants by country of residence and sex")}
    assert rows["Chile"][0] == "60"
    assert rows["Bolivia (Plurinational State of)"][1] == "c hidden"
    assert "“c” marks a hidden cell." in html
    assert "Left out: 1 activity known by headcount or without record, with 15 participations." in words_of(html)
    assert "True numbers" not in html


def test_staff_see_true_numbers_before_and_after_publishing_by_page_and_by_program(app, client) -> None:
    with app.app_context():
        people.coordinator()
        crowd(past_activity("webinar"), PEOPLE)
    people.sign_in(client, "coordinator@example.org")
    token = people.bearer(app, "coordinator@example.org")
    days = {"from": str(MARCH[0]), "to": str(MARCH[1])}
    page = client.get("/coordinate/statistics/releases/new", query_string={**days, "lang": "en"})
    assert "True numbers, which are not published" in page.text
    preview = client.get("/api/v1/statistics/releases/preview", query_string=days, headers=token).json
    true = {row["row"]: row for row in preview["true_tables"]["country"]["rows"]}
    assert true["BOL"]["men"] == 3
    with app.app_context():
        ref = release().public_id
    html = client.get(f"/coordinate/statistics/releases/{ref}?lang=en").text
    rows = {row[0]: row[1:] for row in table(html, "Participants by country of residence and sex")}
    assert rows["Bolivia (Plurinational State of)"][:2] == ["12", "3"]
    drift = client.get(f"/api/v1/statistics/releases/{ref}/drift", headers=token).json
    assert drift["cells"] == []
    assert drift["true_tables"]["country"] == preview["true_tables"]["country"]


def test_csv_and_workbook_hold_the_tables(context) -> None:
    made = published_crowd()
    text = documents.written(made, "csv").content.decode("utf-8-sig")
    rows = {(row["level"], row["code"]): row for row in csv.DictReader(io.StringIO(text))}
    assert rows["country", "CHL"]["women"] == "60"
    assert rows["country", "BOL"]["men"] == ""
    assert "men" in rows["country", "BOL"]["hidden"].split()
    assert documents.written(made, "xlsx").content.startswith(b"PK")


def read_back(made: Release) -> tuple[sdmx.message.StructureMessage, list]:
    """Read a release as a statistical system does that knows nothing but the two files."""
    described = sdmx.read_sdmx(io.BytesIO(documents.exchanged(made, "xml").content))
    (flow,) = described.dataflow.values()
    told = sdmx.reader.csv.Reader().convert(io.BytesIO(documents.exchanged(made, "csv").content), structure=flow)
    return described, [one for each in told.data for one in each.obs]


def test_sdmx_data_agree_with_their_structure(context) -> None:
    described, observations = read_back(published_crowd())
    (structure,) = described.structure.values()
    codes = {
        part.id: set(part.local_representation.enumerated.items)
        for part in (*structure.dimensions.components, *structure.attributes.components)
        if part.local_representation and part.local_representation.enumerated
    }
    assert {"SEX", "REF_AREA", "OBS_STATUS", "CONF_STATUS"} <= codes.keys()
    assert "152" in codes["REF_AREA"]
    keys = set()
    for one in observations:
        said = {part.id: part.value for part in one.dimension.values.values()}
        assert said.keys() == {part.id for part in structure.dimensions.components}
        said |= {name: value.value for name, value in one.attached_attribute.items()}
        assert all(str(said[name]) in allowed for name, allowed in codes.items()), said
        keys.add(str(one.dimension))
    assert len(keys) == len(observations)


def test_everything_in_the_structure_has_a_name_in_four_languages(context) -> None:
    made = published_crowd()
    described, _observations = read_back(made)
    named = [
        *described.codelist.values(), *(code for codes in described.codelist.values() for code in codes),
        *described.concept_scheme.values(), *(one for scheme in described.concept_scheme.values() for one in scheme),
        *described.structure.values(), *described.dataflow.values(),
    ]  # fmt: skip
    assert len(named) > 60
    for one in named:
        assert one.name.localizations.keys() == {"es", "en", "pt", "fr"}, one
        assert all(one.name.localizations.values())
    sexes = described.codelist["CL_SEX"]
    assert sexes["F"].name.localizations == {"es": "Mujeres", "en": "Female", "pt": "Mulheres", "fr": "Femmes"}
    assert described.codelist["CL_AREA"]["604"].name.localizations["pt"] == "Peru"
    activity = made.statistics["activities"][0]
    assert set(described.codelist["CL_ACTIVITY"][activity["ref"]].name.localizations.values()) == {activity["title"]}


def test_sdmx_values_are_those_of_the_release(context) -> None:
    made = published_crowd()
    _described, observations = read_back(made)
    told = {}
    for one in observations:
        said = {part.id: str(part.value) for part in one.dimension.values.values()}
        place = tuple(said[name] for name in ("INDICATOR", "ACTIVITY", "ACTIVITY_KIND", "SEX", "REF_AREA", "COVERAGE"))
        if said["SECTOR"] == said["INSTITUTION"] == "_T":
            told[place] = one.value, str(one.attached_attribute["CONF_STATUS"].value)
    assert told["PARTICIPATIONS", "_T", "_T", "F", "_T", "_T"][0] == str(made.statistics["totals"]["women"])
    for row, numbers in rows_of(made, "country").items():
        area = "_U" if row == "unknown" else countries.COUNTRIES[row].numeric
        value, status = told["PARTICIPATIONS", "_T", "_T", "M", area, "P"]
        hidden = "men" in numbers["hidden"]
        assert (value or None, status) == ((None, "C") if hidden else (str(numbers["men"]), "F"))


def test_both_files_are_downloads_for_everyone(app, client) -> None:
    with app.app_context():
        counted_activity(women=3, men=4)
        ref = release().public_id
    for base in ("/statistics/releases", "/api/v1/statistics/releases"):
        for form in ("csv", "xml"):
            answer = client.get(f"{base}/{ref}/sdmx.{form}")
            assert answer.status_code == 200
            assert "attachment" in answer.headers["Content-Disposition"]
        assert client.get(f"{base}/nothing/sdmx.csv").status_code == 404


def test_what_a_release_says_is_canonical_json(context) -> None:
    made = published_crowd()
    assert canonical(json.loads(made.content)) == made.content
