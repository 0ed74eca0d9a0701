-- An empty database, after roles.sql: sudo -u postgres psql -f deploy/postgresql/database.sql
CREATE DATABASE grc OWNER grc_owner TEMPLATE template0
    ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8';
ALTER ROLE grc IN DATABASE grc SET lock_timeout = '3s';
ALTER ROLE grc IN DATABASE grc SET idle_in_transaction_session_timeout = '1min';
