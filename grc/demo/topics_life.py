"""Topics: income, autonomy, housing, urgent help. Texts only."""

TEXT = """
rsa rsa 9
S Demande de RSA
S Question sur mon RSA
S Dossier RSA
F Je souhaite déposer une demande de RSA car je n'ai plus de revenus depuis le {day}.
F Je suis bénéficiaire du RSA depuis {number} mois et ma situation a changé.
F Mon contrat de travail s'est arrêté le {day} et on m'a parlé du revenu de solidarité active.
D Je vis seul avec {number} enfants et je n'ai que {amount} euros par mois.
D J'ai signé mon contrat d'engagement réciproque mais je n'ai pas eu de suite.
D Je viens de reprendre une formation de {number} mois à {town}.
A Pouvez-vous me dire quels papiers il faut fournir ?
A Merci de m'indiquer à qui je dois m'adresser.
A Est-ce que je garde mes droits pendant cette période ?

rsa-versement rsa 6
S RSA pas reçu ce mois-ci
S Versement RSA
S URGENT plus de RSA
F Je n'ai pas reçu mon RSA ce mois-ci alors que ma déclaration est faite depuis le {day}.
F Mon RSA a été suspendu sans que je reçoive de courrier.
F Le virement du RSA n'est pas arrivé, j'attends {amount} euros.
D La CAF me dit de voir avec vous et vous me dites de voir avec la CAF.
D Je n'ai plus rien pour payer mon loyer à {town}.
D J'ai appelé {number} fois sans pouvoir parler à quelqu'un.
A Merci de me dire pourquoi et quand je serai payé.
A Pouvez-vous débloquer la situation rapidement ?

rsa-recours rsa-recours 3
S Contestation d'un indu de RSA
S Recours administratif préalable
S Trop-perçu RSA de {amount} euros
F On me réclame un indu de RSA de {amount} euros par un courrier du {day} que je conteste.
F J'ai reçu une notification de trop-perçu sur mon RSA pour un montant de {amount} euros.
F Je conteste la décision du {day} qui me demande de rembourser {amount} euros de RSA.
D J'ai toujours déclaré mes ressources dans les temps, vous trouverez mes bulletins de salaire.
D Ma fille {child} n'habite plus chez moi depuis le {day} et je l'avais signalé.
A Je vous demande d'annuler cette décision.
A Je demande l'examen de mon recours et la suspension des retenues.

rsa-remise rsa-recours 3
S Demande de remise de dette
S Remise gracieuse de ma dette RSA
F Je sollicite une remise de dette pour les {amount} euros de RSA que je dois.
F Je vous demande une remise gracieuse de la dette de {amount} euros notifiée le {day}.
D Mes charges dépassent mes revenus et je ne peux pas rembourser.
D Je suis de bonne foi, je ne savais pas que je devais déclarer cette somme.
A Je vous prie de bien vouloir étudier ma situation.
A Pouvez-vous effacer cette dette ou au moins une partie ?

apa apa 9
S Demande d'APA pour ma mère
S Dossier APA
S Allocation personnalisée d'autonomie
S Plan d'aide de mon père
F Ma mère, âgée de {age} ans, a besoin d'une aide à domicile depuis sa chute du {day}.
F Nous avons déposé un dossier d'allocation personnalisée d'autonomie le {day} pour mon père.
F Mon mari a {age} ans et il a été évalué en GIR 3, mais le plan d'aide ne suffit plus.
D L'association qui intervient à {town} manque d'auxiliaires et les heures ne sont pas faites.
D Elle vit seule au {number}e étage sans ascenseur et ne peut plus faire ses courses.
D Il sort de l'hôpital dans {number} jours et rien n'est prêt à la maison.
A Quand l'évaluatrice peut-elle passer ?
A Pouvez-vous me dire où en est le dossier ?
A Je voudrais augmenter le nombre d'heures.

aide-sociale-hebergement contact 3
S Frais d'EHPAD
S Aide sociale à l'hébergement pour ma tante
F Ma tante est entrée à l'EHPAD de {town} le {day} et sa retraite ne suffit pas.
F L'établissement nous réclame {amount} euros de frais d'hébergement chaque mois.
D On nous parle d'obligation alimentaire et je ne comprends pas ce que je dois payer.
D Nous sommes {number} enfants et seuls deux peuvent participer.
A Comment demander l'aide sociale ?
A Merci de nous envoyer le dossier à remplir.

mdph handicap 6
S Dossier MDPH en attente
S Carte mobilité inclusion
S Renouvellement AAH
F J'ai envoyé mon dossier à la MDPH le {day} et je n'ai toujours pas de réponse.
F Ma carte mobilité inclusion arrive à expiration le {day}.
F Mon AAH s'arrête dans {number} mois et le renouvellement n'est pas traité.
D J'ai un taux d'incapacité de {age} % et je ne peux plus marcher longtemps.
D Mon fils {child} a une notification de la CDAPH qui n'est pas appliquée.
A Pouvez-vous me dire où en est mon dossier ?
A Comment obtenir une carte de stationnement en attendant ?

pch handicap 3
S Paiement de la PCH
S Prestation de compensation du handicap
F Je n'ai pas été payée pour les heures d'aidant familial de ce trimestre au titre de la PCH.
F Le contrôle d'effectivité de ma PCH me demande des factures que j'ai déjà envoyées le {day}.
D Il manque {amount} euros sur mon compte.
D Mon auxiliaire de vie a fait {number} heures de plus que prévu pendant les vacances.
A Merci de régulariser.
A Pouvez-vous revoir le nombre d'heures de la prestation de compensation ?

amethyste amethyste 6
S Carte Améthyste
S Renouvellement Améthyste
S Forfait Améthyste perdu
F Ma carte Améthyste est périmée depuis le {day} et je n'ai pas reçu la nouvelle.
F Je viens d'avoir {age} ans et je voudrais demander le forfait Améthyste.
F J'ai perdu ma carte de transport Améthyste dans le bus à {town}.
D Je suis non imposable et je prends le métro pour mes soins.
D J'ai payé ma participation par chèque de {amount} euros.
A Quel est le délai pour la recevoir ?
A Pouvez-vous m'envoyer le formulaire par la poste ? Je n'ai pas d'imprimante.

accompagnement-social contact 5
S Rendez-vous assistante sociale
S Besoin de voir une assistante sociale
F Je voudrais prendre rendez-vous avec une assistante sociale du pôle social de {town}.
F Mon assistante sociale est partie et personne ne m'a dit qui la remplace.
D Ma situation est compliquée depuis ma séparation le {day}.
D J'ai des papiers que je ne comprends pas.
A Je peux venir le matin.
A Merci de me rappeler, je ne sais plus vers qui me tourner.

aide-urgence contact 5
S Aide alimentaire
S Secours d'urgence
S plus rien a manger
F Je n'ai plus rien à manger pour mes {number} enfants jusqu'à la fin du mois.
F Je sollicite une aide financière exceptionnelle de {amount} euros.
F Nous cherchons un colis alimentaire ou une épicerie solidaire à {town}.
D Mon conjoint a perdu son emploi le {day}.
D Mon compte est à découvert et la banque a bloqué ma carte.
A Est-ce que quelqu'un peut nous aider vite ?
A Merci de me dire où aller.

domiciliation contact 3
S Domiciliation
S Adresse postale
F Je suis sans domicile fixe à {town} et j'ai besoin d'une domiciliation pour mes papiers.
F Mon élection de domicile se termine le {day}.
D Je dors chez des amis et dans ma voiture.
D Sans adresse je ne peux ni ouvrir un compte ni toucher mes droits.
A Comment renouveler mon attestation ?
A Quel service peut me recevoir ?

expulsion logement 4
S Expulsion locative
S Commandement de quitter les lieux
S urgent expulsion
F J'ai reçu un commandement de payer de {amount} euros par huissier pour mes loyers.
F Je dois être expulsé de mon logement de {town} le {day}.
F Mon bailleur m'a assigné au tribunal et demande mon expulsion.
D Je vis avec mes {number} enfants, dont {child} qui est malade.
D J'ai repris le paiement du loyer mais il reste la dette.
A Que puis-je faire avant la date ?
A Pouvez-vous intervenir auprès du bailleur ?

fsl logement 5
S Demande de FSL
S Aide du fonds de solidarité logement
S Facture d'électricité impayée
F Je demande une aide du FSL pour une facture d'électricité de {amount} euros.
F J'ai des impayés de loyer de {amount} euros depuis {number} mois.
F Je viens d'obtenir un logement à {town} et je ne peux pas payer le dépôt de garantie.
D Je suis au RSA et je vis seule avec {child}.
D L'électricité va être coupée le {day}.
A Merci de m'envoyer un dossier de fonds de solidarité logement.
A Pouvez-vous me dire si j'y ai droit ?

surendettement contact 2
S Surendettement
S Trop de crédits
F J'ai trop de crédits à rembourser et je pense au surendettement.
F Mon dossier à la Banque de France a été accepté le {day}.
D Il me reste {amount} euros pour vivre.
D J'ai {number} crédits à la consommation.
A Un conseiller peut-il m'aider à faire mon budget ?
A Qui peut m'accompagner dans le dossier de surendettement ?
"""
