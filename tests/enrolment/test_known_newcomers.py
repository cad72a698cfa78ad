"""Whoever comes to sign up from a personal invitation is not asked again what the invitation says of them."""

from apiflask import APIFlask
from flask.testing import FlaskClient

from ilpes_lms.enrolment import service
from tests.enrolment.test_invitations import invite
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import token_of


def test_sign_up_knows_whom_the_invitation_is_for_while_it_is_open(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context():
        activity = make_activity("national_restricted", admission="invitation")
        invited = invite(activity)
        token, ref = token_of("enrolment.invitation"), activity.public_id
    page = client.get(f"/sign-up?next=/invitations/{token}").text
    for known in (invited.email, invited.given_names, invited.first_surname):
        assert f'value="{known}"' in page
    for elsewhere in ("/my", "/invitations/unknown", f"/invitations/{token}/decline", "https://x.org/invitations/a"):
        assert invited.email not in client.get("/sign-up", query_string={"next": elsewhere}).text
    with app.app_context():
        service.withdraw_invitation(activity_ref=ref, divisions=frozenset(), invitation_ref=invited.public_id)
    assert invited.email not in client.get(f"/sign-up?next=/invitations/{token}").text
