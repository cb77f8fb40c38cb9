"""The service under load: how fast it takes cases in, hands plans to workers and answers readers."""
