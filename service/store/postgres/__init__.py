"""PostgreSQL's own server and programs: the embedded one, and backups."""
