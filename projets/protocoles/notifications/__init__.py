"""Qui apprend quoi des protocoles."""
