"""What is joined to letters of the demonstration: a plan of help, on one page."""

from grc.correspondence import enclosing
from grc.correspondence.enclosing import Leaves
from grc.parsing import paper
from grc.work.enclosing import received

NAME = "Plan d'aide proposé.pdf"
_PLAN = """
#let told = json(bytes(sys.inputs.told))
#set document(title: told.title)
#set text(lang: "fr", size: 11pt)
#set page(paper: "a4", margin: 25mm)
= #told.title
#v(1em)
#table(columns: (1fr, auto, auto), inset: 8pt, stroke: 0.5pt + luma(160),
  table.header([*Aide*], [*Par mois*], [*Participation*]),
  ..told.rows.flatten())
#v(1em)
#told.note
"""
_TOLD = {
    "title": "Plan d'aide proposé",
    "rows": [
        ["Aide à domicile, en semaine", "22 h", "12 %"],
        ["Aide à domicile, le dimanche", "4 h", "12 %"],
        ["Téléassistance", "1 abonnement", "0 %"],
        ["Portage de repas", "12 repas", "35 %"],
    ],
    "note": "Exemple fictif : ce plan n'est celui de personne.",
}


def plan() -> Leaves:
    """The pages of the plan, kept; no transaction is open."""
    return enclosing.prepared(received(NAME, paper.pdf(_PLAN, _TOLD)))
