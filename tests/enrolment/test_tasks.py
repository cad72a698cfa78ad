"""The sweeps, applied twice; the letters, as they arrive and when they are no longer true."""

from apiflask import APIFlask

from ilpes_lms.core.database import writing
from ilpes_lms.core.jobs import jobs_of
from ilpes_lms.enrolment import queries, service
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol, make_offer, make_quota, make_someone, states
from tests.factories.notifications import deliver_all, html_of, link_in, mailbox, messages, text_of

SUBJECTS = {
    "es": "Su cupo está confirmado: Planes",
    "en": "Your place is confirmed: Planes",
    "pt": "Sua vaga está confirmada: Planes",
    "fr": "Votre place est confirmée : Planes",
}


def run(app: APIFlask, job: str) -> None:
    with app.app_context():
        jobs_of(app).registered[job].function()


def test_lapsed_offers_are_passed_on_once_however_often_the_job_runs(app: APIFlask) -> None:
    with app.app_context():
        activity = make_activity(kind="international_open", capacity=1)
        make_offer(activity, lapsed=True)
        enrol(activity, state="waitlisted")
    for _ in range(2):
        run(app, "enrolment.expire_offers")
    with app.app_context():
        assert states(activity) == {"expired": 1, "offered": 1}


def test_places_added_behind_the_house_s_back_are_given_once(app: APIFlask) -> None:
    with app.app_context():
        activity = make_activity(capacity=1)
        enrol(activity)
        for _ in range(3):
            enrol(activity, state="waitlisted")
        with writing():
            activity.capacity = 3
    for _ in range(2):
        run(app, "enrolment.promote")
    with app.app_context():
        assert states(activity) == {"confirmed": 3, "waitlisted": 1}


def test_each_gets_the_letter_in_their_language(app: APIFlask) -> None:
    with app.app_context():
        activity = make_activity(title="Planes")
        for language in SUBJECTS:
            person = make_someone(email=f"{language}@example.org", language=language)
            enrolment = service.apply(activity_ref=activity.public_id, person_id=person.id)
            link = f"/my/enrolments/{enrolment.public_id}"
    deliver_all(app)
    for language, subject in SUBJECTS.items():
        (letter,) = mailbox(app, f"{language}@example.org")
        assert letter["Subject"] == subject
    assert link in text_of(letter)
    assert link in html_of(letter)


def test_every_kind_of_letter_is_written_whole(app: APIFlask) -> None:
    with app.app_context():
        one, course = make_activity(capacity=1), make_activity(kind="international_open", capacity=1)
        first, second = [
            service.apply(activity_ref=one.public_id, person_id=make_someone(email=f"{n}@example.org").id)
            for n in ("confirmed", "promoted")
        ]
        service.apply(activity_ref=one.public_id, person_id=make_someone(email="waiting@example.org").id)
        service.withdraw(enrolment_ref=first.public_id, person_id=first.person_id)
        assert second.state == "confirmed"
        for name in ("applied", "declined", "offered"):
            person = make_someone(email=f"{name}@example.org")
            made = service.apply(activity_ref=course.public_id, person_id=person.id, motivation="Planning")
            if name != "applied":
                decision = "decline" if name == "declined" else "waitlist"
                service.decide(
                    activity_ref=course.public_id, enrolment_refs=[made.public_id], decision=decision,
                    reason="Too few years of service.",
                )  # fmt: skip
        taken = enrol(course, state="confirmed")
        service.withdraw(enrolment_ref=taken.public_id, person_id=taken.person_id)
        _quota, token = make_quota(make_activity(kind="national_restricted", capacity=3))
        service.nominate(token=token, email="nominee@example.org", given_names="Luz", first_surname="Paz")
        service.invite(
            activity_ref=one.public_id,
            email="guest@example.org",
            given_names="Sol",
            first_surname="Ríos",
            language="en",
        )
    deliver_all(app)
    failed = [(message.kind, message.note) for message in messages(app) if message.state in ("failed", "queued")]
    assert failed == []
    expected = {
        "promoted@example.org": "quedó libre",
        "waiting@example.org": "lista de espera",
        "applied@example.org": "recibido",
        "declined@example.org": "decisión",
        "offered@example.org": "ofrece",
        "focal@example.org": "nominar",
        "nominee@example.org": "Invitación",
        "guest@example.org": "Invitation",
    }
    for address, word in expected.items():
        assert any(word.lower() in letter["Subject"].lower() for letter in mailbox(app, address)), address
    assert mailbox(app, "confirmed@example.org") == []
    assert "Too few years of service." in text_of(mailbox(app, "declined@example.org")[-1])
    assert link_in(mailbox(app, "focal@example.org")[0]).startswith("/activities/") is False


def test_who_has_left_gets_nothing_that_was_queued(app: APIFlask) -> None:
    with app.app_context():
        activity = make_activity()
        person = make_someone(email="left@example.org")
        enrolment = service.apply(activity_ref=activity.public_id, person_id=person.id)
        service.withdraw(enrolment_ref=enrolment.public_id, person_id=person.id)
        service.apply(activity_ref=activity.public_id, person_id=person.id)
    deliver_all(app)
    assert [message.state for message in messages(app)] == ["skipped", "sent"]
    assert len(mailbox(app, "left@example.org")) == 1


def test_a_withdrawn_nomination_s_letter_is_not_sent_and_a_sent_secret_is_not_kept(app: APIFlask) -> None:
    with app.app_context():
        activity = make_activity(kind="national_restricted", capacity=3)
        _quota, token = make_quota(activity)
        first = service.nominate(token=token, email="a@example.org", given_names="Luz", first_surname="Paz")
        service.withdraw_nomination(token=token, invitation_ref=first.public_id)
        service.nominate(token=token, email="b@example.org", given_names="Sol", first_surname="Paz")
    deliver_all(app)
    assert mailbox(app, "a@example.org") == []
    accepted = link_in(mailbox(app, "b@example.org")[0])
    with app.app_context():
        assert queries.invitation_by_token(accepted.removeprefix("/invitations/")).email == "b@example.org"
    kept = [str(message.values) + message.text for message in messages(app)]
    assert all(accepted.removeprefix("/invitations/") not in text for text in kept)
    assert all(token not in text for text in kept)
