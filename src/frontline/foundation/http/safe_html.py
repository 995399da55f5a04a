"""A mail's HTML as a document that may be shown: sanitised, without scripts, forms or anything fetched.

The document belongs into `<iframe sandbox="">` and brings its own policy. Nothing in it runs, links open outside,
and no picture is loaded from a foreign server until the reader asks.
"""

import html as entities
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

import nh3

from frontline.foundation.http.markup import is_affordable, names
from frontline.foundation.http.plain_text import html_to_text

MAX_HTML = 4 * 1024 * 1024
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
REFERRER_POLICY = "no-referrer"

_TAGS = names(
    "a abbr address b big blockquote br caption center cite code col colgroup dd del details dfn div dl dt em "
    "figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strike strong sub "
    "summary sup table tbody td tfoot th thead time tr tt u ul var"
)
_DROPPED_WITH_CONTENT = names(
    "script style title head noscript template iframe object embed applet form select textarea button "
    "svg math audio video canvas xml"
)
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"align", "valign", "bgcolor", "color", "width", "height", "dir", "lang", "title", "style"},
    "a": {"href"},
    "img": {"src", "alt", "border"},
    "table": {"border", "cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan", "nowrap"},
    "th": {"colspan", "rowspan", "nowrap", "scope"},
    "ol": {"start", "type"},
    "font": {"face", "size"},
    "blockquote": {"type"},
}
# No position, no url(), no content: a mail may be coloured, it may not cover the page or fetch.
_STYLES = names(
    "background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width border-collapse "
    "border-color border-left border-left-color border-left-style border-left-width border-radius border-right "
    "border-spacing border-style border-top border-top-color border-top-style border-top-width border-width color "
    "direction display font font-family font-size font-style font-variant font-weight height letter-spacing "
    "line-height "
    "list-style-type margin margin-bottom margin-left margin-right margin-top max-width min-width padding "
    "padding-bottom padding-left padding-right padding-top text-align text-decoration text-indent text-transform "
    "vertical-align white-space width word-break word-spacing word-wrap overflow-wrap"
)
_DATA_PICTURES = (
    "data:image/png;",
    "data:image/jpeg;",
    "data:image/jpg;",
    "data:image/gif;",
    "data:image/webp;",
)
_LINKS = ("http://", "https://", "mailto:", "tel:")

Rewrite = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """`body` is sanitised markup; `document` the page for the frame; `blocked` how many remote pictures wait."""

    body: str
    document: str
    blocked: int


def nothing(_address: str) -> None:
    """The rewrite that shows no picture."""


def content_security_policy(picture_origin: str = "'self'") -> str:
    """The header (or meta) value for the document. Style attributes are the mail's own, already filtered."""
    return (
        f"default-src 'none'; img-src {picture_origin} data:; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )


def safe_html(
    html: str, *, cid: Rewrite = nothing, remote: Rewrite = nothing, picture_origin: str = "'self'"
) -> SafeHtml:
    """Sanitise a body.

    `cid` gives our address for a content id, `remote` our proxy's address for a foreign picture; `None` leaves the
    picture out. HTML that would cost a tree builder too much is shown as its text.
    """
    if len(html) > MAX_HTML or not is_affordable(html):
        body = f"<pre>{entities.escape(html_to_text(html))}</pre>"
        return SafeHtml(body, _document(body, picture_origin), 0)
    pictures = _Pictures(cid, remote)
    body = nh3.clean(
        html.replace("\x00", ""),
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED_WITH_CONTENT),
        attributes=_ATTRIBUTES,
        attribute_filter=pictures.attribute,
        url_schemes={"http", "https", "mailto", "tel", "data", "cid"},
        link_rel="noopener noreferrer nofollow",
        filter_style_properties=set(_STYLES),
        set_tag_attribute_values={"a": {"target": "_blank"}, "img": {"loading": "lazy"}},
        strip_comments=True,
    )
    return SafeHtml(body, _document(body, picture_origin), pictures.blocked)


class _Pictures:
    def __init__(self, cid: Rewrite, remote: Rewrite) -> None:
        self.cid = cid
        self.remote = remote
        self.blocked = 0

    def attribute(self, tag: str, attribute: str, value: str) -> str | None:
        """What stays of an attribute; None drops it."""
        if attribute == "href":
            return value if value.strip().lower().startswith(_LINKS) else None
        if attribute == "style":
            return None if "\\" in value or "url(" in value.lower() else value
        if tag == "img" and attribute == "src":
            return self._source(value.strip())
        return value

    def _source(self, value: str) -> str | None:
        plain = value.lower()
        if plain.startswith("cid:"):
            return self.cid(unquote(value[4:]).strip("<>"))
        if plain.startswith(_DATA_PICTURES):
            return value
        if plain.startswith(("http://", "https://")):
            address = self.remote(value)
            self.blocked += address is None
            return address
        return None


def _document(body: str, picture_origin: str) -> str:
    policy = entities.escape(content_security_policy(picture_origin), quote=True)
    return (
        '<!doctype html><html><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="referrer" content="{REFERRER_POLICY}">'
        "<style>body{margin:0;font:14px/1.5 system-ui,sans-serif;overflow-wrap:anywhere;color:#1a1a1a;background:#fff}"
        "img{max-width:100%;height:auto}pre{white-space:pre-wrap}"
        "blockquote{margin:0 0 0 .5em;padding-left:.75em;border-left:2px solid #ccc}table{max-width:100%}</style>"
        f"</head><body>{body}</body></html>"
    )
