"""Écrire une demande de la démonstration : les réponses, le budget et les cibles, tirés de sa ligne et de son thème.

Les onze parties s'enregistrent ensemble, par le geste de la rédaction : personne ne les a tapées une à une.
"""

from decimal import ROUND_HALF_UP, Decimal

from alliances.models import SecteurActeur, Territoire
from conventions.regles.plus_fort_reste import repartir
from demonstration.lecture import fiche
from demonstration.personnes import engage_de
from demonstration.resolution import resolution_pdf
from projets.models import Initiative
from projets.models.pieces import joindre
from projets.regles.admissibilite import QUESTIONS
from socle.valeurs.horloge import aujourd_hui

MILLE = Decimal(1000)
# Sur 100 de ce qu'on demande au Fonds : ce que les autres apportent, et comment.
APPORTS = (
    ("municipal", "Municipalités du milieu", "especes", "confirmee", 6),
    ("propre", "", "especes", "confirmee", 9),
    ("benevolat", "", "nature", "demandee", 12),
)
# Sur 100 du coût; les salaires prennent le reste.
POSTES = (("materiel", 15), ("deplacements", 6), ("participation", 5), ("location", 4), ("administration", 6))
# La question de la région : comment rejoindre qui ne fréquente aucun service.
REPONSE_REGIONALE = (
    "Par l’épicerie, l’école et le porte-à-porte\u00a0: une personne du milieu invite ses voisines."
)
COMMENCEES = ("organisme", "admissibilite", "projet")


def themes():
    return fiche("initiatives/themes")


def rediger(appel, ligne, organisme, *, par, calendrier, priorites):
    """Une demande complète, prête à déposer, avec les pièces que l'appel demande."""
    initiative = Initiative.commencer(appel, organisme, par=par)
    for nature in appel.pieces_demandees:
        _joindre(initiative, nature, par)
    _enregistrer(initiative, ligne, calendrier, priorites, par=par)
    return Initiative.objects.select_related("alliance", "appel", "organisme").get(pk=initiative.pk)


def ebaucher(appel, ligne, organisme, *, par, calendrier):
    """Un brouillon : les trois premières parties sont faites, et le budget attend."""
    initiative = Initiative.commencer(appel, organisme, par=par)

    def ecrire(ecrite):
        _poser(ecrite, _reponses(ligne, organisme, calendrier), sauf=("place", "besoin", "lien", "apres"))
        _terminer(ecrite, par, COMMENCEES)

    initiative.enregistrer_partie("projet", par=par, revision=1, terminee=True, ecrire=ecrire)
    return initiative


def _enregistrer(initiative, ligne, calendrier, priorites, *, par):
    def ecrire(ecrite):
        _poser(ecrite, _reponses(ligne, ecrite.organisme, calendrier))
        _rangees(ecrite, ligne, priorites)
        _terminer(ecrite, par)

    initiative.enregistrer_partie("organisme", par=par, revision=1, terminee=True, ecrire=ecrire)


def _terminer(initiative, par, codes=None):
    parties = initiative.parties.filter(code__in=codes) if codes else initiative.parties
    parties.update(terminee=True, revision=2, modifiee_le=initiative.commencee_le, modifiee_par=par)


def _poser(initiative, reponses, sauf=()):
    for champ, valeur in reponses.items():
        if champ not in sauf:
            setattr(initiative, champ, valeur)


def _reponses(ligne, organisme, calendrier):
    theme, signataire = themes()[ligne["theme"]], engage_de(organisme)
    textes = {champ: theme[champ] for champ in ("besoin", "place", "lien", "apres")}
    return {
        "personne_ressource": "Coordination de l’organisme",
        "signataire": f"{signataire.nom_complet}, présidence",
        **{question.champ: True for question in QUESTIONS},
        "titre": ligne["titre"],
        "resume": ligne["resume"],
        "debut": calendrier.debut,
        "fin": calendrier.fin,
        "nature": "maintien" if ligne.get("maintien") else "nouveau",
        "consensus": "La concertation du territoire convient de le maintenir."
        if ligne.get("maintien")
        else "",
        "preuves": theme["preuves"],
        "en_conception": "conception" in theme["moments"],
        "en_realisation": "realisation" in theme["moments"],
        "au_suivi": "suivi" in theme["moments"],
        "soutien": True,
        **textes,
        "reponse_1": REPONSE_REGIONALE,
    }


def _rangees(initiative, ligne, priorites):
    theme, ans = themes()[ligne["theme"]], [exercice.an for exercice in initiative.exercices]
    initiative.territoires.set(Territoire.objects.filter(code__in=ligne["ou"]))
    initiative.priorites.add(_priorite(theme["thematique"], ligne["ou"], priorites))
    _creer(initiative.populations, [{"population": p} for p in theme["populations"]])
    nombre = ligne["personnes"]
    _creer(
        initiative.personnes_prevues,
        [{"an": an, "nombre": nombre, "nouvelles": nombre if an == ans[0] else nombre // 2} for an in ans],
    )
    depenses, sources = _montage(ligne["milliers"] * MILLE, ans)
    _creer(initiative.depenses, depenses)
    _creer(initiative.sources, sources)
    _creer(
        initiative.objectifs,
        [
            {"rang": rang, "cible": max(1, nombre * part // 100), "pour_le": initiative.fin}
            | dict(zip(("objectif", "activites", "unite"), textes, strict=True))
            for rang, (*textes, part) in enumerate(theme["objectifs"])
        ],
    )
    secteurs = {secteur.code: secteur for secteur in SecteurActeur.objects.all()}
    _creer(
        initiative.partenaires,
        [
            {"rang": rang, "nom": nom, "secteur": secteurs[secteur], "confirme": True, apport: texte}
            for rang, (nom, secteur, apport, texte) in enumerate(theme["partenaires"])
        ],
    )


def _creer(rangees, lignes):
    rangees.bulk_create([rangees.model(initiative=rangees.instance, **ligne) for ligne in lignes])


def _priorite(thematique, codes, priorites):
    """Celle du plan qui sert ce thème; à défaut, la première qui touche un de ses territoires."""
    touchees = [p for p in priorites if {t.code for t in p.territoires.all()} & set(codes)]
    permises = [p for p in priorites if p.palier == "regional" or p in touchees]
    choisies = [p for p in permises if p.thematique.code == thematique]
    return (choisies or touchees or permises)[0]


def _montage(demande, ans):
    """(dépenses, sources) de chaque exercice, équilibrées au cent."""
    depenses, sources = [], []
    for an, part in zip(ans, repartir(demande, [1] * len(ans)), strict=True):
        payees = [{"rang": 0, "an": an, "source": "fqis", "montant": part}]
        for rang, (source, nom, forme, certitude, taux) in enumerate(APPORTS, start=1):
            apport = {"source": source, "nom": nom, "forme": forme, "certitude": certitude}
            payees.append({"rang": rang, "an": an, "montant": _part(part, taux)} | apport)
        cout = sum(source["montant"] for source in payees)
        postes = [("salaires", cout - sum(_part(cout, taux) for _, taux in POSTES))]
        postes += [(poste, _part(cout, taux)) for poste, taux in POSTES]
        depenses += [
            {"rang": rang, "an": an, "poste": poste, "montant": montant}
            for rang, (poste, montant) in enumerate(postes)
        ]
        sources += payees
    return depenses, sources


def _part(montant, taux):
    return (montant * taux / 100).quantize(Decimal(1), ROUND_HALF_UP)


def _joindre(initiative, nature, par):
    numero, organisme = f"CA-{initiative.pk:03}", initiative.organisme.nom
    objet = ("Il est résolu de déposer une demande", "au Fonds québécois d’initiatives sociales.")
    fichier = resolution_pdf(numero=numero, organisme=organisme, le=aujourd_hui(), objet=objet)
    joindre(initiative, par=par, nature=nature, fichier=fichier)
