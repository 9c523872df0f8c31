"""Routing: who must answer, with the reason."""
