"""Les règles d'une demande : pures, un fichier chacune. Elles n'importent aucun modèle."""
