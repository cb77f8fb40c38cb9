"""PostgreSQL: tables, repositories, migrations, the embedded server."""
