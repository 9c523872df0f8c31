"""Dates: why a clock ends when it does, a calculator open to all, and calendar feeds."""
