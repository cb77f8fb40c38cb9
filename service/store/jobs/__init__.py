"""Work that waits and is done: plans, batches, schedules, and the queue under them."""
