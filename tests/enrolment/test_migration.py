"""What activities that stood before got when promotion became a setting."""

from pathlib import Path

from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from ilpes_lms import config
from ilpes_lms.app import create_app
from ilpes_lms.core.database import db
from tests.conftest import new_database
from tests.factories.catalogue import make_activity


def test_trust_16_activities_that_stood_go_on_to_pass_places_on_as_they_did(
    tmp_path: Path, request, database_kind: str
) -> None:
    if database_kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'promotion.db'}"
    else:
        url = new_database(request.getfixturevalue("postgresql"))
    app = create_app(config.load({}, environment="test", database_url=url, var_folder=str(tmp_path)))
    with app.app_context():
        upgrade()
        for kind in ("webinar", "international_open", "national_restricted"):
            make_activity(kind=kind)
        db.session.commit()
        downgrade(revision="0014-1")
        upgrade()
        rows = db.session.execute(text("SELECT admission, promotes_by FROM activities ORDER BY id")).all()
        assert [tuple(row) for row in rows] == [("open", "place"), ("selection", "offer"), ("nomination", "place")]
        db.session.remove()
        db.engine.dispose()
