"""What an address asks of a page: names and codes the page does not know are said, never passed over in silence."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask, Response, g, request

# The page is there, but something that was asked of it is not, as JSON says it too.
_STATUS = 422
_OK = 200
_MOST_SHOWN, _LONGEST_SHOWN = 3, 60
# Mail programs and networks hang these onto addresses that people share; they ask nothing of a page.
_HUNG_ON = frozenset({"fbclid", "gclid", "igshid", "mc_cid", "mc_eid", "msclkid"})
_CAMPAIGN = "utm_"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What an address asked for in vain, and the address that asks for the rest."""

    asked: tuple[str, ...]
    url: str


def open_asked(app: Flask) -> None:
    """Say on each page what of its address the page left out, and answer so with 422."""
    app.context_processor(lambda: {"left_out": g.get("left_out")})
    app.after_request(_answer)


def page_takes(**known: Collection[str] | None) -> bool:
    """Name all that a page's address may ask for, with the codes each name may have (None: any text).

    Tells whether nothing else was asked for; what was is said on the page. A name counts once; a code may be empty.
    """
    taken: dict[str, str] = {}
    left_out = []
    for name, value in _asked():
        codes = known.get(name)
        fits = name in known and name not in taken and (codes is None or not value or value in codes)
        if fits:
            taken[name] = value
        else:
            left_out.append(f"{name}={value}")
    if left_out:
        rest = urlencode(taken)
        g.left_out = LeftOut(_shown(left_out), f"{request.path}?{rest}" if rest else request.path)
    return not left_out


def _asked() -> Iterable[tuple[str, str]]:
    pairs = request.args.items(multi=True)
    return [(n, v) for n, v in pairs if n != "lang" and n not in _HUNG_ON and not n.startswith(_CAMPAIGN)]


def _shown(left_out: list[str]) -> tuple[str, ...]:
    first = [text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…" for text in left_out[:_MOST_SHOWN]]
    return (*first, "…") if len(left_out) > _MOST_SHOWN else tuple(first)


def _answer(response: Response) -> Response:
    if g.get("left_out") and response.status_code == _OK:
        response.status_code = _STATUS
    return response
