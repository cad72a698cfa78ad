"""Another institution changes one setting, and all that has no zone of its own follows."""

from datetime import date

from flask_migrate import upgrade

from ilpes_lms import config
from ilpes_lms.app import create_app
from ilpes_lms.core.settings import institute_zone
from ilpes_lms.people import service as people
from ilpes_lms.web import i18n
from tests.factories.catalogue import make_activity


def test_what_has_no_zone_of_its_own_has_the_institute_s(tmp_path) -> None:
    app = create_app(
        config.load(
            {"DEFAULT_ZONE": "America/Bogota"}, environment="test", database_url=f"sqlite:///{tmp_path / 'test.db'}",
            var_folder=str(tmp_path),
        )
    )  # fmt: skip
    with app.app_context():
        upgrade()
        assert institute_zone() == "America/Bogota"
        assert make_activity(starts_on=date(2032, 4, 6)).zone == "America/Bogota"
        someone = people.create_person(email="ana@example.org", given_names="Ana", first_surname="Soto", country="USA")
        assert someone.zone == "America/Bogota"
    with app.test_request_context("/"):
        assert i18n.zone() == "America/Bogota"
