"""Whistles: who was called where, who answered, who came; and blowing one."""
