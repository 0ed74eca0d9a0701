-- Once, as superuser: sudo -u postgres psql -f deploy/postgresql/roles.sql
--
-- grc_owner makes the tables and changes them, during upgrades only.
-- grc is the program: it reads and writes rows, and cannot touch what was journaled.
CREATE ROLE grc_owner LOGIN;
CREATE ROLE grc LOGIN;
CREATE DATABASE grc OWNER grc_owner TEMPLATE template0
    ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8';
ALTER ROLE grc IN DATABASE grc SET lock_timeout = '3s';
ALTER ROLE grc IN DATABASE grc SET idle_in_transaction_session_timeout = '1min';
