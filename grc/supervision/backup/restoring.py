"""Reading an archive back: checked from end to end first, then restored as a whole."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from grc.core import blobs, verify
from grc.core.db import is_postgresql, session, transaction
from grc.core.errors import Conflict
from grc.core.i18n import N_
from grc.supervision.backup.archive import DAMAGED, NO_ARCHIVE, BadArchive, Hashing, opened
from grc.supervision.backup.holding import hold
from grc.supervision.backup.loading import Loader, Staging
from grc.supervision.backup.manifest import (
    BLOBS,
    FORMAT,
    LABEL,
    MANIFEST,
    TABLES,
    Label,
    Manifest,
    load,
    tables,
)


@dataclass(frozen=True)
class Restored:
    """What was put back; `held` counts what waited to leave and does not leave again."""

    manifest: Manifest
    held: int


def restore(path: Path, revision: str, *, send_pending: bool) -> Restored:
    """Put an archive into an empty place: all of it, or nothing.

    Raises BadArchive for an archive that is damaged or of another version, Conflict when
    the place is not empty.
    """
    label, manifest = check(path, revision)
    files = Staging(blobs.store())
    with transaction():
        _demand_no_rows()
        _put_back(path, label, manifest, files)
        _demand_equal(path, manifest)
        held = 0 if send_pending else hold()
        files.publish()
    return Restored(manifest, held)


def check(path: Path, revision: str) -> tuple[Label, Manifest]:
    """Read an archive to its end and compare every part with what the manifest says."""
    label: Label | None = None
    manifest: Manifest | None = None
    found: dict[str, str] = {}
    blobs_seen = 0
    with opened(path) as parts:
        for name, content in parts:
            if name == LABEL:
                label = _label(path, content, revision)
            elif name == MANIFEST:
                manifest = _read(path, Manifest, content)
            elif name.startswith(BLOBS):
                blobs_seen += 1
                if content.exhaust() != name.removeprefix(BLOBS):
                    found[name] = "altered"
            else:
                found[name] = content.exhaust()
    if label is None:
        raise BadArchive(NO_ARCHIVE, path=path)
    if manifest is None:
        raise BadArchive(DAMAGED, path=path, why="manifest")
    _demand_whole(path, manifest, found, blobs_seen)
    return label, manifest


def _label(path: Path, content: Hashing, revision: str) -> Label:
    label: Label = _read(path, Label, content)
    if label.format != FORMAT or label.revision != revision:
        raise BadArchive(
            N_("%(path)s vient de la version %(theirs)s de la base, ce programme de la %(ours)s : "
               "restaurez avec le programme d'alors, puis mettez à niveau."),
            path=path,
            theirs=label.revision,
            ours=revision,
        )  # fmt: skip
    return label


def _read(path: Path, kind: Any, content: Hashing) -> Any:
    try:
        return load(kind, content.read())
    except (ValueError, TypeError) as error:
        raise BadArchive(DAMAGED, path=path, why=type(error).__name__) from error


def _demand_whole(path: Path, manifest: Manifest, found: dict[str, str], blobs_seen: int) -> None:
    altered = {name for name, digest in found.items() if manifest.chunks.get(name) != digest}
    altered -= {BLOBS + sha256 for sha256 in manifest.damaged}
    missing = manifest.chunks.keys() - found.keys()
    if altered or missing or blobs_seen + len(manifest.damaged) < manifest.blobs:
        why = min(altered | missing, default=BLOBS)
        raise BadArchive(DAMAGED, path=path, why=why)
    columns = {table.name: [column.name for column in table.columns] for table in tables()}
    for name in columns.keys() | manifest.columns.keys():
        if manifest.columns.get(name) != columns.get(name):
            raise BadArchive(DAMAGED, path=path, why=f"columns of {name}")


def _demand_no_rows() -> None:
    for table in tables():
        if session().execute(select(table).limit(1)).first() is not None:
            raise Conflict(
                N_("La base contient déjà des données (%(table)s) : restaurez dans une base vide."),
                table=table.name,
            )


def _put_back(path: Path, label: Label, manifest: Manifest, files: Staging) -> None:
    rows = Loader(label.dialect, "postgresql" if is_postgresql() else "sqlite")
    damaged = frozenset(manifest.damaged)
    with opened(path) as parts:
        for name, content in parts:
            sha256 = name.removeprefix(BLOBS)
            if name.startswith(TABLES):
                rows.insert(name.split("/")[1], content.read())
            elif sha256 != name and sha256 not in damaged:
                files.add(sha256, content)
    rows.finish()


def _demand_equal(path: Path, manifest: Manifest) -> None:
    """The database must hold what the archive says, counted again by the database."""
    for table in tables():
        count = session().scalar(select(func.count()).select_from(table))
        if count != manifest.rows[table.name]:
            raise BadArchive(DAMAGED, path=path, why=table.name)
    if verify.last_link() != (manifest.sealed, manifest.head):
        raise BadArchive(DAMAGED, path=path, why="audit_seal")
