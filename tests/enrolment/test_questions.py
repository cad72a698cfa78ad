"""What coordinators ask applicants, and what counts as an answer."""

from decimal import Decimal

import pytest

from ilpes_lms.catalogue import service as catalogue
from ilpes_lms.core.errors import NotFound
from ilpes_lms.enrolment import errors, queries, rules, service
from ilpes_lms.people.errors import TextTooLong
from tests.factories.applications import LABELS, OPTIONS, make_question
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import make_someone


def question(kind="text", **fields):
    shape = {
        "ref": "q",
        "kind": kind,
        "labels": LABELS.get(kind, {}),
        "hints": {},
        "options": (),
        "required": True,
        "long": False,
    }
    if kind == "choice":
        shape["options"] = OPTIONS
    return rules.question(**{**shape, **fields})


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"kind": "colour"}, errors.UnknownQuestionKind),
        ({"labels": {"es": " "}}, errors.LabelMissing),
        ({"labels": {"de": "Warum?"}}, errors.UnknownLabelLanguage),
        ({"labels": {"es": "x" * 301}}, TextTooLong),
        ({"hints": {"es": "x" * 1001}}, TextTooLong),
        ({"kind": "choice", "options": ({"es": "Una"},)}, errors.OptionsMissing),
        ({"kind": "choice", "options": ({"es": "Una"}, {"es": ""})}, errors.OptionsMissing),
        ({"kind": "choice", "options": tuple({"es": str(n)} for n in range(51))}, errors.TooManyOptions),
    ],
)
def test_a_question_nobody_could_answer_is_refused(fields, refusal) -> None:
    with pytest.raises(refusal):
        question(**{"labels": LABELS["text"], "kind": "text", **fields})


@pytest.mark.parametrize(
    ("kind", "said", "text", "number"),
    [
        ("text", "  Un plan\x07  nacional ", "Un plan nacional", None), ("choice", "2", "2", None),
        ("number", "12", "", Decimal(12)), ("number", "1 200,5", "", Decimal("1200.5")),
        ("number", "-3.25", "", Decimal("-3.25")),
    ],
)  # fmt: skip
def test_an_answer_is_stored_in_one_form(kind, said, text, number) -> None:
    given = rules.answer_to(question(kind), said)
    assert (given.text, given.number) == (text, number)


def test_lines_of_a_long_text_are_kept() -> None:
    assert rules.answer_to(question(long=True), "one\r\ntwo\n").text == "one\ntwo"


@pytest.mark.parametrize(
    ("kind", "said", "refusal"),
    [
        ("text", " ", errors.AnswerMissing), ("text", "x" * 301, TextTooLong), ("choice", "", errors.ChoiceMissing),
        ("choice", "9", errors.UnknownOption), ("number", "", errors.AnswerMissing), ("file", "", errors.FileMissing),
        ("file", "a token of nobody", errors.FileGone),
        *(("number", wrong, errors.NotANumber) for wrong in
          ("ten", "NaN", "Infinity", "1e5", "1.000.000", "9" * 15, "1.23456", "١٢", "0x10", "1,2,3", "--1")),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused_beside_its_input(kind, said, refusal) -> None:
    with pytest.raises(refusal) as refused:
        rules.answer_to(question(kind), said)
    assert refused.value.field == "answer-q"


@pytest.mark.parametrize("kind", list(LABELS))
def test_an_optional_question_may_stay_without_an_answer(kind) -> None:
    assert rules.answer_to(question(kind, required=False), "  ") is None


def labels(found) -> list[str]:
    return [one.labels["en"] for one in found]


def test_questions_are_asked_in_the_order_coordinators_give_them(context) -> None:
    activity = make_activity("international_open")
    first, second, third = (make_question(activity, labels={"en": text}) for text in "abc")
    ref = {"activity_ref": activity.public_id}
    service.move_question(**ref, question_ref=third.public_id, direction="up")
    service.move_question(**ref, question_ref=first.public_id, direction="up")
    assert labels(queries.questions(activity.id)) == ["a", "c", "b"]
    service.stop_asking(**ref, question_ref=third.public_id)
    service.move_question(**ref, question_ref=second.public_id, direction="up")
    assert labels(queries.questions(activity.id)) == ["b", "a"]
    service.ask_again(**ref, question_ref=third.public_id)
    assert labels(queries.questions(activity.id)) == ["b", "a", "c"]


def test_at_most_three_files_and_thirty_questions_are_asked(context) -> None:
    activity = make_activity("international_open")
    files = [make_question(activity, "file") for _ in range(rules.MOST_FILES)]
    with pytest.raises(errors.TooManyFiles):
        make_question(activity, "file")
    service.stop_asking(activity_ref=activity.public_id, question_ref=files[0].public_id)
    make_question(activity, "file")
    with pytest.raises(errors.TooManyFiles):
        service.ask_again(activity_ref=activity.public_id, question_ref=files[0].public_id)
    for _ in range(rules.MOST_QUESTIONS - rules.MOST_FILES):
        make_question(activity)
    with pytest.raises(errors.TooManyQuestions):
        make_question(activity)


def answered_choice(context):
    activity = make_activity("international_open")
    found = make_question(activity, "choice")
    service.apply(
        activity_ref=activity.public_id, person_id=make_someone().id, motivation="Sí", said={found.public_id: "2"}
    )
    return activity, found


def changes(activity, found, **fields):
    base = {"kind": "choice", "labels": LABELS["choice"], "options": OPTIONS, "note": "Ortografía"}
    return service.edit_question(activity_ref=activity.public_id, question_ref=found.public_id, **{**base, **fields})


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"kind": "text"}, errors.AnsweredKindStays),
        ({"options": OPTIONS[:2]}, errors.AnsweredOptionsStay),
        ({"options": (OPTIONS[1], OPTIONS[0], OPTIONS[2])}, errors.AnsweredOptionsStay),
        ({"options": ({"es": "Antes", "en": "Before"}, *OPTIONS)}, errors.AnsweredOptionsStay),
        ({"labels": {"es": "¿Cuántas?"}, "note": " "}, errors.NoteMissing),
    ],
)
def test_a_question_that_was_answered_keeps_its_meaning(context, fields, refusal) -> None:
    activity, found = answered_choice(context)
    with pytest.raises(refusal):
        changes(activity, found, **fields)
    (answer,) = queries.answers_of_many([one.enrolment.id for one in queries.board(activity.id).items]).popitem()[1]
    assert (answer.text, answer.question.options[1]["labels"]) == ("2", dict(OPTIONS[1]))


def test_its_words_may_be_corrected_with_a_note_and_the_old_ones_are_kept(context) -> None:
    activity, found = answered_choice(context)
    corrected = changes(activity, found, labels={"es": "¿A cuántas personas coordina?"}, note="Faltaba la a.")
    (memory,) = corrected.corrections
    assert (memory["note"], memory["labels"]) == ("Faltaba la a.", LABELS["choice"])
    longer = changes(
        activity, found, labels={"es": "¿A cuántas personas coordina?"}, options=(*OPTIONS, {"es": "No sé"}), note=""
    )
    assert [option["code"] for option in longer.options] == ["1", "2", "3", "4"]
    assert len(longer.corrections) == 1


def test_an_answered_question_is_stopped_and_never_deleted(context) -> None:
    activity, found = answered_choice(context)
    with pytest.raises(errors.QuestionAnswered):
        service.delete_question(activity_ref=activity.public_id, question_ref=found.public_id)
    service.stop_asking(activity_ref=activity.public_id, question_ref=found.public_id)
    assert queries.questions(activity.id) == []
    fresh = make_question(activity)
    service.delete_question(activity_ref=activity.public_id, question_ref=fresh.public_id)
    assert [one.id for one in queries.all_questions(activity.id)] == [found.id]


def test_a_question_of_another_activity_or_division_does_not_exist(context) -> None:
    mine, other = make_activity("international_open"), make_activity("international_open", division="ilpes")
    found = make_question(other)
    with pytest.raises(NotFound):
        service.stop_asking(activity_ref=mine.public_id, question_ref=found.public_id)
    with pytest.raises(NotFound):
        service.stop_asking(activity_ref=other.public_id, question_ref=found.public_id, divisions=frozenset({"gender"}))


def test_a_clone_asks_the_same_with_nobody_s_answers(context) -> None:
    activity, found = answered_choice(context)
    stopped = make_question(activity)
    service.stop_asking(activity_ref=activity.public_id, question_ref=stopped.public_id)
    copy = catalogue.clone(activity_ref=activity.public_id)
    (copied,) = queries.questions(copy.id)
    assert (copied.kind, copied.labels, copied.options) == (found.kind, found.labels, found.options)
    assert queries.answered(copy.id) == {}
