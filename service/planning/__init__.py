"""The pipeline from cases to a plan: locate, matrix, solve, trace."""
