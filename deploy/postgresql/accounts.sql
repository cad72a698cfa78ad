-- Two accounts: `ilpes_owner` makes and changes tables (ilpes-lms init, restore), `ilpes` reads and writes rows (web, workers,
-- scheduler, all other commands). Run once in the new database, as a superuser, before the first `ilpes-lms init`:
--   psql -d ilpes -f accounts.sql     then     \password ilpes_owner     and     \password ilpes
CREATE ROLE ilpes_owner LOGIN;
CREATE ROLE ilpes LOGIN;
ALTER DATABASE ilpes OWNER TO ilpes_owner;
REVOKE ALL ON DATABASE ilpes FROM PUBLIC;
GRANT CONNECT ON DATABASE ilpes TO ilpes;
GRANT USAGE ON SCHEMA public TO ilpes;
-- Of what migrations will make: rows and numbers, no tables, triggers or truncation.
ALTER DEFAULT PRIVILEGES FOR ROLE ilpes_owner GRANT USAGE ON SCHEMAS TO ilpes;
ALTER DEFAULT PRIVILEGES FOR ROLE ilpes_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ilpes;
ALTER DEFAULT PRIVILEGES FOR ROLE ilpes_owner GRANT SELECT, USAGE ON SEQUENCES TO ilpes;
