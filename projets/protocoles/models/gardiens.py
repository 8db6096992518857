"""Ce que la base garde elle-même d'un protocole : des clauses approuvées, un échéancier transmis, deux signatures."""

from socle.declencheurs import Declencheur


def _fige(refus, conditions):
    return tuple(Declencheur(evenement, refus, condition) for evenement, condition in conditions.items())


_APPROUVEES = "Des clauses approuvées ne changent plus\u00a0: la version suivante en est une copie."
CLAUSES_APPROUVEES = _fige(_APPROUVEES, dict.fromkeys(("UPDATE", "DELETE"), "OLD.approuvee_le IS NOT NULL"))


def _des_clauses(ligne):
    return (
        f"EXISTS (SELECT 1 FROM protocoles_clausesalliance c WHERE c.id = {ligne}.clauses_id "
        "AND c.approuvee_le IS NOT NULL)"
    )


ARTICLES_APPROUVES = _fige(
    _APPROUVEES,
    {
        "INSERT": _des_clauses("NEW"),
        "UPDATE": f"{_des_clauses('OLD')} OR {_des_clauses('NEW')}",
        "DELETE": _des_clauses("OLD"),
    },
)


def _transmis(ligne):
    return (
        f"EXISTS (SELECT 1 FROM protocoles_protocole p WHERE p.id = {ligne}.protocole_id "
        "AND p.etat <> 'preparation')"
    )


# Transmise, une tranche vit encore (libérée, versée…); ce qu'elle promet ne change plus.
PROMET = ("protocole_id", "rang", "affectation_id", "montant", "condition", "prevue_le", "retenue")
_CHANGE = " OR ".join(f"OLD.{colonne} <> NEW.{colonne}" for colonne in PROMET)
# La porte de l'avenant : entre sa dernière signature et son entrée en vigueur, lui seul ajoute un versement.
_SIGNE_DES_DEUX = (
    "(SELECT COUNT(*) FROM protocoles_signatureavenantprotocole s "
    "WHERE s.avenant_id = {a}.id AND s.tour = {a}.tour AND s.sens = 'signe') = 2"
)
_PAR_UN_AVENANT = (
    "EXISTS (SELECT 1 FROM protocoles_avenantprotocole a WHERE a.id = NEW.avenant_id "
    f"AND a.protocole_id = NEW.protocole_id AND a.etat = 'transmis' AND {_SIGNE_DES_DEUX.format(a='a')})"
)
ECHEANCIER_TRANSMIS = _fige(
    "L’échéancier d’un protocole transmis ne change plus.",
    {
        "INSERT": f"{_transmis('NEW')} AND NOT {_PAR_UN_AVENANT}",
        "UPDATE": f"({_CHANGE}) AND ({_transmis('OLD')} OR {_transmis('NEW')})",
        "DELETE": _transmis("OLD"),
    },
)


def _signature_permise(sujet, modele, signature):
    """Les deux côtés d'un même tour ne sont jamais de la même main; on ne signe que ce qui est transmis."""
    return Declencheur(
        "INSERT",
        condition=f"NOT EXISTS (SELECT 1 FROM protocoles_{modele} p WHERE p.id = NEW.{sujet}_id "
        "AND p.etat = 'transmis' AND p.tour = NEW.tour) "
        f"OR EXISTS (SELECT 1 FROM protocoles_{signature} s WHERE s.{sujet}_id = NEW.{sujet}_id "
        "AND s.tour = NEW.tour AND s.par_id = NEW.par_id)",
        refus="Signature refusée\u00a0: rien n’est transmis, ou la même personne répond des deux côtés.",
    )


SIGNATURE_PERMISE = _signature_permise("protocole", "protocole", "signatureprotocole")
SIGNATURE_D_AVENANT_PERMISE = _signature_permise("avenant", "avenantprotocole", "signatureavenantprotocole")

# Fini, un avenant ne bouge plus; transmis, ce qu'il dit non plus; en vigueur, il est signé des deux.
_DIT = ("protocole_id", "rang", "motif", "base", "propositions", "empreinte")
_REDIT = " OR ".join(
    (
        *(f"OLD.{colonne} <> NEW.{colonne}" for colonne in _DIT),
        "COALESCE(OLD.repreneur_id, 0) <> COALESCE(NEW.repreneur_id, 0)",
    )
)
AVENANT_TRANSMIS = _fige(
    "Un avenant transmis ne change plus\u00a0: il se signe, se refuse, se reprend ou s’abandonne.",
    {
        "UPDATE": "OLD.etat IN ('signe', 'refuse', 'abandonne') "
        f"OR OLD.etat = 'transmis' AND NEW.etat <> 'preparation' AND ({_REDIT}) "
        f"OR NEW.etat = 'signe' AND NOT {_SIGNE_DES_DEUX.format(a='NEW')}",
        "DELETE": "",
    },
)

# Le bénéficiaire d'un protocole est une identité que l'organisme a signée : au protocole, ou à un de ses avenants.
_FIGE = ("nom_fige", "neq_fige", "fournisseur_fige")
_IDENTITE_CHANGE = " OR ".join(f"OLD.{colonne} <> NEW.{colonne}" for colonne in _FIGE)
_SIGNEE = "s.cote = 'organisme' AND s.sens = 'signe' AND " + " AND ".join(f"s.{c} = NEW.{c}" for c in _FIGE)
BENEFICIAIRE_SIGNE = (
    Declencheur(
        "UPDATE",
        condition=f"({_IDENTITE_CHANGE}) AND NOT EXISTS (SELECT 1 FROM protocoles_signatureprotocole s "
        f"WHERE s.protocole_id = NEW.id AND {_SIGNEE}) AND NOT EXISTS "
        "(SELECT 1 FROM protocoles_signatureavenantprotocole s JOIN protocoles_avenantprotocole a "
        f"ON a.id = s.avenant_id WHERE a.protocole_id = NEW.id AND {_SIGNEE})",
        refus="Le bénéficiaire d’un protocole est celui que l’organisme a signé.",
    ),
)

# Un virement que la banque date d'avant l'arrêt de son versement s'inscrit encore; rien d'autre.
_LIBERE = "t.etat = 'liberee' AND p.etat = 'signe' AND NEW.parti_avant = ''"
_PARTI = (
    "NEW.parti_avant = 'suspension' AND t.etat = 'suspendue' AND NEW.faite_le <= JOUR(p.suspendu_le) "
    "OR NEW.parti_avant = 'annulation' AND t.etat = 'annulee' AND t.liberee_le IS NOT NULL "
    "AND NEW.faite_le <= JOUR(t.annulee_le)"
)
# Sur une tranche libérée d'un protocole signé, et jamais plus qu'elle une fois écartés les paiements contrepassés.
PAIEMENT_PERMIS = (
    "EXISTS (SELECT 1 FROM protocoles_tranche t JOIN protocoles_protocole p ON p.id = t.protocole_id "
    "JOIN projets_affectation a ON a.id = t.affectation_id "
    f"WHERE t.id = NEW.tranche_id AND ({_LIBERE} OR {_PARTI}) AND a.enveloppe_id = NEW.enveloppe_id "
    "AND t.montant >= NEW.montant + (SELECT COALESCE(SUM(v.montant), 0) FROM protocoles_paiement v "
    "WHERE v.tranche_id = t.id AND NOT EXISTS "
    "(SELECT 1 FROM conventions_ecriture c WHERE c.contrepasse_id = v.ecriture_id)))"
)

# Une référence ne sert à un autre versement que dans le même lot, le même jour, au même organisme : un seul chèque.
PAIEMENT_PERMIS += (
    " AND NOT EXISTS (SELECT 1 FROM protocoles_paiement v WHERE v.convention_id = NEW.convention_id "
    "AND v.reference = NEW.reference AND v.tranche_id <> NEW.tranche_id AND NOT (v.lot = NEW.lot "
    "AND v.faite_le = NEW.faite_le AND v.nom_fige = NEW.nom_fige AND v.neq_fige = NEW.neq_fige "
    "AND v.fournisseur_fige = NEW.fournisseur_fige) AND NOT EXISTS "
    "(SELECT 1 FROM conventions_ecriture c WHERE c.contrepasse_id = v.ecriture_id))"
)

# Jamais plus que ce que le relevé dit à récupérer, les remboursements contrepassés écartés.
REMBOURSEMENT_PERMIS = (
    "EXISTS (SELECT 1 FROM protocoles_lignedereleve l JOIN projets_affectation a ON a.id = l.affectation_id "
    "WHERE l.id = NEW.ligne_id AND a.enveloppe_id = NEW.enveloppe_id "
    "AND l.a_recuperer >= NEW.montant + (SELECT COALESCE(SUM(v.montant), 0) FROM protocoles_remboursement v "
    "WHERE v.ligne_id = l.id AND NOT EXISTS "
    "(SELECT 1 FROM conventions_ecriture c WHERE c.contrepasse_id = v.ecriture_id)))"
)

# Une ligne de relevé ne change que par un rectificatif confirmé, de ce qu'elle disait à ce qu'il dit.
_SOMMES = ("a_recuperer", "radie", "libere")
_AVANT_ET_APRES = " AND ".join(f"r.{s}_avant = OLD.{s} AND r.{s} = NEW.{s}" for s in _SOMMES)
_AUTRE_LIGNE = " OR ".join(f"OLD.{c} <> NEW.{c}" for c in ("id", "protocole_id", "affectation_id", "decide"))
_RECTIFIEE = (
    "EXISTS (SELECT 1 FROM protocoles_lignerectifiee r JOIN protocoles_rectificatif x ON x.id = r.rectificatif_id "
    f"WHERE r.ligne_id = OLD.id AND x.confirme_le IS NOT NULL AND {_AVANT_ET_APRES})"
)
RELEVE_RECTIFIE = _fige(
    "Un relevé ne change que par un relevé rectificatif, confirmé d’une autre personne.",
    {"UPDATE": f"{_AUTRE_LIGNE} OR NOT {_RECTIFIEE}", "DELETE": ""},
)
_PROPOSE = ("id", "protocole_id", "motif", "propose_le", "propose_par_id")
_REPROPOSE = " OR ".join(f"OLD.{colonne} <> NEW.{colonne}" for colonne in _PROPOSE)
RECTIFICATIF_REPONDU_UNE_FOIS = _fige(
    "Un relevé rectificatif ne se modifie ni ne s’efface\u00a0: il se confirme ou s’écarte, une fois.",
    {
        "UPDATE": f"OLD.confirme_le IS NOT NULL OR OLD.ecarte_le IS NOT NULL OR {_REPROPOSE}",
        "DELETE": "",
    },
)

# Inscrit, un rapport n'attend que d'être accepté, ou non, une fois; rien d'autre n'y change.
_RAPPORT = "Un rapport reçu ne se modifie ni ne s’efface\u00a0: il s’accepte ou non, une fois."
_ECRIT = ("id", "protocole_id", "attendu_le", "quoi", "recu_le", "depense", "inscrit_le", "inscrit_par_id")
_RECRIT = " OR ".join(f"OLD.{colonne} <> NEW.{colonne}" for colonne in _ECRIT)
RAPPORT_JUGE_UNE_FOIS = _fige(
    _RAPPORT,
    {
        "UPDATE": "OLD.accepte_le IS NOT NULL OR OLD.refuse_le IS NOT NULL "
        f"OR NEW.accepte_le IS NULL AND NEW.refuse_le IS NULL OR {_RECRIT}",
        "DELETE": "",
    },
)

# Demandé, un changement n'attend que sa réponse, une fois.
_DEMANDE = ("id", "protocole_id", "nature", "demande", "demande_le", "demande_par_id")
_REDEMANDE = " OR ".join(f"OLD.{colonne} <> NEW.{colonne}" for colonne in _DEMANDE)
CHANGEMENT_REPONDU_UNE_FOIS = _fige(
    "Un changement demandé ne se modifie ni ne s’efface\u00a0: la Table y répond, une fois.",
    {"UPDATE": f"OLD.repondu_le IS NOT NULL OR NEW.repondu_le IS NULL OR {_REDEMANDE}", "DELETE": ""},
)
