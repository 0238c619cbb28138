"""How what is kept of a person reads. Pure."""

from html import escape
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import msgspec

from tihi.people.privacy.model import Kept, KeptTable, PersonalData

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;"
    "color:#1d2a26;background:#fbf8f2}table{border-collapse:collapse;margin:.5rem 0 2rem}"
    "td,th{border:1px solid #cfd6d1;padding:.25rem .5rem;text-align:left;vertical-align:top;"
    "overflow-wrap:anywhere}th{font-weight:600}small{display:block;font-weight:400;color:#51605a}"
    ".wide{overflow-x:auto}"
)


def without_secrets(kept: KeptTable, rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return rows without what is never given out."""
    return [{name: value for name, value in row.items() if name not in kept.secret} for row in rows]


def archive(kept: Kept, data: PersonalData) -> bytes:
    """Return a ZIP file with everything: `data.json` for machines, `index.html` for people."""
    buffer = BytesIO()
    # By the time of the export: a file would else bear that of the machine that packed it.
    packed = data.exported_at.timetuple()[:6]
    with ZipFile(buffer, "w") as file:
        for name, text in (
            ("data.json", msgspec.json.format(msgspec.json.encode(data), indent=1)),
            ("index.html", page(kept, data)),
        ):
            file.writestr(ZipInfo(name, packed), text, ZIP_DEFLATED)
    return buffer.getvalue()


def page(kept: Kept, data: PersonalData) -> str:
    """Return what is kept as a page that needs nothing beside it; every value is inert."""
    sections = "".join(
        _section(kept.tables[name], rows) for name, rows in data.tables.items() if rows
    )
    title = escape(f"{data.display_name} · {data.org}")
    return (
        '<!doctype html><html lang="en-NZ"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>{title}</h1>"
        f"<p>Everything that Tihi keeps about you, on {data.exported_at:%d.%m.%Y %H:%M} UTC. "
        "Each column says why it is kept. Passwords and keys are kept too, in a form that "
        "nobody can read, and are left out.</p>"
        '<p lang="mi">Ko ngā mea katoa e puritia ana e Tihi mōu.</p>'
        f"{sections}</main></body></html>"
    )


def _section(kept: KeptTable, rows: list[dict[str, object]]) -> str:
    names = [name for name in kept.columns if name not in kept.secret]
    head = "".join(_head(name, kept.columns[name]) for name in names)
    body = "".join(
        "<tr>" + "".join(f"<td>{_cell(row.get(name))}</td>" for name in names) + "</tr>"
        for row in rows
    )
    title = f'{escape(kept.title.en)} <small lang="mi">{escape(kept.title.mi)}</small>'
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<h2>{title}</h2><div class="wide">{table}</div>'


def _head(name: str, purpose: str) -> str:
    words = escape(name.replace("_", " "))
    return f'<th scope="col">{words}<small>{escape(purpose)}</small></th>'


def _cell(value: object) -> str:
    if value is None:
        return ""
    return escape(value if isinstance(value, str) else msgspec.json.encode(value).decode())
