"""Une personne que l’on peut joindre."""

from alliances.plans.regles.constat import CONTACT, avertissement, erreur

SOURCE = "Guide 2024-2029, annexe, en-tête"
EXIGES = (
    ("nom", "Dites qui joindre au sujet du plan : il manque le nom de la personne à joindre."),
    ("courriel", "Il manque le courriel de la personne à joindre : la suite de l’examen passe par lui."),
)
SOUHAITES = (
    ("fonction", "La fonction de la personne à joindre n’est pas précisée."),
    ("telephone", "Ajoutez un numéro de téléphone où joindre cette personne."),
)


def contact_incomplet(plan):
    """Le nom et le courriel sont exigés; la fonction et le téléphone, souhaités."""
    for champ, message in EXIGES:
        if not plan.contact[champ]:
            yield erreur(message, CONTACT, champ=champ, source=SOURCE)
    for champ, message in SOUHAITES:
        if not plan.contact[champ]:
            yield avertissement(message, CONTACT, champ=champ, source=SOURCE)
