"""Edges to neighbouring systems: what they send comes in by the same door as everything else."""
