"""Les actes qui lient : qui les pose, combien de personnes ils demandent, et ce qui le tient.

Une seule source : la page d'aide et `docs/actes_qui_lient.md` la rendent, `tests/test_actes_qui_lient.py` la compare au
code : `roles` est la table des rôles de la pièce, `tenu_par` une contrainte, un déclencheur ou une méthode qui existe.
"""

from dataclasses import dataclass

from alliances.models import Role

TITRES = ("Acte", "Qui le pose", "Personnes", "À quelle condition", "Tenu par")


@dataclass(frozen=True)
class Acte:
    piece: str
    geste: str
    nom: str
    roles: tuple
    personnes: int
    condition: str
    tenu_par: tuple

    @property
    def qui(self):
        return ", ".join(role.label for role in self.roles)


R = Role
TROIS = ("echeance_recommande_et_autorise_differents", "VERSEMENT_PERMIS")
DEFAIT_A_DEUX = "demandeannulation_decidee_par_une_autre_personne"
PART_AU_PLAN = "Ni une personne qui a écrit, adopté ou déposé le plan"
ACTES = (
    # Qui agit
    Acte(
        "alliances",
        "confier-ce-qui-lie",
        "Confier la signature, les finances, l’approbation, l’administration ou l’engagement d’un porteur",
        (R.COORDINATION, R.APPROBATION, R.ADMINISTRATION),
        2,
        "Jamais à soi; une seconde personne confirme. Pour la signature et l’engagement, la résolution jointe en tient "
        "lieu, sauf pour un compte ouvert le jour même.",
        ("mandat_qui_lie_confie_a_deux", "mandat_nomme_par_une_autre_personne"),
    ),
    Acte(
        "alliances",
        "confirmer-ce-qui-lie",
        "Confirmer un rôle qui lie",
        (R.SIGNATURE, R.DIRECTION_DGSQ, R.MESS, R.APPROBATION, R.ADMINISTRATION),
        2,
        "En titre, ni qui nomme, ni qui est nommé, ni qui tient son rôle de l’autre, ou d’une même personne, seule.",
        ("alliances.models.Mandat.empechements_a_confirmer_par",),
    ),
    Acte(
        "alliances",
        "changer-les-circuits",
        "Changer un circuit de décision une fois le plan déposé",
        (R.SIGNATURE,),
        1,
        "Avant le premier dépôt, la coordination le fait. Les initiatives déjà déposées gardent leur circuit.",
        ("alliances.models.Alliance.empechements_a_changer_les_circuits_par",),
    ),
    # Le plan
    Acte(
        "plans",
        "adopter",
        "Adopter le plan",
        (R.COORDINATION, R.SIGNATURE),
        1,
        "La résolution de la Table, jointe.",
        ("alliances.plans.models.VersionPlan.empechements_a_adopter",),
    ),
    Acte(
        "plans",
        "deposer",
        "Attester et déposer le plan",
        (R.SIGNATURE,),
        1,
        "Le plan adopté, sans erreur.",
        ("alliances.plans.models.VersionPlan.empechements_a_deposer",),
    ),
    Acte(
        "plans",
        "rendre-avis",
        "Rendre l’avis de Services Québec",
        (R.DIRECTION_DGSQ,),
        2,
        f"{PART_AU_PLAN}. Sans région, l’analyse du Ministère.",
        ("alliances.plans.models.VersionPlan.empechements_a_rendre_avis_par",),
    ),
    Acte(
        "plans",
        "approuver",
        "Approuver le plan",
        (R.APPROBATION,),
        3,
        f"{PART_AU_PLAN}, ni qui a rendu l’avis.",
        ("alliances.plans.models.VersionPlan.empechements_a_decider_par",),
    ),
    Acte(
        "plans",
        "refuser",
        "Refuser le plan",
        (R.APPROBATION,),
        3,
        f"{PART_AU_PLAN}, ni qui a rendu l’avis; un motif.",
        ("alliances.plans.models.VersionPlan.empechements_a_decider_par",),
    ),
    # La convention
    Acte(
        "conventions",
        "signer",
        "Inscrire la signature d’un organisme",
        (R.SIGNATURE, R.SIGNATURE_TERRITOIRE, R.MESS),
        1,
        "La résolution de l’organisme : numéro, date et pièce. Un territoire, pour sa MRC cosignataire.",
        ("partie_resolution_si_signee",),
    ),
    Acte(
        "conventions",
        "signer-ministre",
        "Inscrire la signature de la ou du ministre",
        (R.APPROBATION,),
        1,
        "L’exemplaire transmis.",
        ("partie_signature_complete",),
    ),
    Acte(
        "conventions",
        "fermer",
        "Clore ou résilier une convention",
        (R.APPROBATION,),
        1,
        "Un règlement au sou près.",
        ("conventions.models.Convention.empechements_a_clore",),
    ),
    Acte(
        "conventions",
        "adopter-repartition",
        "Adopter une répartition",
        (R.SIGNATURE, R.COORDINATION),
        1,
        "La résolution, jointe.",
        ("conventions.models.Repartition.empechements_a_adopter",),
    ),
    Acte(
        "conventions",
        "approuver-transfert",
        "Approuver un transfert",
        (R.SIGNATURE,),
        2,
        "Une autre personne que celle qui le demande.",
        ("transfert_decidee_par_une_autre_personne",),
    ),
    Acte(
        "conventions",
        "recommander",
        "Recommander un versement",
        (R.DGSQ, R.DIRECTION_DGSQ),
        1,
        "Sa condition remplie. Sans région, l’analyse du Ministère.",
        ("conventions.models.EcheanceVersement.empechements_a_recommander",),
    ),
    Acte(
        "conventions",
        "autoriser",
        "Autoriser un versement",
        (R.APPROBATION,),
        2,
        "Une autre personne que celle qui recommande; le bénéficiaire y est figé.",
        ("echeance_recommande_et_autorise_differents",),
    ),
    Acte(
        "conventions",
        "verser",
        "Confirmer un virement",
        (R.FINANCES_MESS,),
        3,
        "Ni qui recommande ni qui autorise; le bénéficiaire n’a pas changé depuis l’autorisation.",
        TROIS,
    ),
    Acte(
        "conventions",
        "deroger",
        "Accorder une dérogation",
        (R.APPROBATION,),
        4,
        "Une obligation en retard, un motif; ni qui recommande, ni qui autorise, ni qui confirme.",
        ("DEROGATION_D_UNE_AUTRE", "DECISION_D_UNE_AUTRE", "VERSEMENT_PERMIS"),
    ),
    Acte(
        "conventions",
        "approuver-annulation-confirmation",
        "Annuler la confirmation d’un virement",
        (R.APPROBATION,),
        2,
        "Une autre personne que celle qui le demande; la somme encore là. De même, le règlement d’une convention "
        "résiliée.",
        (DEFAIT_A_DEUX, "conventions.models.EcheanceVersement.empechements_a_annuler_la_confirmation"),
    ),
    Acte(
        "conventions",
        "recuperer",
        "Inscrire une récupération",
        (R.FINANCES_MESS,),
        1,
        "Pas plus que ce que l’exercice a reçu; un motif.",
        ("conventions.models.Recuperation.inscrire",),
    ),
    Acte(
        "conventions",
        "approuver-annulation",
        "Défaire une répartition, un transfert ou un report",
        (R.SIGNATURE,),
        2,
        "Une autre personne que celle qui le demande; une seule fois, la somme encore là.",
        (DEFAIT_A_DEUX, "conventions.models.DemandeAnnulation.empechements_a_approuver"),
    ),
    Acte(
        "conventions",
        "approuver-annulation-recuperation",
        "Défaire une récupération",
        (R.APPROBATION,),
        2,
        "Une autre personne que celle qui le demande; une seule fois.",
        (DEFAIT_A_DEUX, "conventions.models.DemandeAnnulation.empechements_a_approuver"),
    ),
    Acte(
        "conventions",
        "approuver-reouverture",
        "Rouvrir un exercice",
        (R.APPROBATION,),
        2,
        "Une autre personne que celle qui le demande; l’exercice clos, la convention en vigueur.",
        (DEFAIT_A_DEUX, "conventions.models.DemandeAnnulation.empechements_a_rouvrir"),
    ),
    Acte(
        "conventions",
        "depenser",
        "Inscrire une dépense",
        (R.FINANCES, R.FINANCES_TERRITOIRE),
        1,
        "Pas plus que l’enveloppe; une référence qui n’a pas servi. Un territoire, de la part qu’il gère.",
        ("conventions.models.Depense.inscrire", "depense_reference_unique"),
    ),
    Acte(
        "conventions",
        "contrepasser-depense",
        "Contrepasser une dépense",
        (R.FINANCES, R.FINANCES_TERRITOIRE),
        1,
        "Une seule fois, un motif, l’exercice ouvert.",
        ("conventions.models.Depense.empechements_a_contrepasser",),
    ),
    Acte(
        "conventions",
        "remettre",
        "Remettre sa part à un territoire",
        (R.FINANCES,),
        1,
        "La gouvernance lui confie sa part; pas plus que son enveloppe.",
        ("conventions.models.Remise.inscrire", "remise_reference_unique"),
    ),
    Acte(
        "conventions",
        "contrepasser-remise",
        "Contrepasser une remise",
        (R.FINANCES, R.FINANCES_TERRITOIRE),
        1,
        "Rien n’en est dépensé; un motif. Reçue par le territoire, une autre personne que celle qui l’a inscrite.",
        ("conventions.models.Remise.empechements_a_contrepasser_par",),
    ),
    Acte(
        "conventions",
        "adopter-report",
        "Adopter le report des soldes d’un exercice",
        (R.SIGNATURE,),
        1,
        "La résolution, jointe; l’exercice fini, le suivant ouvert.",
        ("conventions.models.Report.empechements_a_adopter", "report_adoption_complete"),
    ),
    # L’initiative
    Acte(
        "projets",
        "publier-appel",
        "Publier un appel d’initiatives",
        (R.COORDINATION, R.SIGNATURE, R.SIGNATURE_TERRITOIRE),
        1,
        "Ses dates, sa réponse promise, ses enveloppes. Publié, il se prolonge, se corrige ou se retire avec un motif.",
        ("projets.models.AppelProjets.empechements_a_publier", "appel_publie_date"),
    ),
    Acte(
        "projets",
        "deposer",
        "Déposer une demande",
        (R.ENGAGEMENT,),
        1,
        "L’appel ouvert, la demande entière. Le circuit de décision y est copié.",
        ("projets.models.Initiative.empechements_a_deposer", "initiative_deposee_datee"),
    ),
    Acte(
        "projets",
        "confirmer-demande",
        "Confirmer une demande reçue autrement",
        (R.ENGAGEMENT,),
        2,
        "Une autre personne que celle qui l’a inscrite; sans elle, la demande ne se décide pas.",
        ("initiative_confirmee_par_une_autre", "initiative_confirmee_avant_d_etre_decidee"),
    ),
    Acte(
        "projets",
        "decider",
        "Inscrire la décision d’une initiative",
        (R.SIGNATURE, R.SIGNATURE_TERRITOIRE),
        1,
        "La résolution, jointe; les avis du circuit rendus. Acceptée, l’argent est réservé dans toutes ses enveloppes "
        "ou dans aucune.",
        ("decision_par_resolution", "decision_reserve_si_acceptee"),
    ),
    Acte(
        "projets",
        "repondre",
        "Envoyer les réponses d’un appel",
        (R.COORDINATION, R.SIGNATURE, R.TERRITOIRE),
        1,
        "Toutes celles que la page montre, jamais avant la date d’annonce. Chaque lettre est scellée.",
        ("projets.models.reponses.empechements_a_repondre",),
    ),
    Acte(
        "projets",
        "desister",
        "Se désister d’une initiative acceptée",
        (R.ENGAGEMENT,),
        1,
        "Un motif; pas par qui n’engage l’organisme que par une autre Table. L’argent réservé retourne aux enveloppes.",
        ("projets.models.reservations.empechements_a_desister_par",),
    ),
    Acte(
        "projets",
        "prolonger-reservation",
        "Prolonger l’argent réservé à une initiative",
        (R.COORDINATION, R.TERRITOIRE, R.SIGNATURE, R.SIGNATURE_TERRITOIRE),
        1,
        "Un motif, une fin plus tardive. L’organisme l’apprend. Un territoire, l’argent de ses enveloppes.",
        ("projets.models.reservations.empechements_a_prolonger", "initiative_reservee_si_acceptee"),
    ),
    Acte(
        "projets",
        "demander-revision",
        "Demander la révision d’un refus ou d’une non-admissibilité",
        (R.ENGAGEMENT,),
        1,
        "Une fois, un motif, dans le délai que fixe l’appel après la réponse.",
        ("projets.models.revisions.empechements_a_demander", "revision_motivee"),
    ),
    Acte(
        "projets",
        "repondre-revision",
        "Répondre à une demande de révision",
        (R.SIGNATURE, R.SIGNATURE_TERRITOIRE),
        2,
        "Un motif; une autre personne que celle qui a inscrit la réponse. Maintenue, ou le dossier revient à l’étude.",
        ("projets.models.revisions.empechements_a_repondre_a_la_revision", "revision_repondue_complete"),
    ),
    Acte(
        "projets",
        "liberer-reservation",
        "Libérer l’argent réservé à une initiative",
        (R.SIGNATURE, R.SIGNATURE_TERRITOIRE),
        1,
        "Un motif; la réponse est envoyée. Avant sa fin, une résolution; sans fin, une résolution ou la signature de "
        "l’Alliance. Un territoire, l’argent de ses enveloppes.",
        ("projets.models.reservations.empechements_a_liberer",),
    ),
    # Le protocole et ses versements
    Acte(
        "projets",
        "approuver-clauses",
        "Approuver les clauses du protocole",
        (R.SIGNATURE,),
        1,
        "Des fentes connues seulement. Approuvées, elles ne changent plus\xa0: la version suivante en est une copie.",
        (
            "projets.protocoles.models.ClausesAlliance.empechements_a_approuver",
            "clauses_approbation_complete",
        ),
    ),
    Acte(
        "projets",
        "signer-protocole",
        "Signer le protocole d’une initiative",
        (R.SIGNATURE, R.SIGNATURE_TERRITOIRE, R.ENGAGEMENT),
        2,
        "Une personne par partie, jamais la même, et personne de l’organisme pour l’Alliance. La résolution de "
        "l’organisme, jointe. La dernière signature engage l’argent.",
        (
            "projets.protocoles.models.Protocole.empechements_a_signer_par",
            "signature_protocole_par_resolution",
        ),
    ),
    Acte(
        "projets",
        "signer-avenant-protocole",
        "Signer l’avenant d’un protocole",
        (R.SIGNATURE, R.SIGNATURE_TERRITOIRE, R.ENGAGEMENT),
        2,
        "Comme le protocole. La base est relue sous verrou. La dernière signature l’applique et libère ce qui n’est "
        "plus promis; aucune somme ne monte.",
        (
            "projets.protocoles.models.AvenantProtocole.empechements_a_signer_par",
            "signature_avenant_protocole_par_resolution",
        ),
    ),
    Acte(
        "projets",
        "accepter-rapport",
        "Accepter le rapport d’un organisme, reçu hors du service",
        (R.COORDINATION, R.TERRITOIRE, R.SIGNATURE, R.SIGNATURE_TERRITOIRE),
        2,
        "Une autre personne que celle qui l’a inscrit; les versements qui l’attendaient sont libérés.",
        ("rapport_recu_accepte_par_une_autre",),
    ),
    Acte(
        "projets",
        "payer",
        "Verser à un organisme",
        (R.FINANCES, R.FINANCES_TERRITOIRE),
        1,
        "Un versement libéré, jamais plus que lui ni que l’engagé; l’identité de l’organisme n’a pas changé depuis sa "
        "signature.",
        ("projets.protocoles.models.Paiement.inscrire", "paiement_reference_unique"),
    ),
    Acte(
        "projets",
        "contrepasser-paiement",
        "Contrepasser un versement à un organisme",
        (R.FINANCES, R.FINANCES_TERRITOIRE),
        2,
        "Une autre personne que celle qui l’a inscrit; un motif, une seule fois, le protocole en vigueur.",
        ("projets.protocoles.models.Paiement.empechements_a_contrepasser_par",),
    ),
    Acte(
        "projets",
        "annuler-tranche",
        "Annuler un versement prévu",
        (R.SIGNATURE, R.SIGNATURE_TERRITOIRE),
        1,
        "Un motif; ce qui en restait engagé retourne à l’enveloppe.",
        ("projets.protocoles.models.Tranche.empechements_a_annuler",),
    ),
    Acte(
        "projets",
        "clore-protocole",
        "Clore un protocole",
        (R.SIGNATURE, R.SIGNATURE_TERRITOIRE),
        1,
        "Tout est versé ou annulé. Un relevé au cent dit ce qui est gardé, à récupérer et libéré.",
        ("projets.protocoles.models.Protocole.empechements_a_clore", "releve_rend_compte_de_tout"),
    ),
    Acte(
        "projets",
        "resilier-protocole",
        "Résilier un protocole",
        (R.SIGNATURE, R.SIGNATURE_TERRITOIRE),
        1,
        "Un motif, et qui le demande. L’engagé non versé est libéré; un relevé au cent.",
        ("projets.protocoles.models.Protocole.empechements_a_resilier", "releve_rend_compte_de_tout"),
    ),
    Acte(
        "projets",
        "inscrire-remboursement",
        "Inscrire le remboursement d’un organisme",
        (R.FINANCES, R.FINANCES_TERRITOIRE),
        1,
        "Jamais plus que ce que le relevé dit à récupérer; la somme retourne à son enveloppe.",
        ("projets.protocoles.models.Remboursement.inscrire", "remboursement_reference_unique"),
    ),
    Acte(
        "projets",
        "contrepasser-remboursement",
        "Contrepasser le remboursement d’un organisme",
        (R.FINANCES, R.FINANCES_TERRITOIRE),
        2,
        "Une autre personne que celle qui l’a inscrit; un motif, la somme encore là.",
        ("projets.protocoles.models.Remboursement.empechements_a_contrepasser_par",),
    ),
)


def en_lignes():
    """Le tableau, une ligne de mots par acte."""
    return [(a.nom, a.qui, str(a.personnes), a.condition, ", ".join(a.tenu_par)) for a in ACTES]


def en_markdown():
    """Le tableau de `docs/actes_qui_lient.md`."""
    lignes = [TITRES, ("---",) * len(TITRES)]
    lignes += [
        (*mots, ", ".join(f"`{nom}`" for nom in preuves.split(", "))) for *mots, preuves in en_lignes()
    ]
    return "\n".join(f"| {' | '.join(ligne)} |" for ligne in lignes)
