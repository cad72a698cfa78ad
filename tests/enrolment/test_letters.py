"""When it begins, in letters and on the pages of who has a place: at its place and where the reader is."""

from datetime import date, datetime, time

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.catalogue.models import Activity
from ilpes_lms.enrolment import service
from tests.factories.catalogue import make_activity, make_class_session
from tests.factories.enrolment import enrol, make_offer, make_someone
from tests.factories.notifications import deliver_all, mailbox, text_of
from tests.factories.people import person, sign_in

THE_DAY = date(2032, 4, 6)


def webinar(kind: str = "webinar", **fields: object) -> Activity:
    return make_activity(kind, title="Prospectiva", starts_on=THE_DAY, zone="America/Santiago", **fields)


def letter_to(app: APIFlask, activity: Activity, **reader: str) -> str:
    """Return the text of the letter that a new participant gets."""
    someone = make_someone(**{"language": "es", "zone": "America/Santiago", **reader})
    service.apply(activity_ref=activity.public_id, person_id=someone.id)
    deliver_all(app)
    return text_of(mailbox(app)[-1]).replace("\r\n", "\n")


def test_the_confirmation_of_a_webinar_names_its_hour_and_zone(app: APIFlask, context: APIFlask) -> None:
    activity = webinar()
    make_class_session(activity, at=time(10))
    text = letter_to(app, activity)
    assert "Cuándo: martes, 6 de abril de 2032, 10:00 (hora de Santiago)\n" in text
    assert "donde usted está" not in text


@pytest.mark.parametrize(
    ("language", "zone", "line"),
    [
        ("es", "America/Argentina/Buenos_Aires", "10:00 (hora de Santiago); 11:00 donde usted está"),
        ("en", "Asia/Tokyo", "10:00 (Santiago time); 23:00 where you are"),
        ("pt", "America/Sao_Paulo", "10:00 (horário de Santiago); 11:00 onde você está"),
        ("fr", "Pacific/Auckland", "10:00 (heure à Santiago)\u00a0; mercredi 7 avril 2032, 02:00 là où vous êtes"),
    ],
)
def test_who_is_elsewhere_reads_their_own_clock_as_well(
    app: APIFlask, context: APIFlask, language: str, zone: str, line: str
) -> None:
    activity = webinar()
    make_class_session(activity, at=time(10))
    assert line in letter_to(app, activity, language=language, zone=zone)


def test_what_takes_several_days_keeps_its_dates_and_says_when_it_begins(app: APIFlask, context: APIFlask) -> None:
    activity = webinar(ends_on=date(2032, 4, 8))
    make_class_session(activity, starts_wall=datetime.fromisoformat("2032-04-07T16:30"))
    make_class_session(activity, starts_wall=datetime.fromisoformat("2032-04-06T09:15"))
    text = letter_to(app, activity)
    assert "Cuándo: 6–8 de abril de 2032\n" in text
    assert "Primera sesión: martes, 6 de abril de 2032, 09:15 (hora de Santiago)" in text


def test_a_cancelled_class_session_is_not_the_first(app: APIFlask, context: APIFlask) -> None:
    activity = webinar()
    off = make_class_session(activity, at=time(8))
    make_class_session(activity, at=time(12))
    catalogue.cancel_class_session(class_session_ref=off.public_id)
    assert "12:00 (hora de Santiago)" in letter_to(app, activity)


def test_without_class_sessions_there_is_only_the_date(app: APIFlask, context: APIFlask) -> None:
    assert "Cuándo: 6 de abril de 2032\n" in letter_to(app, webinar())


def test_one_s_own_page_says_the_hour_in_both_zones(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        me = person("ana@example.org", language="en", zone="America/Sao_Paulo")
        activity = webinar()
        make_class_session(activity, at=time(10))
        ref = enrol(activity, me).public_id
    sign_in(client, "ana@example.org")
    page = client.get(f"/my/enrolments/{ref}").text
    assert "Tuesday, 6 April 2032, 10:00 (Santiago time); 11:00 where you are" in page


def last_letter(app: APIFlask) -> str:
    deliver_all(app)
    return text_of(mailbox(app)[-1]).replace("\r\n", "\n")


def test_who_is_offered_a_place_reads_when_it_is(app: APIFlask, context: APIFlask) -> None:
    activity = webinar("international_open", capacity=1)
    make_class_session(activity, at=time(10))
    make_offer(activity)
    assert "Cuándo: martes, 6 de abril de 2032, 10:00 (hora de Santiago)" in last_letter(app)


def test_who_waits_reads_when_it_is(app: APIFlask, context: APIFlask) -> None:
    activity = webinar(capacity=1)
    make_class_session(activity, at=time(10))
    enrol(activity, make_someone())
    assert "Cuándo: martes, 6 de abril de 2032, 10:00 (hora de Santiago)" in letter_to(app, activity)


def test_who_is_not_chosen_reads_nothing_about_how_many_applied(app: APIFlask, context: APIFlask) -> None:
    activity = webinar("international_open", capacity=9)
    applicant = enrol(activity, make_someone(language="en"), state="applied")
    service.decide(activity_ref=activity.public_id, enrolment_refs=[applicant.public_id], decision="decline")
    text = last_letter(app)
    assert "This time we can’t offer you a place." in text
    assert "more applications" not in text
