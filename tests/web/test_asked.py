"""What a page does not know of its address is said, on every list."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from tests.factories import people
from tests.factories.catalogue import make_activity


@pytest.fixture
def admin(app: APIFlask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        people.administrator(language="en")
    people.sign_in(client, "admin@example.org")
    return client


@pytest.mark.parametrize(
    ("page", "wrong", "right"),
    [
        ("/coordinate/messages", "state=nonsense", "state=failed&activity=&cursor="),
        ("/coordinate/activities", "sort=name", "status=draft&kind=webinar&q=x"),
        (
            "/coordinate/statistics/tables",
            "from=2023-01-01&to=2023-12-31&kind=webinar",
            "from=2023-01-01&to=2023-12-31",
        ),
        ("/coordinate/statistics/compilations", "state=done", ""),
        ("/admin/people", "role=emperor", "q=ana&role=administrator&country=CHL"),
        ("/admin/audit", "name=ana", "object=x&actor=y"),
        ("{}/applications", "state=gone", "state=applied&sort=score&order=desc&mine=yes&score=50&country=&q=ana"),
        ("{}/invitations", "state=gone", "state=expired"),
    ],
)
def test_a_list_says_what_it_does_not_know_and_takes_what_it_knows(
    app: APIFlask, admin: FlaskClient, page: str, wrong: str, right: str
) -> None:
    with app.app_context():
        here = page.format(
            f"/coordinate/activities/{make_activity(admission='selection', kind='international_open').public_id}"
        )
    refused = admin.get(f"{here}?{wrong}")
    assert (refused.status_code, "Go on without it" in refused.text) == (422, True)
    answer = admin.get(f"{here}?{right}")
    assert (answer.status_code, "Go on without it" in answer.text) == (200, False)


def test_a_text_from_the_address_is_text_and_short(app: APIFlask, admin: FlaskClient) -> None:
    page = admin.get("/admin/people", query_string={"<script>alert(1)</script>": "x" * 1000}).text
    assert "<script>alert(1)" not in page
    said = page.split('id="messages"', 1)[1].split("</div>", 1)[0]
    assert "&lt;script&gt;" in said
    assert "x" * 100 not in said
