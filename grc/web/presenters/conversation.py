"""Messages and notes of a case in the order of time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for

from grc.correspondence.states import PURPOSES, Purpose, State
from grc.supervision.views import AttachmentView, LetterView, MessageView
from grc.web.presenters import letters, marks
from grc.web.presenters.case import Reading
from grc.web.presenters.things import Act
from grc.web.words import _

_READ = 25  # entries on the page; the rest on request
_UNFOLDED = 12
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_KINDS = (
    ("image/", "image"),
    ("application/pdf", "pdf"),
    ("message/rfc822", "mail"),
    ("application/vnd.ms-outlook", "mail"),
    ("application/zip", "archive"),
    ("application/gzip", "archive"),
    ("application/x-7z", "archive"),
    ("application/vnd.rar", "archive"),
    ("application/vnd.ms-excel", "table"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml", "table"),
    ("text/csv", "table"),
)
_PROGRAMS = frozenset(
    {"application/vnd.microsoft.portable-executable", "text/html", "image/svg+xml"}
)
_RUN = (  # a double click on the saved file runs what is inside
    *(".docm", ".xlsm", ".pptm", ".html", ".htm", ".xhtml", ".svg", ".hta", ".js", ".vbs"),
    *(".exe", ".bat", ".cmd", ".ps1", ".lnk", ".jar"),
)


@dataclass(frozen=True)
class File:
    """One attachment as a tile."""

    name: str
    kind: str
    size: int
    url: str
    preview_url: str | None
    warning: str | None


@dataclass(frozen=True)
class Entry:
    """A message, ours or theirs, or a note. See `message` in templates/_macros/case.html."""

    kind: str
    id: int
    author: str
    at: datetime
    text: str
    direction: str = "in"
    address: str | None = None
    to: str | None = None
    channel_label: str = ""
    channel_icon: str = ""
    quoted: str | None = None
    attachments: Sequence[File] = ()
    html_url: str | None = None
    raw_url: str | None = None
    split_url: str | None = None
    split_key: str | None = None
    state_label: str | None = None
    state_tone: str | None = None
    cancel: Act | None = None
    warnings: Sequence[str] = ()

    @property
    def sent_at(self) -> datetime:
        """When it was sent."""
        return self.at


@dataclass(frozen=True)
class Conversation:
    """What is shown, what is folded, and whether there is more."""

    entries: Sequence[Entry]
    older: Sequence[Entry]
    more: bool


def conversation(reading: Reading) -> Conversation:
    """The conversation, newest last; cancelled replies are left to the timeline."""
    said = [one for one in reading.file.messages if one.sending != "cancelled"]
    read = said if reading.whole_talk else said[-_READ:]
    found = [_message(one, reading) for one in read]
    found += [_letter(one) for one in reading.file.letters if one.state != State.WITHDRAWN]
    found += [Entry("note", n.number, n.author, n.at, n.text) for n in reading.file.notes]
    found.sort(key=lambda entry: entry.at)
    latest = next((n for n, one in reversed(list(enumerate(found))) if one.split_url), None)
    if latest is not None:
        found[latest] = replace(found[latest], split_key="w")
    shown = found if reading.whole_talk else found[-_READ:]
    cut = max(len(shown) - _UNFOLDED, 0)
    more = len(said) > len(read) or len(found) > len(shown)
    return Conversation(shown[cut:], shown[:cut], more)


def _message(one: MessageView, reading: Reading) -> Entry:
    ours = one.direction == "out"
    on_page = ours and not one.recipients
    name, address = sender(one.sender)
    base = f"{reading.url}/messages/{one.number}"
    label, tone = _state(one)
    return Entry(
        kind="message",
        id=one.number,
        author=(one.author or _("Envoi automatique")) if ours else name,
        at=one.sent_at,
        text=one.text,
        direction=one.direction,
        address=None if ours else address,
        to=", ".join(one.recipients) if ours else None,
        channel_label=_("page de suivi") if on_page else marks.channel_label(one.channel),
        channel_icon=marks.channel_icon(one.channel),
        quoted=one.quoted_text or None,
        attachments=[file(attachment, reading.url) for attachment in one.attachments],
        html_url=f"{base}/mise-en-page" if one.has_html else None,
        raw_url=f"{base}/original" if one.item else None,
        split_url=f"{base}/separer" if not ours and reading.may_split else None,
        state_label=label,
        state_tone=tone,
        cancel=_cancel(one, base),
        warnings=one.warnings,
    )


def _letter(one: LetterView) -> Entry:
    """A letter on paper, at the day it left; until then where it was written last."""
    words = letters.state(one)
    return Entry(
        kind="letter",
        id=int(one.reference.split("-")[2]),
        author=one.author or _("Envoi automatique"),
        at=one.at,
        text=_with_joined(one),
        direction="out",
        to=", ".join(one.to[:1] + one.to[-1:]) if one.to else None,
        channel_label=_(PURPOSES[Purpose(one.purpose)]),
        channel_icon="letter",
        html_url=url_for("correspondence.show", reference=one.reference),
        state_label=words["state_label"],
        state_tone=words["state_tone"],
    )


def _with_joined(one: LetterView) -> str:
    if not one.joined:
        return one.text
    return "\n".join([one.text, "", _("Pièces jointes :"), *(f"- {name}" for name in one.joined)])


def sender(written: str) -> tuple[str, str | None]:
    """Name and address of "Name <address>"; one of them may be missing."""
    name, opened, rest = written.rpartition(" <")
    if opened and rest.endswith(">"):
        return name.strip(' "'), rest[:-1]
    return written or _("Nom inconnu"), None


def _state(one: MessageView) -> tuple[str | None, str | None]:
    states = {
        "planned": (_("Part dans un instant"), "soon"),
        "sent": (_("Envoyée"), "fine"),
        "failed": (_("Échec d’envoi"), "late"),
        "bounced": (_("Non remise"), "late"),
    }
    on_page = {
        "planned": (_("S’affiche dans un instant"), "soon"),
        "sent": (_("Affichée"), "fine"),
        "failed": (_("N’est pas affichée"), "late"),
    }
    if one.sending is not None and one.recipients:
        return states.get(one.sending, (None, None))
    if one.sending is not None:
        return on_page.get(one.sending, (None, None))
    return (None, None) if one.automatic == "no" else (_("Message automatique"), "none")


def _cancel(one: MessageView, base: str) -> Act | None:
    if one.sending != "planned" or one.sending_kind != "reply":
        return None
    return Act(_("Annuler l’envoi"), f"{base}/annuler", "post", icon="undo", kind="quiet")


def file(one: AttachmentView, base: str) -> File:
    """An attachment as a tile; only pictures and plain text may be looked at."""
    url = f"{base}/pieces/{one.number}"
    shown = one.content_type in PICTURES or one.content_type == "text/plain"
    runs = one.content_type in _PROGRAMS or one.filename.lower().endswith(_RUN)
    return File(
        name=one.filename,
        kind=next((kind for start, kind in _KINDS if one.content_type.startswith(start)), "file"),
        size=one.size,
        url=url,
        preview_url=f"{url}/apercu" if shown else None,
        warning=_("peut contenir un programme") if runs else None,
    )
