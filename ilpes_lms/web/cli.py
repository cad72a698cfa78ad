"""Keep the rooms' translation files in step with their code."""

from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from flask.cli import AppGroup

from ilpes_lms.web.i18n import LANGUAGES

ROOMS = Path(__file__).resolve().parent.parent
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract"), ("**.txt", "jinja2.ext:babel_extract")]
# A template that the extractor can't read must not lose its strings silently.
_TEMPLATES = {"extensions": "jinja2.ext.do", "silent": "false"}
OPTIONS = {"**.html": _TEMPLATES, "**.txt": _TEMPLATES}
KEYWORDS = {"_": None, "N_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
Message = str | tuple[str, ...]

translations = AppGroup("translations", help="Keep translation files in step with the code.")


@translations.command()
def update() -> None:
    """Add new strings to every room's files, drop those that are gone, and say what is left to translate."""
    for room in sorted(path.parent for path in ROOMS.glob("*/__init__.py")):
        strings = strings_of(room)
        for language in LANGUAGES if strings else ():
            if language != "en":
                _update_file(room / "translations" / f"{language}.po", language, strings)


def strings_of(room: Path) -> list[Message]:
    """Return a room's strings in the order of its files, each once; plural ones as pairs."""
    found = extract_from_dir(room, method_map=METHODS, options_map=OPTIONS, keywords=KEYWORDS)
    return list(dict.fromkeys(message for _file, _line, message, _comments, _context in found if message))


def read_catalogue(path: Path, language: str) -> Catalog:
    """Return a translation file's catalogue, an empty one if the file is not there."""
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _update_file(path: Path, language: str, strings: list[Message]) -> None:
    known, updated = read_catalogue(path, language), Catalog(locale=language)
    for string in strings:
        message = known.get(string if isinstance(string, str) else string[0])
        updated.add(string, message.string if message else None)
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        write_po(file, updated, omit_header=True, no_location=True, width=0)
    left = sum(1 for message in updated if message.id and not _translated(message.string))
    if left:
        click.echo(f"{path.relative_to(ROOMS)}: {left} to translate")


def _translated(text: object) -> bool:
    return all(text) if isinstance(text, tuple) else bool(text)
