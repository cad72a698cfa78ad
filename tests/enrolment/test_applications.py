"""Applications with answers: begun, kept, sent, withdrawn and sent again."""

import pytest
from sqlalchemy import event

from ilpes_lms.core import files
from ilpes_lms.core.database import db
from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment import errors, queries, service
from ilpes_lms.people.errors import TextTooLong
from tests.factories.applications import make_question, pdf
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import make_institution, make_someone, states

WRITTEN = {"motivation": "Por el plan", "said": {}}


@pytest.fixture
def course(context):
    """A course under selection that asks one question of each kind; the file is optional."""
    activity = make_activity("international_open")
    asked = {
        kind: make_question(activity, kind, required=kind != "file") for kind in ("text", "choice", "number", "file")
    }
    return activity, {kind: question.public_id for kind, question in asked.items()}


def saying(refs, **more):
    return {refs["text"]: "Un plan", refs["choice"]: "2", refs["number"]: "12,5", **more}


def test_answers_are_stored_with_the_application(course) -> None:
    activity, refs = course
    ana = make_someone()
    me = {"activity_ref": activity.public_id, "person_id": ana.id}
    token = service.keep_file(**me, question_ref=refs["file"], name="../Carta.PDF", content=pdf())
    enrolment = service.apply(**me, motivation="Sí", said=saying(refs, **{refs["file"]: token}))
    answers = {answer.question.kind: answer for answer in queries.answers_of(enrolment.id)}
    assert [answers[kind].text for kind in ("text", "choice")] == ["Un plan", "2"]
    assert (float(answers["number"].number), answers["file"].file_name) == (12.5, "Carta.pdf")
    assert files.fetch(answers["file"].file_key) == pdf() or files.fetch(answers["file"].file_key).startswith(b"%PDF")
    assert queries.draft(ana.id, activity.id) is None


def test_an_application_with_a_wrong_answer_is_not_stored_at_all(course) -> None:
    activity, refs = course
    ana = make_someone()
    service.save_draft(activity_ref=activity.public_id, person_id=ana.id, motivation="Sí", said={})
    with pytest.raises(errors.NotANumber):
        service.apply(
            activity_ref=activity.public_id,
            person_id=ana.id,
            motivation="Sí",
            said={**saying(refs), refs["number"]: "x"},
        )
    assert states(activity) == {}
    assert queries.draft(ana.id, activity.id) is not None


def test_a_file_of_somebody_else_s_draft_is_no_answer(course) -> None:
    activity, refs = course
    ana, eva = make_someone(), make_someone()
    token = service.keep_file(
        activity_ref=activity.public_id, person_id=ana.id, question_ref=refs["file"], name="a.pdf", content=pdf()
    )
    with pytest.raises(errors.FileGone):
        service.apply(
            activity_ref=activity.public_id,
            person_id=eva.id,
            motivation="Sí",
            said=saying(refs, **{refs["file"]: token}),
        )


def test_what_the_activity_does_not_ask_is_refused(course) -> None:
    activity, refs = course
    ana = make_someone()
    for said in ({"b" * 26: "x"}, {**saying(refs), "b" * 26: "x"}):
        with pytest.raises(errors.UnknownQuestion):
            service.apply(activity_ref=activity.public_id, person_id=ana.id, motivation="Sí", said=said)
    webinar = make_activity()
    with pytest.raises(errors.UnknownQuestion):
        service.apply(activity_ref=webinar.public_id, person_id=ana.id, said={"b" * 26: "x"})


def test_a_draft_keeps_what_is_written_right_or_not_and_its_files(course) -> None:
    activity, refs = course
    me = {"activity_ref": activity.public_id, "person_id": make_someone().id}
    upload = {refs["file"]: ("carta.pdf", pdf())}
    service.save_draft(**me, motivation="Sí", said={refs["number"]: "many"}, uploads=upload, about={"sector": "x"})
    begun = service.begin(**me)
    assert (begun.motivation, begun.answers[refs["number"]], begun.about) == ("Sí", "many", {"sector": "x"})
    service.save_draft(**me, motivation="No", said={refs["text"]: "a"})
    begun = service.begin(**me)
    assert (begun.answers[refs["file"]]["name"], refs["number"] in begun.answers) == ("carta.pdf", False)
    service.save_draft(**me, said={}, forget=[refs["file"]])
    assert service.begin(**me).answers == {}
    service.discard_draft(**me)
    assert service.begin(**me).saved_at is None


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"motivation": "x" * 5001}, TextTooLong),
        ({"said": {"b" * 26: "x"}}, errors.UnknownQuestion),
        ({"uploads": {"b" * 26: ("a.pdf", b"%PDF")}}, NotFound),
    ],
)
def test_a_draft_takes_nothing_it_has_no_room_for(course, values, refusal) -> None:
    activity, _refs = course
    with pytest.raises(refusal):
        service.save_draft(activity_ref=activity.public_id, person_id=make_someone().id, **{**WRITTEN, **values})


def test_a_text_question_takes_no_file_and_a_file_question_no_picture(course) -> None:
    activity, refs = course
    me = {"activity_ref": activity.public_id, "person_id": make_someone().id}
    with pytest.raises(errors.NotAFileQuestion):
        service.keep_file(**me, question_ref=refs["text"], name="a.pdf", content=pdf())
    with pytest.raises(errors.NotADocument):
        service.keep_file(**me, question_ref=refs["file"], name="a.pdf", content=b"GIF89a")


def test_nothing_is_begun_where_one_may_not_apply(context) -> None:
    closed, abroad = make_activity("international_open", "closed"), make_activity("webinar", eligible_countries=["BRA"])
    ana = make_someone()
    for activity, refusal in ((closed, errors.ActivityNotOpen), (abroad, errors.NotEligible)):
        with pytest.raises(refusal):
            service.save_draft(activity_ref=activity.public_id, person_id=ana.id, **WRITTEN)


def test_who_applies_again_finds_what_they_wrote_before_with_its_file(course) -> None:
    activity, refs = course
    me = {"activity_ref": activity.public_id, "person_id": make_someone().id}
    token = service.keep_file(**me, question_ref=refs["file"], name="carta.pdf", content=pdf())
    first = service.apply(**me, motivation="Sí", said=saying(refs, **{refs["file"]: token}))
    key = queries.answers_of(first.id)[-1].file_key
    service.withdraw(enrolment_ref=first.public_id, person_id=me["person_id"])
    begun = service.begin(**me)
    assert (begun.motivation, begun.answers[refs["number"]], begun.answers[refs["choice"]]) == ("Sí", "12.5", "2")
    service.save_draft(
        **me, motivation="Otra vez", said={refs["text"]: "Otro", refs["choice"]: "1", refs["number"]: "3"}
    )
    token = service.begin(**me).answers[refs["file"]]["token"]
    said = {refs["text"]: "Otro", refs["choice"]: "1", refs["number"]: "3", refs["file"]: token}
    again = service.apply(**me, motivation="Otra vez", said=said)
    answers = queries.answers_of(again.id)
    assert again.id == first.id
    assert [answers[0].text, answers[1].text, answers[3].file_key] == ["Otro", "1", key]
    assert len(answers) == 4


def test_an_answer_that_is_taken_back_is_gone(course) -> None:
    activity, refs = course
    me = {"activity_ref": activity.public_id, "person_id": make_someone().id}
    token = service.keep_file(**me, question_ref=refs["file"], name="carta.pdf", content=pdf())
    first = service.apply(**me, motivation="Sí", said=saying(refs, **{refs["file"]: token}))
    service.withdraw(enrolment_ref=first.public_id, person_id=me["person_id"])
    service.apply(**me, motivation="Sí", said=saying(refs))
    assert [answer.question.kind for answer in queries.answers_of(first.id)] == ["text", "choice", "number"]


def test_the_profile_is_asked_for_what_it_lacks_and_never_again(context) -> None:
    institution = make_institution()
    activity = make_activity(
        "international_open",
        eligible_sectors=["academia"],
        eligible_organizations=[institution.public_id],
        eligible_languages=["pt"],
    )
    ana = make_someone()
    me = {"activity_ref": activity.public_id, "person_id": ana.id}
    begun = service.begin(**me)
    assert begun.refused is None
    assert begun.lacking == {"organization": True, "sector": True, "position": False, "working_languages": True}
    about = {"organization": institution.name, "sector": "academia", "position": "", "working_languages": ["pt"]}
    service.prepare(**me, about=about, **WRITTEN)
    assert service.begin(**me).lacking == {"position": False}
    assert service.apply(**me, motivation="Sí").state == "applied"


def test_a_profile_that_now_says_no_is_left_as_it_was_and_the_reason_is_given(context) -> None:
    activity = make_activity("international_open", eligible_sectors=["academia"])
    ana = make_someone()
    with pytest.raises(errors.NotEligible) as refused:
        service.prepare(activity_ref=activity.public_id, person_id=ana.id, about={"sector": "private"}, **WRITTEN)
    assert [reason.condition for reason in refused.value.params["reasons"]] == ["sector"]
    db.session.refresh(ana)
    assert ana.sector is None


def test_an_activity_without_questions_costs_no_statement_more_than_before(context) -> None:
    """What is asked under the lock: the activity, the standing, the places; the rest writes."""
    ana = make_someone()
    webinar = make_activity()
    asked: list[str] = []

    def listen(_connection, _cursor, statement, *_rest) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        service.apply(activity_ref=webinar.public_id, person_id=ana.id)
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    reading = [text for text in asked if text.lstrip().startswith("SELECT") and "application_" in text]
    assert len(reading) == 1, "the questions are counted with the places"
    assert "enrolments" in reading[0]
    assert not [text for text in asked if text.startswith(("DELETE", "INSERT INTO application"))]
