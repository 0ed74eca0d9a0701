"""The sheet of paper: what must be known of a contact, to be written by hand. Pure but typst.

In French, as what is said to people. A4, black, no surface of ink: it must come out of any
printer and any photocopier.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from grc.parsing import paper

_TEMPLATE = """
#let told = json(bytes(sys.inputs.told))
#set document(title: "Fiches papier", author: told.site)
#set page(paper: "a4", margin: (x: 16mm, y: 13mm))
#set text(lang: "fr", size: 10.5pt, font: "Libertinus Serif", hyphenate: false)
#set par(leading: 0.55em, spacing: 0.8em)
#show heading.where(level: 1): it => block(above: 0pt, below: 0.5em, text(size: 17pt, it.body))
#let soft(words) = text(size: 9pt, fill: luma(80), words)
#let box-of(words) = box[#box(width: 3.6mm, height: 3.6mm, stroke: 0.6pt, baseline: 0.5mm) #words]
#let line-of(words, width: 100%) = box(width: width, height: 8.6mm, stroke: (bottom: 0.5pt))[
  #place(left + bottom, dy: -1.2mm, soft(words))]
#let cells = h(1fr)
#for (number, slip) in told.slips.enumerate() {
  if number > 0 { pagebreak() }
  grid(columns: (1fr, 34mm), gutter: 6mm, align: (left + top, right + top),
    [
      #heading(level: 1)[Contact noté sur papier]
      #text(weight: "bold", told.site) #linebreak()
      Fiche n° #slip.serial du site, imprimée le #slip.on
      #v(2mm)
      #text(size: 19pt, weight: "bold", tracking: 0.6pt, slip.number)
      #v(1mm)
      #soft[À saisir dès le retour du logiciel, une seule fois : ce numéro, ou le code.]
    ],
    image(bytes(slip.picture), format: "svg", width: 34mm, alt: "Code de la fiche " + slip.number))
  v(1mm)
  block(width: 100%, stroke: 1.2pt, inset: 2.6mm, radius: 1mm)[
    *Danger ?* Appelez d’abord.
    #for one in told.numbers [ #box[*#one.at(0)* #one.at(1)] #h(2mm) ]]
  v(1mm)
  [#box-of("Accueil") #h(8mm) #box-of("Téléphone") #h(12mm)
   *Jour* #box(width: 34mm, height: 7mm, stroke: (bottom: 0.6pt)) #h(4mm)
   *Heure* #box(width: 24mm, height: 7mm, stroke: (bottom: 0.6pt))]
  line-of("Nom et prénom (ou « inconnu »)")
  grid(columns: (1fr, 1fr), gutter: 6mm, line-of("Téléphone"), line-of("Commune"))
  line-of("Vient ou appelle pour une autre personne : qui, à quel titre ?")
  [Identité vérifiée : #h(3mm) #box-of("non") #h(5mm) #box-of("par des questions") #h(5mm)
   #box-of("par une pièce") #h(1fr) #box-of("Rappeler cette personne")]
  line-of("Objet de la demande")
  v(1mm)
  soft[Ce qui est demandé, ce qui a été dit. Des faits : la personne peut demander à lire.]
  for _ in range(12) { box(width: 100%, height: 9mm, stroke: (bottom: 0.4pt + luma(120))) }
  grid(columns: (1fr, 1fr), gutter: 6mm, line-of("Demande en cours, si elle est connue (D-…)"),
    line-of("Noté par (nom, service)"))
  v(1fr)
  soft[Cette fiche porte des informations personnelles : gardée sous clé, saisie, puis détruite.]
}
"""


@dataclass(frozen=True)
class Blank:
    """One slip to print."""

    number: str  # the one people type
    serial: int
    on: str  # 2 mars 2026
    code: str  # what the QR code holds


def printed(site: str, blanks: Sequence[Blank], numbers: Sequence[tuple[str, str]]) -> bytes:
    """The PDF, a page for each slip; `numbers` are (number, for what) in case of danger."""
    told = {
        "site": site,
        "numbers": numbers,
        "slips": [asdict(one) | {"picture": paper.code(one.code)} for one in blanks],
    }
    return paper.pdf(_TEMPLATE, told)
