"""The numbers in the training passages of a report's text, by place: a second look at it, apart from the transcription.

Needs the text of the report, which is not part of the project; what was found is kept in `published_numbers.toml`.
"""

import re
from collections.abc import Iterator

WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "double": 2, "tripled": 3, "half": 50,
    "fifty-four": 54, "steady": 1, "million": 1_000_000,
}  # fmt: skip
# Numbers that are part of a name.
_NAMES = (
    "2030 Agenda|COVID-19|LC/[\\w./]+|<?https?://\\S+|No\\. ?\\d+|N° ?\\d+|Paraguay 2030|Guanajuato 2040|Goal 11|"
    "10 años de colaboración|Feria de Gobierno Abierto 2022|CREAD 2021|2022[-–]2024|CRP/XVIII/01|CRP/\\S+"
)
_NUMBER = re.compile(rf"\d{{1,3}}(?:,\d{{3}})+|\d+|\b(?:{'|'.join(WORDS)})\b", re.IGNORECASE)
_HEADINGS = {
    "Network of National Public Investment Systems (SNIP Network)": "snip",
    "Regional Open Government Academic Network (RAGA)": "raga",
    "Virtual meetings of the ILPES Planning Network": "network",
    "Webinar: Lanzamiento del libro": "book",
    "Side event:": "side_event",
    "As on other occasions": "fair",
}
_COUNTRIES = {
    "Bolivia (Plurinational State of)": "BOL", "Chile": "CHL", "Costa Rica": "CRI", "Dominican Republic": "DOM",
    "Ecuador": "ECU", "Guatemala": "GTM", "Mexico": "MEX", "Panama": "PAN", "Paraguay": "PRY", "Uruguay": "URY",
}  # fmt: skip
_NOTES = {"²": "note2", "³": "note3"}


def numbers_by_place(report: str) -> dict[str, list[int]]:
    """Return the numbers of each passage that has any, in their order."""
    found: dict[str, list[int]] = {}
    for place, text in passages(report):
        numbers = [_value(word) for word in _NUMBER.findall(re.sub(_NAMES, " ", text))]
        if numbers:
            found.setdefault(place, []).extend(numbers)
    return found


def passages(report: str) -> Iterator[tuple[str, str]]:
    """Yield the passages about training with the place of each."""
    yield from _summary(_between(report, "\nExecutive summary\n\nP", "\nIntroduction\n\n"))
    yield from _numbered("1b", _between(report, "b) Ad hoc expert group meetings\n", "\n2. Recurrent publications\n"))
    yield from _numbered("3", _between(report, "\n3. Non-recurrent publications\n", "\n4. Knowledge management"))
    yield from _numbered("4", _between(report, "\n4. Knowledge management resources\n", "\n5. Advisory services\n"))
    yield from _headed("5", _COUNTRIES, _between(report, "\n5. Advisory services\n", "\n6. Courses and seminars\n"))
    yield from _numbered("6a", _between(report, "\na) Courses\n", "\nb) Webinars and seminars\n"))
    yield from _headed("6b", _HEADINGS, _between(report, "\nb) Webinars and seminars\n", "\n7. Technical cooperation"))
    yield from _numbered("8", _between(report, "\n8. Reflections on achievements and outcomes\n", "\nAnnex A1\n"))
    yield from _annex(_between(report, "\nAnnex A1\n", "\nAnnex A2\n"))


def _between(report: str, start: str, end: str) -> str:
    # The table of contents names the sections too: their texts come last.
    beginning = report.rindex(start) + len(start)
    return report[beginning - 1 : report.index(end, beginning)]


def _summary(text: str) -> Iterator[tuple[str, str]]:
    lists = iter(("assistance", "courses", "seminars"))
    paragraph, entry, name, was_entry = 0, 0, "", False
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("- "):
            # A list goes on over the foot of a page: a new one begins after a paragraph.
            name, entry = (name, entry + 1) if was_entry else (next(lists), 1)
            yield f"summary.{name}.{entry}", line
        else:
            paragraph += 1
            yield f"summary.{paragraph}", line
        was_entry = line.startswith("- ")


def _numbered(section: str, text: str) -> Iterator[tuple[str, str]]:
    number = 0
    for line in filter(None, map(str.strip, text.splitlines())):
        # What goes on over the foot of a page begins with a small letter; captions and sources are no paragraphs.
        number += line[0].isupper() and not line.startswith(
            ("Figure", "Total part", "(Number", "Source", "Participation")
        )
        yield f"{section}.{max(number, 1)}", line


def _headed(section: str, headings: dict[str, str], text: str) -> Iterator[tuple[str, str]]:
    here = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        begins = [code for heading, code in headings.items() if _is_heading(section, heading, line)]
        here = begins[0] if begins else here
        yield f"{section}.{_NOTES.get(line[0], here)}", line.lstrip("²³")


def _is_heading(section: str, heading: str, line: str) -> bool:
    return line == heading if section == "5" else line.startswith(heading)


def _annex(text: str) -> Iterator[tuple[str, str]]:
    table, row = "", 0
    for line in filter(None, text.splitlines()):
        cells = line.split("\t")
        if title := re.match(r"Table (A1\.\d)$", line.strip()):
            table, row = title[1], 0
        elif cells[0] == "Subtotal":
            yield f"{table}.subtotal", " ".join(cell.replace(" ", "") for cell in cells[1:])
        elif len(cells) > 1 and re.search(r"20\d\d", cells[1]):
            row += 1
            yield f"{table}.{row}", line
        elif re.search(r"1 June 2021", line):
            yield table, line


def _value(word: str) -> int:
    return WORDS.get(word.lower()) or int(word.replace(",", ""))
