"""The duty desk: what a shift wrote down, and its hand-over to the next."""
