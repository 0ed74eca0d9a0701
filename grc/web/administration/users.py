"""The list of accounts; a new one; roles that wait for a second administrator."""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from grc.core.seals import Seal
from grc.organisation.queries import snapshot as organisation
from grc.staff import accounts, directory, granting, links
from grc.staff.directory import PAGE, Listed, Wanted
from grc.staff.models import User
from grc.staff.policy import Role
from grc.staff.queries import names
from grc.web.administration.blueprint import ADMIN, bp, carried, created, shown, unit_named, units
from grc.web.administration.blueprint import asked as given
from grc.web.forms.administration import NewAccount, roles
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters.things import Act
from grc.web.session import actor, who
from grc.web.words import _, ngettext

_AFTER = Seal("grc-users")
_STATES: dict[str, bool | None] = {"": True, "closed": False, "all": None}


@bp.get("")
@needs(ADMIN)
def users() -> str:
    """Accounts by name, one page."""
    wanted = _wanted()
    found = directory.page(wanted)
    more = found[PAGE - 1] if len(found) > PAGE else None
    return shown(
        "administration/users.html",
        "administration.users",
        lines=[_line(one) for one in found[:PAGE]],
        older_url=_url(suite=_AFTER.close([more.name, more.id])) if more else None,
        given=request.args,
        is_filtered=any(request.args.get(name) for name in ("q", "service", "role", "etat")),
        roles=roles(),
        units=units(),
        waiting=[_waiting(one) for one in granting.proposals()],
        codes=[_code(one) for one in links.waiting(now())],
    )


def _wanted() -> Wanted:
    unit = organisation().find_unit(given("service"))
    role, after = given("role"), _AFTER.open(given("suite", 400))
    return Wanted(
        given("q"),
        unit.id if unit else None,
        role if role in set(Role) else "",
        _STATES.get(given("etat"), True),
        (after[0], after[1]) if after else None,
    )


def _url(**more: str) -> str:
    kept = {name: value for name, value in request.args.items() if value and name != "suite"}
    return url_for("administration.users", **(kept | more))  # type: ignore[arg-type]


def _line(one: Listed) -> dict[str, Any]:
    return {
        "url": url_for("administration.user", number=one.id),
        "name": one.name,
        "login": one.login,
        "email": one.email,
        "is_active": one.is_active,
        "roles": _told(one.roles),
    }


def _told(held: tuple[tuple[int, str], ...]) -> list[str]:
    """Two roles in words, and how many others."""
    spelled = [told(unit, role) for unit, role in sorted(held)]
    if (rest := len(spelled) - 2) <= 0:
        return spelled
    return [*spelled[:2], ngettext("et %(num)s autre", "et %(num)s autres", rest)]


def told(unit_id: int, role: str) -> str:
    """A role in words: "agent, APA"."""
    unit = unit_named(unit_id)
    return f"{_(granting.role_label(role))}, {unit.short_name if unit else '–'}"


def _waiting(one: Any) -> dict[str, Any]:
    url, fields = url_for("administration.decide"), {"number": str(one.id)}
    is_mine, called = who().id in (one.user_id, one.asked_by), names({one.user_id, one.asked_by})
    acts = [Act(_("Refuser"), url, "post", "close", fields=fields | {"gives": ""})]
    if not is_mine:
        acts.insert(0, Act(_("Confirmer"), url, "post", "check", fields=fields | {"gives": "1"}))
    return {
        "name": called.get(one.user_id, "?"),
        "by": called.get(one.asked_by, "?"),
        "role": told(one.unit_id, one.role),
        "at": one.at,
        "acts": acts,
        "is_mine": is_mine,
    }


def _code(one: User) -> dict[str, Any]:
    url, is_mine = (
        url_for("administration.decide_code", number=one.id),
        who().id
        in (
            one.id,
            one.link_by,
        ),
    )
    seen = {"seen": links.mark(one)}
    acts = [Act(_("Refuser"), url, "post", "close", fields=seen | {"gives": ""})]
    if not is_mine:
        acts.insert(0, Act(_("Confirmer"), url, "post", "check", fields=seen | {"gives": "1"}))
    by = names({one.link_by}).get(one.link_by, "?") if one.link_by else "?"
    return {"name": one.name, "by": by, "acts": acts, "is_mine": is_mine}


@bp.post("/comptes/<int:number>/code")
@needs(ADMIN)
def decide_code(number: int) -> ResponseReturnValue:
    """Confirm or refuse the code of password that another administrator made."""
    gives, seen = bool(request.form.get("gives")), request.form.get("seen", "")
    return carried(
        lambda at: links.decide(number, seen, gives=gives, actor=actor(), now=at),
        url_for("administration.users"),
        _("Code confirmé.") if gives else _("Code refusé."),
    )


@bp.post("/roles-demandes")
@needs(ADMIN)
def decide() -> ResponseReturnValue:
    """Confirm or refuse the role that another administrator asked for."""
    number = request.form.get("number", type=int) or 0
    gives = bool(request.form.get("gives"))
    asked = next((one for one in granting.proposals() if one.id == number), None)
    unit = unit_named(asked.unit_id) if asked else None
    return carried(
        lambda at: granting.decide(
            number, unit.name if unit else "–", gives=gives, actor=actor(), now=at
        ),
        url_for("administration.users"),
        _("Rôle donné.") if gives else _("Rôle refusé."),
    )


@bp.route("/comptes/nouveau", methods=["GET", "POST"])
@needs(ADMIN)
def new_user() -> ResponseReturnValue:
    """Create an account, with a first role."""
    form = NewAccount()
    form.prepare(units())
    return created(
        form,
        "administration.users",
        lambda: (_create(form), None),
        title=_("Nouveau compte"),
        back=_("Comptes"),
        button=_("Créer le compte"),
        note=_("Aucun mot de passe n’est choisi ici : la page suivante donne un lien à remettre."),
    )


def _create(form: NewAccount) -> str:
    number = accounts.create(form.about(), actor=actor(), now=now())
    if form.role.data:
        unit = organisation().unit(form.unit.data)
        granting.give(number, (unit.id, unit.name), form.role.data, actor=actor(), now=now())
    return url_for("administration.user", number=number, cree=1)
