"""The page of vocabularies: each code with its labels, for administrators and programs."""

from ilpes_lms.people.vocabularies import countries, divisions
from tests.factories import people


def test_every_code_is_listed_with_its_labels(app, client) -> None:
    with app.app_context():
        people.administrator()
    people.sign_in(client, "admin@example.org")
    page = client.get("/admin/vocabularies?lang=en").text
    assert "<code>ilpes</code>" in page
    assert divisions.label("ilpes", "pt") in page
    assert 'href="/admin/vocabularies"' in client.get("/admin").text
    said = client.get("/api/v1/vocabularies", headers=people.bearer(app, "admin@example.org")).json
    assert [term["code"] for term in said["divisions"]] == list(divisions.CODES)
    assert said["divisions"][0]["labels"]["es"] == divisions.label(divisions.CODES[0], "es")
    assert len(said["countries"]) == len(countries.CODES)
