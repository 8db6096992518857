"""Les valeurs de la maison : argent, exercice, jour, ordre alphabétique, mémoire du contenu. Purs ou presque."""
