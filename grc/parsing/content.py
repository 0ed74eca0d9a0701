"""What a message says and brings: its text, its HTML, its files."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import NamedTuple

from grc.parsing import filetype
from grc.parsing.charset import wash
from grc.parsing.headers import read_headers
from grc.parsing.html import sanitise, strip_tags, to_text
from grc.parsing.limits import DEFAULT, LimitExceeded, Limits
from grc.parsing.mime import Part
from grc.parsing.names import clean_filename, default_filename
from grc.parsing.words import N_


class File(NamedTuple):
    """A file of the message; its type is read from its bytes when they tell one."""

    filename: str
    content_type: str
    data: bytes
    content_id: str | None
    inline: bool


@dataclass
class Content:
    """The whole content. `warnings` says in French what had to be repaired or left out."""

    text: str = ""
    html: str | None = None
    files: list[File] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def warn(self, warning: str) -> None:
        """Keep a warning once."""
        if warning not in self.warnings:
            self.warnings.append(warning)


class _Passage(NamedTuple):
    """One piece of the body, in either form or both."""

    plain: Part | None
    html: Part | None


def read_content(root: Part, limits: Limits) -> Content:
    """The content of a message: passages of text in order, everything else as files."""
    content = Content()
    passages = list(_passages(root, content))
    texts = [_read_passage(passage, content, limits) for passage in passages]
    content.text = "\n\n".join(text for text, _ in texts if text.strip())
    if any(safe is not None for _, safe in texts):
        content.html = "\n".join(
            f"<pre>{escape(text)}</pre>" if safe is None else safe for text, safe in texts
        )
    if len(content.text) > limits.text_chars:
        _cut(content, limits)
    return content


def _passages(part: Part, content: Content) -> Iterator[_Passage]:
    """Walk the tree: yield what is to be read, put the rest among the files."""
    if part.content_type == "multipart/alternative" and part.children:
        yield from _alternative(part, content)
    elif part.children:
        for child in part.children:
            yield from _passages(child, content)
    elif part.is_multipart:
        content.warn(
            N_("Un ensemble de parties n'en contient aucune : son contenu est lu tel quel.")
        )
        yield _Passage(part, None)
    elif part.content_type == "text/html" and not _is_file(part):
        yield _Passage(None, part)
    elif part.content_type.startswith("text/") and not _is_file(part) and _readable(part):
        yield _Passage(part, None)
    else:
        _keep_file(part, content)


def _alternative(part: Part, content: Content) -> Iterator[_Passage]:
    """The same text in several forms (RFC 2046 §5.1.4): one passage, not two."""
    found = [passage for child in part.children for passage in _passages(child, content)]
    plain = [passage.plain for passage in found if passage.plain]
    html = [passage.html for passage in found if passage.html]
    if len(plain) <= 1 and len(html) <= 1:
        if found:
            yield _Passage(plain[0] if plain else None, html[0] if html else None)
    elif html and plain:  # several plain pieces around pictures, and one HTML of the whole
        yield from (_Passage(piece, None) for piece in plain)
        content.warn(N_("Le message a plusieurs versions : le texte simple est affiché."))
        for piece in html:
            _keep_file(piece, content)
    else:
        yield from found


def _readable(part: Part) -> bool:
    """`text/plain` and its kin are read; calendars, cards, sheets and headers are files."""
    return part.content_type in ("text/plain", "text/enriched", "text/markdown", "text/text")


def _is_file(part: Part) -> bool:
    disposition, parameters = part.disposition
    return disposition == "attachment" or bool(
        parameters.get("filename") or part.parameters.get("name")
    )


def _read_passage(passage: _Passage, content: Content, limits: Limits) -> tuple[str, str | None]:
    """The text of a passage, and its safe HTML if it has one."""
    plain = _text(passage.plain, content) if passage.plain else ""
    if passage.html is None:
        return plain, None
    source = _text(passage.html, content)
    safe = sanitise(source, limits)
    if safe is None:
        content.warn(N_("La version HTML est trop grande pour être affichée : elle est jointe."))
        _keep_file(passage.html, content)
        return plain if plain.strip() else strip_tags(source), None
    if safe.blocked:
        content.warn(N_("Des images distantes ont été bloquées."))
    return plain if plain.strip() else to_text(safe.html), safe.html


def _text(part: Part, content: Content) -> str:
    text, guessed = part.text()
    if guessed:
        content.warn(N_("L'encodage annoncé du texte est faux ou inconnu : il a été deviné."))
    return wash(text)


def _keep_file(part: Part, content: Content) -> None:
    disposition, parameters = part.disposition
    data = part.data
    if not data and not parameters.get("filename") and not part.parameters.get("name"):
        return  # an empty part without a name carries nothing
    content_type = _file_type(part, data)
    given = parameters.get("filename") or part.parameters.get("name")
    name = clean_filename(given or _message_name(content_type, data))
    content.files.append(
        File(
            filename=name or default_filename(content_type, len(content.files) + 1),
            content_type=content_type,
            data=data,
            content_id=wash(part.headers.first("content-id")).strip("<> \t") or None,
            inline=disposition != "attachment" and content_type.startswith("image/"),
        )
    )
    if part.content_type in ("message/partial", "message/external-body"):
        content.warn(N_("Une partie du message se trouve ailleurs : elle n'a pas été cherchée."))


def _file_type(part: Part, data: bytes) -> str:
    """Messages keep their type: their bytes look like text. The rest is sniffed."""
    if part.content_type in ("message/rfc822", "message/global"):
        return "message/rfc822"
    return filetype.sniff(data)


def _message_name(content_type: str, data: bytes) -> str:
    """A message inside the message goes by its subject."""
    if content_type != "message/rfc822":
        return ""
    try:
        subject = read_headers(data, 0, DEFAULT)[0].text("subject")
    except LimitExceeded:
        return ""
    return subject and f"{subject.replace('/', '-')}.eml"


def _cut(content: Content, limits: Limits) -> None:
    whole = content.text.encode("utf-8")
    content.files.append(File("message-complet.txt", "text/plain", whole, None, False))
    content.text = content.text[: limits.text_chars]
    content.warn(N_("Le texte est trop long pour être affiché : il est joint en entier."))
