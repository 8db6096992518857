"""Les histoires des plans : chacune joue les vrais gestes, aux dates du récit."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from django.utils import timezone

from alliances.models import Alliance, Mandat, Role
from alliances.plans.models import ControleExamen, DemandeCorrection, ObservationPlan, PlanAction
from demonstration.annonces import annoncer
from demonstration.derivation import plan_derive, priorite_derivee
from demonstration.ecriture import ajouter_priorite, remplir
from demonstration.horloge import vrai_jour
from demonstration.lecture import fiche, plan_ecrit
from demonstration.personnes import Acteurs
from demonstration.resolution import resolution_pdf

PREPARATION = 70  # jours entre l'ouverture d'un plan et son dépôt
ADOPTION = 6  # jours entre l'adoption et le dépôt
OUVERTURE = 40  # jours entre l'ouverture d'une modification et son dépôt
MOTIF = "Ajout d’une priorité demandée par les concertations locales; une cible dépassée est relevée."
RETOUCHE = ("qui augmente et change de visage", "qui a doublé en deux ans")
AVIS_FAVORABLE = (
    "Le plan répond aux quinze éléments du guide. La concertation est réelle et les cibles sont mesurables. "
    "Nous recommandons son approbation."
)
AVIS_RESERVES = (
    "Le plan est cohérent et mobilisateur. Deux réserves : la place des milieux scolaires reste à préciser "
    "et des cibles reposent sur un point de départ estimé. Ces précisions peuvent venir en cours d’année."
)


def lettre(recit):
    """Le numéro, inventé, de la lettre de la ou du ministre."""
    return f"MIN-{recit.jour.year}-{recit.alliance.pk:03d} (fictive)"


@dataclass
class Recit:
    """Une Alliance, sa fiche, ses acteurs et le jour pivot : celui du dépôt, ou de l'ouverture."""

    alliance: Alliance
    donnees: dict
    acteurs: Acteurs

    @property
    def jour(self):
        return self.donnees.get("depart") or vrai_jour() - timedelta(self.donnees.get("depart_il_y_a", 20))

    def de_la_suite(self):
        """Le même récit, autour du dépôt de la version suivante."""
        depart = self.donnees.get("suite_le")
        return replace(
            self,
            donnees=self.donnees
            | {"depart": depart, "depart_il_y_a": self.donnees.get("suite_il_y_a"), "numero": 2},
        )

    @property
    def echeance(self):
        """La date prolongée du plan qui n'était pas prêt à celle de tous; sinon `None`."""
        if "echeance_dans" in self.donnees:
            return vrai_jour() + timedelta(self.donnees["echeance_dans"])
        return None if "depart" in self.donnees else self.jour + timedelta(self.donnees.get("delai", 10))

    def a(self, jours, heure=10):
        """L'instant situé `jours` après le jour pivot, à l'heure dite; jamais dans le futur."""
        instant = datetime.combine(self.jour + timedelta(jours), time(heure))
        return min(timezone.make_aware(instant), timezone.now())

    def plan(self):
        """Le texte du plan : écrit en entier, ou dérivé de la banque."""
        if "plan" in self.donnees:
            return plan_ecrit(self.donnees["plan"], sans=self.donnees.get("priorite_ajoutee"))
        signataire = self.alliance.parties.filter(qualite="signataire").select_related("organisme").get()
        return plan_derive(
            self.donnees,
            nom_de_la_table=self.alliance.table_regionale.nom,
            signataire=signataire.organisme.nom,
            territoires=self.territoires(),
        )

    def priorite_ajoutee(self):
        """Celle que la version suivante ajoute."""
        nom = self.donnees["priorite_ajoutee"]
        if "plan" in self.donnees:
            return fiche(f"{self.donnees['plan']}/priorites/{nom}")
        return priorite_derivee(nom, self.donnees, self.territoires())

    def territoires(self):
        return list(self.alliance.territoires.values_list("code", "nom"))


def jouer(recit):
    """Joue l'histoire de la fiche, à moins que l'Alliance ait déjà un plan. Retourne vrai si elle a joué."""
    histoire = recit.donnees.get("histoire")
    if histoire is None or PlanAction.objects.filter(alliance=recit.alliance).exists():
        return False
    version = HISTOIRES[histoire](recit)
    if "suite" in recit.donnees:
        suite = recit.de_la_suite()
        HISTOIRES[recit.donnees["suite"]](suite, modification(suite, version))
    return True


def ouvrir(recit, *, jours=0):
    plan = PlanAction.ouvrir(recit.alliance, par=recit.acteurs.coordination, le=recit.a(jours))
    if recit.echeance:
        plan.echeance = recit.echeance
        plan.save(update_fields=["echeance"])
    return plan.version_ouverte()


def en_modification(recit, version):
    """La version suivante s'écrit; la précédente reste en vigueur."""
    return version


def pret_a_adopter(recit, version):
    """Complète : il ne reste qu'à l'adopter, puis à la déposer."""
    _observer(recit, version)
    return version


def _observer(recit, version):
    """La ressource d'un territoire laisse un mot sur la section qui parle de lui."""
    territoires = recit.alliance.territoires.all()
    mandat = Mandat.objects.en_vigueur().filter(role=Role.TERRITOIRE, territoire__in=territoires).first()
    texte = (
        "Le tableau des zones à privilégier pourrait nommer la haute vallée : "
        "trois municipalités y ont perdu leur dernier commerce d’alimentation."
    )
    par, le = mandat.utilisateur, recit.a(-4, 9)
    observation = ObservationPlan.ecrire(version, par=par, cible=("section", "2c"), texte=texte)
    ObservationPlan.objects.filter(pk=observation.pk).update(ecrite_le=le)
    annoncer(version, "observation", par=par, le=le)


def en_redaction(recit):
    """Trois sections finies, deux commencées; une priorité complète, une autre à peine posée."""
    version, plan = ouvrir(recit), recit.plan()
    debut = {code: plan["sections"][code] for code in ("1a", "1b", "1c")}
    debut["1d"] = plan["sections"]["1d"].split("</ul>")[0] + "</ul>"
    debut["2a"] = plan["sections"]["2a"].split("</p>")[0] + "</p>"
    complete, amorcee = plan["priorites"]
    moyen = amorcee["objectifs"][0]["moyens"][0] | {
        "responsable": "",
        "indicateurs": [],
        "collaborateurs": [],
    }
    amorcee["objectifs"] = [
        {"titre": amorcee["objectifs"][0]["titre"], "moyens": [moyen]},
        {"titre": "Mieux connaître l’état du parc de logements", "moyens": []},
    ]
    amorcee["articulation"] = ""
    brouillon = {"sections": debut, "priorites": [complete, amorcee]}
    remplir(version, brouillon, par=recit.acteurs.coordination, le=recit.a(40), terminees={"1a", "1b", "1c"})
    return version


def adopte(recit, version=None, *, jours=0):
    """La Table adopte la version; sans version reçue, le plan est d'abord ouvert et écrit."""
    par = recit.acteurs.coordination
    if version is None:
        version = ouvrir(recit, jours=-PREPARATION)
        remplir(version, recit.plan(), par=par, le=recit.a(-ADOPTION - 3))
    le = recit.a(jours - ADOPTION)
    resolution = f"{le:%Y}-{recit.alliance.pk:02d}-{recit.donnees.get('numero', 1):02d}"
    organisme = recit.alliance.table_regionale.nom
    version = version.adopter(
        par=par,
        adoptee_le=le.date(),
        resolution=resolution,
        mode="consensus",
        piece=resolution_pdf(numero=resolution, organisme=organisme, le=le),
        le=le,
    )
    return annoncer(version, "adoption", par=par, le=le)


def depose(recit, version=None, *, jours=0):
    return _deposer(recit, adopte(recit, version, jours=jours), jours)


def _deposer(recit, version, jours):
    par, le = recit.acteurs.signature, recit.a(jours, 14)
    return annoncer(version.deposer(par=par, certifie=True, le=le), "depot", par=par, le=le)


def en_examen(recit, version=None):
    version = depose(recit, version).commencer_examen(par=recit.acteurs.dgsq, le=recit.a(4, 9))
    _controler(recit, version, range(1, 9), 5, a_preciser=5)
    ObservationPlan.objects.create(
        version=version,
        cible_objet="section",
        cible_cle="1c",
        texte="La représentation des milieux scolaires est à vérifier avec la coordination.",
        visibilite=ObservationPlan.Visibilite.INTERNE,
        ecrite_par=recit.acteurs.dgsq,
        ecrite_le=recit.a(5, 15),
    )
    return version


def _controler(recit, version, elements, jours, a_preciser=None):
    """L'analyste remplit la liste de contrôle, un élément après l'autre."""
    note = "Les résultats du moyen 2.1.1 gagneraient à être chiffrés."
    ControleExamen.objects.bulk_create(
        ControleExamen(
            version=version,
            tour=version.tour,
            element=element,
            resultat="a_preciser" if element == a_preciser else "conforme",
            note=note if element == a_preciser else "",
            inscrit_le=recit.a(jours, 11),
            inscrit_par=recit.acteurs.dgsq,
        )
        for element in elements
    )


def pret_pour_avis(recit, version=None, *, jours=0):
    """Analysée en entier : c'est à la direction de rendre son avis."""
    version = version or depose(recit)
    if version.etat != version.Etat.DEPOSEE:
        version = depose(recit, version, jours=jours)
    par = recit.acteurs.dgsq
    version = version.commencer_examen(par=par, le=recit.a(jours + 3, 9))
    _controler(recit, version, range(1, 16), jours + 8)
    note = "Les quinze éléments sont vus; rien ne manque pour l’avis."
    return version.terminer_l_analyse(par=par, note=note, le=recit.a(jours + 11, 15))


def avise(recit, version=None):
    return _aviser(recit, pret_pour_avis(recit, version), 16, "reserves", AVIS_RESERVES)


def _aviser(recit, version, jours, sens="favorable", texte=AVIS_FAVORABLE):
    par, le = recit.acteurs.direction, recit.a(jours, 15)
    return annoncer(version.rendre_avis(par=par, sens=sens, texte=texte, le=le), "avis", par=par, le=le)


def _retourner(recit, version, jours, *, par, motif):
    le = recit.a(jours, 16)
    return annoncer(version.retourner(par=par, motif=motif, le=le), "retour", par=par, le=le)


def _demander(recit, version, code, raison, texte, jours, par):
    DemandeCorrection.objects.create(
        version=version,
        cible_objet="section",
        cible_cle=code,
        raison=raison,
        texte=texte,
        demandee_par=par,
        demandee_le=recit.a(jours),
    )


def retourne(recit, version=None):
    """Services Québec retourne le plan avec deux demandes."""
    par = recit.acteurs.dgsq
    version = depose(recit, version).commencer_examen(par=par, le=recit.a(3, 9))
    _demander(
        recit,
        version,
        "1d",
        DemandeCorrection.Raison.INCOMPLET,
        "Précisez comment les personnes sont accompagnées avant et après les rencontres du comité directeur.",
        9,
        par,
    )
    _demander(
        recit,
        version,
        "2c",
        DemandeCorrection.Raison.A_METTRE_A_JOUR,
        "Nommez les secteurs privilégiés et l’année des indices utilisés.",
        10,
        par,
    )
    motif = "Le plan est solide; deux sections demandent une précision."
    return _retourner(recit, version, 11, par=par, motif=motif)


def retourne_par_le_ministere(recit, version=None):
    """L'avis était rendu; le Ministère demande une précision avant de décider."""
    version, par = avise(recit, version), recit.acteurs.mess
    texte = "Indiquez la part réservée à de nouveaux projets et la règle de réattribution des soldes."
    _demander(recit, version, "10a", DemandeCorrection.Raison.INCOMPLET, texte, 30, par)
    return _retourner(recit, version, 31, par=par, motif="Une précision financière est nécessaire.")


def approuve(recit, version=None, *, jours=0):
    version = _aviser(recit, pret_pour_avis(recit, version, jours=jours), jours + 14)
    motif = "Le plan répond aux orientations du Fonds et aux besoins décrits."
    par, le = recit.acteurs.approbation, recit.a(jours + 36, 10)
    return annoncer(
        version.approuver(par=par, lettre=lettre(recit), motif=motif, le=le), "approbation", par=par, le=le
    )


def approuve_apres_retour(recit):
    """Un retour, une correction, un nouveau dépôt, puis l'approbation."""
    version = retourne(recit)
    par = recit.acteurs.coordination
    precision = (
        "<p>L’accompagnement comprend un appel avant chaque rencontre et un retour dans la semaine.</p>"
    )
    for demande in version.demandes.all():
        section = version.sections.get(code=demande.cible_cle)
        section.texte += (
            precision if demande.cible_cle == "1d" else "<p>Indices de 2021, lus par secteur.</p>"
        )
        section.terminee, section.revision = True, section.revision + 1
        section.modifiee_le, section.modifiee_par = recit.a(17), par
        section.save()
        demande.traiter(par=par, reponse="Précision ajoutée à la fin de la section.", le=recit.a(17, 11))
    version.marquer()
    version.rafraichir()
    return approuve(recit, _deposer(recit, version, 20), jours=20)


def refuse(recit):
    version = pret_pour_avis(recit)
    texte = "La concertation décrite n’a pas eu lieu partout; les priorités n’en découlent pas."
    version = _aviser(recit, version, 18, "defavorable", texte)
    motif = "Le plan doit être repris avec l’ensemble des territoires avant un nouveau dépôt."
    par, le = recit.acteurs.approbation, recit.a(45, 10)
    return annoncer(
        version.refuser(par=par, lettre=lettre(recit), motif=motif, le=le), "refus", par=par, le=le
    )


def modification(recit, version):
    """La version suivante part de celle qui est en vigueur, et y ajoute vraiment une priorité."""
    par, le = recit.acteurs.coordination, recit.a(-OUVERTURE)
    version = version.ouvrir_modification(par=par, motif=MOTIF, le=le)
    annoncer(version, "modification", par=par, le=le)
    le = recit.a(-ADOPTION - 3)
    ajouter_priorite(version, recit.priorite_ajoutee(), par=par, le=le)
    _retoucher(recit, version, par=par, le=le)
    version.marquer()
    version.rafraichir()
    return version


def _retoucher(recit, version, *, par, le):
    """Le portrait suit la priorité ajoutée; une cible dépassée se relève."""
    avant, apres = recit.donnees.get("retouche", RETOUCHE)
    section = version.sections.get(code="2a")
    section.texte = section.texte.replace(avant, apres)
    section.modifiee_le, section.modifiee_par, section.revision = le, par, section.revision + 1
    section.save()
    moyen = version.priorites.first().objectifs.first().moyens.first()
    indicateur = moyen.indicateurs.first()
    indicateur.cible = round(indicateur.cible * 5 / 4)
    indicateur.modifie_le, indicateur.modifie_par, indicateur.revision = le, par, indicateur.revision + 1
    indicateur.save()


HISTOIRES = {
    "ouvert": ouvrir,
    "pret_a_adopter": pret_a_adopter,
    "en_redaction": en_redaction,
    "adopte": adopte,
    "depose": depose,
    "en_examen": en_examen,
    "avise": avise,
    "retourne": retourne,
    "retourne_par_le_ministere": retourne_par_le_ministere,
    "approuve": approuve,
    "approuve_apres_retour": approuve_apres_retour,
    "refuse": refuse,
    "en_modification": en_modification,
    "pret_pour_avis": pret_pour_avis,
}
