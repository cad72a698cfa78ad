"""A picture of cost against size: both by powers of ten, one line for each thing that costs."""

import math
from collections.abc import Mapping, Sequence

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 760, 420, 70, 250, 30, 50
_COLOURS = ("#8a6bb0", "#005b94", "#2f8f83", "#b7791f")
_TEXT = 'font-family="sans-serif" font-size="13" fill="#1b2733"'


def drawing(costs: Mapping[str, Mapping[int, float]]) -> str:
    """Return lines of seconds by size as SVG, each named at its end."""
    sizes = sorted({size for found in costs.values() for size in found})
    seconds = [value for found in costs.values() for value in found.values()]
    low, high = math.floor(math.log10(min(seconds))), math.ceil(math.log10(max(seconds)))

    def across(size: int) -> float:
        first, last = math.log10(sizes[0]), math.log10(sizes[-1])
        share = (math.log10(size) - first) / ((last - first) or 1)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def down(value: float) -> float:
        return _TOP + (high - math.log10(value)) / ((high - low) or 1) * (_HEIGHT - _TOP - _BOTTOM)

    parts = [*[_level(power, down(10.0**power)) for power in range(low, high + 1)],
             *[_size(size, across(size)) for size in sizes]]  # fmt: skip
    for (name, found), colour in zip(costs.items(), _COLOURS, strict=False):
        parts += _line(name, [(across(size), down(value)) for size, value in sorted(found.items())], colour)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">'
    return "\n".join([head, "<title>Seconds by number of participations</title>", _paper(), *parts, "</svg>", ""])


def _paper() -> str:
    return f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>'


def _level(power: int, y: float) -> str:
    said = f"{10.0**power:g} s"
    return (
        f'<line x1="{_LEFT}" y1="{y:.0f}" x2="{_WIDTH - _RIGHT}" y2="{y:.0f}" stroke="#d5dee5"/>'
        f'<text x="{_LEFT - 8}" y="{y + 4:.0f}" text-anchor="end" {_TEXT}>{said}</text>'
    )


def _size(size: int, x: float) -> str:
    return f'<text x="{x:.0f}" y="{_HEIGHT - 20}" text-anchor="middle" {_TEXT}>{size:,}</text>'


def _line(name: str, points: Sequence[tuple[float, float]], colour: str) -> list[str]:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *[f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in points],
        f'<text x="{x + 10:.1f}" y="{y + 4:.1f}" {_TEXT}>{name}</text>',
    ]
