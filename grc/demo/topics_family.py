"""Topics: children, families, schools. Texts only."""

TEXT = """
information-preoccupante crip 2
S Inquiétude pour un enfant
S Signalement
S information préoccupante
F Je vous écris car je pense qu'un enfant est en danger dans mon immeuble à {town}.
F En tant qu'enseignante, je vous adresse une information préoccupante au sujet de {child}.
F Le petit {child}, {number} ans, est un enfant que l'on entend crier sous les coups.
D Les parents sortent la nuit et les enfants sont livrés à eux-mêmes.
D Il arrive à l'école le {day} avec des marques sur les bras.
A Je souhaite rester anonyme.
A Merci de faire quelque chose rapidement.

violences violences 2
S Besoin d'aide
S confidentiel
S Violences conjugales
F Mon mari me frappe et j'ai peur pour mes enfants.
F Je suis victime de violences conjugales depuis {number} ans et j'ai quitté la maison le {day}.
F Mon ex me menace depuis l'ordonnance de protection.
D Ne m'appelez pas sur mon téléphone, il le surveille.
D Je suis hébergée chez une amie à {town}.
A Y a-t-il un endroit où aller ?
A Quelqu'un peut-il m'aider sans qu'il le sache ?

ase ase 4
S Droit de visite
S Placement de mes enfants
S Contrat jeune majeur
F Mon fils {child} est en famille d'accueil depuis le {day} et la visite a encore été annulée.
F Ma fille est suivie par l'aide sociale à l'enfance et je n'ai plus de nouvelles de l'éducatrice.
F J'aurai 18 ans dans {number} mois et je voudrais un contrat jeune majeur.
D Le juge a donné un droit de visite chaque semaine.
D On ne me rappelle jamais quand je téléphone au service.
A Je demande un rendez-vous avec le responsable.
A Merci de me dire qui suit le dossier.

pmi pmi 5
S Rendez-vous PMI
S Consultation nourrisson
S Visite de la puéricultrice
F Je voudrais un rendez-vous à la PMI de {town} pour les vaccins de mon bébé.
F Ma fille {child} est née le {day} et je souhaite la visite d'une puéricultrice.
F Je cherche une consultation de PMI pour la pesée, on me répond que c'est complet.
D C'est mon premier enfant et je suis un peu perdue.
D Nous venons d'emménager et n'avons pas encore de médecin.
A Quelles sont vos disponibilités ?
A Merci de me rappeler en fin de journée.

agrement-assmat assistants-maternels 5
S Agrément assistante maternelle
S Renouvellement de mon agrément
S Demande d'extension d'agrément
F Je souhaite devenir assistante maternelle à {town}.
F Mon agrément d'assistante maternelle se termine le {day}.
F Je suis assistante maternelle et je demande une extension pour {number} enfants.
D J'ai suivi la formation obligatoire et envoyé le formulaire.
D La puéricultrice devait passer à mon domicile.
A Quand aura lieu la visite ?
A Où en est mon dossier ?

agrement-assfam assistants-maternels 1
S Devenir assistant familial
S Agrément assistante familiale
F Nous voudrions demander un agrément d'assistant familial et accueillir un enfant chez nous.
F Mon agrément d'assistante familiale doit être renouvelé avant le {day}.
D Nous avons une maison à {town} avec {number} chambres.
D Mes propres enfants sont grands.
A Pouvez-vous m'envoyer le dossier ?
A Y a-t-il une réunion d'information ?

college-restauration colleges 4
S Cantine du collège
S Tarif de la restauration scolaire
F La facture de cantine de mon fils {child} est de {amount} euros alors que mon quotient a baissé.
F Je voudrais inscrire ma fille à la demi-pension à partir du {day}.
D Elle est en {number}e au collège de {town}.
D J'ai envoyé mon avis d'imposition en septembre.
A Pouvez-vous recalculer le tarif ?
A Comment faire la demande ?

college-transport colleges 3
S Transport scolaire
S Carte Imagine R
F Le taxi du transport scolaire de {child} n'est pas venu {number} fois ce mois-ci.
F Je demande une aide pour la carte Imagine R de ma fille.
D Il est en fauteuil et ne peut pas prendre le bus.
D Le collège est à l'autre bout de {town}.
A Qui dois-je prévenir ?
A Merci de trouver une solution avant la rentrée.

college-vie colleges 2
S Collège de {town}
S Chauffage au collège
F Il fait 14 degrés dans les classes du collège de {town} depuis le {day}.
F Mon fils {child} n'est pas dans le collège de notre quartier.
D Les parents d'élèves sont inquiets.
D Nous habitons à {number} minutes à pied.
A Que comptez-vous faire ?
A Peut-on revoir la sectorisation ?

candidature recrutement 3
S Candidature
S Recherche de stage de troisième
S Offre d'emploi
F Je vous adresse ma candidature au poste de gestionnaire publié le {day}.
F Je suis en troisième au collège de {town} et je suis à la recherche de stage.
F Vous trouverez mon CV et ma lettre de motivation pour un emploi au département.
D Je suis sérieux et motivé.
D J'ai {number} ans d'expérience.
A Je reste disponible pour un entretien.
A Merci de me dire si c'est possible.
"""
