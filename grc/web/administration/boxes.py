"""Mailboxes on screen: whose what comes by each is, and what it announces. How one is fetched has a
password on the server: the file says it."""

from flask import url_for
from flask.typing import ResponseReturnValue

from grc.catalogue.queries import snapshot as catalogue
from grc.organisation import edits
from grc.organisation.changing import Edit, mark
from grc.organisation.difference import COLUMNS
from grc.organisation.present import present
from grc.organisation.tables import Mailbox
from grc.web.administration.blueprint import ADMIN, bp, channels, shown, units
from grc.web.administration.changed import value
from grc.web.administration.places import SECTION, added, found, kept
from grc.web.forms.organisation import MailboxForm, NewMailbox
from grc.web.guard import needs
from grc.web.words import _

LIST = "administration.mailboxes"


@bp.get("/organisation/boites")
@needs(ADMIN)
def mailboxes() -> str:
    """Every mailbox, by its source."""
    return shown(
        "administration/rows.html",
        SECTION,
        title=_("Boîtes"),
        note=_("Par où arrivent les demandes, et à qui. Rien de ce qui est déjà reçu ne bouge."),
        columns=[_("Source"), _("Adresse électronique"), _("Service"), _("Nature annoncée")],
        lines=[_line(one) for one in sorted(present().mailboxes, key=lambda one: one.source)],
        new=(_("Nouvelle boîte"), url_for("administration.new_mailbox")),
    )


def _line(one: Mailbox) -> tuple[str, list[str]]:
    nature = value(COLUMNS["request_type"], one.request_type)
    told = [one.source, one.address or "–", value("service", one.unit), nature]
    return url_for("administration.mailbox", box=one.code), told


def _natures() -> list[tuple[str, str]]:
    kinds = ((one.code, one.label_fr) for one in catalogue().types.values())
    return sorted(kinds, key=lambda one: one[1])


@bp.route("/organisation/boites/nouvelle", methods=["GET", "POST"])
@needs(ADMIN)
def new_mailbox() -> ResponseReturnValue:
    """A mailbox that does not exist yet."""
    form = NewMailbox()
    form.prepare(units(), _natures())
    form.channel.choices = channels()

    def edit() -> Edit:
        return edits.mailbox(form.row(Mailbox(form.channel.data, form.code.data or "", "")))

    return added(form, _("Nouvelle boîte"), edit, _("Boîte ajoutée."))


@bp.route("/organisation/boites/<path:box>", methods=["GET", "POST"])
@needs(ADMIN)
def mailbox(box: str) -> ResponseReturnValue:
    """One mailbox."""
    row = found(present().mailboxes, box)
    given = vars(row) | {"seen": mark(row), "acknowledges": "1" if row.acknowledges else ""}
    form = MailboxForm(data=given)
    form.prepare(units(), _natures())
    fetched = _("relevée par le programme") if row.fetched_from else _("les messages nous arrivent")
    back = url_for(LIST)
    return kept(
        form,
        row.source,
        lambda: edits.mailbox(form.row(row)),
        facts=[(_("Source"), row.code), (_("Relève"), fetched)],
        back_url=back,
    )
