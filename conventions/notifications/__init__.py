"""Qui prévenir de ce qui arrive aux conventions, sans aucun renseignement personnel."""
