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


def _leve_seul(personne, convention, instant):
    """Cette personne a levé seule un retard : repoussé une fois passé, ou reçu, pas accepté (`levees_par`)."""
    return (
        f"EXISTS (SELECT 1 FROM conventions_obligation o WHERE o.convention_id = {convention} "
        f"AND o.annulee_le IS NULL AND ((o.recue_par_id = {personne} AND o.acceptee_le IS NULL "
        f"AND o.echeance < JOUR({instant})) OR (o.recue_le IS NULL "
        "AND EXISTS (SELECT 1 FROM conventions_prolongation p "
        f"WHERE p.obligation_id = o.id AND p.prolongee_par_id = {personne} AND p.ancienne < JOUR(p.prolongee_le)))))"
    )


# Échéance autorisée, par quelqu'un d'autre que qui recommande, autorise ou lève seul un retard, jamais plus que son
# montant une fois écartés les virements annulés; et la référence n'a servi qu'à des confirmations annulées depuis.
PERMIS = (
    "EXISTS (SELECT 1 FROM conventions_echeanceversement e WHERE e.id = NEW.echeance_id AND e.etat = 'autorisee' "
    "AND e.autorisee_par_id <> NEW.par_id AND e.recommandee_par_id <> NEW.par_id "
    "AND NOT EXISTS (SELECT 1 FROM conventions_derogation d WHERE d.echeance_id = e.id AND d.revoquee_le IS NULL "
    f"AND d.accordee_par_id = NEW.par_id) AND NOT {_leve_seul('NEW.par_id', 'e.convention_id', 'NEW.inscrite_le')} "
    "AND e.montant >= NEW.montant + "
    "(SELECT COALESCE(SUM(v.montant), 0) FROM conventions_versement v WHERE v.echeance_id = NEW.echeance_id "
    "AND NOT EXISTS (SELECT 1 FROM conventions_annulationversement a WHERE a.versement_id = v.id))) "
    "AND NEW.annulations_avant = (SELECT COUNT(*) FROM conventions_annulationversement a "
    "JOIN conventions_versement v ON v.id = a.versement_id WHERE v.reference = NEW.reference)"
)
VERSEMENT_PERMIS = Declencheur(
    "INSERT",
    condition=f"NOT ({PERMIS})",
    refus="Versement refusé\u00a0: échéance non autorisée ou déjà versée, confirmée par qui la recommande, "
    "l’autorise, en accorde la dérogation ou lève seul un retard, ou référence qui sert déjà.",
)

# Qui accorde une dérogation ne recommande ni n'autorise, quel que soit le premier venu des deux gestes.
DEROGATION_D_UNE_AUTRE = Declencheur(
    "INSERT",
    condition="EXISTS (SELECT 1 FROM conventions_echeanceversement e WHERE e.id = NEW.echeance_id "
    "AND NEW.accordee_par_id IN (e.recommandee_par_id, e.autorisee_par_id))",
    refus="Dérogation refusée\u00a0: elle est accordée par qui recommande ou autorise le versement.",
)
# Un retard levé après coup ne défait pas une autorisation donnée : seule celle qui s'inscrit est jugée.
AUTORISE = (
    "NEW.autorisee_par_id IS NOT NULL AND (OLD.autorisee_le IS NULL OR OLD.autorisee_le <> NEW.autorisee_le "
    "OR OLD.autorisee_par_id <> NEW.autorisee_par_id)"
)
DECISION_D_UNE_AUTRE = Declencheur(
    "UPDATE",
    condition="EXISTS (SELECT 1 FROM conventions_derogation d WHERE d.echeance_id = NEW.id "
    "AND d.revoquee_le IS NULL AND d.accordee_par_id IN (NEW.recommandee_par_id, NEW.autorisee_par_id)) "
    f"OR ({AUTORISE} AND {_leve_seul('NEW.autorisee_par_id', 'NEW.convention_id', 'NEW.autorisee_le')})",
    refus="Refusé\u00a0: la recommandation ou l’autorisation est de qui accorde la dérogation, ou l’autorisation, "
    "de qui lève seul un retard.",
)
RECEPTION_D_UNE_AUTRE = Declencheur(
    "INSERT",
    condition="EXISTS (SELECT 1 FROM conventions_remise r WHERE r.id = NEW.remise_id AND r.par_id = NEW.par_id)",
    refus="Réception refusée\u00a0: elle est confirmée par qui inscrit la remise.",
)


def sortie_ecrite(table, compte, *, signe="", permise="TRUE", par_objet=""):
    """La ligne est celle de son écriture, et sa référence n'a servi qu'à des lignes contrepassées depuis.

    `signe` : « - » pour une somme qui revient; `permise` : ce que la table demande de plus, en SQL; `par_objet` : la
    colonne de ce qu'une même référence paie une fois chacun.
    """
    chacun = f" AND s.{par_objet} = NEW.{par_objet}" if par_objet else ""
    ecrite = (
        "EXISTS (SELECT 1 FROM conventions_ecriture e WHERE e.id = NEW.ecriture_id "
        "AND e.convention_id = NEW.convention_id AND e.enveloppe_id = NEW.enveloppe_id "
        f"AND e.montant = {signe}NEW.montant AND e.compte = '{compte}')"
    )
    contrepassees = (
        f"(SELECT COUNT(*) FROM {table} s JOIN conventions_ecriture c ON c.contrepasse_id = s.ecriture_id "
        f"WHERE s.convention_id = NEW.convention_id AND s.reference = NEW.reference{chacun})"
    )
    return Declencheur(
        "INSERT",
        condition=f"NOT ({ecrite} AND NEW.annulations_avant = {contrepassees} AND {permise})",
        refus="Refusé\u00a0: sans son écriture au grand livre, ou sous une référence qui sert déjà.",
    )


def _figee(quoi, evenement, condition):
    return Declencheur(evenement, condition=condition, refus=f"{quoi} ne change plus, ni ses lignes.")


def _adopte(table, ligne):
    """L'acte de cette ligne est adopté; `table` est la sienne, sans le préfixe de la pièce."""
    return (
        f"EXISTS (SELECT 1 FROM conventions_{table} r WHERE r.id = {ligne}.{table}_id AND r.etat = 'adoptee')"
    )


def _acte_fige(quoi):
    return tuple(_figee(quoi, evenement, "OLD.etat = 'adoptee'") for evenement in ("UPDATE", "DELETE"))


def _lignes_figees(quoi, table):
    avant, apres = _adopte(table, "OLD"), _adopte(table, "NEW")
    conditions = {"INSERT": apres, "UPDATE": f"{avant} OR {apres}", "DELETE": avant}
    return tuple(_figee(quoi, evenement, condition) for evenement, condition in conditions.items())


REPARTITION_FIGEE = _acte_fige("Une répartition adoptée")
LIGNES_FIGEES = _lignes_figees("Une répartition adoptée", "repartition")
REPORT_FIGE = _acte_fige("Un report adopté")
LIGNES_DE_REPORT_FIGEES = _lignes_figees("Un report adopté", "report")
