"""The service: composes routing and geodata, keeps plans, answers HTTP."""
