"""Learning: what a message is probably about, learned from what the city's own people decided. It proposes and never decides."""
