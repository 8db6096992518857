"""Ce que la base garde elle-même : le solde de chaque enveloppe, un versement permis, une répartition adoptée."""

from socle.declencheurs import Declencheur

COMPTES = ("convenu", "recu", "alloue", "reserve", "engage", "verse")
CUMULS = ", ".join(
    f"{compte} = {compte} + CASE WHEN NEW.compte = '{compte}' THEN NEW.montant ELSE 0 END"
    for compte in COMPTES
)
OUVRIR_LE_SOLDE = Declencheur(
    "INSERT",
    action=f"INSERT INTO conventions_solde (enveloppe_id, {', '.join(COMPTES)}) "
    f"VALUES (NEW.id, {', '.join('0' for _ in COMPTES)})",
)
CUMULER_LE_SOLDE = Declencheur(
    "INSERT", action=f"UPDATE conventions_solde SET {CUMULS} WHERE enveloppe_id = NEW.enveloppe_id"
)

# Échéance autorisée, par quelqu'un d'autre que qui recommande ou autorise, jamais plus que son montant une fois écartés
# les virements annulés; et la référence n'a servi qu'à des confirmations annulées depuis.
PERMIS = (
    "EXISTS (SELECT 1 FROM conventions_echeanceversement e WHERE e.id = NEW.echeance_id AND e.etat = 'autorisee' "
    "AND e.autorisee_par_id <> NEW.par_id AND e.recommandee_par_id <> NEW.par_id "
    "AND NOT EXISTS (SELECT 1 FROM conventions_derogation d WHERE d.echeance_id = e.id AND d.revoquee_le IS NULL "
    "AND d.accordee_par_id = NEW.par_id) AND e.montant >= NEW.montant + "
    "(SELECT COALESCE(SUM(v.montant), 0) FROM conventions_versement v WHERE v.echeance_id = NEW.echeance_id "
    "AND NOT EXISTS (SELECT 1 FROM conventions_annulationversement a WHERE a.versement_id = v.id))) "
    "AND NEW.annulations_avant = (SELECT COUNT(*) FROM conventions_annulationversement a "
    "JOIN conventions_versement v ON v.id = a.versement_id WHERE v.reference = NEW.reference)"
)
VERSEMENT_PERMIS = Declencheur(
    "INSERT",
    condition=f"NOT ({PERMIS})",
    refus="Versement refusé\u00a0: échéance non autorisée ou déjà versée, confirmée par qui la recommande, "
    "l’autorise ou en accorde la dérogation, ou référence qui sert déjà.",
)

# Une dérogation et une autorisation sont de deux personnes, quelle que soit la première venue.
DEROGATION_D_UNE_AUTRE = Declencheur(
    "INSERT",
    condition="EXISTS (SELECT 1 FROM conventions_echeanceversement e WHERE e.id = NEW.echeance_id "
    "AND e.autorisee_par_id = NEW.accordee_par_id)",
    refus="Dérogation refusée\u00a0: elle est accordée par qui autorise le versement.",
)
AUTORISATION_D_UNE_AUTRE = Declencheur(
    "UPDATE",
    condition="EXISTS (SELECT 1 FROM conventions_derogation d WHERE d.echeance_id = NEW.id "
    "AND d.revoquee_le IS NULL AND d.accordee_par_id = NEW.autorisee_par_id)",
    refus="Autorisation refusée\u00a0: elle est de qui accorde la dérogation.",
)


def _figee(evenement, condition):
    refus = "Une répartition adoptée ne change plus, ni ses lignes."
    return Declencheur(evenement, condition=condition, refus=refus)


def _adoptee(ligne):
    return (
        "EXISTS (SELECT 1 FROM conventions_repartition r "
        f"WHERE r.id = {ligne}.repartition_id AND r.etat = 'adoptee')"
    )


REPARTITION_FIGEE = (_figee("UPDATE", "OLD.etat = 'adoptee'"), _figee("DELETE", "OLD.etat = 'adoptee'"))
LIGNES_FIGEES = (
    _figee("INSERT", _adoptee("NEW")),
    _figee("UPDATE", f"{_adoptee('OLD')} OR {_adoptee('NEW')}"),
    _figee("DELETE", _adoptee("OLD")),
)
