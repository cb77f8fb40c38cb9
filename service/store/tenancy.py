"""One tenant's view of the database: under the stores' own checks, PostgreSQL shows no row of any other tenant.

Row-level security binds neither a superuser nor the owner of the tables, so each transaction on behalf of a tenant
takes the role `doorstep_app`, which owns nothing, and says which tenant it is for. Work for all tenants (workers that
look for plans, the purge) goes on as the owner.
"""

from typing import Final

from sqlalchemy import Connection, Engine, event, text

#: The role of transactions for a tenant; the first migration of tenants makes it, for all databases of a server.
APP_ROLE: Final = "doorstep_app"
#: PostgreSQL's setting that the policies compare each row's tenant with.
TENANT_SETTING: Final = "doorstep.tenant"
_OPTION: Final = "doorstep_tenant"
_ENTER: Final = text(f"SELECT set_config('{TENANT_SETTING}', :tenant, true), set_config('role', '{APP_ROLE}', true)")


def tenant_engine(engine: Engine, tenant: str) -> Engine:
    """Return an engine on the same pool, each of whose transactions sees and writes rows of `tenant` alone."""
    bound = engine.execution_options(**{_OPTION: tenant})
    event.listen(bound, "begin", _enter)
    return bound


def _enter(connection: Connection) -> None:
    tenant = connection.get_execution_options()[_OPTION]
    connection.execute(_ENTER, {"tenant": tenant})
