-- Once per server, as superuser: sudo -u postgres psql -f deploy/postgresql/roles.sql
--
-- grc_owner makes the tables and changes them, during upgrades only.
-- grc is the program: it reads and writes rows, and cannot touch what was journaled.
CREATE ROLE grc_owner LOGIN;
CREATE ROLE grc LOGIN;
