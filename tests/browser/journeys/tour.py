"""Every page of the product that an address leads to: for tests and for pictures.

Four pages come only after an act, and pass axe where it is done, in `test_nothing_lost.py`:
a case changed meanwhile (409), a form of another session (400), an outage (503), and signing
in again after the session has expired (401, and the text given back).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grc.cli.demo_accounts import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page

FIRST_ROW = "[data-list] .row-link"
FIRST_ENDED = "[data-list] .row:has(.row-state [data-tone=fine]) .row-link"


@dataclass(frozen=True)
class Stop:
    """One page. With `then`, the page is that of the first `row` of the list at `path`."""

    name: str
    login: str | None
    path: str
    then: str | None = None
    status: int = 200
    row: str = FIRST_ROW


TOUR = (
    Stop("connexion", None, "/connexion"),
    Stop("mes-demandes", "agent.apa", "/mes-demandes"),
    Stop("remerciements", "agent.apa", "/mes-demandes/remerciements"),
    Stop("file", "agent.apa", "/file"),
    Stop("file-filtree", "agent.apa", "/file?status=received&sort=age"),
    Stop("file-vide", "agent.apa", "/file?priority=1&status=waiting_third"),
    Stop("a-affecter", "agent.tri", "/a-affecter"),
    Stop("demande", "agent.apa", "/mes-demandes", ""),
    Stop("demande-a-affecter", "agent.tri", "/a-affecter", ""),
    Stop("demande-responsable", "responsable", "/file?unit=tri", ""),
    Stop("reaffecter", "agent.apa", "/file", "/reaffecter"),
    Stop("confirmer", "agent.tri", "/a-affecter", "/confirmer"),
    Stop("qualifier", "agent.apa", "/file", "/qualifier"),
    Stop("etat", "agent.apa", "/file", "/etat"),
    Stop("clore", "agent.apa", "/file", "/clore"),
    Stop(
        "rouvrir",
        "agent.apa",
        "/recherche?q=bonjour+etat:terminee+service:apa",
        "/rouvrir",
        row=FIRST_ENDED,
    ),
    Stop("lettre", "agent.apa", "/file", "/lettre"),
    Stop("parapheur", "responsable", "/parapheur"),
    Stop("parapheur-lettre", "responsable", "/parapheur", ""),
    Stop("departs", "courrier", "/departs"),
    Stop("tirage", "courrier", "/departs/tirage/1"),
    Stop("lettre-joindre", "responsable", "/parapheur", "/joindre"),
    Stop("confier", "responsable", "/file?unit=tri", "/confier"),
    Stop("doublon", "agent.apa", "/file", "/doublon"),
    Stop("lier", "agent.apa", "/file", "/lier"),
    Stop("ajouter-service", "agent.apa", "/file", "/service"),
    Stop("autre-demande", "agent.apa", "/file", "/messages/1/separer"),
    Stop("suivi", "agent.apa", "/file", "/suivi"),
    Stop("droit", "agent.apa", "/file", "/droit"),
    Stop("pieces", "agent.apa", "/file", "/pieces"),
    Stop("champs", "agent.apa", "/file", "/champs"),
    Stop("reponses-types", "agent.apa", "/file", "/modeles"),
    Stop("joindre", "agent.apa", "/file", "/joindre"),
    Stop("usager", "agent.apa", "/file", "/usager"),
    Stop("appel", "agent.apa", "/contact/phone"),
    Stop("appel-trouve", "agent.apa", "/contact/phone?q=grandjean"),
    Stop("appel-inconnu", "agent.apa", "/contact/phone?q=06%2039%2098%2000%2000"),
    Stop("appel-noter", "agent.apa", "/saisie/phone"),
    Stop("visite", "accueil", "/contact/counter"),
    Stop("visite-noter", "accueil", "/saisie/counter"),
    Stop("accueil", "accueil", "/accueil"),
    Stop("entretien", "accueil", "/entretien?q=marie"),
    Stop("entretien-saisie", "accueil", "/entretien/saisie"),
    Stop("droit", "agent.apa", "/file", "/droit"),
    Stop("accueil-rendez-vous", "accueil", "/accueil/rendez-vous"),
    Stop("fiches-papier", "accueil", "/fiches-papier"),
    Stop("fiches-papier-site", "accueil", "/fiches-papier/site/pole-social-14"),
    Stop("rappels", "agent.apa", "/rappels"),
    Stop("pilotage", "responsable", "/pilotage"),
    Stop("pilotage-nature", "responsable", "/pilotage?par=type"),
    Stop("pilotage-liste", "responsable", "/pilotage/liste?f=late"),
    Stop("equipe", "responsable", "/pilotage/equipe"),
    Stop("ecran-mural", "responsable", "/pilotage/mur"),
    Stop("absences", "responsable", "/absences"),
    Stop("mes-absences", "agent.apa", "/absences"),
    Stop("je-remplace", "agent.apa", "/remplacements"),
    Stop("acces-exceptionnel", "responsable", "/acces-exceptionnel"),
    Stop("acces-exceptionnels", "responsable", "/acces-exceptionnels"),
    Stop("lectures", "responsable", "/lectures"),
    Stop("journal", "auditeur", "/audit"),
    Stop("couverture", "responsable", "/couverture"),
    Stop("regles", "responsable", "/affectation"),
    Stop("regles-version", "responsable", "/affectation/versions/1"),
    Stop("regles-brouillon", "responsable", "/affectation/brouillon"),
    Stop("regle", "responsable", "/affectation/brouillon/regle/boite-apa"),
    Stop("regles-en-vigueur", "responsable", "/affectation/brouillon/en-vigueur"),
    Stop("statistiques", "direction", "/statistiques"),
    Stop("statistiques-canal", "responsable", "/statistiques?par=canal&du=2026-11-01"),
    Stop("statistiques-publier", "direction", "/statistiques?par=canton&publie=1"),
    Stop("chiffres-cles", "direction", "/statistiques/annee/2026"),
    Stop("recherche", "agent.apa", "/recherche?q=dossier"),
    Stop("recherche-filtree", "agent.apa", "/recherche?q=dossier&service=apa&etat=open"),
    Stop("vues", "agent.apa", "/vues"),
    Stop("vue-nouvelle", "agent.apa", "/vues/nouvelle?service=apa&etat=open"),
    Stop("emporter", "agent.apa", "/fichiers/nouveau?service=apa"),
    Stop("fichiers", "agent.apa", "/fichiers"),
    Stop("usagers", "agent.apa", "/usagers"),
    Stop("usagers-trouves", "agent.apa", "/usagers?q=helene muller"),
    Stop("recherche-vide", "agent.apa", "/recherche"),
    Stop("recherche-sans-resultat", "agent.apa", "/recherche?q=zwyxv"),
    Stop("recherche-trop-longue", "agent.apa", "/recherche?q=" + "x" * 400),
    Stop("recherche-mal-tapee", "agent.apa", "/recherche?q=D-2026-0000001-Z"),
    Stop("a-examiner", "agent.tri", "/a-examiner"),
    Stop("element", "agent.tri", "/a-examiner", ""),
    Stop("courrier", "courrier", "/courrier"),
    Stop("remise", "courrier", "/courrier/remise"),
    Stop("bordereaux", "courrier", "/courrier/bordereaux"),
    Stop("registre", "courrier", "/courrier/registre"),
    Stop("recommandes", "courrier", "/courrier/recommandes"),
    Stop("reception", "responsable", "/reception"),
    Stop("recouvrement", "recouvrement", "/recouvrement"),
    Stop("recouvrement-propositions", "agent.apa", "/recouvrement/propositions"),
    Stop("recouvrement-retard", "recouvrement", "/recouvrement?late=1"),
    Stop("danger", "agent.apa", "/danger"),
    Stop("a-voir", "astreinte", "/a-voir"),
    Stop("a-voir-abandonner", "admin", "/a-voir/abandonner/deliver"),
    Stop("astreinte", "astreinte", "/astreinte"),
    Stop("preferences", "agent.apa", "/preferences"),
    Stop("aide", "agent.apa", "/aide"),
    Stop("administratrice", "admin", "/"),
    Stop("comptes", "admin", "/administration"),
    Stop("compte-nouveau", "admin", "/administration/comptes/nouveau"),
    Stop("comptes-fichier", "admin", "/administration/fichier"),
    Stop("compte", "admin", "/administration/comptes/1"),
    Stop("compte-depart", "admin", "/administration/comptes/1/depart"),
    Stop("delegations", "admin", "/administration/delegations"),
    Stop("delegation-nouvelle", "admin", "/administration/delegations/nouvelle"),
    Stop("jetons", "admin", "/administration/jetons"),
    Stop("jeton-nouveau", "admin", "/administration/jetons/nouveau"),
    Stop("textes", "admin", "/textes"),
    Stop("textes-responsable", "responsable", "/textes"),
    Stop("texte-nouveau", "admin", "/textes/reponses/nouvelle"),
    Stop("lettres-types", "admin", "/textes/lettres"),
    Stop("natures", "admin", "/administration/natures"),
    Stop("nature", "admin", "/administration/natures/autre"),
    Stop("organisation", "admin", "/administration/organisation"),
    Stop("service", "admin", "/administration/organisation/services/apa"),
    Stop("service-fermer", "admin", "/administration/organisation/services/apa/etat"),
    Stop("commune", "admin", "/administration/organisation/communes/92002"),
    Stop("communes", "admin", "/administration/organisation/communes"),
    Stop("boites", "admin", "/administration/organisation/boites"),
    Stop("boite", "admin", "/administration/organisation/boites/email/apa"),
    Stop("jours-fermes", "admin", "/administration/organisation/jours-fermes"),
    Stop("reglages", "admin", "/administration/reglages"),
    Stop("demarches", None, "/demarches"),
    Stop("demarches-trouvees", None, "/demarches?q=aide à domicile Antony"),
    Stop("demarche", None, "/demarches/apa"),
    Stop("demarche-absente", None, "/demarches/inconnue", status=404),
    Stop("suivi-public", None, "/suivi"),
    Stop("informations-personnelles", None, "/demarches/informations-personnelles"),
    Stop("interdit", "agent.apa", "/reception", status=403),
    Stop("absent", "agent.apa", "/demandes/D-2026-9999999-X", status=404),
)

# Pages behind those, which pass axe where journeys go through them: for pictures and weights.
BEHIND = (
    Stop("personne", "agent.apa", "/usagers?q=helene muller", ""),
    Stop("personne-identite", "agent.apa", "/usagers?q=helene muller", "/identite"),
    Stop("personne-champs", "agent.apa", "/usagers?q=helene muller", "/champs"),
    Stop("personne-foyer", "agent.apa", "/usagers?q=helene muller", "/foyer"),
    Stop("personne-joindre", "agent.apa", "/usagers?q=helene muller", "/joindre"),
    Stop("lettre-rendre", "responsable", "/parapheur", "/rendre"),
    Stop("propositions-taches", "agent.apa", "/recouvrement/taches"),
    Stop("reponse-type", "admin", "/textes/reponses/precision"),
    Stop("lettre-type", "admin", "/textes/lettres/reponse"),
    Stop("nature-fermer", "admin", "/administration/natures/autre/fermer"),
    Stop("delegation", "admin", "/administration/delegations/1"),
)


def type_password(page: "Page", login: str) -> None:
    """Sign in on the login page; returns when the next page is there."""
    page.fill("#identifier", login)
    page.fill("#password", PASSWORD)
    with page.expect_navigation():
        page.press("#password", "Enter")


def go(page: "Page", address: str, stop: Stop) -> int:
    """Open a page for a person who has signed in; returns the HTTP status."""
    response = page.goto(address + stop.path)
    if stop.then is not None:
        row = page.locator(stop.row).first.get_attribute("href")
        response = page.goto(f"{address}{row}{stop.then}")
    assert response is not None
    return response.status
