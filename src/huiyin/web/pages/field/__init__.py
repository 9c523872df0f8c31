"""What people who walk their streets use: the day's list, quick capture that works without a network."""
