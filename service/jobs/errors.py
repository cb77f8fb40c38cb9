"""Errors of jobs.

JobError
└── PlanRefusedError   raised by the computation: the plan fails with the problem it carries
"""


class JobError(Exception):
    """Base of every error that jobs raise on purpose."""


class PlanRefusedError(JobError):
    """The plan cannot be computed, and `problem` (an object with a `code`) tells its owner why."""

    def __init__(self, problem: dict[str, object]) -> None:
        super().__init__(str(problem.get("code", "")))
        self.problem = problem
