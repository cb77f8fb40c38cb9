"""What a bank knows of a visit: case, priority, and the policy that a visit must obey."""
