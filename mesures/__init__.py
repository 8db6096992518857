"""Mesurer la maison : requêtes et temps des pages, temps et taille des documents, à deux volumes."""
