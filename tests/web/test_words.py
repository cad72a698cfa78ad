"""Words for places and times that all rooms share."""

from datetime import date

import pytest
from apiflask import APIFlask

from ilpes_lms.web import i18n


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", ("1 de diciembre de 2026", "1 dic 2026", "martes, 1 de diciembre de 2026", "1–21 de diciembre de 2026")),
        ("en", ("1 December 2026", "1 Dec 2026", "Tuesday, 1 December 2026", "1–21 Dec 2026")),
        (
            "pt",
            (
                "1º de dezembro de 2026", "1º de dez. de 2026", "terça-feira, 1º de dezembro de 2026",
                "1º\u2009–\u200921 de dez. de 2026",
            ),
        ),
        ("fr", ("1er décembre 2026", "1er déc. 2026", "mardi 1er décembre 2026", "1er–21 déc. 2026")),
    ],
)  # fmt: skip
def test_the_first_of_a_month_is_written_as_people_write_it(
    app: APIFlask, language: str, said: tuple[str, str, str, str]
) -> None:
    first, later = date(2026, 12, 1), date(2026, 12, 21)
    with app.test_request_context(), i18n.in_language(language):
        assert (i18n.day(first), i18n.short_day(first), i18n.weekday(first), i18n.short_period(first, later)) == said
        assert "1er" not in i18n.day(later) + i18n.period(date(2021, 11, 11), date(2021, 11, 21))


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


@pytest.mark.parametrize(
    ("language", "label", "line"),
    [
        ("es", "Cuándo", "Cuándo: hoy"),
        ("fr", "Quand", "Quand\u00a0: hoy"),
        ("es", "¿Por qué desea participar?", "¿Por qué desea participar? hoy"),
        ("es", "He leído el aviso.", "He leído el aviso. hoy"),
        ("en", "At 100% <b>", "At 100% <b>: hoy"),
    ],
)
def test_what_is_said_under_a_label_has_the_colon_that_its_language_and_its_end_ask_for(
    app: APIFlask, language: str, label: str, line: str
) -> None:
    with app.test_request_context(), i18n.in_language(language):
        assert i18n.labelled(label, "hoy") == line


@pytest.mark.parametrize(
    ("language", "said"), [("es", "9\u00a0980"), ("en", "9,980"), ("pt", "9.980"), ("fr", "9\u202f980")]
)
def test_a_text_for_many_has_its_number_as_people_write_it(app: APIFlask, language: str, said: str) -> None:
    template = app.jinja_env.from_string("{{ ngettext('%(num)s <b>person</b>', '%(num)s <b>people</b>', n) }}")
    template.environment.autoescape = True
    with app.test_request_context(), i18n.in_language(language):
        assert i18n.ngettext("%(num)s of %(all)s", "%(num)s of %(all)s", 9980, all="x") == f"{said} of x"
        assert f"{said} <b>" in template.render(n=9980)
        assert i18n.ngettext("one", "%(num)s", 1) == "one"
