"""Signature services outside: a paper is sent to be signed there, and what comes back is checked before it counts."""
