"""Plots as SVG: lines over a few points, readable on light and dark pages."""

from collections.abc import Sequence

from tihi.base.value import Value

_WIDE, _HIGH = 640, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 16, 40, 44
_STEPS = 4
_STYLE = 'role="img" font-family="system-ui, sans-serif" font-size="12"'
_SHEET = """<style>
text:not(.name) { fill: #333 } line { stroke: #ccc }
@media (prefers-color-scheme: dark) { text:not(.name) { fill: #ddd } line { stroke: #555 } }
</style>"""
_COLOURS = ("#1f7a5c", "#b4552d", "#5b5fc7")


class Line(Value):
    """A named line: a value for each label."""

    name: str
    values: list[float]


def lines(title: str, labels: Sequence[str], drawn: Sequence[Line], unit: str) -> str:
    """Return a plot of `drawn` over `labels`, from zero up."""
    top = _nice(max((max(one.values, default=0.0) for one in drawn), default=0.0))
    step_x = (_WIDE - _LEFT - _RIGHT) / max(len(labels) - 1, 1)

    def x(number: int) -> float:
        return round(_LEFT + number * step_x, 1)

    def y(value: float) -> float:
        return round(_HIGH - _BOTTOM - value / top * (_HIGH - _TOP - _BOTTOM), 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" {_STYLE}>',
        f"<title>{title}</title>",
        _SHEET,
        f'<text x="{_LEFT}" y="20" font-size="14" font-weight="600">{title}</text>',
    ]
    for number in range(_STEPS + 1):
        value = top * number / _STEPS
        parts.extend(
            [
                f'<line x1="{_LEFT}" x2="{_WIDE - _RIGHT}" y1="{y(value)}" y2="{y(value)}"/>',
                f'<text x="{_LEFT - 6}" y="{y(value) + 4}" text-anchor="end">{value:g}</text>',
            ]
        )
    parts.append(f'<text x="{_LEFT - 6}" y="{_TOP - 8}" text-anchor="end">{unit}</text>')
    parts.extend(
        f'<text x="{x(number)}" y="{_HIGH - _BOTTOM + 18}" text-anchor="middle">{label}</text>'
        for number, label in enumerate(labels)
    )
    at_foot = f'y="{_HIGH - 8}" class="name"'
    for number, one in enumerate(drawn):
        colour = _COLOURS[number % len(_COLOURS)]
        points = " ".join(f"{x(at)},{y(value)}" for at, value in enumerate(one.values))
        parts.extend(
            [
                f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>',
                *(
                    f'<circle cx="{x(at)}" cy="{y(value)}" r="3" fill="{colour}"/>'
                    for at, value in enumerate(one.values)
                ),
                f'<text x="{_LEFT + number * 180}" {at_foot} fill="{colour}">{one.name}</text>',
            ]
        )
    return "\n".join([*parts, "</svg>\n"])


def _nice(value: float) -> float:
    """Return a round number that is not below `value`."""
    size = 1.0
    while size < value:
        for factor in (1.0, 2.0, 4.0, 5.0, 8.0):
            if size * factor >= value:
                return size * factor
        size *= 10
    return size
