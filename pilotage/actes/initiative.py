"""L’initiative, son protocole et ses versements."""

from alliances.models import Role
from pilotage.actes.acte import Acte

R = Role
ACTES = (
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
        "plus promis; aucune somme ne monte. Qui reprend le protocole le signe.",
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
        "Un versement libéré, jamais plus que lui ni que l’engagé; l’identité de l’organisme est celle qu’il a "
        "signée, au protocole ou à un avenant. Arrêté, seulement ce que la banque date d’avant, avec un motif.",
        ("projets.protocoles.models.Paiement.inscrire", "paiement_reference_unique"),
    ),
    Acte(
        "projets",
        "contrepasser-paiement",
        "Contrepasser un versement à un organisme",
        (R.FINANCES, R.FINANCES_TERRITOIRE),
        2,
        "Une autre personne que celle qui l’a inscrit; un motif, une seule fois. Le protocole fini, pas plus que ce "
        "que le relevé lui laisse, et un relevé rectificatif le dit.",
        ("projets.protocoles.models.Paiement.empechements_a_contrepasser_par",),
    ),
    Acte(
        "projets",
        "annuler-tranche",
        "Annuler un versement prévu",
        (R.SIGNATURE, R.SIGNATURE_TERRITOIRE),
        1,
        "Un motif, la résolution et l’avis transmis, joint; ce qui en restait engagé retourne à l’enveloppe.",
        ("projets.protocoles.models.Tranche.empechements_a_annuler",),
    ),
    Acte(
        "projets",
        "clore-protocole",
        "Clore un protocole",
        (R.SIGNATURE, R.SIGNATURE_TERRITOIRE),
        1,
        "La fin passée, tout versé ou annulé, le rapport final accepté; un motif, si l’organisme garde plus que "
        "dépensé. Un relevé au cent.",
        ("projets.protocoles.models.Protocole.empechements_a_clore", "releve_rend_compte_de_tout"),
    ),
    Acte(
        "projets",
        "resilier-protocole",
        "Résilier un protocole",
        (R.SIGNATURE, R.SIGNATURE_TERRITOIRE),
        1,
        "Un motif, qui le demande, la résolution et l’avis transmis, joint. L’engagé non versé est libéré; un relevé "
        "au cent.",
        ("projets.protocoles.models.Protocole.empechements_a_resilier", "releve_rend_compte_de_tout"),
    ),
    Acte(
        "projets",
        "confirmer-rectificatif",
        "Confirmer un relevé rectificatif",
        (R.SIGNATURE, R.SIGNATURE_TERRITOIRE),
        2,
        "Une autre personne que celle qui le propose; un motif. Ni plus à récupérer que versé, ni moins que déjà "
        "rendu. Il radie ou ajoute une dette; rien ne bouge au grand livre.",
        (
            "projets.protocoles.models.Rectificatif.empechements_a_confirmer_par",
            "rectificatif_confirme_par_une_autre",
        ),
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
