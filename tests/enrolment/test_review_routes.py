"""What a reviewer has to do, as JSON."""

from ilpes_lms.catalogue import service as catalogue
from tests.factories.catalogue import make_activity
from tests.factories.enrolment import enrol
from tests.factories.people import bearer, person


def test_a_program_finds_what_its_owner_has_to_judge(app, client) -> None:
    with app.app_context():
        helper = person("helper@example.org")
        person("nobody@example.org")
        activity = make_activity(kind="international_open", title="Prospectiva", capacity=5)
        make_activity(kind="international_open", capacity=5)
        catalogue.assign(activity_id=activity.id, person_id=helper.id, role="co_coordinator")
        enrolments = [enrol(activity, state="applied").public_id for _ in range(2)]
        ref = activity.public_id
    headers, url = bearer(app, "helper@example.org"), "/api/v1/coordinate/reviews"
    assert client.get(url, headers=headers).json["items"] == [
        {"activity": ref, "titles": {"es": "Prospectiva"}, "left": 2}
    ]
    review = f"/api/v1/activities/{ref}/enrolments/{enrolments[0]}/review"
    assert client.put(review, json={"score": 70}, headers=headers | {"If-Match": '"0"'}).status_code == 200
    assert client.get(url, headers=headers).json["items"][0]["left"] == 1
    assert client.get(url, headers=bearer(app, "nobody@example.org")).status_code == 403
