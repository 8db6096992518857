"""Les travaux d'arrière-plan de la convention : rendre son PDF, ceux de ses avenants et celui de son règlement."""

from django_tasks import task

from conventions.impression import (
    acte_de,
    acte_du_reglement,
    avenants_en_mots,
    html_de_l_avenant,
    html_de_la_convention,
    pdf_de_l_avenant,
    pdf_de_la_convention,
    pdf_du_reglement,
)
from conventions.models import Avenant, Convention, InstantaneConvention
from conventions.models.contenu import contenu_de
from conventions.models.conventions import SIGNEES
from socle.documents.pdf import empreinte_du_rendu
from socle.documents.rangement import ATTENDU, demander, rendre_et_ranger
from socle.models import Document

__all__ = [
    "cle_du_reglement",
    "demander",
    "demander_projet",
    "demander_projet_d_avenant",
    "demander_reglement",
    "preparer",
    "redemander",
]


@task()
def rendre_convention(document_id):
    """Rend le PDF de l'instantané auquel ce document appartient, s'il ne l'est pas déjà."""
    instantane = InstantaneConvention.objects.select_related("document", "avenant").get(
        document_id=document_id
    )
    rendre_et_ranger(
        instantane.document,
        lambda: pdf_de_la_convention(
            instantane.contenu,
            consolidation=consolidation_de(instantane),
        ),
    )


@task()
def rendre_avenant(document_id):
    """Rend le PDF d'un avenant en vigueur, s'il ne l'est pas déjà."""
    avenant = Avenant.objects.select_related("document", "convention__alliance__cycle").get(
        document_id=document_id
    )
    rendre_et_ranger(avenant.document, lambda: pdf_de_l_avenant(acte_de(avenant)))


@task(priority=ATTENDU)
def rendre_projet(document_id, contenu):
    """Rend le projet d'une convention, tel qu'il était à la demande."""
    rendre_et_ranger(Document.objects.get(pk=document_id), lambda: pdf_de_la_convention(contenu))


@task(priority=ATTENDU)
def rendre_projet_d_avenant(document_id, acte):
    """Rend le projet d'un avenant, tel qu'il était à la demande."""
    rendre_et_ranger(Document.objects.get(pk=document_id), lambda: pdf_de_l_avenant(acte))


@task()
def rendre_reglement(document_id, convention_id):
    """Rend le règlement d'une convention résiliée, s'il ne l'est pas déjà."""
    convention = Convention.objects.select_related("alliance__cycle", "alliance__table_regionale").get(
        pk=convention_id
    )
    rendre_et_ranger(
        Document.objects.get(pk=document_id), lambda: pdf_du_reglement(acte_du_reglement(convention))
    )


def preparer(convention):
    """Fait partir, après la transaction d'un geste, le rendu de chaque document signé qui n'est pas prêt."""
    attendus = {"document__etat": Document.Etat.EN_ATTENTE}
    for instantane in convention.instantanes.filter(**attendus).select_related("document").defer("contenu"):
        demander(instantane.document, rendre_convention)
    for avenant in convention.avenants.filter(**attendus).select_related("document"):
        demander(avenant.document, rendre_avenant)


def redemander(noms):
    """Fait rendre les projets de ces noms, d'aujourd'hui, et ce qui est scellé sans être prêt."""
    for instantane in InstantaneConvention.objects.exclude(document__etat=Document.Etat.PRET).defer(
        "contenu"
    ):
        demander(instantane.document, rendre_convention)
    for avenant in Avenant.objects.select_related("convention__alliance__cycle", "document"):
        if avenant.document:
            demander(avenant.document, rendre_avenant)
        elif nom_du_projet_d_avenant(avenant) in noms:
            demander_projet_d_avenant(avenant)
    for convention in Convention.objects.exclude(etat__in=SIGNEES).select_related("alliance__cycle"):
        if nom_du_projet(convention) in noms:
            demander_projet(convention)
    for convention in Convention.objects.filter(etat=Convention.Etat.RESILIEE):
        if nom_du_reglement(convention) in noms:
            demander_reglement(convention)


def nom_du_projet(convention):
    return f"projet-{convention.pk}-convention.pdf"


def nom_du_projet_d_avenant(avenant):
    return f"projet-{avenant.convention_id}-avenant-{avenant.numero}.pdf"


def nom_du_reglement(convention):
    return f"reglement-{convention.pk}.pdf"


def demander_projet(convention):
    """Le `Document` de la convention d'aujourd'hui, qui n'est pas signée."""
    contenu = contenu_de(convention)
    document = _document(html_de_la_convention(contenu), nom_du_projet(convention))
    demander(document, rendre_projet, contenu=contenu)
    return document


def demander_projet_d_avenant(avenant):
    """Le `Document` de l'avenant d'aujourd'hui, qui n'est pas en vigueur."""
    acte = acte_de(avenant)
    document = _document(html_de_l_avenant(acte), nom_du_projet_d_avenant(avenant))
    demander(document, rendre_projet_d_avenant, acte=acte)
    return document


def demander_reglement(convention):
    """Le `Document` du règlement d'une convention résiliée; son rendu part s'il n'existe pas encore."""
    document, _ = Document.objects.get_or_create(
        cle=cle_du_reglement(convention), defaults={"nom": nom_du_reglement(convention)}
    )
    demander(document, rendre_reglement, convention_id=convention.pk)
    return document


def cle_du_reglement(convention):
    """Rien de ce qu'il dit ne change plus : elle ne change qu'avec ce qui le rend."""
    return empreinte_du_rendu(nom_du_reglement(convention))


def consolidation_de(instantane):
    """Ce que la page titre dit d'une convention consolidée, ou `None` pour l'originale."""
    if instantane.avenant_id is None:
        return None
    pris = instantane.convention.instantanes.filter(pk__lte=instantane.pk, avenant__isnull=False)
    numeros = list(pris.order_by("-pk").values_list("avenant__numero", flat=True))
    return {"avenants": avenants_en_mots(numeros), "le": instantane.en_vigueur_le.isoformat()}


def _document(html, nom):
    document, _ = Document.objects.get_or_create(cle=empreinte_du_rendu(html), defaults={"nom": nom})
    return document
