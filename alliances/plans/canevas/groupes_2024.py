"""Les dix points du canevas 2024-2029 (guide, annexe), avec une aide écrite pour qui rédige le plan."""

from alliances.plans.canevas.forme import Groupe, Nature, Section

EN_TETE = Section(
    "en-tete",
    "Personne à joindre",
    "Guide 2024-2029, annexe, en-tête",
    aide="Qui le Ministère et la direction régionale peuvent appeler au sujet de ce plan.",
    exemple="Coordination de l’Alliance, avec une adresse de travail et un numéro direct.",
    a_eviter="N’inscrivez pas de coordonnées personnelles : le plan approuvé circule.",
    nature=Nature.CONTACT,
)

FONCTIONNEMENT = (
    Section(
        "1a",
        "Structure de gouvernance",
        "Guide 2024-2029, annexe, point 1a",
        aide="Présentez l’Alliance comme à une personne qui arrive : qui signe, qui gère l’argent, qui "
        "décide à la région, qui décide dans les territoires, et quels comités préparent ces décisions. "
        "Un paragraphe par instance suffit. La composition détaillée se tient dans la fiche de l’Alliance.",
        exemple="La Table régionale réunit 23 membres et décide par consensus. Une corporation reçoit et "
        "administre les sommes en son nom. Dans chaque MRC, un comité local propose ses priorités, que la "
        "Table intègre au plan. Un comité d’analyse de cinq membres étudie les demandes.",
        a_eviter="Évitez la liste nominative des membres : nommez les organismes et les sièges.",
        elements=(6,),
        mots_minimum=60,
        questions=(
            "Qui est responsable de l’Alliance, et qui en est fiduciaire, s’il y a lieu?",
            "Qui décide des priorités et des initiatives, à la région et localement?",
            "Quels comités existent, et que font-ils?",
            "Quelle place ont Services Québec, la Santé publique et les Affaires municipales?",
        ),
    ),
    Section(
        "1b",
        "Transition et liens avec d’autres plans",
        "Guide 2024-2029, annexe, point 1b",
        aide="Racontez ce qui continue de l’Alliance précédente, ce qui s’arrête et ce que vous en avez "
        "appris. Puis reliez ce plan aux autres démarches du territoire, pour éviter les dédoublements.",
        exemple="Deux des cinq priorités de 2017-2023 se poursuivent : transport et alimentation. Le suivi "
        "annuel par MRC, jugé lourd, devient un suivi par priorité. Le plan s’arrime à la planification de "
        "développement social de la région et à celle de la Santé publique.",
        a_eviter="Inutile de recopier l’ancien bilan : trois leçons claires valent mieux que dix pages.",
        requise=False,
        mots_minimum=40,
        questions=(
            "Qu’est-ce qui se poursuit, se transforme ou se termine?",
            "Quelles leçons tirez-vous du cycle précédent?",
            "Quels autres plans touchent les mêmes personnes, et comment vous y arrimez-vous?",
        ),
    ),
    Section(
        "1c",
        "Mobilisation et concertation",
        "Guide 2024-2029, annexe, point 1c",
        aide="Décrivez la démarche qui a mené au plan : rencontres, consultations, personnes et secteurs "
        "présents, manière de s’entendre. Dites aussi qui manque encore et ce que vous ferez pour l’inviter.",
        exemple="Huit rencontres locales et un forum régional ont réuni 140 participantes et participants de "
        "neuf secteurs. Les priorités locales ont été regroupées, puis adoptées par consensus. Le milieu des "
        "affaires était peu présent : une rencontre avec deux chambres de commerce est prévue à l’automne.",
        a_eviter="Une liste de logos ne montre pas une concertation : dites le rôle de chaque partenaire.",
        elements=(7,),
        mots_minimum=50,
        questions=(
            "Quelles rencontres ou consultations ont nourri le plan?",
            "Quels secteurs et quels territoires y étaient? Lesquels manquaient?",
            "Comment les désaccords se règlent-ils?",
            "Comment la mobilisation se maintiendra-t-elle pendant le cycle?",
        ),
    ),
    Section(
        "1d",
        "Participation des personnes en situation de pauvreté ou d’exclusion sociale",
        "Guide 2024-2029, annexe, point 1d",
        aide="Dites où ces personnes siègent ou délibèrent, à quelles étapes, et ce qui rend leur présence "
        "possible : accueil, préparation, transport, garde, allocation. Distinguez bien trois choses qui ne "
        "s’additionnent pas : prendre part à la gouvernance, prendre part aux projets, faire du bénévolat.",
        exemple="Deux sièges avec droit de vote à la Table régionale et un comité de dix personnes expertes "
        "de vécu, réuni six fois par an. Une intervenante prépare chaque rencontre avec le comité; le "
        "transport et la garde sont remboursés. Une réponse écrite suit chaque avis du comité.",
        a_eviter="Ne nommez aucune personne et ne racontez aucune histoire reconnaissable : des nombres et "
        "des mécanismes suffisent.",
        elements=(10,),
        mots_minimum=50,
        questions=(
            "À quelles instances ces personnes siègent-elles, et combien sont-elles?",
            "À quelles étapes leur avis est-il demandé, et que devient-il?",
            "Quel accompagnement et quel dédommagement sont offerts?",
            "S’il n’y a encore rien, pourquoi, et quelle est la première étape prévue?",
        ),
    ),
)

SITUATION = (
    Section(
        "2a",
        "Portrait et enjeux",
        "Guide 2024-2029, annexe, point 2a",
        aide="Faites comprendre la pauvreté et l’exclusion dans votre région : quelques données datées, ce "
        "que les gens du terrain constatent, et ce qui distingue vos territoires. Terminez par les enjeux "
        "auxquels vos priorités répondront.",
        exemple="Le taux de faible revenu varie du simple au double entre les MRC (recensement de 2021). Les "
        "organismes observent une hausse des demandes venant de personnes en emploi. Dans l’est, la "
        "distance est le premier obstacle; en ville, c’est le logement.",
        a_eviter="Ne reproduisez pas tout un portrait statistique : retenez ce qui explique vos choix et "
        "citez vos sources.",
        elements=(1,),
        mots_minimum=80,
        questions=(
            "Quelles données récentes décrivent la situation, et d’où viennent-elles?",
            "Qu’est-ce qui diffère d’un territoire à l’autre?",
            "Que disent les personnes qui vivent la pauvreté?",
            "Quels enjeux se dégagent pour le cycle?",
        ),
    ),
    Section(
        "2b",
        "Préoccupations transversales",
        "Guide 2024-2029, annexe, point 2b",
        aide="Passez en revue les préoccupations qui traversent vos priorités et arrêtez-vous à celles qui "
        "comptent chez vous. Une ou deux phrases par préoccupation suffisent.",
        exemple="Vieillissement : une personne de 75 ans ou plus sur trois vit seule, ce qui oriente les "
        "moyens de transport. Climat : les vagues de chaleur touchent d’abord les immeubles locatifs du "
        "centre-ville; la Santé publique participe au moyen 2.1.3.",
        a_eviter="Évitez les généralités vraies partout au Québec.",
        requise=False,
        mots_minimum=50,
        questions=(
            "Jeunesse et vieillissement : qu’est-ce qui vous est propre?",
            "Immigration et handicap : qui est moins bien servi aujourd’hui?",
            "Quelles sont les répercussions sur la santé?",
            "Comment le développement durable et les changements climatiques sont-ils pris en compte?",
        ),
    ),
    Section(
        "2c",
        "Zones de dévitalisation et personnes plus touchées",
        "Guide 2024-2029, annexe, point 2c",
        aide="Nommez les municipalités, quartiers ou secteurs que le plan privilégie, l’indice qui vous y "
        "amène, et les groupes de personnes qui y sont plus touchés.",
        exemple="Onze municipalités se classent au dernier quintile de l’indice de vitalité économique; le "
        "quartier de la gare y ressemble, bien que la ville soit prospère. Les familles monoparentales et "
        "les hommes seuls de 45 à 64 ans y sont surreprésentés.",
        a_eviter="Évitez un secteur si petit, ou un groupe si précis, que l’on reconnaîtrait quelqu’un.",
        elements=(8,),
        mots_minimum=40,
        questions=(
            "Quels secteurs sont privilégiés, et selon quel indice ou quel constat?",
            "Quels groupes y vivent plus de pauvreté ou d’exclusion?",
            "Des poches de pauvreté se cachent-elles dans des milieux mieux nantis?",
        ),
    ),
)

PRIORITES = Section(
    "3-9",
    "Priorités, objectifs, moyens et indicateurs",
    "Guide 2024-2029, annexe, points 3 à 9",
    aide="Une fiche par priorité. Chaque priorité a ses objectifs, chaque objectif ses moyens, et chaque "
    "moyen dit pour qui, où, avec qui, quand, et comment on saura que c’est réussi.",
    exemple="Priorité 1, objectif 1.1, moyen 1.1.1 : l’application numérote et renumérote pour vous.",
    a_eviter="Trois à six priorités bien suivies servent mieux la région que quinze intentions.",
    nature=Nature.STRUCTURE,
    elements=(2, 3, 4, 5, 9, 15),
    questions=(
        "Chaque enjeu du portrait a-t-il une priorité, ou une raison de ne pas en avoir?",
        "Chaque territoire est-il touché par au moins un moyen?",
        "Les secteurs attendus collaborent-ils tous quelque part?",
    ),
)

ENVELOPPE = (
    Section(
        "10a",
        "Suivi financier du FQIS",
        "Guide 2024-2029, annexe, point 10a",
        aide="Expliquez comment l’enveloppe se répartit et se suit : parts régionale et locales, somme pour "
        "la coordination et la mobilisation, qui autorise, qui vérifie, et que deviennent les soldes.",
        exemple="Le quart de l’enveloppe va aux projets régionaux; le reste est partagé entre les huit MRC "
        "selon la population à faible revenu. La corporation fiduciaire tient un compte distinct et présente "
        "un état trimestriel à la Table.",
        a_eviter="Ne collez pas le budget détaillé : il se tient avec la convention et les enveloppes.",
        elements=(11,),
        mots_minimum=40,
        questions=(
            "Comment l’enveloppe est-elle répartie, et pourquoi est-ce équitable?",
            "Qui autorise et qui vérifie les dépenses?",
            "À quel rythme la Table voit-elle les chiffres?",
        ),
    ),
    Section(
        "10b",
        "Dépôt des demandes d’aide financière",
        "Guide 2024-2029, annexe, point 10b",
        aide="Dites à un organisme comment déposer une demande : appel de projets ou démarche concertée, "
        "périodes, formulaire, aide offerte, admissibilité.",
        exemple="Un appel régional a lieu chaque printemps; les territoires ouvrent le leur entre septembre "
        "et novembre. La personne-ressource de la MRC rencontre les organismes avant le dépôt et les aide à "
        "trouver des partenaires.",
        a_eviter="Évitez les exigences qui ne servent à rien dans la décision.",
        elements=(12,),
        mots_minimum=40,
        questions=(
            "Quand et comment une demande se dépose-t-elle?",
            "Qui est admissible?",
            "Quelle aide un petit organisme reçoit-il pour préparer sa demande?",
        ),
    ),
    Section(
        "10c",
        "Sélection et soutien des initiatives",
        "Guide 2024-2029, annexe, point 10c",
        aide="Décrivez le chemin d’une demande : qui analyse, selon quels critères, qui décide, à quel "
        "rythme. Puis le soutien offert pendant la réalisation. Dites comment se gère un conflit d’intérêts.",
        exemple="Le comité d’analyse, où siègent deux personnes expertes de vécu, remet une recommandation; "
        "la Table décide deux fois par an et motive par écrit toute décision contraire. Un membre dont "
        "l’organisme dépose une demande se retire. Chaque porteur reçoit deux visites.",
        a_eviter="N’annoncez pas ici le nom d’organismes choisis d’avance.",
        elements=(13,),
        mots_minimum=50,
        questions=(
            "Qui analyse, qui recommande, qui décide?",
            "Quels critères, et à quelle fréquence?",
            "Comment les conflits d’intérêts sont-ils traités?",
            "Quel soutien et quel suivi les porteurs reçoivent-ils?",
        ),
    ),
    Section(
        "10d",
        "Suivi des indicateurs",
        "Guide 2024-2029, annexe, point 10d",
        aide="Expliquez comment vous recueillerez les données sur la concertation et sur la réussite des "
        "projets : qui les saisit, quand, et à quoi elles serviront ensuite.",
        exemple="Chaque porteur déclare une fois l’an les personnes rejointes et l’atteinte de ses cibles. "
        "La coordination vérifie et présente un tableau par priorité à la rencontre de juin, où la Table "
        "décide des ajustements.",
        a_eviter="Évitez de promettre une mesure que personne n’a le temps de prendre.",
        elements=(15,),
        mots_minimum=40,
        questions=(
            "Qui recueille les données, avec quel outil, à quelle fréquence?",
            "Comment suivez-vous la concertation elle-même?",
            "Que fait la Table lorsqu’une cible n’est pas atteinte?",
        ),
    ),
    Section(
        "10e",
        "Efforts pour rejoindre les personnes",
        "Guide 2024-2029, annexe, point 10e",
        aide="Dites comment les initiatives vont vers les personnes plutôt que de les attendre, et comment "
        "elles s’adaptent à leur réalité : horaires, lieux, langage, transport, confiance.",
        exemple="Les porteurs sont invités à offrir une plage en soirée et à se déplacer dans les lieux "
        "fréquentés : cuisines, haltes, écoles. Les documents sont relus par le comité de personnes expertes "
        "de vécu. Un poste de transport est admissible dans chaque projet.",
        a_eviter="Évitez les mots qui font porter la faute aux personnes.",
        requise=False,
        mots_minimum=40,
        questions=(
            "Qui n’est pas rejoint aujourd’hui, et pourquoi?",
            "Comment les activités s’adaptent-elles?",
            "Comment vérifiez-vous que ça fonctionne?",
        ),
    ),
    Section(
        "10f",
        "Diffusion de l’information, des résultats et des pratiques gagnantes",
        "Guide 2024-2029, annexe, point 10f",
        aide="Nommez ce que vous ferez connaître, à qui et comment : dans la région, auprès des personnes "
        "concernées et auprès des autres Alliances.",
        exemple="Un bulletin paraît deux fois l’an et un bilan illustré d’une page est remis à chaque "
        "conseil municipal. Les projets inspirants sont présentés aux autres régions chaque année.",
        a_eviter="Obtenez un consentement avant de publier une photo ou un témoignage.",
        elements=(14,),
        mots_minimum=40,
        questions=(
            "Comment les organismes apprennent-ils qu’un appel est ouvert?",
            "Comment les résultats sont-ils rendus aux personnes concernées?",
            "Comment les bons coups voyagent-ils vers les autres régions?",
        ),
    ),
)

GROUPES = (
    Groupe("en-tete", "En-tête", (EN_TETE,)),
    Groupe("1", "Fonctionnement", FONCTIONNEMENT),
    Groupe("2", "État de la situation", SITUATION),
    Groupe("3-9", "Priorités, objectifs, moyens et indicateurs", (PRIORITES,)),
    Groupe("10", "Gestion de l’enveloppe et soutien d’actions", ENVELOPPE),
)
