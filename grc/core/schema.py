"""What the models cannot say: full-text tables, and triggers that keep the journal append-only.

Used by migrations and checked by `grc verify`: a trigger that is gone is a finding.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from grc.core.audit import APPEND_ONLY

SEARCH_FTS = (
    "CREATE VIRTUAL TABLE search_fts USING fts5("
    "body, content='search_doc', content_rowid='id', tokenize='unicode61', detail='full')"
)
SEARCH_SYNC = (
    "CREATE TRIGGER search_doc_insert AFTER INSERT ON search_doc BEGIN "
    "INSERT INTO search_fts(rowid, body) VALUES (new.id, new.body); END",
    "CREATE TRIGGER search_doc_delete AFTER DELETE ON search_doc BEGIN "
    "INSERT INTO search_fts(search_fts, rowid, body) VALUES ('delete', old.id, old.body); END",
)
_REFUSE = "grc_append_only"
# Who read a confidential case is destroyed one day, never before six months (CNIL,
# délibération 2021-122), whatever the program is told.
ACCESS_LOG = "access_log_kept"
_YOUNG = {
    "sqlite": "OLD.at > datetime('now', '-180 days')",
    "postgresql": "OLD.at > now() - interval '180 days'",
}


def statements(dialect: str) -> Iterator[str]:
    """The statements a first migration runs after the tables exist."""
    if dialect == "sqlite":
        yield SEARCH_FTS
        yield from SEARCH_SYNC
        for table in APPEND_ONLY:
            for action in ("UPDATE", "DELETE"):
                yield (
                    f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        yield (
            f"CREATE TRIGGER {ACCESS_LOG} BEFORE DELETE ON access_log WHEN {_YOUNG[dialect]} "
            "BEGIN SELECT RAISE(ABORT, 'access_log is kept for six months'); END"
        )
        return
    yield (
        f"CREATE FUNCTION {_REFUSE}() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        yield (
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {_REFUSE}()"
        )
        yield (
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {_REFUSE}()"
        )
    yield (
        f"CREATE TRIGGER {ACCESS_LOG} BEFORE DELETE ON access_log "
        f"FOR EACH ROW WHEN ({_YOUNG[dialect]}) EXECUTE FUNCTION {_REFUSE}()"
    )


def expected_triggers(dialect: str) -> frozenset[str]:
    """The names of the triggers that must be there."""
    actions = ("update", "delete") if dialect == "sqlite" else ("change", "truncate")
    journal = {f"{table}_no_{action}" for table in APPEND_ONLY for action in actions}
    return frozenset(journal | {ACCESS_LOG})


def present_triggers(connection: Connection) -> frozenset[str]:
    """The names of the triggers that are there and enabled."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    return frozenset(connection.scalars(text(query)))
