"""Suggestions of topics in the office: what proposes now, how good each model is, and learning, using and taking back one."""
