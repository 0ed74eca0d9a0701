"""Invented people of the Hauts-de-Seine. Pure.

Telephone numbers come from the ranges kept for fiction (01 99 00, 06 39 98), mail domains
from those kept for examples (RFC 2606).
"""

from dataclasses import dataclass
from random import Random

from grc.core.search import strip_accents


def _listed(text: str, separator: str | None = None) -> tuple[str, ...]:
    return tuple(text.split(separator))


_FIRST_NAMES = _listed("""
Adèle Agnès Aïcha Amélie Aminata Anaïs André Anne-Sophie Antoine Aurélien Béatrice Benoît
Brigitte Bruno Camille Carlos Cédric Chantal Chloé Claire Corinne Cyril Damien Danièle David
Denise Didier Djamila Dominique Élise Éloïse Émile Emmanuel Éric Estelle Étienne Fabrice Fatima
Fatou Françoise Frédéric Gaël Gaëlle Geneviève Gérard Gilles Grégory Guillaume Guy Hélène Hervé
Hugo Ibrahima Inès Isabelle Jacqueline Jean-François Jean-Luc Jérôme Joëlle José Julie Karim
Kevin Khadija Laëtitia Laurence Léa Léon Leïla Loïc Lucie Ludivine Madeleine Malika Mamadou
Marc Maria Marie-Thérèse Martine Mathieu Maxime Mélanie Michèle Mohamed Monique Moussa Myriam
Nadège Nathalie Nicolas Noémie Odette Olivier Pascale Patrick Paulette Philippe Pierre Quentin
Rachid Raphaël Rémi Renée Robert Romain Samira Sébastien Simone Solène Sophie Stéphane Sylvie
Thérèse Thomas Tiphaine Valérie Véronique Vincent Xavier Yasmine Yves Zoé
""")

_LAST_NAMES = _listed(
    "Abdallah,Aubert,Aubry,Bâ,Baptiste,Barré,Bécaud,Ben Youssef,Benali,Bérard,Berthelot,Besançon,"
    "Blanchard,Boisseau,Bouchez,Boulanger,Bourdin,Bréchet,Camara,Carpentier,Chevalier,Cissé,"
    "Clément,Cordonnier,Coulibaly,Courtois,Crépin,D'Almeida,D'Hondt,Da Costa,Da Silva,Daumas,"
    "David-Moreau,de Bresson,de La Fontenelle,de Oliveira,Delacroix,Delaunay,Dembélé,Deschamps,"
    "Diallo,Diop,dos Santos,du Chesnay,Dubreuil,Dupré,Duquesnoy,Durand-Leclerc,El Amrani,Étienne,"
    "Fabre,Faucheux,Ferrand,Fontaine,Fournier,François,Gaillard,Garçon,Gomès,Grandjean,Guérin,"
    "Haddad,Hervé,Hoareau,Husson,Jacquet,Kaboré,Kouassi,L'Hermitte,Labbé,Lacaze,Lambert,Le Bihan,"
    "Le Goff,Le Guennec,Lefèvre,Legrand,Lemaître,Léonard,Lopès,Mahé,Maréchal,Mbaye,Ménard,Mercier,"
    "Monnier,Moreau,N'Diaye,N'Guessan,Nguyen,Noël,O'Connor,Ouedraogo,Pâris,Pelletier,Péron,"
    "Pham Van,Picard,Prévost,Quéméner,Rémond,Richard,Rivière,Robin,Rousseau,Saïdi,Saint-Aubin,"
    "Sanchez,Sénéchal,Soumaré,Tessier,Thévenet,Tran,Traoré,Vallée,Van den Berg,Vasseur,Vétillard,"
    "Weber,Xiong,Yilmaz,Zélateur,Ziani",
    ",",
)

_COMMUNES = """
Antony 92002 92160 64|Asnières-sur-Seine 92004 92600 94|Bagneux 92007 92220 45
Bois-Colombes 92009 92270 29|Boulogne-Billancourt 92012 92100 119|Bourg-la-Reine 92014 92340 21
Châtenay-Malabry 92019 92290 36|Châtillon 92020 92320 37|Chaville 92022 92370 21
Clamart 92023 92140 59|Clichy 92024 92110 64|Colombes 92025 92700 91|Courbevoie 92026 92400 83
Fontenay-aux-Roses 92032 92260 24|Garches 92033 92380 18|La-Garenne-Colombes 92035 92250 30
Gennevilliers 92036 92230 51|Issy-les-Moulineaux 92040 92130 68|Levallois-Perret 92044 92300 68
Malakoff 92046 92240 31|Marnes-la-Coquette 92047 92430 2|Meudon 92048 92190 46
Montrouge 92049 92120 46|Nanterre 92050 92000 98|Neuilly-sur-Seine 92051 92200 60
Le-Plessis-Robinson 92060 92350 29|Puteaux 92062 92800 44|Rueil-Malmaison 92063 92500 83
Saint-Cloud 92064 92210 30|Sceaux 92071 92330 21|Sèvres 92072 92310 22|Suresnes 92073 92150 49
Vanves 92075 92170 29|Vaucresson 92076 92420 8|Ville-d'Avray 92077 92410 11
Villeneuve-la-Garenne 92078 92390 26
"""

_STREETS = _listed(
    "rue de la République,avenue Jean-Jaurès,rue Victor-Hugo,boulevard Gambetta,rue Pasteur,"
    "rue des Écoles,allée des Tilleuls,avenue du Général-Leclerc,place de l'Église,rue du Moulin,"
    "impasse des Lilas,rue Jean-Moulin,avenue de Verdun,rue Ambroise-Croizat,"
    "square des Érables,rue Paul-Vaillant,chemin des Vignes,quai de Seine,rue du Docteur-Roux",
    ",",
)
# In the communes that have several territories, some addresses must fall on each side.
_SPLIT_STREETS = {
    "92050": ("avenue Georges-Clemenceau", "rue Henri-Barbusse", "avenue Pablo-Picasso"),
    "92025": ("boulevard de Finlande", "rue d'Estienne-d'Orves", "boulevard Charles-de-Gaulle"),
    "92012": ("quai Georges-Gorse", "avenue Pierre-Grenier", "rue de Silly"),
}
_DOMAINS = ("courriel.example", "boite.example", "messagerie.example", "poste.example")


@dataclass(frozen=True)
class Town:
    """A commune: name, INSEE code, main postcode, thousands of inhabitants."""

    name: str
    insee: str
    postcode: str
    weight: int


def _towns() -> list[Town]:
    found = []
    for entry in _COMMUNES.strip().replace("\n", "|").split("|"):
        name, insee, postcode, weight = entry.split()
        spoken = name.replace("La-", "La ").replace("Le-", "Le ")
        found.append(Town(spoken, insee, postcode, int(weight)))
    return found


TOWNS = _towns()
_WEIGHTED = [town for town in TOWNS for _ in range(town.weight)]


@dataclass(frozen=True)
class Person:
    """An invented citizen."""

    first: str
    last: str
    email: str
    phone: str
    street: str
    town: Town

    @property
    def name(self) -> str:
        """First and last name, as in a signature."""
        return f"{self.first} {self.last}"

    @property
    def address(self) -> str:
        """Two lines: the street, then postcode and commune."""
        return f"{self.street}\n{self.town.postcode} {self.town.name}"


def invent(rng: Random) -> Person:
    """A new person; the same generator state gives the same person."""
    first, last, town = rng.choice(_FIRST_NAMES), rng.choice(_LAST_NAMES), rng.choice(_WEIGHTED)
    streets = _SPLIT_STREETS.get(town.insee, _STREETS) if rng.random() < 0.5 else _STREETS
    number = str(rng.randrange(1, 180)) + rng.choice(("", "", "", "", " bis"))
    local = _plain(f"{first}.{last}") + (str(rng.randrange(1, 99)) if rng.random() < 0.5 else "")
    return Person(
        first,
        last,
        f"{local}@{rng.choice(_DOMAINS)}",
        f"06 39 98 {rng.randrange(100):02d} {rng.randrange(100):02d}",
        f"{number} {rng.choice(streets)}",
        town,
    )


def _plain(text: str) -> str:
    return "".join(c for c in strip_accents(text).lower() if c.isalnum() or c == ".")
