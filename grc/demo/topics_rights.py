"""Topics: roads, associations, rights, money, complaints. Texts only."""

TEXT = """
voirie voirie 5
S Nid-de-poule dangereux
S Feu tricolore en panne
S Piste cyclable
F Il y a un nid-de-poule énorme {street} à {town}, un vélo est tombé le {day}.
F Le feu tricolore au croisement de {street} est en panne depuis {number} jours.
F La piste cyclable de {street} est toujours encombrée et la chaussée est dangereuse.
D Les enfants passent là pour aller à l'école.
D J'ai crevé un pneu et la réparation a coûté {amount} euros.
A Merci d'intervenir avant un accident.
A Qui est responsable de cette route départementale ?

subvention subventions 3
S Demande de subvention
S Dossier de subvention {number}
F Notre association de {town} sollicite une subvention de {amount} euros pour ses ateliers.
F Nous avons déposé un dossier de subvention le {day} et attendons la décision.
D Nous accueillons {age} adhérents chaque semaine.
D Le budget et les statuts sont joints.
A Quand passe la commission ?
A Manque-t-il une pièce ?

documents dpo 2
S Copie de mon dossier
S Demande de communication de documents administratifs
F Je demande la copie de mon dossier tenu par le service de {town}.
F Je demande, au titre du CRPA, communication de documents administratifs.
D Cette demande concerne la période du {day} à ce jour.
D Je souhaite recevoir ces pièces par courriel.
A Sans réponse sous un mois je saisirai la CADA.
A Merci de me confirmer la réception.

rgpd dpo 2
S Mes données personnelles
S RGPD droit d'accès
F Je souhaite exercer mon droit d'accès à mes données personnelles.
F En application du RGPD, je demande l'effacement de mes données à caractère personnel.
D Mon adresse a été donnée à une association le {day} sans mon accord.
D Je reçois du courrier qui ne m'est pas destiné.
A Merci de me répondre dans le délai d'un mois.
A Je joindrai une pièce d'identité si besoin.

titre-recettes recouvrement 4
S Avis des sommes à payer
S Demande d'échéancier
S Titre de recettes n° {amount}
F J'ai reçu un avis des sommes à payer de {amount} euros que je ne comprends pas.
F Je voudrais payer en plusieurs fois le titre de recettes de {amount} euros.
F La trésorerie me réclame {amount} euros pour une période où j'étais hospitalisé.
D Je peux verser {age} euros par mois.
D Le courrier est daté du {day} mais je l'ai reçu hier.
A Pouvez-vous m'accorder un échéancier ?
A Merci de m'expliquer cette somme.

reclamation contact 5
S Réclamation
S Réclamation : aucune réponse
S Mécontentement
F Cela fait {number} mois que j'attends et personne ne répond.
F Je suis très mécontent de l'accueil reçu le {day} à {town}.
F C'est inadmissible, on m'a raccroché au nez {number} fois.
D J'ai écrit le {day} et je n'ai reçu aucune réponse.
D L'agent a été désagréable et ne m'a pas laissé parler.
A J'attends des explications.
A Je demande que ma réclamation soit transmise à votre direction.

intervention courrier-president 2
S Situation de M. {child}
S Demande d'intervention
F Monsieur le Président, j'attire votre attention sur la situation d'un habitant de {town}.
F J'ai été saisi par une administrée de {town} qui rencontre des difficultés de logement.
D Cette personne a déposé un dossier le {day}.
D Sa situation est digne d'intérêt.
A Je vous remercie de l'examen bienveillant que vous y porterez.
A Je vous saurais gré de me tenir informé.

information contact 6
S Renseignement
S Horaires
S Question
F Quels sont les horaires du pôle social de {town} ?
F Je voudrais un renseignement sur vos aides pour les jeunes.
F Je cherche le numéro de téléphone du service qui s'occupe des seniors à {town}.
D Je n'ai pas trouvé sur votre site.
D Votre standard ne décroche pas.
A Merci d'avance pour votre réponse.
A Bonne journée à vous.

autre contact 2
S Bonjour
S Suite à notre conversation
S (sans objet)
F Suite à ma visite du {day}, je vous confirme ce que je vous ai dit.
F Je vous écris pour ma voisine du {number}e qui n'ose pas le faire.
D Vous m'aviez demandé de vous tenir au courant.
D C'est toujours pareil et rien n'avance.
A Voilà, merci.
A Je compte sur vous.
"""
