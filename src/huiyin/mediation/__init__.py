"""Rooms of a mediation: who is in them, what is said in them, and when it is destroyed."""
