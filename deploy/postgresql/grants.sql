-- After every `grc db upgrade`, as owner: psql -U grc_owner -d grc -f deploy/postgresql/grants.sql
BEGIN;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO grc;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO grc;
-- UPDATE: a restoration sets where new rows are numbered from.
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO grc;

-- Written once, read for ever. Triggers refuse changes too, but an owner can drop a trigger.
REVOKE UPDATE, DELETE, TRUNCATE ON audit, audit_seal FROM grc;
-- Destroyed one day, as the law wants; a trigger refuses it before six months.
REVOKE UPDATE, TRUNCATE ON access_log FROM grc;
REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM grc;
COMMIT;
