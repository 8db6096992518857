"""« Puis-je déposer ? » : six questions, et la raison de chacune, avant d'avoir un compte comme dans la demande.

Sources : normes du FQIS (organismes admissibles, dépenses exclues) et guides d'appels régionaux; ce qui varie d'une
région à l'autre se dit à la présentation de l'appel, pas ici.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """`champ` : celui de la demande, vrai quand la réponse convient; `convient` : ce qu'il faut répondre ici."""

    champ: str
    texte: str
    convient: str
    si_non: str  # pourquoi la réponse ne convient pas, et ce que l'on peut y faire
    precision: str = ""

    def reponse(self, convient):
        """« oui » ou « non », tel que la personne l'a dit; rien si elle n'a pas répondu."""
        if convient is None:
            return ""
        autre = {"oui": "non", "non": "oui"}[self.convient]
        return self.convient if convient else autre


QUESTIONS = (
    Question(
        "est_nouvelle",
        "L’activité est-elle nouvelle, ou a\u2011t\u2011elle un début et une fin?",
        "oui",
        "L’appel paie un projet daté. Donnez-lui un début et une fin.",
        "Un projet structurant déjà soutenu peut se maintenir, si le milieu en convient.",
    ),
    Question(
        "sur_le_territoire",
        "L’activité se passe-t-elle sur le territoire de l’appel?",
        "oui",
        "L’effet doit être ici. Cherchez l’appel de l’autre région.",
        "Votre siège peut être ailleurs.",
    ),
    Question(
        "sans_immobilisation",
        "Demandez-vous de l’argent pour bâtir, rénover ou acheter un véhicule?",
        "non",
        "L’appel ne paie pas les immobilisations. Retirez cet achat\xa0: le reste de votre projet peut être déposé.",
    ),
    Question(
        "hors_mission",
        "L’aide servirait-elle à payer le fonctionnement courant de votre organisme?",
        "non",
        "L’appel paie un projet, pas la mission globale. Ne demandez que ce que le projet ajoute.",
    ),
    Question(
        "rien_d_engage",
        "Avez-vous déjà engagé des dépenses pour ce projet?",
        "non",
        "Une dépense engagée avant l’acceptation n’est pas remboursée. Retirez-la de votre budget.",
    ),
    Question(
        "sans_dette",
        "Votre organisme a-t-il une dette ou un défaut envers le Fonds?",
        "non",
        "Réglez-le d’abord avec la coordination\xa0: elle vous dira comment.",
        "On ne demande pas de preuve à cette étape.",
    ),
)


@dataclass(frozen=True)
class Reponse:
    question: Question
    donnee: str  # « oui », « non » ou rien

    @property
    def convient(self):
        """`None` tant qu'on n'a pas répondu."""
        return self.donnee == self.question.convient if self.donnee else None


def juger(donnees):
    """Une réponse par question; `donnees` : {champ: « oui » ou « non »}, ce qui vient d'ailleurs est ignoré."""
    lues = {champ: valeur for champ, valeur in donnees.items() if valeur in ("oui", "non")}
    return [Reponse(question, lues.get(question.champ, "")) for question in QUESTIONS]


def verdict(reponses, demande=False):
    """(genre, titre) de ce que disent les six réponses; (« », « ») tant qu'on n'a ni répondu ni rien demandé."""
    donnees = [r for r in reponses if r.donnee]
    fautives = [n for n, r in enumerate(reponses, start=1) if r.convient is False]
    if not donnees:
        return ("info", "Répondez d’abord aux questions") if demande else ("", "")
    if fautives:
        liste = ", ".join(map(str, fautives))
        return (
            "attention",
            f"À changer avant de déposer\xa0: question{'s' if len(fautives) > 1 else ''} {liste}",
        )
    if reste := len(reponses) - len(donnees):
        return "info", f"Il reste {reste} question{'s' if reste > 1 else ''}"
    return "succes", "Vos six réponses conviennent"
