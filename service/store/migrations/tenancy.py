"""What migrations say of a table whose rows belong to tenants."""

from typing import Final

from alembic import op

from service.store.tenancy import APP_ROLE, TENANT_SETTING

_MINE: Final = f"tenant = current_setting('{TENANT_SETTING}', true)"


def protect(table: str, *, allow: str = "SELECT, INSERT, UPDATE, DELETE") -> None:
    """Let tenants see and write their own rows of a table alone; it has a column `tenant`.

    `allow` is what they may do with those; a log gets `SELECT, INSERT`.
    """
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant_rows ON {table} USING ({_MINE}) WITH CHECK ({_MINE})")
    op.execute(f"GRANT {allow} ON {table} TO {APP_ROLE}")


def unprotect(table: str) -> None:
    """Undo `protect`."""
    op.execute(f"REVOKE ALL ON {table} FROM {APP_ROLE}")
    op.execute(f"DROP POLICY tenant_rows ON {table}")
    op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


#: Make the role of tenants' transactions, unless the server has it, and let this user take it. Its name is ours.
ROLE_STATEMENTS: Final = (
    f"""
    DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN
            CREATE ROLE {APP_ROLE} NOLOGIN;
        END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END $$
    """,
    f"""
    DO $$ BEGIN
        IF NOT pg_has_role(current_user, '{APP_ROLE}', 'USAGE') THEN
            GRANT {APP_ROLE} TO CURRENT_USER;
        END IF;
    END $$
    """,
)


def make_role() -> None:
    """Make the role of tenants' transactions.

    Roles belong to the whole server: another database's migration may be making it at the same moment. A user
    without CREATEROLE needs an administrator to do both before.
    """
    for statement in ROLE_STATEMENTS:
        op.execute(statement)
