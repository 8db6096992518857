"""L’aide de chaque champ de la partie structurée (guide 2024-2029, annexe, points 3 à 9), et du contact."""

from alliances.plans.canevas.forme import Champ

SANS_NOM = "N’inscrivez aucun renseignement qui permettrait de reconnaître une personne aidée."

CONTACT = (
    Champ(
        "nom",
        "Nom de la personne à joindre",
        "La personne qui peut répondre aux questions sur ce plan.",
        "Prénom Nom",
    ),
    Champ("fonction", "Fonction", "Son rôle dans l’organisme.", "Coordination de l’Alliance"),
    Champ(
        "courriel",
        "Courriel",
        "Une adresse de travail, lue même pendant les vacances.",
        "alliance@table.example",
        "N’inscrivez pas une adresse personnelle.",
    ),
    Champ("telephone", "Téléphone", "Numéro de travail, avec le poste au besoin.", "418 555-0100, poste 2"),
)

PRIORITE = (
    Champ(
        "titre",
        "Titre de la priorité",
        "Nommez ce sur quoi la région veut agir, dans les mots de votre milieu.",
        "Une offre alimentaire digne et proche de chez soi",
        "Évitez le nom d’un organisme ou d’un projet : les projets viendront y répondre.",
    ),
    Champ(
        "palier",
        "Palier",
        "Régional si l’action demande d’agir ensemble; local si elle appartient à quelques territoires.",
        "Régional",
    ),
    Champ(
        "territoires",
        "Territoires",
        "Cochez les territoires concernés. Une priorité locale en nomme au moins un.",
        "La Matapédia, La Matanie",
    ),
    Champ(
        "thematique",
        "Thématique nationale",
        "Rattachez la priorité à la thématique la plus proche : votre titre reste le vôtre, et le portrait "
        "national devient comparable.",
        "Sécurité alimentaire",
        "N’utilisez « Autres » que si aucune thématique ne convient.",
    ),
    Champ(
        "autres_thematiques",
        "Autres thématiques touchées",
        "Cochez les autres thématiques nationales auxquelles la priorité contribue, s’il y en a.",
        "Transport",
    ),
    Champ(
        "liens",
        "Liens avec les priorités du territoire",
        "Dites comment la priorité rejoint les priorités régionales et locales d’occupation et de vitalité des "
        "territoires, et de développement régional et social.",
        "La priorité reprend l’axe alimentaire de la planification de développement social de la région.",
    ),
    Champ(
        "raison",
        "Pourquoi cette priorité",
        "En quelques phrases, reliez la priorité à un constat du portrait (section 2) : un chiffre, une "
        "consultation, une parole entendue plusieurs fois.",
        "Les demandes de dépannage ont augmenté du tiers en trois ans, et quatre municipalités n’ont plus "
        "d’épicerie.",
        SANS_NOM,
    ),
    Champ(
        "changement",
        "Changement souhaité",
        "Décrivez ce qui sera différent dans la vie des personnes ou dans le milieu d’ici la fin du cycle.",
        "Chaque MRC dispose d’un lieu où l’on s’approvisionne à faible coût, sans avoir à se justifier.",
        "Évitez une liste d’activités : elles iront dans les moyens.",
    ),
    Champ(
        "articulation",
        "Lien entre la région et ses territoires",
        "Dites qui fait quoi à chaque palier, et comment l’un sert l’autre.",
        "La région négocie le transport et l’entreposage; chaque MRC choisit et anime son point de service.",
    ),
    Champ(
        "personnes_visees",
        "Personnes visées par la priorité",
        "Nombre de personnes distinctes que la priorité veut joindre pendant le cycle. Une même personne ne "
        "compte qu’une fois, même si plusieurs moyens la joignent.",
        "1600",
        "Laissez vide plutôt que d’inventer un nombre.",
    ),
)

OBJECTIF = (
    Champ(
        "titre",
        "Objectif",
        "Une phrase qui commence par un verbe et dit ce que vous voulez atteindre pour cette priorité.",
        "Rendre accessible une offre alimentaire à moins de 20 minutes de chaque ménage",
        "Évitez un verbe qui ne se vérifie pas, comme « favoriser » ou « sensibiliser » seul.",
    ),
)

MOYEN = (
    Champ(
        "description",
        "Description du moyen",
        "L’action concrète : ce qui sera fait, où et sous quelle forme.",
        "Ouvrir une épicerie solidaire dans quatre MRC et y greffer un service de livraison",
        "Évitez de réserver d’avance un projet à un porteur : les initiatives seront sélectionnées.",
    ),
    Champ(
        "population",
        "Population visée",
        "À qui le moyen s’adresse d’abord. Nommez les groupes, leur âge ou leur situation.",
        "Personnes vivant seules et familles à faible revenu",
        SANS_NOM,
    ),
    Champ(
        "territoires",
        "Territoires",
        "Les territoires où le moyen se réalisera. Cochez-les tous si l’action couvre la région.",
        "La Matapédia, La Matanie",
    ),
    Champ(
        "personnes_visees",
        "Personnes visées par le moyen",
        "Nombre de personnes distinctes que ce moyen veut joindre pendant le cycle.",
        "400",
        "Les visites et les repas servis ne sont pas des personnes : ils peuvent faire un indicateur.",
    ),
    Champ(
        "resultat_attendu",
        "Résultat attendu",
        "Ce que l’on pourra constater quand le moyen aura été réalisé.",
        "Quatre points de service ouverts trois jours par semaine",
    ),
    Champ(
        "responsable",
        "Responsable",
        "L’organisme ou le comité qui s’assure que le moyen avance. Un seul nom, pour que ce soit clair.",
        "Comité régional en sécurité alimentaire",
        "Nommez un organisme ou une fonction plutôt qu’une personne : les gens changent de poste.",
    ),
    Champ(
        "collaborateurs",
        "Collaboratrices et collaborateurs",
        "Les partenaires qui participent, d’autant de secteurs que possible, chacun avec ce qu’il apporte.",
        "MRC de La Matanie (municipal) : local prêté et chauffé",
    ),
    Champ("debut", "Début", "Date prévue, pendant le cycle.", "2025-04-01"),
    Champ("fin", "Fin", "Date prévue, pendant le cycle et après le début.", "2028-03-31"),
)

COLLABORATEUR = (
    Champ("nom", "Organisme", "Le nom de l’organisme partenaire.", "Centre de services scolaire"),
    Champ("secteur", "Secteur", "Le milieu d’où il vient.", "Milieux scolaires et de la formation"),
    Champ(
        "contribution",
        "Contribution",
        "Ce qu’il met en commun : du temps, un local, de l’argent, une expertise, un réseau.",
        "Une journée par semaine d’organisation communautaire",
        "« Appui » ou « partenaire » seul ne dit pas ce qui est mis en commun.",
    ),
)

INDICATEUR = (
    Champ(
        "nom",
        "Indicateur",
        "Ce que l’on comptera ou mesurera pour savoir si le résultat est atteint.",
        "Personnes rejointes chaque année",
    ),
    Champ(
        "nature",
        "Comment le suivre",
        "Un indicateur se compte, ou se décrit quand un nombre ne dirait pas ce qui change.",
        "Se compte",
    ),
    Champ("unite", "Unité", "En quoi se compte la valeur.", "personnes"),
    Champ(
        "depart",
        "Valeur de départ",
        "La valeur d’aujourd’hui. Laissez vide si elle n’est pas connue; « 0 » dit que l’on part de rien.",
        "1100",
    ),
    Champ("cible", "Cible", "La valeur à atteindre, en nombre.", "1600"),
    Champ(
        "cible_decrite",
        "Cible décrite",
        "Pour un indicateur qui se décrit\u00a0: ce que l’on pourra observer quand la cible sera atteinte.",
        "Les personnes disent choisir leurs aliments sans avoir à se justifier.",
    ),
    Champ("echeance", "Échéance", "Quand la cible doit être atteinte, pendant le cycle.", "2028-03-31"),
    Champ(
        "precision",
        "Précision",
        "Au besoin : la source de la donnée, la méthode, ou pourquoi la cible est plus basse que le départ.",
        "On vise moins de ménages en attente : une baisse est le résultat souhaité.",
    ),
)

CHAMPS = {
    "contact": CONTACT,
    "priorite": PRIORITE,
    "objectif": OBJECTIF,
    "moyen": MOYEN,
    "collaborateur": COLLABORATEUR,
    "indicateur": INDICATEUR,
}
