"""HTML of mails: made safe to show, and read as text.

Sanitising comes first, and the text is read from its well-formed result: the standard
HTML parser takes the square of the length on what senders (or attackers) really write.
"""

import re
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple

import nh3

from grc.parsing.charset import wash
from grc.parsing.limits import Limits


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TAGS = _words(
    "a abbr b blockquote br caption center cite code col colgroup dd del div dl dt em font "
    "h1 h2 h3 h4 h5 h6 hr i img ins kbd li ol p pre q s samp small span strike strong sub "
    "sup table tbody td tfoot th thead tr tt u ul var"
)
_ATTRIBUTES = {
    "*": {"dir", "lang", "title", "align"},
    "a": {"href"},
    "img": {"alt", "src", "width", "height"},
    "ol": {"start", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_INLINE_IMAGE = re.compile(r'(<img\b[^>]*?) src="cid:([^"<>]*)"')
_NESTING = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Never closed, or closed by the next one: they do not nest.
_FLAT = _words(
    "area base br col embed hr img input link meta param source track wbr "
    "p li dt dd tr td th thead tbody tfoot option colgroup body html head"
)
_ANY_TAG = re.compile(r"<[^<>]*>")
_REMOTE = re.compile(r"https?:|//|ftp:", re.I)
_SPACES = re.compile(r"[ \t\n\r\f\xa0]+")


class SafeHtml(NamedTuple):
    """HTML that can be shown, and how many remote images were taken out of it.

    Images of the message itself keep their Content-ID in `data-cid`; no `src` is left.
    """

    html: str
    blocked: int


def sanitise(html: str, limits: Limits) -> SafeHtml | None:
    """Only an allow-list of tags, no style, nothing that loads; None when too big or too
    deeply nested to be worked on."""
    if len(html) > limits.html_chars or _depth(html) > limits.html_depth:
        return None
    blocked = 0

    def keep(tag: str, attribute: str, value: str) -> str | None:
        nonlocal blocked
        if (tag, attribute) != ("img", "src"):
            return value
        blocked += bool(_REMOTE.match(value.strip()))
        return value if value.startswith("cid:") else None

    clean = nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags={"script", "style", "title", "template", "noscript"},
        attributes=_ATTRIBUTES,
        attribute_filter=keep,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        link_rel="noopener noreferrer nofollow",
    )
    return SafeHtml(wash(_INLINE_IMAGE.sub(r'\1 data-cid="\2"', clean)).strip(), blocked)


def _depth(html: str) -> int:
    deepest = depth = 0
    for closing, name in _NESTING.findall(html):
        if name.lower() not in _FLAT:
            depth = max(0, depth - 1) if closing else depth + 1
            deepest = max(deepest, depth)
    return deepest


def to_text(safe_html: str) -> str:
    """The text of sanitised HTML: one line per block, `> ` before quotations, links kept."""
    reader = _TextReader()
    reader.feed(safe_html)
    reader.close()
    return reader.text()


def strip_tags(html: str) -> str:
    """A rough text for HTML that is too big to be read properly."""
    return wash(unescape(_ANY_TAG.sub(" ", html)))


class _TextReader(HTMLParser):
    _PARAGRAPHS = _words("blockquote dl h1 h2 h3 h4 h5 h6 ol p pre table ul")
    _BLOCKS = _PARAGRAPHS | _words("caption center dd div dt hr li tr")
    _DEEPEST_QUOTE = 10

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line = ""
        self._quotes = self._preformatted = 0
        self._link = ""
        self._link_start = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._BLOCKS:
            self._end_line(paragraph=tag in self._PARAGRAPHS)
        match tag:
            case "br":
                self._lines.append(self._prefix() + self._line.strip())
                self._line = ""
            case "hr":
                self._line = "________________________________"
                self._end_line()
            case "li":
                self._line = "- "
            case "td" | "th" if self._line.strip():
                self._line += " "
            case "blockquote":
                self._quotes += 1
            case "pre":
                self._preformatted += 1
            case "a":
                self._link = dict(attrs).get("href") or ""
                self._link_start = len(self._line)
            case "img":
                self._line += dict(attrs).get("alt") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._end_link()
        if tag in self._BLOCKS:
            self._end_line(paragraph=tag in self._PARAGRAPHS)
        if tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
            if self._lines and not self._lines[-1].strip("> "):
                self._lines[-1] = self._prefix().rstrip()
        elif tag == "pre":
            self._preformatted = max(0, self._preformatted - 1)

    def handle_data(self, data: str) -> None:
        if self._preformatted:
            *whole, self._line = (self._line + data).split("\n")
            self._lines += [self._prefix() + line for line in whole]
            return
        text = _SPACES.sub(" ", data)
        self._line += text.lstrip() if self._line[-1:] in ("", " ") else text

    def _end_link(self) -> None:
        shown = self._line[self._link_start :].strip()
        target = self._link.removeprefix("mailto:")
        if not target.startswith("tel:") and target.rstrip("/") not in ("", shown.rstrip("/")):
            self._line += f" <{target}>"
        self._link = ""

    def _prefix(self) -> str:
        return "> " * min(self._quotes, self._DEEPEST_QUOTE)

    def _end_line(self, *, paragraph: bool = False) -> None:
        if self._line.strip():
            self._lines.append(self._prefix() + self._line.rstrip())
        self._line = ""
        if paragraph and self._lines and self._lines[-1].strip("> "):
            self._lines.append(self._prefix().rstrip())

    def text(self) -> str:
        """Everything read so far."""
        self._end_line()
        return wash("\n".join(self._lines)).strip("\n")
