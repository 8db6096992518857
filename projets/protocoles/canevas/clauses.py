"""Les clauses usuelles, écrites par nous d'après ce que disent les protocoles vus (dossier des initiatives, D).

L'Alliance les change avant de les approuver; ses fentes sont celles de `regles/fentes.py`.
"""

USUELLES = (
    (
        "L’objet",
        "L’Alliance soutient l’initiative «\xa0{initiative}\xa0» ({numero}), que {organisme} réalise du {debut} au "
        "{fin}, telle que sa demande la décrit et que la décision l’accepte.",
    ),
    (
        "La contribution",
        "L’Alliance verse au plus {montant} à {organisme}, à même la convention {convention}. Cette somme ne dépasse "
        "jamais le coût réel de l’initiative, une fois comptées ses autres sources.",
    ),
    (
        "Les versements",
        "L’aide est versée en {versements}, aux conditions de l’échéancier. {retenue} sont retenus jusqu’à "
        "l’acceptation du rapport final.",
    ),
    (
        "Changer",
        "Une date, une activité ou une somme ne change qu’avec l’accord écrit des deux parties, demandé avant le "
        "changement. Une prolongation n’ajoute pas d’argent.",
    ),
    (
        "Rendre compte",
        "{organisme} remet un rapport à chaque date de l’échéancier qui en demande un, et le rapport final au plus "
        "tard le {rapport_le}. Le rapport dit les activités, les personnes rejointes et les dépenses.",
    ),
    (
        "Garder les preuves",
        "{organisme} garde les pièces de ses dépenses cinq ans après la fin de l’initiative, et les montre sur "
        "demande.",
    ),
    (
        "Nommer l’aide",
        "{organisme} mentionne le Fonds québécois d’initiatives sociales et l’Alliance dans ses outils de "
        "communication.",
    ),
    (
        "Employer l’aide comme convenu",
        "L’aide ne sert qu’à l’initiative. Rien de ce qui a été engagé avant la signature n’est payé, sauf "
        "accord écrit.",
    ),
    (
        "Protéger les renseignements personnels",
        "{organisme} ne recueille que les renseignements nécessaires et les protège comme la loi le demande. Aucun nom "
        "de personne participante n’est transmis à l’Alliance.",
    ),
    (
        "Mettre fin et rembourser",
        "L’une ou l’autre partie peut mettre fin au protocole par écrit, avec un motif. {partenaire} dresse alors un "
        "relevé\xa0: ce qui est dépensé de bonne foi reste acquis, ce qui est versé et non dépensé se rembourse.",
    ),
)
