"""Les travaux d'arrière-plan des protocoles : rendre le protocole, et le relevé de sa fin."""

from django_tasks import task

from alliances.plans.models.instantanes import forme_canonique
from projets.protocoles.impression import (
    acte_de_l_avenant,
    acte_du_protocole,
    acte_du_releve,
    pdf_de_l_avenant,
    pdf_du_protocole,
    pdf_du_releve,
)
from projets.protocoles.models import AvenantProtocole, Protocole, Rectificatif
from socle.documents.pdf import empreinte_du_rendu
from socle.documents.rangement import ATTENDU, demander, rendre_et_ranger
from socle.models import Document


@task(priority=ATTENDU)
def rendre_protocole(document_id, acte):
    """Rend le protocole, tel qu'il était à la demande."""
    rendre_et_ranger(Document.objects.get(pk=document_id), lambda: pdf_du_protocole(acte))


@task(priority=ATTENDU)
def rendre_releve(document_id, acte):
    """Rend le relevé d'un protocole fini."""
    rendre_et_ranger(Document.objects.get(pk=document_id), lambda: pdf_du_releve(acte))


@task(priority=ATTENDU)
def rendre_avenant(document_id, acte):
    """Rend un avenant, tel qu'il était à la demande."""
    rendre_et_ranger(Document.objects.get(pk=document_id), lambda: pdf_de_l_avenant(acte))


def document_de(acte):
    """Le `Document` déjà demandé qui dit cela, ou `None`."""
    return Document.objects.filter(cle=_cle(acte)).first()


def demander_le_protocole(protocole):
    """Le `Document` du protocole d'aujourd'hui; s'il n'est pas prêt, son rendu part à la fin de la transaction."""
    return _demander(acte_du_protocole(protocole), nom_du_protocole(protocole), rendre_protocole)


def demander_le_releve(protocole):
    return _demander(acte_du_releve(protocole), nom_du_releve(protocole), rendre_releve)


def demander_le_rectificatif(rectificatif):
    acte = acte_du_releve(rectificatif.protocole, rectificatif)
    return _demander(acte, nom_du_rectificatif(rectificatif), rendre_releve)


def nom_du_rectificatif(rectificatif):
    return f"rectificatif-{rectificatif.pk}-{rectificatif.protocole.initiative.numero.lower()}.pdf"


def demander_l_avenant(avenant):
    return _demander(acte_de_l_avenant(avenant), nom_de_l_avenant(avenant), rendre_avenant)


def nom_de_l_avenant(avenant):
    return f"avenant-{avenant.pk}-{avenant.initiative.numero.lower()}.pdf"


def nom_du_protocole(protocole):
    return f"protocole-{protocole.pk}-{protocole.initiative.numero.lower()}.pdf"


def nom_du_releve(protocole):
    return f"releve-{protocole.pk}-{protocole.initiative.numero.lower()}.pdf"


def _demander(acte, nom, travail):
    document, _ = Document.objects.get_or_create(cle=_cle(acte), defaults={"nom": nom})
    demander(document, travail, acte=acte)
    return document


def _cle(acte):
    """Le même acte, rendu de la même façon, donne le même document."""
    return empreinte_du_rendu(forme_canonique(acte).decode())


def preparer(protocole):
    """Après un geste qui change ce qu'il dit, le document d'aujourd'hui; le relevé, s'il est fini."""
    demander_le_protocole(protocole)
    if protocole.releve.exists():
        demander_le_releve(protocole)


def redemander(noms):
    """Fait rendre les documents de ces noms, tels que les protocoles les disent aujourd'hui."""
    cles = [nom.split("-")[1] for nom in noms if nom.startswith(("protocole-", "releve-"))]
    for protocole in Protocole.objects.filter(pk__in=cles).select_related("initiative"):
        if nom_du_protocole(protocole) in noms:
            demander_le_protocole(protocole)
        if nom_du_releve(protocole) in noms:
            demander_le_releve(protocole)
    cles = [nom.split("-")[1] for nom in noms if nom.startswith("avenant-")]
    for avenant in AvenantProtocole.objects.filter(pk__in=cles).select_related("protocole__initiative"):
        if nom_de_l_avenant(avenant) in noms:
            demander_l_avenant(avenant)
    cles = [nom.split("-")[1] for nom in noms if nom.startswith("rectificatif-")]
    confirmes = Rectificatif.objects.confirmes().filter(pk__in=cles)
    for rectificatif in confirmes.select_related("protocole__initiative"):
        if nom_du_rectificatif(rectificatif) in noms:
            demander_le_rectificatif(rectificatif)
