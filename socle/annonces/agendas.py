"""Les dates qu'une pièce ajoute à l'agenda auquel une personne s'abonne, par une seule adresse."""

_FOURNISSEURS = []


def offrir(fournisseur):
    """Inscrit la fonction d'une pièce qui rend, de (personne, chemin → adresse entière), ses événements."""
    if fournisseur not in _FOURNISSEURS:
        _FOURNISSEURS.append(fournisseur)


def dates_de(utilisateur, entiere):
    return [evenement for fournisseur in _FOURNISSEURS for evenement in fournisseur(utilisateur, entiere)]
