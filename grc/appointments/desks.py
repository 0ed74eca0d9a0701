"""Where people receive: the sites of their units, and the one where each sits."""

from grc.core.actor import Actor
from grc.core.errors import Forbidden
from grc.core.i18n import N_
from grc.organisation.queries import SiteView, snapshot
from grc.staff.policy import GRANTS, Permission


def works_at(site: SiteView, actor: Actor) -> bool:
    """True for those who work in the unit of a site, and for those who supervise it."""
    return actor.is_machine or site.unit_id in actor.units(*GRANTS[Permission.COUNTER])


def demand(site_id: int, actor: Actor) -> SiteView:
    """The site, for somebody who works there. Raises Forbidden, and says no more."""
    site = snapshot().sites.get(site_id)
    if site is None or not works_at(site, actor):
        raise Forbidden(N_("Vous ne recevez pas dans ce site."))
    return site


def sites(actor: Actor) -> list[SiteView]:
    """The sites where this person receives, by name."""
    return [site for site in snapshot().sites.values() if site.is_active and works_at(site, actor)]


def site_of(actor: Actor, chosen: str) -> SiteView | None:
    """Where she sits: the site she said, else the only one there is for her."""
    own = sites(actor)
    found = [site for site in own if site.code == chosen]
    return found[0] if found else own[0] if len(own) == 1 else None
