"""Packs: what is in use, what was put forward, its review and its day. For pack keepers only."""
