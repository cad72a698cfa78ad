"""A release for statistical systems: SDMX-CSV, and the structure message (SDMX-ML 2.1) that says what it means.

Codes of activities and institutions are those of one release, so the structure has the release's number in its version.
Everything has a name in each language; activities and institutions are called the same in all of them.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias
from xml.etree import ElementTree as ET  # reads nothing but what was written a line before  # nosec B405

from ilpes_lms.core.text import N_
from ilpes_lms.people.vocabularies import countries, sectors
from ilpes_lms.statistics.disclosure.rules import COUNTRY, INSTITUTION, OTHERS, SECTOR, TOTAL, UNKNOWN
from ilpes_lms.statistics.releases.models import Release
from ilpes_lms.statistics.releases.rules import LANGUAGES
from ilpes_lms.statistics.rules import KINDS, SEXES, SHORT_TITLES

AGENCY, FLOW, STRUCTURE, CONCEPTS = "ILPES", "DF_PARTICIPATION", "DSD_PARTICIPATION", "CS_PARTICIPATION"
# What something is called, by language; and such names by the id of what it is in, empty for the message, and its own.
Names: TypeAlias = Mapping[str, str]
NamesByPlace: TypeAlias = Mapping[tuple[str, str], Names]
Translated: TypeAlias = Callable[[str], Names]
_ALL, _NOT_KNOWN, _OTHER = "_T", "_U", "_O"
DIMENSIONS = {
    "INDICATOR": N_("What is counted"),
    "ACTIVITY": N_("Activity"),
    "ACTIVITY_KIND": N_("Type of course"),
    "SEX": N_("Sex"),
    "REF_AREA": N_("Country of residence of participants (M49)"),
    "SECTOR": N_("Sector of participants"),
    "INSTITUTION": N_("Institution of participants"),
    "COVERAGE": N_("Which activities are counted"),
}
_ATTRIBUTES = {"OBS_STATUS": N_("Observation status"), "CONF_STATUS": N_("Confidentiality status")}
_TIME, _VALUE = "TIME_PERIOD", "OBS_VALUE"
_SEX = {
    "women": "F", "men": "M", "other": "O", "not_stated": "N", "other_or_not_stated": "ON", TOTAL: _ALL,
    "participations": _ALL,
}  # fmt: skip
_FIGURES = {
    "activities": "ACTIVITIES",
    "without_record": "ACTIVITIES_WITHOUT_RECORD",
    "persons": "PERSONS",
    "activities_without_persons": "ACTIVITIES_WITHOUT_PERSONS",
}
_DIMENSION_OF = {COUNTRY: "REF_AREA", SECTOR: "SECTOR", INSTITUTION: "INSTITUTION"}
_FIXED = {
    "INDICATOR": {
        "PARTICIPATIONS": N_("Participations: a person in two activities is two"),
        "PERSONS": N_("Distinct persons of activities on record by people"),
        "ACTIVITIES": N_("Activities"),
        "ACTIVITIES_WITHOUT_RECORD": N_("Activities without a record of participants"),
        "ACTIVITIES_WITHOUT_PERSONS": N_("Activities whose persons are not on record"),
    },
    "ACTIVITY_KIND": {_ALL: N_("All types"), **{kind: SHORT_TITLES[kind] for kind in KINDS}},
    "SEX": {
        _ALL: N_("Total"), "F": N_("Female"), "M": N_("Male"), "O": N_("Other"), "N": N_("Not stated"),
        "ON": N_("Other or not stated"),
    },
    "COVERAGE": {_ALL: N_("All activities"), "P": N_("Activities on record by people")},
    "OBS_STATUS": {
        "A": N_("Normal value"),
        "L": N_("Missing value; data exist but were not collected (no record of participants)"),
        "Q": N_("Missing value; suppressed"),
    },
    "CONF_STATUS": {"F": N_("Free (may be published)"), "C": N_("Confidential statistical information")},
}  # fmt: skip
_SUBJECT, _SCHEME = N_("Participation in courses and webinars"), N_("Concepts of participation statistics")
_PERIOD, _NUMBER, _ALL_ACTIVITIES = N_("Period"), N_("Number"), N_("All activities")
_REST = {_ALL: N_("Total"), _OTHER: N_("Other"), _NOT_KNOWN: N_("Not known")}
_SCHEMAS = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"
_PREFIXES = {
    "mes": f"{_SCHEMAS}/message",
    "str": f"{_SCHEMAS}/structure",
    "com": f"{_SCHEMAS}/common",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
_NAME, _LANGUAGE = f"{{{_SCHEMAS}/common}}Name", "{http://www.w3.org/XML/1998/namespace}lang"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def data(release: Release) -> str:
    """Return the observations as SDMX-CSV 2.0, one a line; what has no record and what is hidden has no value."""
    out = io.StringIO()
    columns = ["STRUCTURE", "STRUCTURE_ID", "ACTION", *DIMENSIONS, _TIME, _VALUE, *_ATTRIBUTES]
    writer = csv.DictWriter(out, columns, lineterminator="\r\n")
    writer.writeheader()
    days = (release.ends_on - release.starts_on).days + 1
    flow = f"{AGENCY}:{FLOW}({version(release)})"
    same = {"STRUCTURE": "dataflow", "STRUCTURE_ID": flow, "ACTION": "I", _TIME: f"{release.starts_on}/P{days}D"}
    for observation in _observations(release):
        writer.writerow(dict.fromkeys(DIMENSIONS, _ALL) | same | observation)
    return out.getvalue()


def structure(release: Release, translated: Translated) -> str:
    """Return what the observations mean: codes, concepts, data structure and dataflow, as SDMX-ML 2.1.

    `translated` gives an English text in each language.
    """
    # It brings a client for registries along, which whoever asks for no structure does without.
    from pysdmx import model
    from pysdmx.io.xml.sdmx21.writer.structure import write
    from pysdmx.model.message import Header

    names = _names(release, translated)
    lists = _code_lists(release, names, model)
    concepts = model.ConceptScheme(
        id=CONCEPTS, name=names["", CONCEPTS]["en"], agency=AGENCY, version="1.0",
        items=[model.Concept(id=name, name=text) for name, text in _concepts().items()],
    )  # fmt: skip
    described = model.DataStructureDefinition(
        id=STRUCTURE, name=names["", STRUCTURE]["en"], agency=AGENCY, version=version(release),
        components=_components(lists, model),
    )  # fmt: skip
    flow = model.Dataflow(
        id=FLOW, name=names["", FLOW]["en"], agency=AGENCY, version=version(release), structure=described,
    )  # fmt: skip
    header = Header(id=f"RELEASE-{release.number}", prepared=release.published_at, sender=model.Agency(id=AGENCY))
    return _in_all_languages(write([*lists.values(), concepts, described, flow], header=header), names)


def version(release: Release) -> str:
    """Return the version of what is of one release."""
    return f"1.{release.number}"


def _observations(release: Release) -> Iterator[dict[str, Any]]:
    statistics = release.statistics
    for activity in statistics["activities"]:
        at = {"ACTIVITY": activity["ref"], "ACTIVITY_KIND": activity["kind"]}
        yield from (_counted(activity[sex], {**at, "SEX": _SEX[sex]}) for sex in (*SEXES, TOTAL))
    for kind, totals in ((_ALL, statistics["totals"]), *statistics["by_kind"].items()):
        for sex in (*SEXES, "participations"):
            yield _counted(totals[sex], {"ACTIVITY_KIND": kind, "SEX": _SEX[sex]})
        for figure, indicator in _FIGURES.items():
            yield _counted(totals[figure], {"ACTIVITY_KIND": kind, "INDICATOR": indicator})
    for name, told in _across(release).items():
        for row in told["rows"]:
            at = {_DIMENSION_OF[name]: _row_code(name, row["row"]), "COVERAGE": "P"}
            yield from (_cell(row, column, at) for column in told["columns"])


def _across(release: Release) -> Mapping[str, Any]:
    crossed = release.cross_tables
    return crossed["tables"] if crossed else {}


def _counted(value: int | None, at: Mapping[str, str]) -> dict[str, Any]:
    status = "L" if value is None else "A"
    said = {_VALUE: "" if value is None else value, "OBS_STATUS": status, "CONF_STATUS": "F"}
    return {"INDICATOR": "PARTICIPATIONS", **said, **at}


def _cell(row: Mapping[str, Any], column: str, at: Mapping[str, str]) -> dict[str, Any]:
    by = {"ACTIVITY_KIND": column} if column in KINDS else {"SEX": _SEX[column]}
    hidden = {"OBS_STATUS": "Q", "CONF_STATUS": "C"} if column in row["hidden"] else {}
    return _counted(row[column], {**at, **by}) | hidden


def _row_code(attribute: str, row: str) -> str:
    if row in (UNKNOWN, OTHERS):
        return _NOT_KNOWN if row == UNKNOWN else _OTHER
    return countries.COUNTRIES[row].numeric if attribute == COUNTRY else row


def _names(release: Release, translated: Translated) -> NamesByPlace:
    """Return what everything in the structure of a release is called."""
    whole = {CONCEPTS: _SCHEME, STRUCTURE: _SUBJECT, FLOW: _SUBJECT}
    named = {("", of): translated(text) for of, text in whole.items()}
    for concept, text in _concepts().items():
        named["", _list_id(concept)] = named[CONCEPTS, concept] = translated(text)
    for concept, codes in _codes(release, translated).items():
        named |= {(_list_id(concept), code): names for code, names in codes.items()}
    return named


def _code_lists(release: Release, names: NamesByPlace, model: Any) -> dict[str, Any]:
    return {
        concept: model.Codelist(
            id=of, name=names["", of]["en"], agency=AGENCY, version="1.0" if concept in _FIXED else version(release),
            items=[model.Code(id=code, name=told["en"]) for (place, code), told in names.items() if place == of],
        )
        for concept, of in ((one, _list_id(one)) for one in (*DIMENSIONS, *_ATTRIBUTES))
    }  # fmt: skip


def _codes(release: Release, translated: Translated) -> dict[str, dict[str, Names]]:
    """Return the codes of each list, those that every release has and those that only this one has."""
    fixed = {of: {code: translated(text) for code, text in codes.items()} for of, codes in _FIXED.items()}
    rest = {code: translated(text) for code, text in _REST.items()}
    listed = {name: [row["row"] for row in told["rows"]] for name, told in _across(release).items()}
    institutions = release.said["code_lists"].get("institutions", [])
    return {
        **fixed,
        "ACTIVITY": {_ALL: translated(_ALL_ACTIVITIES)}
        | {one["ref"]: _alike(one["title"]) for one in release.statistics["activities"]},
        "REF_AREA": rest | dict(_areas(listed.get(COUNTRY, []))),
        "SECTOR": rest | {code: _labels(sectors.label, code) for code in sectors.CODES},
        "INSTITUTION": rest | {one["code"]: _alike(one["name"]) for one in institutions},
    }


def _areas(codes: Iterable[str]) -> Iterator[tuple[str, Names]]:
    for code in codes:
        if code not in (UNKNOWN, OTHERS):
            yield countries.COUNTRIES[code].numeric, _labels(countries.country_name, code)


def _labels(label: Callable[[str, str], str], code: str) -> Names:
    return {language: label(code, language) for language in LANGUAGES}


def _alike(name: str) -> Names:
    return dict.fromkeys(LANGUAGES, name)


def _in_all_languages(message: str, names: NamesByPlace) -> str:
    """Return a message, which pysdmx writes in English alone, with the names in the other languages."""
    root = ET.fromstring(message)  # noqa: S314 - our own  # nosec B314
    for parent in root.iter():
        for one in parent:
            known = names.get((parent.get("id", ""), one.get("id", "")))
            if known and (english := one.find(_NAME)) is not None:
                _add_names(one, english, known)
    for prefix, namespace in _PREFIXES.items():
        ET.register_namespace(prefix, namespace)
    return f"{_DECLARATION}{ET.tostring(root, encoding='unicode')}"


def _add_names(one: ET.Element, english: ET.Element, names: Names) -> None:
    place = list(one).index(english)
    for language in (code for code in LANGUAGES if code != "en"):
        place += 1
        added = ET.Element(_NAME, {_LANGUAGE: language})
        added.text, added.tail = names[language], english.tail
        one.insert(place, added)


def _components(lists: Mapping[str, Any], model: Any) -> Any:
    coded = [_component(name, model.Role.DIMENSION, model, lists[name]) for name in DIMENSIONS]
    time = model.Component(
        id=_TIME, required=True, role=model.Role.DIMENSION, concept=_reference(_TIME), local_dtype=model.DataType.PERIOD
    )
    value = model.Component(
        id=_VALUE, required=False, role=model.Role.MEASURE, concept=_reference(_VALUE),
        local_dtype=model.DataType.INTEGER,
    )  # fmt: skip
    attributes = [_component(name, model.Role.ATTRIBUTE, model, lists[name], "O") for name in _ATTRIBUTES]
    return model.Components([*coded, time, value, *attributes])


def _component(name: str, role: Any, model: Any, codes: Any, level: str | None = None) -> Any:
    return model.Component(
        id=name, required=True, role=role, concept=_reference(name), local_codes=codes, attachment_level=level
    )


def _reference(concept: str) -> Any:
    from pysdmx.util import ItemReference

    return ItemReference("Concept", AGENCY, CONCEPTS, "1.0", concept)


def _concepts() -> Mapping[str, str]:
    return {**DIMENSIONS, _TIME: _PERIOD, _VALUE: _NUMBER, **_ATTRIBUTES}


def _list_id(name: str) -> str:
    return {"REF_AREA": "CL_AREA"}.get(name, f"CL_{name}")
