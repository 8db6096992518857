"""Ce qui entoure un plan : gouvernance, sièges, participation, contact, parties et montants fictifs.

Le profil, le contact et la participation s'inscrivent par le geste de la coordination, et donc au journal.
"""

from datetime import datetime

from django.utils import timezone

from alliances.models import (
    CircuitDecision,
    Contact,
    EtapeDecision,
    InstanceGouvernance,
    Organisme,
    ParticipationPersonnes,
    PartieAlliance,
    ProfilGouvernance,
    SecteurActeur,
    Siege,
)
from alliances.models.changements import ajouter
from alliances.reference import lire_reference
from conventions.models import Convention
from conventions.models.beneficiaires import QUI_RECOIT
from demonstration.lecture import fiche

FICTIF = "Modèle fictif, choisi pour la démonstration : il ne décrit pas le fonctionnement réel de la région."


def inscrire_montants(alliances):
    """Donne un montant inventé, et marqué comme tel, aux Alliances dont le montant n'est pas publié."""
    montants = {ligne["alliance"]: ligne["montant_demo_fictif"] for ligne in lire_reference().signataires}
    for alliance in alliances:
        if alliance.montant is None:
            alliance.montant, alliance.montant_fictif = montants[alliance.slug], True
            alliance.save(update_fields=["montant", "montant_fictif"])


def inscrire_fournisseurs(alliances):
    """Donne à qui recevra l'argent un numéro de fournisseur inventé, qui le dit; un NEQ, public, ne s'invente pas.

    Seulement avant les conventions : ensuite, un numéro neuf arrêterait les versements autorisés.
    """
    if Convention.objects.exists():
        return
    recoivent = PartieAlliance.objects.filter(alliance__in=alliances, qualite__in=QUI_RECOIT)
    organismes = Organisme.objects.filter(pk__in=recoivent.values("organisme"), numero_fournisseur="")
    for rang, organisme in enumerate(organismes.order_by("nom_normalise"), start=1):
        organisme.numero_fournisseur = f"FICTIF-{rang:02}"
        organisme.save(update_fields=["numero_fournisseur"])


def poser_cadre(alliance, donnees, acteurs):
    """Complète ce qui manque autour du plan; une gouvernance déjà décrite n'est pas touchée."""
    for nom in donnees.get("cosignataires", ()):
        defauts = {"forme": Organisme.Forme.MUNICIPAL, "territoire": _territoire_de(nom, alliance)}
        mrc, _ = Organisme.objects.get_or_create(nom=nom, defaults=defauts)
        qualite = PartieAlliance.Qualite.COSIGNATAIRE
        if not alliance.parties.filter(organisme=mrc, qualite=qualite).exists():
            PartieAlliance.objects.create(alliance=alliance, organisme=mrc, qualite=qualite)
    if not alliance.contacts.exists():
        contact = Contact(
            alliance=alliance,
            fonction="Coordination",
            nom=acteurs.coordination.nom_complet,
            courriel=acteurs.coordination.courriel,
            telephone=acteurs.coordination.telephone or "418 555-0100",
            principal=True,
        )
        ajouter(contact, par=acteurs.coordination, le=_le(2024, 11, 18))
    if not ProfilGouvernance.objects.filter(alliance=alliance).exists():
        modele = fiche(f"gouvernance/{donnees['gouvernance']}")
        profil = modele["profil"] | donnees.get("profil", {})
        decrire_gouvernance(alliance, modele | {"profil": profil}, acteurs.coordination)
        for ligne in modele["participation"]:
            fin = int(ligne["exercice"][-4:])
            participation = ParticipationPersonnes(alliance=alliance, **ligne)
            ajouter(participation, par=acteurs.coordination, le=_le(fin, 4, 20))


def _territoire_de(mrc, alliance):
    """« MRC des Basques » : Les Basques; `None` si aucun territoire de l'Alliance ne porte ce nom."""
    noms = {f"MRC de {t.nom}".replace("de Les ", "des "): t for t in alliance.territoires.all()}
    return noms.get(mrc)


def _le(an, mois, jour):
    """Ce jour-là au matin, ou maintenant s'il n'est pas encore venu."""
    return min(timezone.make_aware(datetime(an, mois, jour, 9, 30)), timezone.now())


def decrire_gouvernance(alliance, modele, coordination):
    champs = modele["profil"].copy()
    if modele["fictif"]:
        champs["modalite_propre"] = f"{FICTIF} {champs.get('modalite_propre', '')}".strip()
    profil = ProfilGouvernance(alliance=alliance, **champs)
    ajouter(profil, par=coordination, le=_le(2024, 12, 9))
    secteurs = {secteur.code: secteur for secteur in SecteurActeur.objects.all()}
    instances = {}
    for rang, ligne in enumerate(modele["instances"]):
        champs = {nom: ligne[nom] for nom in ("nom", "palier", "nature", "mandat")}
        instance = InstanceGouvernance.objects.create(alliance=alliance, rang=rang, **champs)
        instances[instance.nom] = instance
        Siege.objects.bulk_create(
            Siege(
                instance_gouvernance=instance,
                secteur=secteurs[secteur],
                libelle=libelle,
                prevus=prevus,
                pourvus=pourvus,
                droit=droit,
            )
            for secteur, libelle, prevus, pourvus, droit in ligne["sieges"]
        )
    for ligne in modele["circuits"]:
        conditions = {nom: ligne.get(nom, "") for nom in ("palier", "origine")}
        circuit = CircuitDecision(alliance=alliance, nom=ligne["nom"], **conditions)
        circuit.decide = instances[ligne["decide"]]
        ajouter(circuit, par=coordination, le=_le(2024, 12, 9))
        for instance, acte in ligne.get("etapes", ()):
            etape = EtapeDecision(circuit=circuit, instance_gouvernance=instances[instance], acte=acte)
            ajouter(etape, par=coordination, le=_le(2024, 12, 9))
