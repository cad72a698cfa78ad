"""What is written to the invited and the nominated, in each language."""

from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ilpes_lms.core import clock
from ilpes_lms.core.database import db, writing
from ilpes_lms.enrolment import service
from ilpes_lms.notifications import kinds
from ilpes_lms.notifications.models import Message
from ilpes_lms.notifications.rendering import Draft, render
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import make_quota, make_someone, token_of

LANGUAGES = ("es", "en", "pt", "fr")


def drafted(kind: str, language: str) -> Draft:
    message = db.session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id.desc())).first()
    assert message is not None
    found = kinds.kind_named(kind)
    assert found is not None
    return render(found, message.values, language=language, person_name="Luz Paz")


def invite(**terms):
    activity = make_activity(kind="international_open", starts_in=60)
    return service.invite(
        activity_ref=activity.public_id, email="luz@example.org", given_names="Luz", first_surname="Paz", **terms
    )


def test_an_invitation_says_until_when_and_how_to_decline_in_every_language(context: APIFlask) -> None:
    invite()
    token = token_of("enrolment.invitation")
    texts = {language: drafted("enrolment.invitation", language).text for language in LANGUAGES}
    assert len(set(texts.values())) == len(LANGUAGES)
    for text in texts.values():
        assert f"/invitations/{token}\n" in text
        assert f"/invitations/{token}/decline" in text


def test_an_invitation_to_the_committee_promises_no_place(context: APIFlask) -> None:
    invite(skips_selection=False)
    assert "a committee then decides" in drafted("enrolment.invitation", "en").text


def test_a_nomination_names_the_institution(context: APIFlask) -> None:
    quota, token = make_quota(make_activity(kind="national_restricted", capacity=5))
    service.nominate(token=token, email="luz@example.org", given_names="Luz", first_surname="Paz")
    for language in LANGUAGES:
        assert quota.organization.name in drafted("enrolment.invitation", language).text


def test_a_reminder_carries_the_link_in_every_language(context: APIFlask) -> None:
    invitation = invite()
    token = token_of("enrolment.invitation")
    with writing():
        invitation.expires_at = clock.now() + timedelta(days=2)
        invitation.written_at = clock.now() - timedelta(days=9)
    service.remind_invited()
    drafts = {language: drafted("enrolment.invitation_reminder", language) for language in LANGUAGES}
    assert len({draft.subject for draft in drafts.values()}) == len(LANGUAGES)
    assert all(f"/invitations/{token}" in draft.text for draft in drafts.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_loses_the_place_reads_why(context: APIFlask, language: str) -> None:
    activity = make_activity(kind="national_restricted", capacity=5)
    quota, desk = make_quota(activity)
    nominee = service.nominate(token=desk, email="luz@example.org", given_names="Luz", first_surname="Paz")
    service.accept_invitation(token=token_of("enrolment.invitation"), person_id=make_someone().id)
    service.replace_confirmed(
        activity_ref=activity.public_id, quota_ref=quota.public_id, invitation_ref=nominee.public_id,
        reason="<b>Moved</b>", email="ana@example.org", given_names="Ana", first_surname="Rey",
    )  # fmt: skip
    draft = drafted("enrolment.place_ended", language)
    assert "<b>Moved</b>" in draft.text
    assert "<b>Moved</b>" not in draft.html
