"""The demonstration: a day of cases in the bundled area, and a check of the plan against it."""
