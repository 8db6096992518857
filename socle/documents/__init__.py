"""Les documents : du HTML au PDF balisé et archivable, rendu une seule fois."""
