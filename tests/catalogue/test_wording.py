"""Closing times in words: who may apply until a day is over is told that day."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.catalogue import details, wording
from ilpes_lms.catalogue.overview import overview_of
from ilpes_lms.core import clock
from ilpes_lms.web import i18n
from tests.factories.catalogue import make_activity

SANTIAGO = "America/Santiago"
LAST = date(2032, 12, 14)
LONG_BEFORE, SOON_BEFORE = datetime(2032, 11, 1, 15, tzinfo=UTC), datetime(2032, 12, 10, 15, tzinfo=UTC)


@pytest.fixture
def said(app: APIFlask) -> Callable[..., str]:
    def say(language: str, closes_at: datetime, now: datetime) -> str:
        with app.test_request_context(), i18n.in_language(language):
            return wording.applications_until(closes_at, SANTIAGO, now)

    return say


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Hasta el martes, 14 de diciembre de 2032, al final del día (hora de Santiago)"),
        ("en", "Until Tuesday, 14 December 2032, end of the day (Santiago time)"),
        ("pt", "Até terça-feira, 14 de dezembro de 2032, no fim do dia (horário de Santiago)"),
        ("fr", "Jusqu’au mardi 14 décembre 2032 inclus (heure à Santiago)"),
    ],
)
def test_what_closes_at_midnight_is_open_until_the_day_that_ends(said, language: str, text: str) -> None:
    assert said(language, clock.end_of_day(LAST, SANTIAGO), LONG_BEFORE) == text


def test_shortly_before_the_days_left_are_counted_to_the_same_day(said) -> None:
    text = said("en", clock.end_of_day(LAST, SANTIAGO), SOON_BEFORE)
    assert text == "Closes in 4 days: Tuesday, 14 December 2032, end of the day (Santiago time)"


def test_a_colon_stands_as_the_language_has_it(said) -> None:
    assert " jours\u00a0: mardi 14" in said("fr", clock.end_of_day(LAST, SANTIAGO), SOON_BEFORE)


def test_what_closes_during_a_day_closes_at_that_moment(said) -> None:
    closes_at = datetime(2032, 12, 14, 21, tzinfo=UTC)
    assert said("en", closes_at, LONG_BEFORE) == "Until Tuesday, 14 December 2032, 18:00 (Santiago time)"


def test_a_day_that_ends_where_clocks_skip_midnight_is_still_that_day(said) -> None:
    before_summer_time = date(2032, 9, 4)
    closes_at = clock.end_of_day(before_summer_time, SANTIAGO)
    assert clock.wall_time(closes_at, SANTIAGO).hour == 1
    assert "Saturday, 4 September 2032, end of the day" in said("en", closes_at, datetime(2032, 8, 1, tzinfo=UTC))


def test_the_page_of_an_activity_names_the_last_day(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        closes_at = clock.end_of_day(LAST, SANTIAGO)
        ref = make_activity(starts_on=date(2032, 12, 20), zone=SANTIAGO, applications_close_at=closes_at).public_id
    page = client.get(f"/activities/{ref}?lang=en").text
    assert "Until Tuesday, 14 December 2032, end of the day (Santiago time)" in page
    assert "15 December" not in page


def test_who_comes_by_invitation_is_not_called_nominated(app: APIFlask) -> None:
    with app.test_request_context(), i18n.in_language("es"):
        assert wording.audience("invitation", [], "MIDEPLAN") == "Por invitación, a solicitud de: MIDEPLAN"
        assert wording.audience("nomination", [], "MIDEPLAN") == "Para personas nominadas por: MIDEPLAN"


def test_a_draft_tells_its_coordinator_when_applications_will_be_taken(context: APIFlask) -> None:
    draft = make_activity("international_open", "draft", closes_in=5)
    with context.test_request_context(), i18n.in_language("es"):
        facts = dict(overview_of(draft, clock.now()).facts)
    assert facts["Postulaciones"].startswith("Cierra en 5 días")
    assert details.window_of(draft, clock.now()).state == "closed"
