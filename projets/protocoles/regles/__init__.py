"""Ce qui se calcule d'un protocole sans rien lire de la base."""
