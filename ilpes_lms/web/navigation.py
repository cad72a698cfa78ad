"""Places, navigation entries and panels: rooms say what they have, the layout shows what the reader may open."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from ilpes_lms.web.access import Principal, principal

_EXTENSION = "ilpes-navigation"


@dataclass(frozen=True)
class Entry:
    """One entry of the main navigation; `permission` None shows it to everyone, `"signed_in"` to any account."""

    endpoint: str
    label: str
    permission: str | None
    order: int


@dataclass(frozen=True)
class Link:
    """An entry as the layout shows it; `current` is "page" on its own page, "true" on one beneath it, else empty."""

    label: str
    url: str
    current: str


@dataclass
class Shell:
    """What rooms told the layout."""

    entries: list[Entry] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    panels: dict[str, list[tuple[int, Callable[..., str]]]] = field(default_factory=dict)
    beginning: Callable[[Principal], str] = lambda _who: "/"


def open_navigation(app: Flask) -> None:
    """Give the application an empty shell for rooms to fill."""
    app.extensions[_EXTENSION] = Shell()
    app.context_processor(lambda: {"navigation": navigation, "panels": panels, "place": place})


def add_entry(app: Flask, endpoint: str, label: str, *, permission: str | None = None, order: int = 50) -> None:
    """Offer a page in the main navigation."""
    _shell(app).entries.append(Entry(endpoint, label, permission, order))


def name_place(app: Flask, name: str, endpoint: str) -> None:
    """Let other rooms link to a page by what it is (home, sign_in, catalogue), not by whose it is."""
    _shell(app).places[name] = endpoint


def add_panel(app: Flask, page: str, panel: Callable[..., str], *, order: int = 50) -> None:
    """Show a room's panel on another room's page; it is called with that page's keywords and returns HTML."""
    _shell(app).panels.setdefault(page, []).append((order, panel))


def begin_at(app: Flask, beginning: Callable[[Principal], str]) -> None:
    """Let a room say where each reader begins who asked for no page in particular."""
    _shell(app).beginning = beginning


def beginning() -> str:
    """Return the address where the reader begins."""
    return _shell(current_app).beginning(principal())


def place(name: str, **values: Any) -> str:
    """Return the address of a named place."""
    return url_for(_shell(current_app).places[name], **values)


def navigation() -> list[Link]:
    """Return the entries that the reader may open, in order; the nearest above a page is its current one."""
    who = principal()
    shown = sorted((e for e in _shell(current_app).entries if _shown(e, who)), key=lambda e: e.order)
    addresses = [url_for(e.endpoint) for e in shown]
    here = request.script_root + request.path
    nearest = max((one for one in addresses if f"{here}/".startswith(f"{one}/")), key=len, default=None)
    mark = "page" if nearest == here else "true"
    return [Link(_(e.label), url, mark if url == nearest else "") for e, url in zip(shown, addresses, strict=True)]


def panels(page: str, **context: Any) -> list[Markup]:
    """Return the panels that rooms show on a page, in order, empty ones left out."""
    registered = sorted(_shell(current_app).panels.get(page, []), key=lambda pair: pair[0])
    rendered = (panel(**context) for _order, panel in registered)
    return [Markup(html) for html in rendered if html]  # noqa: S704 - each panel is an escaping template  # nosec B704


def _shown(entry: Entry, who: Principal) -> bool:
    if entry.permission is None:
        return True
    return who.is_authenticated if entry.permission == "signed_in" else who.may(entry.permission)


def _shell(app: Flask) -> Shell:
    shell: Shell = app.extensions[_EXTENSION]
    return shell
