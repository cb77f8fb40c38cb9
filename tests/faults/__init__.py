"""What breaks at random: workers killed and frozen, PostgreSQL restarted, while plans are made."""
