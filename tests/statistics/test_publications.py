"""Earlier years that exist only as publications: entered as releases, chained, compared with; unknown is not zero."""

import json
from dataclasses import replace
from datetime import date

import pytest

from ilpes_lms.core.database import db
from ilpes_lms.statistics import service as statistics
from ilpes_lms.statistics.publications import errors, service
from ilpes_lms.statistics.publications.rules import check
from ilpes_lms.statistics.publications.service import Publication
from ilpes_lms.statistics.releases import documents, queries
from ilpes_lms.statistics.releases import service as releases
from ilpes_lms.statistics.releases.errors import NothingRevised, PeriodNotOver, ReleasesOfAll, RevisionUnexplained
from ilpes_lms.statistics.rules import canonical, digest
from tests.factories import people
from tests.factories.releases import MARCH, release
from tests.factories.statistics import counted_activity
from tests.statistics.test_pages import table, words_of

WEBINARS = {"participations": 1198, "share": 49}
EARLIER = Publication(
    date(2022, 3, 1), date(2022, 3, 31), "LC/MDCRP.29/3",
    {"webinar": WEBINARS, "international_open": {"participations": 521, "share": 22}}, {},
)  # fmt: skip
SENT = {
    "from": "2022-03-01", "to": "2022-03-31", "symbol": "LC/MDCRP.29/3", "by_kind": {"webinar": WEBINARS},
}  # fmt: skip
NEW, CHECK, API = (
    "/coordinate/statistics/publications/new", "/coordinate/statistics/publications/check",
    "/api/v1/statistics/publications",
)  # fmt: skip


def test_what_was_not_printed_stays_unknown_and_the_chain_holds_it(context) -> None:
    counted_activity(women=3, men=4)
    first = release()
    made = service.enter(EARLIER)
    said = made.said
    assert (made.number, made.predecessor, said["published_in"]) == (2, first.digest, "LC/MDCRP.29/3")
    assert said["statistics"]["by_kind"]["webinar"]["participations"] == 1198
    for kind, figure in (("webinar", "women"), ("other_division", "participations"), ("webinar", "activities")):
        assert said["statistics"]["by_kind"][kind][figure] is None
    assert said["statistics"]["totals"]["participations"] is None
    assert digest(canonical(said)) == made.digest
    assert releases.verify() == []
    # The public headline stays with what comes from the records.
    assert queries.headline().public_id == first.public_id


def test_a_later_period_is_compared_with_what_was_entered(context) -> None:
    activity = counted_activity(women=1198, men=0)
    activity_year = statistics.compare(date(2022, 4, 1), date(2022, 5, 1))
    assert activity_year is None
    service.enter(replace(EARLIER, start=date(2023, 1, 29), end=date(2023, 2, 28)))
    found = statistics.compare(*MARCH)
    assert found["previous"] | {"start": 0, "end": 0} == {
        "start": 0, "end": 0, "published_in": "LC/MDCRP.29/3", "release": None, "total_from": 2421, "total_to": 2423,
    }  # fmt: skip
    webinars = found["by_kind"]["webinar"]
    assert (webinars["before"], webinars["now"], webinars["change"], webinars["share_before"]) == (1198, 1198, 0, 49)
    assert found["by_kind"]["other_division"]["before"] is None
    assert activity.kind == "webinar"


def test_what_was_published_here_is_what_the_next_period_is_compared_with(context) -> None:
    counted_activity(women=3, men=4)
    release()
    found = statistics.compare(date(2023, 4, 1), date(2023, 5, 1))
    assert (found["previous"]["published_in"], found["previous"]["release"]) == (None, 1)
    assert found["by_kind"]["webinar"]["before"] == 7


def test_a_correction_needs_a_reason_and_says_what_it_changes(context) -> None:
    service.enter(EARLIER)
    with pytest.raises(NothingRevised):
        service.enter(EARLIER, reason="Again")
    more = replace(EARLIER, totals={"participations": 2422})
    with pytest.raises(RevisionUnexplained):
        service.enter(more)
    made = service.enter(more, reason="The total was found in another document.")
    assert (made.revision, made.said["reason"]) == (2, "The total was found in another document.")
    assert made.said["changes"] == [
        {"of": "all", "title": None, "figure": "participations", "before": None, "after": 2422}
    ]
    assert releases.verify() == []


def test_records_that_come_later_are_a_revision_told_only_where_something_was_printed(context) -> None:
    service.enter(replace(EARLIER, start=MARCH[0], end=MARCH[1]))
    standing = queries.chain()[0]
    assert releases.drift(standing.public_id).explained.changes == []
    counted_activity(women=3, men=4)
    changes = releases.drift(standing.public_id).explained.changes
    assert [(one["of"], one["figure"], one["before"], one["after"]) for one in changes] == [
        ("webinar", "participations", 1198, 7),
        ("international_open", "participations", 521, 0),
    ]
    made = release(reason="The activities were entered.")
    assert (made.revision, made.published_in) == (2, None)
    with pytest.raises(errors.FiguresFromRecords):
        service.enter(replace(EARLIER, start=MARCH[0], end=MARCH[1]), reason="Back")


@pytest.mark.parametrize(
    ("symbol", "by_kind", "totals", "refusal", "field"),
    [
        ("", {"webinar": {"women": 1}}, {}, errors.SymbolMissing, "symbol"),
        ("X", {}, {}, errors.NothingPrinted, "symbol"),
        ("X", {"webinar": {"share": 40}}, {}, errors.NothingPrinted, "symbol"),
        ("X", {"webinar": {"women": -1}}, {}, errors.NumberNotPlausible, "by_kind.webinar.women"),
        ("X", {"webinar": {"women": 1, "share": 101}}, {}, errors.NumberNotPlausible, "by_kind.webinar.share"),
        ("X", {"webinar": {"participations": 5, "women": 3, "men": 3}}, {}, errors.MoreThanPrinted,
         "by_kind.webinar.participations"),
        ("X", {"webinar": {"men": 5}, "other_division": {"men": 5}}, {"men": 9}, errors.KindsExceedTotal, "totals.men"),
    ],
)  # fmt: skip
def test_what_can_t_have_been_printed_is_named(symbol, by_kind, totals, refusal, field) -> None:
    with pytest.raises(refusal) as refused:
        check(symbol, by_kind, totals)
    assert refused.value.field == field


def test_only_who_coordinates_all_divisions_enters_and_only_what_is_over(context) -> None:
    with pytest.raises(ReleasesOfAll):
        service.enter(EARLIER, divisions=frozenset({"DDS"}))
    with pytest.raises(PeriodNotOver):
        service.enter(replace(EARLIER, end=date(2100, 1, 1)))
    db.session.rollback()
    assert queries.chain() == []


def test_the_files_leave_empty_what_was_not_printed(context) -> None:
    made = queries.release(service.enter(EARLIER).public_id)
    assert documents.forms_of(made) == ("json", "csv")
    csv = documents.written(made, "csv").content.decode("utf-8-sig").splitlines()
    webinars = dict(zip(csv[0].split(","), next(line for line in csv if '"webinar"' in line).split(","), strict=False))
    assert (webinars['"total"'], webinars['"women"']) == ('"1198"', '""')


def test_a_coordinator_enters_checks_and_publishes_and_everyone_reads_it(app, client) -> None:
    with app.app_context():
        people.coordinator()
    people.sign_in(client, "coordinator@example.org")
    wrong = people.form_post(client, CHECK, {**SENT_FORM, "webinar_women": "2000"}, page=f"{NEW}?lang=en")
    assert (wrong.status_code, 'href="#webinar_participations"' in wrong.text) == (422, True)
    assert "International" not in wrong.text.partition("error-summary")[2].partition("</div>")[0]
    assert "Webinars and seminars – Participants: Women, men and the others are more" in words_of(wrong.text)
    checked = people.form_post(client, CHECK, SENT_FORM, page=f"{NEW}?lang=en")
    assert checked.status_code == 200
    done = people.form_post(client, NEW, SENT_FORM, page=NEW)
    assert done.status_code == 303
    page = client.get(f"{done.location}?lang=en").text
    assert "as printed in LC/MDCRP.29/3" in page
    assert "As printed in the document, version 1" in words_of(page)
    rows = table(page, "As published")
    assert ["Webinars and seminars", "1,198", "49%"] in rows
    assert ["Courses of other divisions", "not published", ""] in rows
    listed = client.get("/statistics?lang=en").text
    assert "Nothing is published yet" not in listed
    assert "Figures as printed in LC/MDCRP.29/3." in listed
    assert client.get(f"{done.location}.xlsx").status_code == 404
    assert client.get(f"{done.location}.csv").status_code == 200
    drift = f"/coordinate/statistics/releases/{done.location.rsplit('/', 1)[1]}"
    assert client.get(drift).status_code == 200


SENT_FORM = {
    "from": "2022-03-01", "to": "2022-03-31", "symbol": "LC/MDCRP.29/3", "webinar_participations": "1198",
    "webinar_share": "49",
}  # fmt: skip


def test_a_number_that_can_t_be_read_names_its_row_and_stays_as_typed(app, client) -> None:
    with app.app_context():
        people.coordinator()
    people.sign_in(client, "coordinator@example.org")
    typed = {**SENT_FORM, "other_division_men": "some", "total_women": "9" * 30, "webinar_share": "101"}
    page = people.form_post(client, CHECK, typed, page=f"{NEW}?lang=en")
    assert page.status_code == 422
    said = words_of(page.text)
    assert "Courses of other divisions – Men: Not a valid integer value" in said
    assert "Total – Women: This number is not plausible." in said
    for text in ("some", "9" * 30, "101", "1198"):
        assert f'value="{text}"' in page.text
    page = people.form_post(client, CHECK, {**SENT_FORM, "webinar_share": "101"}, page=f"{NEW}?lang=en")
    assert "Webinars and seminars – Share of all participants in per cent: Numbers lie" in words_of(page.text)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Webinars and seminars – Women: Numbers lie between"),
        ("es", "Seminarios web y seminarios – Mujeres: "),
        ("pt", "– Mulheres: "),
        ("fr", "– Femmes\u00a0: "),
    ],
)
def test_programs_are_told_the_number_s_path_and_its_name_in_words(app, client, language, said) -> None:
    with app.app_context():
        people.coordinator()
    sent, token = {**SENT, "by_kind": {"webinar": {"women": -1}}}, people.bearer(app, "coordinator@example.org")
    answer = client.post(f"{API}/preview?lang={language}", json=sent, headers=token)
    (fault,) = answer.json["errors"]
    assert (answer.status_code, fault["field"]) == (422, "by_kind.webinar.women")
    assert said in fault["message"]
    assert answer.json["detail"] == fault["message"]


@pytest.mark.parametrize("printed", ["1198", "1,198", "1.198", "1 198", "1\u202f198", " 1198 "])
def test_a_number_is_read_as_the_document_prints_it(app, client, printed) -> None:
    with app.app_context():
        people.coordinator()
    people.sign_in(client, "coordinator@example.org")
    page = people.form_post(client, CHECK, {**SENT_FORM, "webinar_participations": printed}, page=f"{NEW}?lang=en")
    assert page.status_code == 200
    assert ["Webinars and seminars", "1,198", "49%"] in table(page.text, "As published")


def test_a_form_that_is_refused_leads_to_what_is_published_of_the_period(app, client) -> None:
    with app.app_context():
        people.coordinator()
        ref = service.enter(EARLIER).public_id
    people.sign_in(client, "coordinator@example.org")
    again = people.form_post(
        client, CHECK, {**SENT_FORM, "international_open_participations": "521", "international_open_share": "22",
                        "reason": "Again"}, page=f"{NEW}?lang=en",
    )  # fmt: skip
    assert "there is nothing to revise" in again.text
    assert f'href="/statistics/releases/{ref}">What is published of this period' in again.text


def test_programs_look_first_and_enter(app, client) -> None:
    with app.app_context():
        people.coordinator()
    token = people.bearer(app, "coordinator@example.org")
    seen = client.post(f"{API}/preview", json=SENT, headers=token)
    assert (seen.status_code, seen.json["revises"], seen.json["changes"]) == (200, None, [])
    made = client.post(API, json=SENT, headers=token)
    assert (made.status_code, made.json["published_in"]) == (201, "LC/MDCRP.29/3")
    assert made.json["content"]["statistics"] == seen.json["statistics"]
    refused = client.post(API, json={**SENT, "by_kind": {"course": {}}}, headers=token)
    assert refused.status_code == 422


def test_the_command_enters_a_file(app, tmp_path) -> None:
    source = tmp_path / "earlier.json"
    source.write_text(json.dumps(SENT), encoding="utf-8")
    run = app.test_cli_runner().invoke
    done = run(args=["statistics", "enter", "--file", str(source)])
    assert (done.exit_code, done.output) == (
        0, "Release 1: 2022-03-01 to 2022-03-31, as printed in LC/MDCRP.29/3.\n",
    )  # fmt: skip
    source.write_text(json.dumps({**SENT, "symbol": ""}), encoding="utf-8")
    assert run(args=["statistics", "enter", "--file", str(source)]).exit_code == 1
    assert run(args=["statistics", "verify"]).output == "Every release is what was published.\n"


def test_a_correction_of_a_share_alone_is_told_with_its_reason(app, client) -> None:
    with app.app_context():
        service.enter(EARLIER)
        webinars = {"webinar": {**WEBINARS, "share": 48}}
        made = service.enter(
            replace(EARLIER, by_kind={**EARLIER.by_kind, **webinars}), reason="A misprint of the share."
        )
        ref = made.public_id
        assert [(one["of"], one["figure"], one["before"], one["after"]) for one in made.said["changes"]] == [
            ("webinar", "share", 49, 48)
        ]
    html = client.get(f"/statistics/releases/{ref}?lang=en").text
    assert "A misprint of the share." in html
    assert table(html, "Figures that differ")[1] == ["Webinars and seminars", "Share in per cent", "49", "48", "−1"]


def test_a_correction_of_the_symbol_alone_is_told_with_its_reason(app, client) -> None:
    with app.app_context():
        service.enter(EARLIER)
        ref = service.enter(
            replace(EARLIER, symbol="LC/MDCRP.29/4"), reason="The symbol of its second printing."
        ).public_id
    assert "The symbol of its second printing." in client.get(f"/statistics/releases/{ref}?lang=en").text
