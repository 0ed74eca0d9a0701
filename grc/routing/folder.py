"""Read the three files that describe a département, each checked against the others. Pure."""

from dataclasses import dataclass
from pathlib import Path

from grc.catalogue import files as catalogue_files
from grc.catalogue.files import RequestType
from grc.core.i18n import N_
from grc.core.toml_source import Source
from grc.organisation import files as organisation_files
from grc.organisation.tables import Organisation
from grc.routing import files as routing_files
from grc.routing.rule import Rule


@dataclass(frozen=True)
class Configuration:
    """What the three files say, valid together."""

    organisation: Organisation
    request_types: tuple[RequestType, ...]
    rules: tuple[Rule, ...]


def read_folder(folder: Path, *, channels: tuple[str, ...] = ("email",)) -> Configuration:
    """Read organisation.toml, catalogue.toml and routing.toml of a folder.

    Raises InvalidFile with every mistake of the first wrong file, OSError when one is absent.
    """
    text = (folder / "organisation.toml").read_text(encoding="utf-8")
    organisation = organisation_files.read(text)
    request_types = catalogue_files.read(
        (folder / "catalogue.toml").read_text(encoding="utf-8"),
        units={unit.code for unit in organisation.units},
        administrations={item.code for item in organisation.administrations},
    )
    _check_mailboxes(text, organisation, request_types)
    rules = routing_files.read(
        (folder / "routing.toml").read_text(encoding="utf-8"),
        known(organisation, request_types, channels),
    )
    return Configuration(organisation, request_types, rules)


def known(
    organisation: Organisation,
    request_types: tuple[RequestType, ...],
    channels: tuple[str, ...] = ("email",),
) -> routing_files.Known:
    """The names that rules may use."""
    return routing_files.Known(
        units={unit.code for unit in organisation.units},
        request_types={item.code: item.keywords for item in request_types},
        sources={mailbox.source for mailbox in organisation.mailboxes},
        territories={territory.code for territory in organisation.territories},
        communes={key: c.insee for c in organisation.communes for key in (c.insee, c.name)},
        channels=channels,
    )


def _check_mailboxes(
    text: str, organisation: Organisation, request_types: tuple[RequestType, ...]
) -> None:
    source = Source("organisation.toml", text)
    codes = {item.code for item in request_types}
    for number, mailbox in enumerate(organisation.mailboxes):
        source.expect(
            ("mailboxes", number, "request_type"),
            mailbox.request_type,
            codes,
            N_("« %(value)s » n'est pas une nature de demande connue"),
        )
    source.raise_problems()
