"""Ce qu'on annonce d'un protocole."""
