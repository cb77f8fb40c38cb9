"""Background work: Procrastinate tasks and the worker."""
