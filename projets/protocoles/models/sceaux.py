"""Le texte d'un avenant, scellé à sa transmission : c'est lui que les deux parties signent."""

from conventions.models.parties import copie_de
from projets.protocoles.models.termes import noms_de
from projets.protocoles.regles import avenants as regles

DU_PROTOCOLE = ("alliance", "numero", "titre", "convention", "montants_fictifs")


def contenu_de_l_avenant(avenant):
    """Les parties, le motif, chaque terme avant et après, les sommes, et ce qui demeure; en données simples."""
    protocole = avenant.protocole
    scelle, partenaire = protocole.instantane(), protocole.partenaire()
    organisme = avenant.organisme_de("organisme")
    base, termes, noms = avenant.base, avenant.termes_proposes(), noms_de(protocole)
    return {champ: scelle.contenu[champ] for champ in DU_PROTOCOLE} | {
        "organisme": {
            "nom": organisme.nom,
            "adresse": organisme.adresse,
            "identite": copie_de(organisme),
        },
        "partenaire": {"nom": partenaire.nom, "adresse": partenaire.adresse},
        "rang": avenant.rang,
        "motif": avenant.motif,
        "protocole": {"signe_le": protocole.signe_le.isoformat(), "empreinte": scelle.empreinte},
        "clauses": {
            "version": scelle.contenu["clauses"]["version"],
            "titres": [article["titre"] for article in scelle.contenu["clauses"]["articles"]],
        },
        "changements": [
            {"nom": c.nom, "avant": c.avant, "apres": c.apres} for c in regles.changements(base, termes, noms)
        ],
        "sommes": _sommes(base, termes, noms),
    }


def _sommes(base, termes, noms):
    """Ce qui reste promis de chaque somme, avant et après, et ce qui retourne à son enveloppe."""
    avant, apres = regles.promis(base), regles.promis(termes)
    return [
        {
            "enveloppe": noms[part],
            "avant": str(avant[part]),
            "apres": str(apres[part]),
            "libere": str(libere),
        }
        for part, libere in regles.liberes(base, termes).items()
    ]
