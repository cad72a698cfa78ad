"""Files that were chosen and never sent go after a day, and none goes while somebody sends it."""

import itertools
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from apiflask import APIFlask
from sqlalchemy import select

from ilpes_lms.core import clock, files
from ilpes_lms.core.database import db
from ilpes_lms.enrolment import errors, queries, service
from ilpes_lms.enrolment.models import ApplicationDraft, Enrolment, KeptLetter
from ilpes_lms.enrolment.service import answers, letter_files
from tests.enrolment.test_races import at_once, in_context, on_postgresql
from tests.factories.applications import make_question, pdf
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import make_someone

_pages = itertools.count(1)


class Asking:
    """An activity that asks for a letter, and somebody who has chosen one."""

    def __init__(self) -> None:
        activity = make_activity("international_open", starts_in=60, closes_in=40)
        self.activity, self.question = activity.public_id, make_question(activity, "file", required=False).public_id
        self.person = make_someone().id
        self.letter = pdf(pages=next(_pages))
        self.key = files.key_of(self.letter)
        self.token = self.chooses()

    def chooses(self, person: int | None = None) -> str:
        return service.keep_file(
            activity_ref=self.activity, person_id=person or self.person, question_ref=self.question, name="carta.pdf",
            content=self.letter,
        )  # fmt: skip

    def forgets(self) -> None:
        service.save_draft(activity_ref=self.activity, person_id=self.person, said={}, forget=[self.question])

    def sends(self) -> Any:
        return service.apply(
            activity_ref=self.activity, person_id=self.person, motivation="Planning", said={self.question: self.token}
        )


def delete_unsent() -> int:
    """Delete what nobody sent for a day."""
    return service.forget_unsent(clock.now() - timedelta(days=1))


def swept_in(hours: int) -> int:
    with time_machine.travel(clock.now() + timedelta(hours=hours), tick=False):
        return delete_unsent()


def test_a_letter_that_was_taken_out_goes_after_a_day(context: APIFlask) -> None:
    asking = Asking()
    assert swept_in(48) == 0, "the draft has it"
    asking.forgets()
    assert swept_in(23) == 0
    assert files.is_kept(asking.key)
    assert [swept_in(25), swept_in(26)] == [1, 0]
    assert not files.is_kept(asking.key)
    assert list(db.session.scalars(select(KeptLetter))) == []


def test_a_discarded_draft_s_letter_goes_and_a_sent_one_stays(context: APIFlask) -> None:
    sent, thrown_away = Asking(), Asking()
    sent.sends()
    service.discard_draft(activity_ref=thrown_away.activity, person_id=thrown_away.person)
    assert swept_in(25) == 1
    assert (files.is_kept(sent.key), files.is_kept(thrown_away.key)) == (True, False)


def test_one_letter_of_two_people_stays_while_one_of_them_has_it(context: APIFlask) -> None:
    asking = Asking()
    asking.chooses(make_someone().id)
    asking.forgets()
    assert swept_in(25) == 0
    assert files.fetch(asking.key) == asking.letter


def test_choosing_it_anew_begins_a_new_day(context: APIFlask) -> None:
    asking = Asking()
    asking.forgets()
    with time_machine.travel(clock.now() + timedelta(hours=20), tick=False):
        asking.chooses()
        asking.forgets()
    assert swept_in(30) == 0
    assert swept_in(45) == 1


def test_what_another_room_keeps_under_the_same_bytes_stays(context: APIFlask) -> None:
    asking = Asking()
    asking.forgets()
    files.when_forgetting(context, lambda key: key == asking.key)
    assert swept_in(25) == 0
    assert files.is_kept(asking.key)


def test_a_letter_that_is_gone_has_to_be_chosen_again(context: APIFlask) -> None:
    asking = Asking()
    files.forget(asking.key)
    with pytest.raises(errors.FileGone) as refused:
        asking.sends()
    assert refused.value.field == f"answer-{asking.question}"


def dangling() -> int:
    """Return how many applications and drafts name a letter that is not kept."""
    found = [answer.file_key for one in everyone() for answer in queries.answers_of(one) if answer.file_key]
    for draft in db.session.scalars(select(ApplicationDraft)):
        found += [said["key"] for said in draft.values["answers"].values() if isinstance(said, dict)]
    return sum(not files.is_kept(key) for key in found)


def everyone() -> list[int]:
    return list(db.session.scalars(select(Enrolment.id)))


def old(key: str) -> None:
    row = db.session.scalars(select(KeptLetter).where(KeptLetter.file_key == key)).one()
    row.kept_at = clock.now() - timedelta(days=2)
    db.session.commit()


def taken_out_and_swept_while_it_is_sent(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> int:
    """Let a letter be checked, taken out in another window, swept, and only then be written with the application."""
    with app.app_context():
        asking = Asking()
        old(asking.key)
    checked, swept = threading.Event(), threading.Event()
    write: Callable[..., None] = answers.write

    def waits(*values: Any) -> None:
        checked.set()
        assert swept.wait(30)
        write(*values)

    monkeypatch.setattr(answers, "write", waits)

    def takes_out_and_sweeps() -> None:
        assert checked.wait(30)
        with app.app_context():
            asking.forgets()
            delete_unsent()
        swept.set()

    results = at_once([in_context(app, asking.sends), takes_out_and_sweeps])
    assert [one for one in results if isinstance(one, AssertionError)] == []
    with app.app_context():
        return dangling()


@on_postgresql
def test_what_is_swept_before_it_is_written_is_not_sent(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert taken_out_and_swept_while_it_is_sent(app, monkeypatch) == 0


@on_postgresql
def test_without_the_hold_an_application_names_a_letter_that_is_gone(
    app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: whoever sends no longer asks whether the file is there."""
    monkeypatch.setattr(letter_files, "hold", lambda _sent: None)
    assert taken_out_and_swept_while_it_is_sent(app, monkeypatch) == 1


def made_up(key: str) -> KeptLetter:
    return KeptLetter(file_key=key)


def chosen_while_it_is_swept(app: APIFlask, monkeypatch: pytest.MonkeyPatch, *, locked: bool = True) -> int:
    """Let somebody choose the same letter between the sweep's last look and its deletion."""
    with app.app_context():
        asking = Asking()
        old(asking.key)
        asking.forgets()
        other = make_someone().id
    if not locked:
        monkeypatch.setattr(letter_files, "_locked", made_up)
        monkeypatch.setitem(app.extensions, "ilpes-files-needed", [])
    looked, chosen = threading.Event(), threading.Event()
    forget: Callable[[str], bool] = files.forget_unless_needed

    def waits(key: str) -> bool:
        looked.set()
        chosen.wait(1)
        return forget(key)

    monkeypatch.setattr(files, "forget_unless_needed", waits)

    def chooses() -> None:
        assert looked.wait(30)
        with app.app_context():
            asking.chooses(other)
        chosen.set()

    results = at_once([in_context(app, delete_unsent), chooses])
    assert [one for one in results if isinstance(one, Exception)] == []
    with app.app_context():
        return dangling()


@on_postgresql
def test_a_letter_that_is_chosen_while_it_is_swept_is_kept(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen_while_it_is_swept(app, monkeypatch) == 0


@on_postgresql
def test_without_the_row_s_lock_the_letter_just_chosen_is_lost(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: whoever chooses no longer waits for the sweep, and the sweep does not look again."""
    assert chosen_while_it_is_swept(app, monkeypatch, locked=False) == 1
