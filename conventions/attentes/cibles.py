"""Les étapes d'un versement et d'une obligation, et leur cible de service d'origine, en jours."""

CIBLES = {
    "versement-recommander": ("Recommander un versement libéré", 10),
    "versement-autoriser": ("Autoriser un versement recommandé", 10),
    "versement-confirmer": ("Faire et confirmer un versement autorisé", 10),
    "versement-reprendre": ("Revoir un versement suspendu", None),
    "obligation-accepter": ("Accepter un document reçu", 30),
}
