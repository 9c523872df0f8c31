"""Neighbouring systems: their records and keys, the mapping of their files, what comes in and what goes back."""
