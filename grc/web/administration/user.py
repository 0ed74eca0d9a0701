"""One account: who it is, its roles, its password, closing it and opening it again."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grc.bulk import leaving
from grc.bulk.service import UNDONE_WITHIN
from grc.cases import unread
from grc.core import audit
from grc.core.db import transaction
from grc.core.errors import Conflict, InvalidInput, NotFound
from grc.core.i18n import N_
from grc.core.seals import Seal
from grc.organisation.queries import snapshot as organisation
from grc.outbox import of_accounts
from grc.staff import accounts, directory, granting, links
from grc.staff.models import User
from grc.staff.passwords import UNUSABLE
from grc.staff.queries import names
from grc.supervision.words import machine
from grc.web import once
from grc.web.administration.blueprint import ADMIN, bp, carried, shown, unit_named, units
from grc.web.administration.users import told
from grc.web.forms.administration import Account, NewRole
from grc.web.guard import needs
from grc.web.present import locale, now
from grc.web.presenters.things import Act
from grc.web.session import actor, who
from grc.web.words import _, say

_ROLE = Seal("grc-role")


@bp.get("/comptes/<int:number>")
@needs(ADMIN)
def user(number: int) -> str:
    """The account, its roles and what was done to it."""
    one = accounts.account(number)
    return _page(one, _form(one), _roles())


def _form(one: User) -> Account:
    about = accounts.about_of(one)
    return Account(formdata=None, data=vars(about) | {"version": one.version})


def _roles() -> NewRole:
    form = NewRole()
    form.prepare(units())
    return form


@bp.post("/comptes/<int:number>")
@needs(ADMIN)
def change_user(number: int) -> ResponseReturnValue:
    """Write who it is."""
    form = Account()
    if not form.validate():
        return _page(accounts.account(number), form, _roles()), 422
    seen = form.version.data or ""
    expected = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
    where = url_for("administration.user", number=number)
    try:
        with transaction():
            if once.claim(who().id, now()) is None:
                before = accounts.account(number).email
                accounts.change(number, form.about(), expected=expected, actor=actor(), now=now())
                of_accounts.address_changed(accounts.account(number), before, now=now())
                once.settle(where)
    except InvalidInput as refusal:
        form.refuse(refusal)
        return _page(accounts.account(number), form, _roles()), 422
    except Conflict as refusal:
        return _conflict(number, form, refusal), 409
    flash(_("Compte enregistré."), "success")
    return redirect(where, 303)


def _conflict(number: int, form: Account, refusal: Conflict) -> str:
    """What was typed stays in the form, what the account says now above it."""
    one = accounts.account(number)
    form.version.data = form.version.raw_data = None
    form.version.process_data(one.version)
    theirs = [value for value in vars(accounts.about_of(one)).values() if value]
    return _page(one, form, _roles(), conflict=say(refusal.text), theirs=theirs)


@bp.post("/comptes/<int:number>/roles")
@needs(ADMIN)
def give_role(number: int) -> ResponseReturnValue:
    """Give one role in one unit."""
    form = _roles()
    if not form.validate():
        one = accounts.account(number)
        return _page(one, _form(one), form), 422
    unit = organisation().unit(form.unit.data)
    held = (unit.id, unit.name)
    return carried(
        lambda at: granting.give(number, held, form.role.data, actor=actor(), now=at),
        url_for("administration.user", number=number),
        _("Rôle donné."),
    )


@bp.post("/comptes/<int:number>/roles/retirer")
@needs(ADMIN)
def take_role(number: int) -> ResponseReturnValue:
    """Take one role away; the next page gives it back by one key."""
    sealed = request.form.get("role", "")
    unit_id, role = _opened(sealed, number)
    where = url_for("administration.user", number=number, retire=sealed)
    unit = unit_named(unit_id)
    held = (unit_id, unit.name if unit else "–")
    return carried(lambda at: unread.take_role(number, held, role, actor=actor(), now=at), where)


@bp.post("/comptes/<int:number>/roles/remettre")
@needs(ADMIN)
def restore_role(number: int) -> ResponseReturnValue:
    """Give back a role that was just taken."""
    unit_id, role = _opened(request.form.get("role", ""), number)
    unit = unit_named(unit_id)
    held = (unit_id, unit.name if unit else "–")
    return carried(
        lambda at: unread.restore_role(number, held, role, actor=actor(), now=at),
        url_for("administration.user", number=number),
        _("Rôle remis."),
    )


def _opened(sealed: str, number: int) -> tuple[int, str]:
    found = _ROLE.open(sealed)
    if not found or found[0] != number:
        raise NotFound(N_("Ce rôle n'existe pas."))
    return found[1], found[2]


@bp.post("/comptes/<int:number>/lien")
@needs(ADMIN)
def make_link(number: int) -> ResponseReturnValue:
    """A code to choose a password by, shown this once."""
    where = url_for("administration.user", number=number)
    try:
        with transaction():
            if once.claim(who().id, now()) is not None:
                return redirect(where, 303)
            code = links.make(number, reserved=unread.reads_reserved, actor=actor(), now=now())
            of_accounts.link_made(accounts.account(number), now=now())
            once.settle(where)
    except InvalidInput as refusal:
        flash(say(refusal.text), "error")
        return redirect(where, 303)
    one = accounts.account(number)
    handed = {"code": code, "at": url_for("auth.choose", _external=True), "waits": links.waits(one)}
    return _page(one, _form(one), _roles(), link=handed | {"until": now() + links.LASTS})


@bp.post("/comptes/<int:number>/retablir")
@needs(ADMIN)
def reopen(number: int) -> ResponseReturnValue:
    """Open a closed account again."""
    where = url_for("administration.user", number=number)
    done = _("Compte rétabli, avec ses rôles.")
    return carried(lambda at: accounts.reopen(number, actor=actor(), now=at), where, done)


def _given(one: User) -> dict[str, Any] | None:
    """What became of her work since she left."""
    act = leaving.last_act(one.id) if not one.is_active else None
    if act is None or act.undone_at is not None:
        return None
    counts = leaving.report(act)
    to = names({act.chosen["to"]}).get(act.chosen["to"]) if act.chosen["to"] else None
    may_undo = now() - act.at <= UNDONE_WITHIN
    url = url_for("administration.take_back", number=one.id)
    undo = Act(_("Tout annuler"), url, "post", "undo", "z")
    return {"counts": counts, "to": to, "at": act.at, "undo": undo if may_undo else None}


def _page(one: User, form: Account, role_form: NewRole, **more: Any) -> str:
    held = sorted(granting.roles_of(one.id))
    return shown(
        "administration/user.html",
        "administration.users",
        user_=one,
        is_me=one.id == who().id,
        is_new=request.args.get("cree") == "1",
        has_password=one.password_hash != UNUSABLE,
        form=form,
        role_form=role_form,
        roles=[(told(*pair), _take_act(one.id, *pair)) for pair in held],
        asked=[told(row.unit_id, row.role) for row in granting.proposals(one.id)],
        taken=_taken(one.id, held),
        acts=_acts(one),
        given=_given(one),
        history=[
            (row.at, machine(row.actor, locale()), say(audit.sentence(row)))
            for row in directory.history(one.id)
        ],
        **more,
    )


def _take_act(number: int, unit_id: int, role: str) -> Act:
    fields = {"role": _ROLE.close([number, unit_id, role])}
    url = url_for("administration.take_role", number=number)
    return Act(_("Retirer"), url, "post", "close", fields=fields)


def _taken(number: int, held: list[tuple[int, str]]) -> tuple[str, Act] | None:
    """The role just taken, and the act that gives it back."""
    sealed = request.args.get("retire", "")
    found = _ROLE.open(sealed) if sealed else None
    if not found or found[0] != number or (found[1], found[2]) in held:
        return None
    url = url_for("administration.restore_role", number=number)
    act = Act(_("Remettre"), url, "post", "undo", "z", fields={"role": sealed})
    return told(found[1], found[2]), act


def _acts(one: User) -> list[Act]:
    if not one.is_active:
        url = url_for("administration.reopen", number=one.id)
        return [Act(_("Rétablir le compte"), url, "post", "undo", "t", kind="primary")]
    link = url_for("administration.make_link", number=one.id)
    shut = url_for("administration.leave", number=one.id)
    return [
        Act(_("Code de mot de passe"), link, "post", "link", "l"),
        Act(_("Désactiver"), shut, "get", "lock", "x", kind="danger"),
    ]
