"""The receipt of an interview, printed while the person is still there.

What it says is what the note says, read again from its bytes. It is in French, as what the
person was told, and tagged for those who have it read aloud (PDF/UA-1).
"""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from grc.cases import dictating
from grc.cases.models import Case
from grc.cases.tokens import secret
from grc.catalogue.queries import snapshot as catalogue
from grc.channels.counter import CounterChannel
from grc.channels.protocol import Request
from grc.core import blobs
from grc.core.clock import PARIS
from grc.core.db import session
from grc.core.i18n import N_, Text
from grc.core.settings import settings
from grc.intake.models import Item
from grc.interviews import taking
from grc.parsing import paper
from grc.recovery import rights
from grc.recovery.catalogue import ORGANISMS, RIGHTS
from grc.recovery.rights import Right
from grc.supervision.citizen_page import given_reference

_TEMPLATE = """
#let told = json(bytes(sys.inputs.told))
#set document(title: told.title, author: told.site)
#set page(paper: "a5", margin: (x: 16mm, y: 14mm))
#set text(lang: "fr", size: 11pt, font: "Libertinus Serif")
#set par(leading: 0.65em, spacing: 0.65em)
#show heading.where(level: 1): it => block(below: 1em, text(size: 17pt, it.body))
#show heading.where(level: 2): it => block(above: 1.6em, below: 0.7em,
  text(size: 9.5pt, weight: "regular", fill: luma(90), it.body))
#let soft(words) = text(size: 9.5pt, fill: luma(90), words)

#heading(level: 1, told.title)
#told.at
#if told.site != "" [ · #told.site]
#if told.name != "" { parbreak(); told.name }

#heading(level: 2, "Votre référence")
#text(size: 22pt, weight: "bold", told.groups.join(h(0.35em)))

#soft(told.reference)

#heading(level: 2, "Ce que vous avez demandé")
#told.subject
#if told.kind != "" { parbreak(); soft(told.kind) }

#if told.rights.len() > 0 [
  #heading(level: 2, "Vos droits")
  #list(..told.rights)
]
#if told.files.len() > 0 [
  #heading(level: 2, "Documents reçus")
  #list(..told.files)
]

#heading(level: 2, "Suivre votre demande")
#grid(columns: (32mm, 1fr), gutter: 5mm, align: horizon,
  image(bytes(told.picture), format: "svg", width: 32mm,
    alt: "Code à photographier : adresse de la page de suivi"),
  [
    #link(told.url, told.address)

    Code secret : #box(text(weight: "bold", told.secret))

    #soft("Qui a la référence et ce code peut suivre votre demande : ne les donnez qu’à une " +
      "personne de confiance.")
  ])
"""


@dataclass(frozen=True)
class Slip:
    """What a receipt says; `case` when one was opened or joined."""

    reference: str
    at: datetime  # aware
    site: str
    name: str
    subject: str
    kind: str
    rights: tuple[Right, ...]
    files: tuple[str, ...]
    url: str  # of the follow-up page
    secret: str
    case: Case | None


def of(item: Item) -> Slip:
    """The receipt of an interview."""
    (request,) = CounterChannel().read(blobs.store().read(item.sha256))
    reference, held = given_reference(item.id), taking.opened(request)
    return Slip(
        reference=reference,
        at=item.arrived_at,
        site=held.site if held else "",
        name=request.sender.name or "",
        subject=request.subject,
        kind=_kind(request),
        rights=tuple(taking.rights_of(request)),
        files=tuple(file.filename for file in request.attachments),
        url=f"{settings().base_url}/suivi?{urlencode({'demande': reference})}",
        secret=secret(reference, settings().token_keys),
        case=session().get(Case, item.case_id) if item.case_id else None,
    )


def _kind(request: Request) -> str:
    codes = (hint.value for hint in request.hints if hint.kind == "request_type")
    found = next(filter(None, map(catalogue().types.get, codes)), None)
    return found.label("fr") if found else ""


def words(right: Right) -> Text:
    """Where a right stands, since when."""
    told = {
        "right": RIGHTS[right.code].name,
        "organism": Text(ORGANISMS[right.organism]),
        "standing": rights.words(right),
        "day": _day(right.on),
    }
    return Text(N_("%(right)s (%(organism)s) : %(standing)s, le %(day)s"), told)


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def printed(slip: Slip) -> bytes:
    """The PDF: one sheet of A5, more when there is much to say."""
    at = slip.at.astimezone(PARIS)
    told = {
        "site": slip.site,
        "name": slip.name,
        "reference": slip.reference,
        "subject": slip.subject,
        "kind": slip.kind,
        "rights": [str(words(one)) for one in slip.rights],
        "files": slip.files,
        "url": slip.url,
        "secret": slip.secret,
        "title": "Reçu de votre entretien",
        "at": f"{_day(at)} à {at:%H} h {at:%M}",
        "groups": dictating.groups(slip.reference),
        "address": slip.url.partition("://")[2],
        "picture": paper.code(slip.url),
    }
    return paper.pdf(_TEMPLATE, told)
