"""Qui apprend quoi des appels et des initiatives."""
