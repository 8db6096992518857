"""Le contenu d'une version : la seule forme que lisent les écrans, le PDF, les règles et la comparaison."""

from django.db import models, transaction
from django.db.models import F

from alliances.models import SecteurActeur
from alliances.plans import canevas
from alliances.plans.models.plans import MEMBRES
from alliances.plans.regles.redaction import lettre
from socle.erreurs import TransitionInterdite
from socle.models import Utilisateur
from socle.valeurs.alphabet import par_nom
from socle.valeurs.contenus import ContenuField
from socle.valeurs.horloge import jour_de


def _iso(jour):
    return jour.isoformat() if jour else None


def _nombre(valeur):
    """Un nombre en chaîne, sans zéros inutiles ni « -0 » : « 52 », « 52.5 », ou `None`."""
    return None if valeur is None else f"{valeur.normalize() + 0:f}"


class ContenuDeVersion(models.Model):
    """Mélangée à `VersionPlan` : bâtit le contenu, le garde prêt à lire, le copie, le scelle.

    `contenu_courant` est le contenu tel qu'il était à la révision `contenu_revision` de la version et à la
    révision `contenu_alliance` de l'Alliance; s'il est en retard, la lecture le rebâtit sans l'écrire.
    """

    revision = models.PositiveIntegerField("révision", default=1, editable=False)
    contenu_courant = ContenuField(null=True, editable=False)
    contenu_revision = models.PositiveIntegerField(default=0, editable=False)
    contenu_alliance = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def est_pret_a_lire(self):
        """Le contenu gardé dit ce que disent les tables."""
        revisions = self.revision, self.plan.alliance.revision
        return bool(self.contenu_courant) and (self.contenu_revision, self.contenu_alliance) == revisions

    def marquer(self):
        """Dit que quelque chose a changé dans la version."""
        type(self).objects.filter(pk=self.pk).update(revision=F("revision") + 1)
        self.revision += 1  # Le contenu gardé avec l'objet est en retard, lui aussi.

    @transaction.atomic
    def rafraichir(self):
        """Rebâtit le contenu prêt à lire; les gestes d'écriture l'appellent en dernier."""
        version = self.verrouiller()
        self.revision = self.contenu_revision = version.revision
        self.contenu_alliance = version.plan.alliance.revision
        self.contenu_courant = version.batir_contenu()
        self.save(update_fields=["contenu_courant", "contenu_revision", "contenu_alliance"])

    def contenu(self, a_partir_de=None):
        """Le contenu d'aujourd'hui; ou celui d'un dépôt (`a_partir_de`), à jour de l'état et des dates."""
        if a_partir_de is not None:
            return a_partir_de | {"version": self._version(), "approbations": self.approbations()}
        contenu = self.contenu_courant if self.est_pret_a_lire else self.batir_contenu()
        return contenu | {
            "version": self._version(),
            "approbations": self.approbations(),
            "echeance": _iso(self.plan.echeance),
        }

    def contenu_pour(self, utilisateur):
        """Ce que cette personne peut lire : la rédaction en cours pour l'Alliance, sinon le dernier dépôt."""
        if self.plan.alliance.roles_de(utilisateur) & MEMBRES and self.est_ouverte:
            return self.contenu()
        instantane = self.instantanes.last()
        if instantane is None:
            raise TransitionInterdite("Cette version n’a pas encore été déposée : seule l’Alliance la lit.")
        return instantane.contenu

    def decision_en_vigueur_au_depart(self):
        """L'instantané de la version approuvée dont celle-ci part, ou `None` : un refus n'entre pas en vigueur."""
        if self.base is None or self.base.etat not in (self.Etat.APPROUVEE, self.Etat.REMPLACEE):
            return None
        return self.base.dernier_instantane("decision")

    def dernier_instantane(self, circonstance):
        """Le dernier instantané pris dans cette circonstance, ou `None`."""
        return self.instantanes.filter(circonstance=circonstance).last()

    def prendre_instantane(self, circonstance, *, par, le, motif=""):
        return self.instantanes.model.prendre(self, circonstance, par=par, le=le, motif=motif)

    def approbations(self):
        """Les actes posés, dans l'ordre, tels que le PDF les imprime."""
        actes, noms = [], self._noms_des_actes()
        if self.adoptee_le:
            mode = self.get_adoption_mode_display()
            actes.append(
                {
                    "acte": "Adoption par la Table",
                    "role": "Table régionale",
                    "nom": self.plan.alliance.table_regionale.nom,
                    "le": _iso(self.adoptee_le),
                    "reference": f"Résolution {self.resolution}",
                    "texte": f"{mode}. {self.adoption_detail}".strip(),
                }
            )
        for acte, role, le, par, reference, texte in (
            ("Dépôt", "Personne autorisée", self.deposee_le, self.deposee_par_id, self.reference, ""),
            (
                "Avis",
                "Direction, Services Québec",
                self.avis_le,
                self.avis_par_id,
                self.get_avis_sens_display(),
                self.avis_texte,
            ),
            (
                "Décision",
                "Ministère",
                self.decision_du,
                self.decidee_par_id,
                f"{self.get_etat_display()}, lettre {self.lettre}",
                self.decision_motif,
            ),
        ):
            if le:
                actes.append(
                    {
                        "acte": acte,
                        "role": role,
                        "nom": noms[par],
                        "le": le.isoformat(),
                        "reference": reference,
                        "texte": texte,
                    }
                )
        return actes

    def _noms_des_actes(self):
        """{personne: son nom complet} de qui a déposé, donné l'avis ou décidé, en une requête au plus."""
        personnes = {self.deposee_par_id, self.avis_par_id, self.decidee_par_id} - {None}
        trouvees = Utilisateur.objects.in_bulk(personnes) if personnes else {}
        return {pk: personne.nom_complet for pk, personne in trouvees.items()}

    def _version(self):
        return {
            "numero": self.numero,
            "motif": self.motif,
            "etat": str(self.etat),
            "adoptee_le": _iso(self.adoptee_le),
            "resolution": self.resolution,
            "mode_adoption": self.adoption_mode,
            "deposee_le": _iso(self.deposee_le),
            "approuvee_le": _iso(self.decision_du) if self.etat in ("approuvee", "remplacee") else None,
            "reference": self.reference,
            "tour": self.tour,
        }

    def batir_contenu(self):
        """Bâtit le contenu depuis les tables, en un nombre fixe de requêtes."""
        alliance = self.plan.alliance
        cycle = alliance.cycle
        contact = next(iter(alliance.contacts.all()[:1]), None)
        parties = list(alliance.parties.select_related("organisme"))
        titres, sections, priorites = _titres(cycle.code), list(self.sections.all()), list(self._priorites())
        return {
            "format": 1,
            "alliance": {
                "id": alliance.pk,
                "nom": alliance.nom,
                "slug": alliance.slug,
                "regions": list(alliance.regions.values("code", "nom")),
                "table": alliance.table_regionale.nom,
                "table_constituee": alliance.table_regionale.est_constitue,
                "signataire_constitue": any(
                    p.organisme.est_constitue for p in parties if p.qualite in ("signataire", "cosignataire")
                ),
                "signataires": [
                    p.organisme.nom for p in parties if p.qualite in ("signataire", "cosignataire")
                ],
                "fiduciaire": next((p.organisme.nom for p in parties if p.qualite == "fiduciaire"), ""),
                "territoires": [
                    {"code": t.code, "nom": t.nom, "type": t.get_type_display(), "devitalise": t.devitalise}
                    for t in par_nom(alliance.territoires.all())
                ],
            },
            "cycle": {
                "code": cycle.code,
                "debut": _iso(cycle.debut),
                "fin": _iso(cycle.fin),
                "fin_realisation": _iso(cycle.fin_realisation),
            },
            "echeance": _iso(self.plan.echeance),
            "modifie_le": _iso(_modifie_le(sections, priorites)),
            "thematiques": list(cycle.thematiques.values("code", "nom", "recommandee")),
            "secteurs": [
                {
                    "code": _code_du_secteur(s),
                    "nom": s.nom,
                    "attendu": s.attendu_au_plan and not s.vecu,
                }
                for s in SecteurActeur.objects.all()
            ],
            "contact": {
                champ: getattr(contact, champ, "") for champ in ("nom", "fonction", "courriel", "telephone")
            },
            "sections": [
                {
                    "id": s.pk,
                    "code": s.code,
                    "titre": titres[s.code],
                    "texte": s.texte,
                    "terminee": s.terminee,
                }
                for s in sections
            ],
            "priorites": [_priorite(p, str(n)) for n, p in enumerate(priorites, start=1)],
            "gouvernance": _gouvernance(alliance),
            "participation": _participation(alliance),
        }

    def _priorites(self):
        """Les priorités présentes, avec tout ce qu'elles portent."""
        return (
            self.priorites.filter(supprime_le=None)
            .select_related("thematique")
            .prefetch_related("territoires", "autres_thematiques", *_presents(self.priorites.model))
        )

    def copier_contenu_de(self, source, reprise=""):
        """Copie sections et éléments d'une autre version; les clés suivent, pour comparer."""
        textes = {s.code: s for s in source.sections.all()}
        for section in self.sections.filter(code__in=textes):
            section.texte, section.terminee = textes[section.code].texte, textes[section.code].terminee
            section.repris_de = reprise
            section.save()
        for priorite in source.priorites.filter(supprime_le=None).prefetch_related("territoires"):
            priorite.copier_dans(self, reprise=reprise)
        self.rafraichir()


def _modifie_le(sections, priorites):
    """Le jour où une personne a écrit pour la dernière fois dans la version, ou `None`."""
    objectifs = [o for p in priorites for o in p.objectifs.all()]
    moyens = [m for o in objectifs for m in o.moyens.all()]
    porteurs = [*priorites, *objectifs, *moyens]
    elements = [*porteurs, *(i for porteur in porteurs for i in porteur.indicateurs.all())]
    instants = [e.modifie_le for e in elements] + [s.modifiee_le for s in sections if s.modifiee_le]
    return jour_de(max(instants)) if instants else None


def _titres(code):
    return {section.code: section.titre for section in canevas.canevas(code).sections}


def _presents(Priorite):
    """Préchargement des éléments présents de chaque étage."""
    Objectif = Priorite.objectifs.rel.related_model
    Moyen = Objectif.moyens.rel.related_model
    Indicateur = Moyen.indicateurs.rel.related_model
    indicateurs = models.Prefetch("indicateurs", Indicateur.objects.filter(supprime_le=None))
    moyens = Moyen.objects.filter(supprime_le=None).prefetch_related(
        "territoires",
        "collaborateurs__secteur",
        indicateurs,
    )
    objectifs = Objectif.objects.filter(supprime_le=None)
    objectifs = objectifs.prefetch_related(models.Prefetch("moyens", moyens), indicateurs)
    return [models.Prefetch("objectifs", objectifs), indicateurs]


def _carte(element, numero):
    return {"id": element.pk, "cle": str(element.cle), "numero": numero}


def _priorite(p, numero):
    return _carte(p, numero) | {
        "titre": p.titre,
        "palier": p.palier,
        "territoires": sorted(t.code for t in p.territoires.all()),
        "thematique": p.thematique.code if p.thematique else "",
        "autres_thematiques": [t.code for t in p.autres_thematiques.all()],
        "liens": p.liens,
        "raison": p.raison,
        "changement": p.changement,
        "articulation": p.articulation,
        "personnes_visees": p.personnes_visees,
        "indicateurs": _indicateurs_en_lettres(p, numero),
        "objectifs": [_objectif(o, f"{numero}.{n}") for n, o in enumerate(p.objectifs.all(), start=1)],
    }


def _objectif(o, numero):
    return _carte(o, numero) | {
        "titre": o.titre,
        "indicateurs": _indicateurs_en_lettres(o, numero),
        "moyens": [_moyen(m, f"{numero}.{n}") for n, m in enumerate(o.moyens.all(), start=1)],
    }


def _moyen(m, numero):
    return _carte(m, numero) | {
        "description": m.description,
        "population": m.population,
        "territoires": sorted(t.code for t in m.territoires.all()),
        "personnes_visees": m.personnes_visees,
        "resultat_attendu": m.resultat_attendu,
        "responsable": m.responsable,
        "collaborateurs": [
            {"nom": c.nom, "secteur": c.secteur.code if c.secteur else "", "contribution": c.contribution}
            for c in m.collaborateurs.all()
        ],
        "debut": _iso(m.debut),
        "fin": _iso(m.fin),
        "indicateurs": [_indicateur(i, f"{numero}.{n}") for n, i in enumerate(m.indicateurs.all(), start=1)],
    }


def _indicateurs_en_lettres(porteur, numero):
    """Ceux d'une priorité ou d'un objectif : « 1.A », pour ne pas se confondre avec l'objectif 1.1."""
    return [_indicateur(i, f"{numero}.{lettre(n)}") for n, i in enumerate(porteur.indicateurs.all(), start=1)]


def _indicateur(i, numero):
    return _carte(i, numero) | {
        "nom": i.nom,
        "nature": i.nature,
        "unite": i.unite,
        "depart": _nombre(i.depart),
        "cible": _nombre(i.cible),
        "cible_decrite": i.cible_decrite,
        "echeance": _iso(i.echeance),
        "precision": i.precision,
    }


def _code_du_secteur(secteur):
    """Le vécu se reconnaît à son seul code, quel que soit celui que lui donne la référence."""
    return "vecu" if secteur.vecu else secteur.code


def _gouvernance(alliance):
    profil = getattr(alliance, "profil_gouvernance", None)
    instances = alliance.instances.prefetch_related("sieges__secteur")
    return {
        "gestion": profil.gestion if profil else "",
        "decision_regionale": profil.get_decision_regionale_display() if profil else "",
        "decision_locale": profil.get_decision_locale_display() if profil else "",
        "part_regionale": _nombre(profil.part_regionale) if profil else None,
        "modalite_propre": profil.modalite_propre if profil else "",
        "circuits": [_circuit(circuit) for circuit in alliance.circuits.complets()],
        "instances": [
            {
                "nom": instance.nom,
                "palier": instance.palier,
                "role": instance.nature,
                "sieges": [
                    {
                        "secteur": _code_du_secteur(siege.secteur),
                        "libelle": siege.libelle,
                        "prevus": siege.prevus,
                        "pourvus": siege.pourvus,
                        "droit": siege.droit,
                    }
                    for siege in instance.sieges.all()
                ],
            }
            for instance in instances
        ],
    }


def _circuit(circuit):
    etapes = [{"instance": instance.nom, "acte": acte.label} for instance, acte in circuit.etapes_en_ordre()]
    return {"nom": circuit.nom, "condition": circuit.condition(), "etapes": etapes}


def _participation(alliance):
    return [
        {
            "exercice": p.exercice,
            "palier": p.palier,
            "axe": p.axe,
            "forme": p.get_forme_display(),
            "etapes": p.libelles_des_etapes(),
            "niveau": p.get_niveau_display(),
            "personnes": p.personnes,
            "rencontres": p.rencontres,
            "accompagnement": p.accompagnement,
            "dedommagement": p.dedommagement,
            "aucune_action_motif": p.aucune_action_motif,
            "modalite_propre": p.modalite_propre,
            "territoire": p.territoire.nom if p.territoire else "",
            "instance": p.instance_gouvernance.nom if p.instance_gouvernance else "",
        }
        for p in alliance.participations.select_related("territoire", "instance_gouvernance")
    ]
