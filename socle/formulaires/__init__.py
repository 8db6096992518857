"""Les champs, leur balisage, l’envoi unique."""
