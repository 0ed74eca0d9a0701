"""Where citizens are welcomed."""

from collections.abc import Sequence

from sqlalchemy import select

from grc.core.db import session
from grc.organisation.models import Site
from grc.organisation.queries import snapshot


def near(words: str) -> Sequence[Site]:
    """The open sites of the commune that these words name; none when they name none."""
    mention = snapshot().communes.choose(words)
    if mention is None:
        return ()
    here = (Site.is_active, Site.commune_insee == mention.commune.insee)
    return session().scalars(select(Site).where(*here).order_by(Site.name)).all()
