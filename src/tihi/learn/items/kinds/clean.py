"""The allow-list for HTML that people wrote, RELIABILITY S21.

What is not listed is dropped; what cannot be seen by all, a picture without words, is replaced.
"""

import re
from html import escape

import nh3

_LISTED = """
    b strong i em u s del ins sub sup small mark code kbd samp var q cite abbr dfn span br wbr
    p div blockquote pre hr ul ol li dl dt dd h1 h2 h3 h4 h5 h6
    table caption thead tbody tfoot tr th td ruby rt rp a img figure figcaption
"""
_REFUSED = """
    script style title noscript template iframe object embed applet svg textarea select
    xmp noembed noframes plaintext form
"""
_WORDS = frozenset(_LISTED.split())
_GONE = frozenset(_REFUSED.split())
"""Elements dropped with all that is in them."""

KNOWN_TAGS = _WORDS | _GONE
"""Names that make `<` the beginning of a tag where a text may hold both tags and plain `<`."""

_ATTRIBUTES = {
    "*": {"lang", "dir", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "type"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
}
_LINK = re.compile(r"(?:https?://|mailto:)[^\s<>\"]+", re.IGNORECASE)
_PICTURE = re.compile(r"https://[^\s<>\"]+|/?media/[\w./-]+", re.IGNORECASE | re.ASCII)
_SIZE = re.compile("[0-9]{1,4}")
_IMG = re.compile("<img [^>]*>|<img>")
_ALT = re.compile(r' alt="\s*[^"\s]')
NO_WORDS = "[picture without a description]"


def clean(html: str) -> str:
    """Return `html` with the allowed elements and attributes only, well formed.

    Links open with `rel="noopener noreferrer nofollow"` and lead to http, https or mailto only.
    A picture comes by https or from our own media and has an alternative text, or words say that
    it was left out.
    """
    safe = nh3.clean(
        html,
        tags=set(_WORDS),
        clean_content_tags=set(_GONE),
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )
    return _IMG.sub(_picture, safe)


def _attribute(tag: str, name: str, value: str) -> str | None:
    allowed = True
    if name == "href":
        allowed = _LINK.fullmatch(value.strip()) is not None
    elif name == "src":
        allowed = _PICTURE.fullmatch(value) is not None and ".." not in value
    elif tag == "img" and name in {"width", "height"}:
        allowed = _SIZE.fullmatch(value) is not None
    # No raw angle bracket may stand in a value: tags are told from text by them afterwards.
    return value.replace("<", "‹").replace(">", "›") if allowed else None


def _picture(found: re.Match[str]) -> str:
    tag = found[0]
    if " src=" not in tag or not _ALT.search(tag):
        return escape(NO_WORDS)
    return tag
