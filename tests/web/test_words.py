"""Words for places and times that all rooms share."""

import pytest
from apiflask import APIFlask

from ilpes_lms.web import i18n


@pytest.mark.parametrize(
    ("language", "zone", "name"),
    [
        ("es", "America/Santiago", "hora de Santiago"),
        ("es", "America/Argentina/Buenos_Aires", "hora de Buenos Aires"),
        ("es", "America/Mexico_City", "hora de Ciudad de México"),
        ("es", "America/Panama", "hora de Panamá"),
        ("en", "America/Port-au-Prince", "Port-au-Prince time"),
        ("pt", "America/Sao_Paulo", "horário de São Paulo"),
        ("fr", "America/Asuncion", "heure à Asunción"),
        ("es", "UTC", "UTC"),
    ],
)
def test_a_zone_is_called_by_its_town(app: APIFlask, language: str, zone: str, name: str) -> None:
    with app.test_request_context(), i18n.in_language(language):
        assert i18n.zone_name(zone) == name
