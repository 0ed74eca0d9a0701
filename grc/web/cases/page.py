"""The page of a case."""

from dataclasses import replace

from flask import request, url_for
from flask import session as cookie

from grc.appointments import desks
from grc.cases.models import Case
from grc.cases.states import ENDED, Status
from grc.outbox.service import subject_of
from grc.staff.policy import CaseFacts, Level, Permission, allowed
from grc.web.cases import danger
from grc.web.cases.access import read
from grc.web.cases.blueprint import bp
from grc.web.cases.presence import who_else
from grc.web.exceptional import line
from grc.web.frame import render
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters import case as presenter
from grc.web.presenters import writing
from grc.web.presenters.case import Reading, Thing
from grc.web.presenters.conversation import conversation
from grc.web.presenters.lists import Option
from grc.web.presenters.things import Act, Target
from grc.web.session import actor
from grc.web.words import _
from grc.work import drafts, enclosing, exceptional, mentions
from grc.work.answering import REFUSALS, Road


@bp.get("/<reference>")
@needs(Permission.CASE_READ)
def show(reference: str) -> str:
    """Everything about a case; `?tout=1` reads a long conversation to its beginning,
    `?historique=1` a long history."""
    title, url = cookie.get("back") or (_("Mes demandes"), url_for("work.home"))
    shown_case = shown(reference, "page")
    danger_url = _danger(shown_case["case"]["acts"])
    return render("cases/case.html", back=Target(title, url), danger=danger_url, **shown_case)


def _danger(offered: list[Act]) -> str | None:
    """Where danger is said of this case: on a phone its button stays in the corner, not at the
    end of a bar that scrolls."""
    return next((one.url for one in offered if one.kind == "danger"), None)


def shown(reference: str, what: str) -> Thing:
    """What templates/cases/case.html wants; reading a confidential case is noted as `what`."""
    case, facts = read(reference, what)
    writes = allowed(actor(), Permission.CASE_WRITE, facts)
    reading = Reading(
        case,
        actor(),
        now(),
        whole_history="historique" in request.args,
        whole_talk="tout" in request.args,
        may_split=writes,
    )
    talk = conversation(reading)
    return {
        "case": _case(reading, facts),
        "routing": presenter.routing(reading),
        "entries": talk.entries,
        "older": talk.older,
        "more_url": f"{reading.url}?tout=1" if talk.more else None,
        "reply": _reply(reading) if writes else None,
        "reply_refusal": _refusal(reading, writes=writes),
        "note": _note(reading) if writes else None,
        "undo": _undo(reading) if writes else None,
        "history_open": reading.whole_history,
        "presence_url": f"{reading.url}/presence",
        "who_else": who_else(case),
        "named": mentions.unread(actor(), now(), case.id),
        "exceptional": _exceptional(case, reading),
    }


def _exceptional(case: Case, reading: Reading) -> list[Thing]:
    """Who reads a case by exception at present; nobody needs to where the department reads."""
    if case.level == Level.NORMAL:
        return []
    ends = allowed(reading.actor, Permission.EXCEPTIONAL_SEEN)
    found = exceptional.of_case(case, reading.actor, now())
    return [line(one) | ({} if ends else {"end": None}) for one in found]


def _case(reading: Reading, facts: CaseFacts) -> Thing:
    """The case; whoever reads it may cry, even where she may do nothing else."""
    found = presenter.case(reading, acts(reading, facts))
    return found | {"acts": [*found["acts"], *danger.acts(reading, facts)]}


def _refusal(reading: Reading, *, writes: bool) -> str:
    if not writes:
        return _("Vous pouvez lire cette demande, pas y répondre.")
    words = REFUSALS.get(reading.road)
    return _(words) if words else ""


def acts(reading: Reading, facts: CaseFacts) -> list[Act]:
    """What this person may do to the case now, the most likely first."""
    if not allowed(reading.actor, Permission.CASE_WRITE, facts):
        return []
    handling, base = reading.handling, reading.url
    may_route = allowed(reading.actor, Permission.CASE_ROUTE, facts)
    waits = handling.to_route and may_route
    found = [
        (waits, _first(_form(_("Confirmer le service"), base, "confirmer", "check", None))),
        (handling.assignee_id is None and handling.is_open, _take(reading, first=not waits)),
        (handling.status in ENDED and reading.file.unread, _accept(reading)),
        (may_route, _form(_("Réaffecter"), base, "reaffecter", "route", "o")),
        (True, _form(_("Qualifier"), base, "qualifier", "sliders", "q")),
        (handling.is_open, _form(_("Changer l’état"), base, "etat", "flag", "s")),
        (bool(reading.papers), _form(_("Pièces"), base, "pieces", "clip", "p")),
        (True, _form(_("Recouvrement"), base, "suivi", "recovery", "c")),
        (handling.status not in ENDED, _form(_("Clore"), base, "clore", "check", "e")),
        (handling.status in ENDED, _form(_("Rouvrir"), base, "rouvrir", "undo", None)),
    ]
    return [*(act for shown, act in found if shown), *_rare(reading, facts, may_route=may_route)]


def _rare(reading: Reading, facts: CaseFacts, *, may_route: bool) -> list[Act]:
    """What is done to few cases: behind "Autres actes", so that the others are seen."""
    handling, base = reading.handling, reading.url
    may_assign = allowed(reading.actor, Permission.CASE_ASSIGN, facts)
    found = [
        (True, Act(_("Lettre"), f"{base}/lettre", icon="letter", key="l")),
        (True, _form(_("Droit"), base, "droit", "check", None)),
        (bool(desks.sites(reading.actor)), _interview(reading)),
        (may_assign, _form(_("Confier"), base, "confier", "user", None)),
        (handling.assignee_id == reading.actor.user_id, _release(reading)),
        (may_route, _form(_("Ajouter un service"), base, "service", "unit", None)),
        (True, _form(_("Lier"), base, "lier", "link", None)),
        (handling.is_open, _form(_("Doublon"), base, "doublon", "link", None)),
    ]
    return [replace(act, rare=True) for shown, act in found if shown]


def _interview(reading: Reading) -> Act:
    url = url_for("interview.form", demande=reading.file.reference)
    return Act(_("Entretien"), url, icon="visit")


def _first(act: Act) -> Act:
    """The one act that this state asks for."""
    return replace(act, kind="primary")


def _take(reading: Reading, *, first: bool) -> Act:
    url, fields = f"{reading.url}/prendre", {"seen": reading.seen}
    kind = "primary" if first else "plain"
    return Act(_("Prendre"), url, "post", "take", "t", kind, fields=fields)


def _accept(reading: Reading) -> Act:
    label, url = _("Bien noté, sans rouvrir"), f"{reading.url}/merci"
    return Act(label, url, "post", "check", "e", "primary", fields={"seen": reading.seen})


def _release(reading: Reading) -> Act:
    url, fields = f"{reading.url}/rendre", {"seen": reading.seen}
    return Act(_("Rendre à la file"), url, "post", "release", fields=fields)


def _form(label: str, base: str, act: str, icon: str, key: str | None) -> Act:
    return Act(label, f"{base}/{act}", icon=icon, key=key, modal=True)


def _reply(reading: Reading) -> Thing | None:
    """The reply box; None when there is nobody to write to."""
    party, file = reading.correspondent, reading.file
    if party is None:
        return None
    on_page = reading.road is Road.PAGE
    mine, ended = (
        drafts.mine(reading.case.id, reading.actor.user_id),
        reading.handling.status in ENDED,
    )
    draft = mine[0] if mine else None
    whose = reading.case.id, reading.actor.user_id
    shared = drafts.of_others(reading.case.id, reading.actor.user_id)
    choices = [
        ("stay", _("puis laisser en cours"), not ended),
        (Status.WAITING_CITIZEN.value, _("puis attendre l’usager"), False),
        (Status.RESOLVED.value, _("puis marquer traitée"), ended),
    ]
    return {
        "url": f"{reading.url}/reponse",
        "draft_url": f"{reading.url}/brouillon",
        "draft_name": f"reply-{file.reference}",
        "draft": draft.page if draft else "",
        "canned": draft.canned if draft else "",
        "shared": draft.shared if draft else False,
        "others": writing.other_texts(mine[1:], shared, reading.url),
        "canned_url": f"{reading.url}/modeles",
        "preview_url": f"{reading.url}/apercu",
        "files_url": f"{reading.url}/joindre",
        "post_url": f"{reading.url}/courrier",
        "by_post": _by_post(reading),
        "files": [writing.enclosed(one) for one in enclosing.waiting(*whose)],
        "to_words": party.name or party.organisation or party.contact or _("l’usager"),
        "on_page": on_page,
        "subject_words": subject_of(reading.case),
        "text": draft.text if draft else "",
        "saved_at": draft.saved_at if draft else None,
        "next": [Option(*choice) for choice in choices],
    }


def _by_post(reading: Reading) -> str:
    """Why a reply can only leave as a letter; empty when it may leave otherwise."""
    return _(REFUSALS[reading.road]) if reading.road in REFUSALS else ""


def _note(reading: Reading) -> Thing:
    return {
        "url": f"{reading.url}/note",
        "draft_name": f"note-{reading.file.reference}",
        "text": "",
        "people_url": f"{reading.url}/personnes",
    }


def _undo(reading: Reading) -> Thing | None:
    """The reply this person has just written, as long as it can be taken back."""
    for one in reversed(reading.file.messages):
        mine = one.author_id == reading.actor.user_id
        if one.sending != "planned" or one.sending_kind != "reply" or not mine:
            continue
        left = int((one.leaves_at - now()).total_seconds()) if one.leaves_at else 0
        if left > 0:
            url = f"{reading.url}/messages/{one.number}/annuler"
            words = _("Réponse sur la page de suivi : elle s’y affiche dans un instant.")
            if one.recipients:
                words = _("Réponse à %(who)s : elle part dans un instant.", who=one.recipients[0])
            return {"sentence": words, "url": url, "seconds": left, "key": "z"}
    return None
