"""Read the files that describe a département, each checked against the others. Pure."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from grc.catalogue import canned as canned_files
from grc.catalogue import files as catalogue_files
from grc.catalogue.canned import Canned
from grc.catalogue.files import RequestType
from grc.core.i18n import N_
from grc.core.toml_source import Source
from grc.organisation import files as organisation_files
from grc.organisation.tables import Organisation
from grc.routing import files as routing_files
from grc.routing.rule import Rule

REPLIES = "replies"  # the folder of canned replies


@dataclass(frozen=True)
class Configuration:
    """What the files say, valid together."""

    organisation: Organisation
    request_types: tuple[RequestType, ...]
    rules: tuple[Rule, ...]
    canned: tuple[Canned, ...] = ()


def read_folder(
    folder: Path, *, channels: tuple[str, ...] = ("email",), today: date = date.min
) -> Configuration:
    """Read organisation.toml, catalogue.toml and routing.toml of a folder, and the canned
    replies of replies/*.toml when there are any; `today` as in `organisation.files.read`.

    Raises InvalidFile with every mistake of the first wrong file, OSError when one is absent.
    """
    text = (folder / "organisation.toml").read_text(encoding="utf-8")
    organisation = organisation_files.read(text, today=today)
    request_types = catalogue_files.read(
        (folder / "catalogue.toml").read_text(encoding="utf-8"),
        units=organisation.open_units,
        administrations={item.code for item in organisation.administrations},
    )
    _check_mailboxes(text, organisation, request_types)
    rules = routing_files.read(
        (folder / "routing.toml").read_text(encoding="utf-8"),
        known(organisation, request_types, channels),
    )
    canned = canned_files.read(
        {f"{REPLIES}/{path.name}": path.read_text(encoding="utf-8") for path in _replies(folder)},
        units=organisation.open_units,
        request_types={item.code for item in request_types},
    )
    return Configuration(organisation, request_types, rules, canned)


def _replies(folder: Path) -> list[Path]:
    return sorted((folder / REPLIES).glob("*.toml"))


def known(
    organisation: Organisation,
    request_types: tuple[RequestType, ...],
    channels: tuple[str, ...] = ("email",),
) -> routing_files.Known:
    """The names that rules may use."""
    return routing_files.Known(
        units=organisation.open_units,
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
