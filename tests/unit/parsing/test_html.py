"""HTML is shown without loading or running anything, and reads well as text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.parsing.html import SafeHtml, sanitise, strip_tags, to_text
from grc.parsing.limits import DEFAULT


def safe(html: str) -> SafeHtml:
    result = sanitise(html, DEFAULT)
    assert result is not None
    return result


def text(html: str) -> str:
    return to_text(safe(html).html)


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">a</a>',
        '<a href="data:text/html,x">a</a>',
        "<style>@import 'http://t.fr'</style><p style='background:url(http://t.fr)'>a</p>",
        "<link rel=stylesheet href=http://t.fr><base href=http://t.fr><meta http-equiv=refresh>",
        "<iframe src=http://t.fr></iframe><object data=http://t.fr></object><svg onload=x>",
        "<form action=http://t.fr><input name=a><button>ok</button></form>",
        "<table background=http://t.fr><tr><td>a</table><video poster=http://t.fr></video>",
        "<img srcset='http://t.fr 2x'><img src='data:image/png;base64,AA'>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    ],
)
def test_nothing_loads_or_runs(html: str) -> None:
    shown = safe(html).html
    for bad in (
        "script",
        "javascript",
        "onerror",
        "onload",
        "src",
        "style",
        "http",
        "data:",
        "<form",
    ):
        assert bad not in shown, shown


def test_remote_images_are_counted_and_ours_kept_by_their_id() -> None:
    html = '<img src="https://t.fr/a.png"><img src="//t.fr/b"><img src="cid:logo@x" alt="Logo">'
    shown, blocked = safe(html)
    assert blocked == 2
    assert shown == '<img><img><img data-cid="logo@x" alt="Logo">'


def test_links_say_nothing_of_us() -> None:
    assert safe('<a href="https://e.fr" target="_top">e</a>').html == (
        '<a href="https://e.fr" rel="noopener noreferrer nofollow">e</a>'
    )


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Bonjour,</p><p>Merci.</p>", "Bonjour,\n\nMerci."),
        ("<div>un</div><div>deux</div>", "un\ndeux"),
        ("un<br>deux<br><br>trois", "un\ndeux\n\ntrois"),
        ("  un \n  deux&nbsp;trois ", "un deux trois"),
        ("<ul><li>un</li><li>deux</li></ul>", "- un\n- deux"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ('<a href="https://e.fr/x">le site</a>', "le site <https://e.fr/x>"),
        ('<a href="https://e.fr/">https://e.fr</a>', "https://e.fr"),
        ('<a href="mailto:a@e.fr">a@e.fr</a>', "a@e.fr"),
        ("<p>Oui.</p><blockquote><p>Non ?</p></blockquote>", "Oui.\n\n> Non ?"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n> > b"),
        ("<pre>un\n  deux</pre>", "un\n  deux"),
        ("a &lt; b &amp; c", "a < b & c"),
        ("<style>p{}</style><title>t</title>x<!-- c -->", "x"),
        ("<p>un</p><hr><p>deux</p>", f"un\n\n{'_' * 32}\n\ndeux"),
        ("", ""),
    ],
)
def test_text(html: str, expected: str) -> None:
    assert text(html) == expected


def test_depth_and_size_are_refused_before_any_work() -> None:
    started = time.thread_time()
    assert sanitise("<div>" * 50_000, DEFAULT) is None
    assert sanitise("x" * (DEFAULT.html_chars + 1), DEFAULT) is None
    assert time.thread_time() - started < 5
    assert safe("<p>" * 5_000).html


ATTACKS = [
    "<!--", "<a ", "<b>", "</p>", "<p><b>", "<table><tr><td>", "&#", "<img src='", "<![CDATA[",
    "<li>", "<a href='x'>y", "<br>",
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_time_is_bounded(attack: str) -> None:
    html = attack * (50_000 // len(attack))
    started = time.thread_time()
    result = sanitise(html, DEFAULT)
    if result is not None:
        to_text(result.html)
    assert time.thread_time() - started < 2
    strip_tags(html)


@given(st.lists(st.sampled_from([*ATTACKS, "</blockquote>", "<blockquote>", "é\x00", "x"])))
def test_any_soup_is_read(pieces: list[str]) -> None:
    shown = safe("".join(pieces)).html
    to_text(shown).encode("utf-8")
    assert "\x00" not in shown
