"""Ce que la base garde elle-même : le solde de chaque enveloppe, un versement permis, une répartition adoptée."""

from socle.declencheurs import Declencheur

# Ce qui se tient à la racine d'un exercice, et ce qui se tient à toute enveloppe.
COMPTES_DE_LA_RACINE = ("convenu", "recu", "recupere", "annule")
EMPLOIS = ("reserve", "engage", "verse", "depense", "remis")
COMPTES = (*COMPTES_DE_LA_RACINE, "alloue", *EMPLOIS)
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
    "AND e.autorisee_par_id <> NEW.par_id AND e.recommandee_par_id <> NEW.par_id AND e.montant >= NEW.montant + "
    "(SELECT COALESCE(SUM(v.montant), 0) FROM conventions_versement v WHERE v.echeance_id = NEW.echeance_id "
    "AND NOT EXISTS (SELECT 1 FROM conventions_annulationversement a WHERE a.versement_id = v.id))) "
    "AND NEW.annulations_avant = (SELECT COUNT(*) FROM conventions_annulationversement a "
    "JOIN conventions_versement v ON v.id = a.versement_id WHERE v.reference = NEW.reference)"
)
VERSEMENT_PERMIS = Declencheur(
    "INSERT",
    condition=f"NOT ({PERMIS})",
    refus="Versement refusé\u00a0: échéance non autorisée ou déjà versée, confirmée par qui la recommande ou "
    "l’autorise, ou référence qui sert déjà.",
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
