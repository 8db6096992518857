"""Lire une demande pour les règles : ses rangées deviennent des `Ligne`, devant les paramètres de son appel."""

from projets.regles.montage import Ligne, Montage


def montage_de(initiative, depenses=None, sources=None):
    """Le montage enregistré; `depenses` et `sources`, tapées à l'écran, en remplacent les rangées."""
    return Montage(
        depenses_de(initiative) if depenses is None else depenses,
        sources_de(initiative) if sources is None else sources,
        initiative.appel,
        initiative.exercices,
    )


def depenses_de(initiative):
    return [Ligne(d.poste, d.an, d.montant, nom=str(d)) for d in initiative.depenses.all()]


def sources_de(initiative):
    return [
        Ligne(s.source, s.an, s.montant, str(s), s.forme == "nature", s.certitude == "confirmee")
        for s in initiative.sources.all()
    ]


def est_abregee(initiative):
    """Ce que l'on demande au Fonds, quand il est dit, ne dépasse pas le seuil de l'appel."""
    seuil, demande = initiative.appel.seuil_abrege, montage_de(initiative, depenses=()).demande
    return seuil is not None and 0 < demande <= seuil
