"""La dernière heure d'un appel, en accéléré, servie comme en production : plus de trente dépôts à la minute, pendant
que tout le monde enregistre. Rien n'est perdu, rien n'est fait deux fois, et un refus est une phrase.
"""

import json
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from projets.models import AppelProjets, Initiative, JournalProjets
from socle.models.chaines import premiere_rupture
from tests import fabriques
from tests.outils.service import CLE, Navigateur, servir
from tests.plans.test_concurrence import ensemble
from tests.projets import fabriques as p

pytestmark = pytest.mark.django_db(transaction=True)
POSTES, PAR_MINUTE = 8, 30
DEPOSEE, FERMEE = "déjà déposée", "on n’y dépose plus"


class Demande:
    """Une demande complète, ses deux personnes qui engagent, et le dernier brouillon que le service a confirmé."""

    def __init__(self, appel, rang, port):
        porteur = p.organisme(appel.alliance, nom=f"Organisme {rang}", neq=f"11400{rang:05d}")
        self.redige, self.engage = p.equipe(porteur)
        self.autre = fabriques.personne("engagement", porteur)
        initiative = p.demande(appel, porteur, self.redige)
        p.remplir(initiative)
        self.cle, self.port, self.codes = initiative.pk, port, []
        self.revision, self.confirme = 1, initiative.signataire
        self.refus = []
        with override_settings(SECRET_KEY=CLE):
            self.seances = {qui: _seance(qui) for qui in (self.redige, self.engage, self.autre)}

    def navigateur(self, qui):
        return Navigateur(self.port, self.seances[qui], self.codes)

    def adresse(self, nom, *args):
        return reverse(f"projets:{nom}", args=[self.cle, *args])

    def enregistrer(self, texte):
        """Ce que le script fait pendant qu'on écrit; ce que le service confirme ne peut plus se perdre."""
        saisie = {"revision": self.revision, "personne_ressource": "Jeanne", "signataire": texte}
        adresse = self.adresse("partie_brouillon", "organisme")
        reponse = self.navigateur(self.redige).envoyer(adresse, saisie, Accept="application/json")
        recu = json.loads(reponse.texte)
        if reponse.code == 200:
            self.revision, self.confirme = recu["revision"], texte
        else:
            self.refus.append(recu["erreur"])
        return reponse.code

    def formulaire(self, qui):
        return self.navigateur(qui).champs_caches(self.adresse("depot")) | {"atteste": "on"}

    def deposer(self, qui, formulaire):
        """(vrai si la demande est déposée par cet envoi, ce que la personne lit ensuite)."""
        navigateur = self.navigateur(qui)
        reponse = navigateur.envoyer(self.adresse("depot"), formulaire)
        return reponse.suite == self.adresse("initiative"), navigateur.suivre(reponse).texte

    def relue(self):
        return Initiative.objects.get(pk=self.cle)


def _seance(personne):
    client = Client()
    client.force_login(personne)
    return client.cookies["sessionid"].value


@pytest.fixture
def heure(cadre, agente, tmp_path):
    """(deux appels, le second avec sa grâce; quatre vagues de demandes, une pour chaque fermeture), servis."""
    fabriques.version_approuvee(cadre.bsl)
    enveloppe = p.enveloppes(cadre.bsl)["La Matapédia"]
    appels = [
        p.appel_ouvert(cadre.bsl, par=agente, partage={enveloppe: 150_000}, grace=grace) for grace in (0, 5)
    ]
    with servir(connection.settings_dict["NAME"], tmp_path) as (port, traces):
        demandes = [Demande(appels[0], rang, port) for rang in range(4 * POSTES + 1)]
        yield appels, [*demandes, Demande(appels[1], 4 * POSTES + 1, port)]
    assert "Traceback" not in traces.read_text()


def ensemble_sans_panne(*gestes):
    issues = ensemble(*gestes)
    assert [issue for issue in issues if isinstance(issue, Exception)] == []
    return issues


def enregistrer_partout(demandes, vague):
    """Deux enregistrements automatiques de chacune, toutes à la fois."""

    def ecrire(demande):
        return [demande.enregistrer(f"Odile Castonval, {vague} {n}") for n in range(2)]

    codes = ensemble_sans_panne(*(lambda d=d: ecrire(d) for d in demandes))
    assert codes == [[200, 200]] * len(demandes)


def preparer(demandes):
    """Chaque page de dépôt est ouverte, son bouton à un clic."""
    formulaires = ensemble_sans_panne(*(lambda d=d: d.formulaire(d.engage) for d in demandes))
    return list(zip(demandes, formulaires, strict=True))


def des_depots_a_la_meme_seconde(demandes):
    issues = ensemble_sans_panne(*(lambda d=d, f=f: d.deposer(d.engage, f) for d, f in preparer(demandes)))
    assert all(deposee and "Votre demande est déposée sous le numéro" in page for deposee, page in issues)


def des_doubles_clics(demandes):
    """Le même envoi deux fois, sur deux connexions : le second suit la redirection du premier."""
    prets = preparer(demandes)
    clics = ensemble_sans_panne(*(lambda d=d, f=f: d.deposer(d.engage, f) for d, f in prets for _ in "ab"))
    assert all(deposee for deposee, _ in clics)


def deux_personnes_de_chaque_organisme(demandes):
    prets = [(d, qui, d.formulaire(qui)) for d in demandes for qui in (d.engage, d.autre)]
    issues = ensemble_sans_panne(*(lambda d=d, q=q, f=f: d.deposer(q, f) for d, q, f in prets))
    for deux in zip(issues[::2], issues[1::2], strict=True):
        (refusee, page), (deposee, _) = sorted(deux)
        assert (refusee, deposee) == (False, True)
        assert DEPOSEE in page


def des_depots_pendant_qu_on_ecrit(demandes):
    """L'enregistrement est dans le dépôt, ou refusé par une phrase; jamais confirmé puis perdu.

    Passé le premier, il change ce que la page de dépôt montrait : elle se relit, et le dépôt suivant passe.
    """
    prets = preparer(demandes)
    issues = ensemble_sans_panne(
        *(lambda d=d, f=f: d.deposer(d.engage, f) for d, f in prets),
        *(lambda d=d: d.enregistrer("Denis Lamontagne, à la dernière seconde") for d in demandes),
    )
    depots, codes = issues[: len(demandes)], issues[len(demandes) :]
    assert codes == [403 if deposee else 200 for deposee, _ in depots]
    perimes = [(d, page) for d, (deposee, page) in zip(demandes, depots, strict=True) if not deposee]
    assert all("a changé depuis que la page est ouverte" in page for _, page in perimes)
    des_depots_a_la_meme_seconde([d for d, _ in perimes])


def test_trente_depots_a_la_minute_et_rien_n_est_perdu(heure):
    (sans_grace, avec_grace), demandes = heure
    *deposables, tardive, graciee = demandes
    vagues = [deposables[n : n + POSTES] for n in range(0, len(deposables), POSTES)]
    gestes = (
        des_depots_a_la_meme_seconde,
        des_doubles_clics,
        deux_personnes_de_chaque_organisme,
        des_depots_pendant_qu_on_ecrit,
    )
    debut = time.monotonic()
    for rang, (vague, deposer) in enumerate(zip(vagues, gestes, strict=True)):
        enregistrer_partout(vague, rang)
        deposer(vague)
    minutes = (time.monotonic() - debut) / 60
    assert len(deposables) / minutes > PAR_MINUTE

    une_seconde_apres_la_fermeture(tardive, graciee)
    tout_est_la([*deposables, graciee], tardive, [sans_grace, avec_grace])


def une_seconde_apres_la_fermeture(tardive, graciee):
    """Les deux pages étaient ouvertes; l'une a sa grâce. Ce qui est écrit après l'heure se garde quand même."""
    prets = preparer([tardive, graciee])
    AppelProjets.objects.update(ferme_le=timezone.now() - timedelta(seconds=1))
    (deposee, page), (dans_la_grace, _) = (d.deposer(d.engage, f) for d, f in prets)
    assert (deposee, dans_la_grace) == (False, True)
    assert FERMEE in page
    assert tardive.enregistrer("Odile Castonval, trop tard") == 200
    relue = tardive.navigateur(tardive.redige).lire(tardive.adresse("partie", "organisme"))
    assert "Odile Castonval, trop tard" in relue.texte


def tout_est_la(deposees, tardive, appels):
    """Chaque brouillon confirmé se relit; chaque dépôt confirmé a son numéro, sa ligne de journal, une fois."""
    for demande in [*deposees, tardive]:
        relue = demande.relue()
        assert relue.signataire == demande.confirme
        assert relue.parties.get(code="organisme").revision == demande.revision
        assert max(demande.codes) < 500
        assert all("déposée" in phrase for phrase in demande.refus)
    numeros = sorted(demande.relue().numero for demande in deposees)
    assert [int(numero[-4:]) for numero in numeros] == list(range(1, len(deposees) + 1))
    assert (tardive.relue().etat, tardive.relue().numero) == ("brouillon", "")
    lignes = JournalProjets.objects.filter(geste="deposer").values_list("initiative", flat=True)
    assert sorted(lignes) == sorted(demande.cle for demande in deposees)
    assert premiere_rupture(JournalProjets) is None
