"""La liste d'attente d'un appel : dans l'ordre des décisions qui y ont mis chaque initiative."""

from django.db.models import Max, Q

from projets.models.initiatives import Initiative

Etat = Initiative.Etat


def file_d_attente(appel):
    """Les initiatives en attente de l'appel : la première est la suivante."""
    en_attente = appel.initiatives.filter(etat=Etat.EN_ATTENTE)
    return en_attente.annotate(derniere=Max("decisions")).order_by("derniere")


def premiere_de_la_file(appel):
    """La suivante, ou `None`; lue une fois pour toutes les demandes d'un même appel."""
    if not hasattr(appel, "_premiere"):
        appel._premiere = file_d_attente(appel).first()
    return appel._premiere


def rangs_de_la_file(appel):
    """{clé: son rang dans la liste d'attente}, à partir de 1."""
    return _rangs(file_d_attente(appel))


def rangs_annonces(appel):
    """Les mêmes rangs, tels que les réponses parties les disent : une décision qui attend la sienne n'y paraît pas."""
    repondue = Max("decisions", filter=Q(decisions__reponse__isnull=False))
    sues = appel.initiatives.filter(etat_annonce=Etat.EN_ATTENTE).annotate(derniere=repondue)
    return _rangs(sues)


def _rangs(file):
    cles = file.order_by("derniere").values_list("pk", flat=True)
    return {cle: rang for rang, cle in enumerate(cles, start=1)}
