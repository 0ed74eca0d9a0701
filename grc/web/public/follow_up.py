"""The follow-up page: where a request stands, what was said, and a way to add to it."""

from dataclasses import dataclass, replace
from datetime import timedelta

from flask import request
from flask.typing import ResponseReturnValue

from grc.cases.states import Status
from grc.cases.tokens import sign_entry
from grc.channels.web import FILES, TEXT
from grc.core.db import transaction
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.core.seals import Seal
from grc.staff import throttle
from grc.staff.policy import Permission
from grc.supervision import citizen_page
from grc.supervision.citizen_page import CitizenPage
from grc.web.cases.files import download
from grc.web.guard import needs
from grc.web.present import now
from grc.web.public import asking, sending
from grc.web.public.asking import Asked
from grc.web.public.blueprint import bp, is_open, keys, mark, render
from grc.web.words import _

_SEEN = Seal("grc-follow-up", timedelta(hours=1))  # a page may be added to without its secret
HERE, ONE, ANYWHERE = 10, 50, 100  # wrong secrets: of one reference from here, of one, from here
STATES = {
    Status.RECEIVED: (
        N_("Nous l’avons reçue"),
        N_("Elle va être lue par le service qui peut y répondre."),
    ),
    Status.IN_PROGRESS: (N_("Nous nous en occupons"), N_("Un service travaille à la réponse.")),
    Status.WAITING_CITIZEN: (
        N_("Nous attendons quelque chose de vous"),
        N_("Lisez notre dernier message, puis répondez ou ajoutez le document demandé."),
    ),
    Status.WAITING_THIRD: (
        N_("Nous attendons un autre organisme"),
        N_("Sa réponse est nécessaire pour continuer. Vous n’avez rien à faire."),
    ),
    Status.RESOLVED: (
        N_("Nous avons répondu"),
        N_("S’il manque quelque chose, écrivez-le ci-dessous : nous reprendrons votre demande."),
    ),
    Status.CLOSED: (
        N_("Elle est terminée"),
        N_("S’il manque quelque chose, écrivez-le ci-dessous : nous reprendrons votre demande."),
    ),
}
ADDED = (replace(TEXT, label=N_("Votre message")), FILES)
ALONE = N_("Document ajouté depuis la page de suivi.")  # instead of words; agents read French


@dataclass(frozen=True)
class Trial:
    """Somebody gives a reference and a secret; a wrong one is counted under three names."""

    reference: str

    @property
    def limits(self) -> dict[str, int]:
        """How often each name may be wrong in a quarter of an hour."""
        return {
            mark("secret", self.reference): HERE,
            throttle.pseudonym("public", "secret", self.reference): ONE,
            mark("secret"): ANYWHERE,
        }


@bp.get("/suivi")
@needs(Permission.PUBLIC)
def follow() -> str:
    """Ask for a reference and its secret; the address may name the reference, never more."""
    return _ask(request.args.get("demande", "")[:40])


@bp.post("/suivi")
@needs(Permission.PUBLIC)
def look() -> ResponseReturnValue:
    """The page they open. A right secret waits like a wrong one when too many were wrong."""
    typed, secret = request.form.get("reference", "")[:60], request.form.get("secret", "")[:80]
    trial = Trial(citizen_page.canonical(typed))
    if throttle.reached(trial.limits, now()):
        return _ask(typed, _("Trop d’essais. Réessayez dans un quart d’heure.")), 429
    page = citizen_page.open_page(typed, secret)
    if page is None:
        with transaction():
            throttle.count(trial.limits, now())
        words = _("Cette référence et ce code ne vont pas ensemble. Vérifiez-les sur votre reçu.")
        return _ask(typed, words), 422
    return _show(page, Asked(ADDED))


@bp.post("/suivi/ajouter")
@needs(Permission.PUBLIC)
def add() -> ResponseReturnValue:
    """Add an answer or a document to the request of a page that was opened lately."""
    if not is_open():
        raise NotFound(N_("Rien ne peut être ajouté en ligne pour le moment."))
    seen = _SEEN.open(request.form.get("seen", ""))
    page = citizen_page.page_of(str(seen)) if seen is not None else None
    if page is None or page.case_id is None:
        return _ask("", _("Cette page est restée ouverte trop longtemps. Rouvrez-la.")), 422
    asked = _added()
    if problem := sending.refusal(asked, now()):
        return _show(page, asked, problem.words), problem.status
    own = {"case": sign_entry(page.case_id, keys()), "name": page.name}
    values = {name: value for name, value in own.items() if value} | asked.checked.values
    sending.take_in(values, now())
    again = citizen_page.page_of(page.reference) or page
    return _show(again, Asked(ADDED), done=_("C’est reçu, et joint à votre demande."))


@bp.post("/suivi/fichier")
@needs(Permission.PUBLIC)
def take() -> ResponseReturnValue:
    """A file that we sent with an answer, for who has opened the page lately."""
    seen = _SEEN.open(request.form.get("seen", ""))
    page = citizen_page.page_of(str(seen)) if seen is not None else None
    if page is None:
        return _ask("", _("Cette page est restée ouverte trop longtemps. Rouvrez-la.")), 422
    wanted = request.form.get("file", "")
    is_id = wanted.isdecimal() and len(wanted) < 19
    file = citizen_page.file_of(page, int(wanted)) if is_id else None
    if file is None:
        raise NotFound(N_("Ce fichier n'est pas, ou n'est plus, sur cette page."))
    return download(file.sha256, file.filename, file.content_type)


def _added() -> Asked:
    """What is added: words, documents, or both."""
    asked = asking.read(ADDED)
    if asked.files and TEXT.name in asked.checked.problems and not _is_typed():
        del asked.checked.problems[TEXT.name]
        asked.checked.values[TEXT.name] = ALONE
    return asked


def _is_typed() -> bool:
    return bool(request.form.get(TEXT.name, "").strip())


def _ask(typed: str, problem: str = "") -> str:
    return render("public/follow.html", reference=typed, problem=problem)


def _show(page: CitizenPage, asked: Asked, problem: str = "", done: str = "") -> str:
    title, words = STATES[Status(page.status)]
    drawn = asked.drawn()
    return render(
        "public/request.html",
        page=page,
        may_add=page.case_id is not None and is_open(),
        status=_(title),
        status_words=_(words),
        is_late=citizen_page.is_late(page, now()),
        seen=_SEEN.close(page.reference),
        form=drawn.form,
        groups=drawn.groups,
        kept=asked.kept(),
        problem=problem,
        done=done,
    )
