"""Folds what a reply repeats: history and signature. Nothing is ever deleted.

A line is only folded on strong evidence, because folding a citizen's own words is worse
than showing a quotation: « Le maire a écrit : … » in a complaint must stay.
"""

import re
from typing import NamedTuple

_LONGEST_ATTRIBUTION = 600  # characters, however many lines it is wrapped on
_WRAPPED_ON = 5  # lines
_SIGNATURE_LINES = 20
_HEADER_LINES = 9

# Some programs wrap an attribution before its last ">".
_QUOTED = re.compile(r" {0,3}>(?! ?(?:a [ée]crit ?|wrote)?:\s*\Z)")
_VERB = (
    r"\b(?:a [ée]crit|avez [ée]crit|wrote|schrieb|geschreven|schreef|escribi[óo]|ha scritto|"
    r"escreveu|napisał(?:\(a\))?|skrev|a scris|написал(?:\(?а\)?)?)"
)
# « … a écrit : », « … a écrit le 3 mars à 10:12 : », "---- … wrote ----"
_ENDS = re.compile(rf"(?i){_VERB}(?:[^:]|:\d\d){{0,150}}?(?::|----)\Z")
_DATED = re.compile(
    r"(?i)[*\s-]*(?:at \d{1,2}/|"
    r"(?:le|on|am|el|em|il|op|den|dnia|pe)\s+(?:[^\W\d]{2,12}[.,]{0,2}\s+){0,2}\d|"
    r"\d{1,4}[-/. ]\w{1,9}[-/. ])"
)
_NAMED = re.compile(rf"(?i)[\w\"'’., ()*-]{{0,80}}<[^<>\s]+@[^<>\s]+>\s*{_VERB}")
_UNSAID = re.compile(  # a date and an address without a verb
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4},? [^<>]{0,200}<\s?[^<>\s]+@[^<>\s]+\s?>:?\Z"
)
_ADDRESS = re.compile(r"[^\s@<>]@[^\s@<>]")
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2}\b")
_HOUR = re.compile(r"\b\d{1,2} ?[:h.] ?\d{2}\b")

_SEPARATOR = re.compile(
    r"(?i)[\s*]*(?:[-_=]{2,} ?(?:(?:message|mail|courriel) (?:d.origine|original|initial|"
    r"transf[ée]r[ée])|(?:original|forwarded) message|urspr[üu]ngliche nachricht|"
    r"mensaje original|messaggio originale|mensagem original)\s?:? ?[-_=]{2,}|"
    r"d[ée]but du message (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])\s?:|begin forwarded message:|"
    r"message du\s?:? \d\d?/\d\d?/\d\d)"
)
_FROM = re.compile(r"(?i)[\s*]*(?:de|from|von|da|från|exp[ée]diteur)\s?:\*? *\S")
_SUBJECT = re.compile(r"(?i)[\s*]*(?:objet|sujet|subject|betreff|oggetto|asunto|assunto|ämne)\s?:")
_FIELD = re.compile(
    r"(?i)[\s*]*(?:envoy[ée](?: le)?|date|sent|[àa]|to|cc|destinataires?|r[ée]pondre [àa]|reply-to|"
    r"gesendet|datum|an|skickat|till|data|inviato|enviado(?: el)?|para)\s?:"
)
_RULE = re.compile(r"[\s*]*[_-]{5,}\s*\Z")

_DASHES = re.compile(r"(?:--|__|[—–]) ?\Z")
_DEVICE = re.compile(
    r"(?i)[<(\s]*(?:(?:envoy[ée]|exp[ée]di[ée]) (?:de|depuis|[àa] partir d|d.un|avec|via)|"
    r"sent (?:from|with|via)|t[ée]l[ée]charge[rz] outlook|obtenez outlook|get \[?outlook|"
    r"provenance : courrier|sendt fra|enviado (?:de|do|desde)|inviato da|verzonden)"
    r"(?:<[^<>]{0,300}>|[^,;!?<]){1,120}\Z"
)


class Folded(NamedTuple):
    """A text in three. Together they hold every line that is not blank."""

    own: str
    signature: str
    history: str

    @property
    def folded(self) -> str:
        """What a screen folds: signature, then history."""
        return "\n\n".join(part for part in (self.signature, self.history) if part)


def split(text: str) -> tuple[str, str]:
    """What the person wrote, and what to fold."""
    result = fold(text)
    return result.own, result.folded


def fold(text: str) -> Folded:
    """Separate a reply from what it repeats, in linear time.

    History is what follows an attribution or a block of mail headers, and the `>` lines
    that nobody answers below. When nothing would be left, everything is the person's own.
    """
    lines = text.split("\n")
    cut = _history_start(lines)
    own, signature, history = _strip_tail(lines[:cut])
    own, above = _strip_top(own)
    if not any(line.strip() for line in own):
        return Folded(text.strip("\n"), "", "")
    parts = (own, signature, above + history + lines[cut:])
    return Folded(*("\n".join(part).strip("\n") for part in parts))


def _history_start(lines: list[str]) -> int:
    """Where history begins that no `>` marks; the number of lines when there is none."""
    for position, line in enumerate(lines):
        if not line.strip() or _QUOTED.match(line):
            continue
        if _is_boundary(lines, position):
            return position
        size = _attribution(lines, position)
        if size and _is_certain(lines, position, size):
            following = _skip_blank(lines, position + size)
            if not _is_quoted(lines, following):
                return position
    return len(lines)


def _is_boundary(lines: list[str], at: int) -> bool:
    """A separator, or a block of mail headers with or without a rule above it."""
    if _SEPARATOR.match(lines[at]):
        return True
    ruled = bool(_RULE.match(lines[at]))
    start = _skip_blank(lines, at + 1) if ruled else at
    if start >= len(lines) or not _FROM.match(lines[start]):
        return False
    block = lines[start + 1 : start + _HEADER_LINES]
    subject = any(_SUBJECT.match(line) for line in block)
    if not subject and not ruled:
        return False
    return subject + sum(bool(_FIELD.match(line)) for line in block) >= 2


def _attribution(lines: list[str], at: int) -> int:
    """How many lines the attribution that begins here is wrapped on; 0 when there is none."""
    dated = _DATED.match(lines[at])
    if not dated and "<" not in lines[at]:
        return 0
    joined = ""
    for size in range(1, min(_WRAPPED_ON, len(lines) - at) + 1):
        line = lines[at + size - 1].strip(" \t*\xa0")
        if not line or len(joined) + len(line) > _LONGEST_ATTRIBUTION:
            return 0
        if size > 1 and _DATED.match(line) and not line[0].isdigit():
            return 0  # a better start is below
        joined = f"{joined} {line}".lstrip()
        if (_ENDS.search(joined) and (dated or _NAMED.match(joined))) or _UNSAID.match(joined):
            return size
    return 0


def _is_certain(lines: list[str], at: int, size: int) -> bool:
    """An attribution not followed by `>` needs an address, or a full date with its hour."""
    text = " ".join(lines[at : at + size])
    return bool(_ADDRESS.search(text) or (_YEAR.search(text) and _HOUR.search(text)))


def _strip_tail(lines: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Take signatures and unanswered quotations off the end, however they alternate."""
    signatures: list[list[str]] = []
    quotations: list[list[str]] = []
    end = _end_of_text(lines, len(lines))
    while end:
        start, taken = _signature_start(lines, end), signatures
        if start == end:
            start, taken = _quote_start(lines, end), quotations
        if start == end:
            break
        taken.append(lines[start:end])
        end = _end_of_text(lines, start)
    return lines[:end], _joined(signatures), _joined(quotations)


def _joined(pieces: list[list[str]]) -> list[str]:
    return [line for piece in reversed(pieces) for line in piece]


def _end_of_text(lines: list[str], end: int) -> int:
    while end and not lines[end - 1].strip():
        end -= 1
    return end


def _signature_start(lines: list[str], end: int) -> int:
    if _DEVICE.match(lines[end - 1]):
        return end - 1
    for start in range(end - 1, max(-1, end - 2 - _SIGNATURE_LINES), -1):
        if _QUOTED.match(lines[start]):
            break
        if _DASHES.match(lines[start]):
            return start
    return end


def _quote_start(lines: list[str], end: int) -> int:
    """Where the quotation that ends at `end` begins, with its attribution."""
    start = end
    while start and _QUOTED.match(lines[start - 1]):
        start = _end_of_text(lines, start - 1)
    if start == end:
        return end
    for size in range(min(_WRAPPED_ON, start), 0, -1):
        if _attribution(lines, start - size) == size:
            return start - size
    return start


def _strip_top(lines: list[str]) -> tuple[list[str], list[str]]:
    """Take off a quotation that comes first with its attribution: the answer is below."""
    start = _skip_blank(lines, 0)
    size = _attribution(lines, start) if start < len(lines) else 0
    end = _skip_blank(lines, start + size)
    if not size or not _is_quoted(lines, end):
        return lines, []
    while _is_quoted(lines, end):
        end += 1
    answered = any(_QUOTED.match(line) for line in lines[end:])
    return (lines, []) if answered else (lines[end:], lines[start:end])


def _is_quoted(lines: list[str], at: int) -> bool:
    return at < len(lines) and _QUOTED.match(lines[at]) is not None


def _skip_blank(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at
