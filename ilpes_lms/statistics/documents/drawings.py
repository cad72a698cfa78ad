"""The report's figures as drawings (SVG), and as pictures for documents that take no drawings."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from ilpes_lms.core import typesetting
from ilpes_lms.statistics.display import Figure

TEMPLATES = Path(__file__).parent / "templates"
COLOURS = {
    "series-1": "#005b94", "series-2": "#2f8f83", "series-3": "#8a6bb0", "series-4": "#b7791f",
    "women": "#005b94", "men": "#2f8f83", "other": "#b7791f",
}  # fmt: skip
_WIDTH_MM = 160
_WRITTEN = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=False)


def drawing(figure: Figure) -> str:
    """Return a figure as SVG."""
    return _WRITTEN.get_template("figure.svg").render(rows=figure.rows, colours=COLOURS)


def picture(figure: Figure) -> bytes:
    """Return a figure as PNG."""
    return raster(drawing(figure))


def raster(drawn: str) -> bytes:
    """Return a drawing as PNG, fine enough for print."""
    said = {"picture": {"drawing": drawn, "width": _WIDTH_MM}}
    return typesetting.picture(TEMPLATES / "picture.typ", said, resolution=200)
