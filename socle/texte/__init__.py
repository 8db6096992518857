"""Le texte : typographie d’ici, texte riche assaini, pictogrammes."""
