"""The solver against PyVRP, VROOM and OR-Tools on public and own instances."""
