"""What could not be understood is kept aside, for a unit that may look into it."""

from datetime import datetime

from sqlalchemy import select

from grc.channels import registry
from grc.core.db import session
from grc.core.i18n import Text
from grc.intake import medical, service, whereabouts
from grc.intake.models import Item
from grc.organisation.queries import UnitView


def keep_aside(item: Item, reason: str, detail: Text, now: datetime) -> None:
    """Put an item in quarantine: for the owner of its source; for a medical unit, when there is
    one, if it is a medical letter or a batch that may hold some. That is found once and stays."""
    own = whereabouts.owner(item.channel, item.source)
    item.is_medical = item.is_medical or _holds_medical(item, detail, own)
    keeper = (medical.unit_for(None, own) if medical.is_secret(item) else None) or own
    service.quarantine(item, reason, detail, keeper.id, now)


def _holds_medical(item: Item, detail: Text, own: UnitView) -> bool:
    """A batch of letters may: by its source, by a sheet that was seen (the channel says so), by
    a letter that was cut out of it before it failed. One nobody could look at (its reading was
    ended) may too, as soon as there is somebody who would then open it."""
    if item.parent_id is not None or not getattr(registry.look(item.channel), "indexed", False):
        return False
    if own.kind == medical.KIND:
        return True
    if detail.params.get("medical", bool(medical.units())):
        return True
    cut = session().scalars(select(Item).where(Item.parent_id == item.id))
    return any(map(medical.is_letter, cut))
