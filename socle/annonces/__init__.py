"""Prévenir, rappeler, dire ce qui attend."""
