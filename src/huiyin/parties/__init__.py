"""The people and bodies a matter concerns."""
