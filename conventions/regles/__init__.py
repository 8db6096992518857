"""Les règles de l'argent : pures, sans modèle ni Django."""
