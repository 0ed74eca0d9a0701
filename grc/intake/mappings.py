"""The mapping of a file, by what its adapter says that the file holds. Pure."""

from collections.abc import Callable

from grc.channels import registry
from grc.channels.past import mapping_of
from grc.intake import call_mapping, mapping_file
from grc.intake.mapping_file import Mapping

_READERS: dict[str, Callable[[str, str], Mapping]] = {
    "requests": mapping_file.read,
    "calls": call_mapping.read,
}


def read(channel: str, text: str, name: str = "MAP.toml") -> Mapping:
    """The mapping of the files of a channel. Raises InvalidFile with every mistake."""
    return _READERS[mapping_of(registry.get(channel))](text, name)
