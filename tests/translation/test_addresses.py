"""Street addresses: found whole in every shape people write, over the whole directory; and none in plain sentences."""

from __future__ import annotations

import pytest

from bot.container import Container
from bot.translation.hostile import HostileEngine, faithful
from bot.translation.measure import compare, measure
from bot.translation.spans import Names, parse

WHOLE: tuple[tuple[str, str], ...] = (
    ("Bitte kommen Sie in die Bahnhofstr. 18.", "Bahnhofstr. 18"),
    ("Bitte kommen Sie in die Bahnhofstr.18.", "Bahnhofstr.18"),
    ("Kommen Sie Bahnhofstr 18 vorbei.", "Bahnhofstr 18"),
    ("Friedberger Str. 57, 86161 Augsburg", "Friedberger Str. 57, 86161 Augsburg"),
    ("Besuchen Sie Friedberger Straße 57 b!", "Friedberger Straße 57 b"),
    ("Am Katzenstadel 18", "Am Katzenstadel 18"),
    ("Our office: Am Katzenstadel 18, 86152 Augsburg.", "Am Katzenstadel 18, 86152 Augsburg"),
    ("Wir sind am Katzenstadel 18, 86152 Augsburg.", "Katzenstadel 18, 86152 Augsburg"),
    ("Kommen Sie An der Blauen Kappe 18 vorbei.", "An der Blauen Kappe 18"),
    ("Im Tal 5", "Im Tal 5"),
    ("Auf dem Kreuz 41", "Auf dem Kreuz 41"),
    ("Unter dem Bogen 2, 86150 Augsburg", "Unter dem Bogen 2, 86150 Augsburg"),
    ("Hauptstrasse Nr. 12", "Hauptstrasse Nr. 12"),
    ("Steinerne Furt 55, 86167 Augsburg", "Steinerne Furt 55, 86167 Augsburg"),
    ("in der Werner-von-Siemens-Straße 2", "Werner-von-Siemens-Straße 2"),
    ("Landrat-Dr. Frey-Straße 12, 86356 Neusäß", "Landrat-Dr. Frey-Straße 12, 86356 Neusäß"),
    ("Dr.-Otto-Meyer-Straße 4", "Dr.-Otto-Meyer-Straße 4"),
    ("Oberbürgermeister-Dreifuß-Str. 1", "Oberbürgermeister-Dreifuß-Str. 1"),
    ("Ludwig-Hermannstr. 42", "Ludwig-Hermannstr. 42"),
    ("Landsbergerstr. 56 1/2", "Landsbergerstr. 56 1/2"),
    ("Inneres Pfaffengäßchen 14", "Inneres Pfaffengäßchen 14"),
    ("Elmer-Fryar-Ring 90", "Elmer-Fryar-Ring 90"),
    ("Am Fischertor 2", "Am Fischertor 2"),
    ("Gögginger Tor 3", "Gögginger Tor 3"),
    ("Altheimer Eck 13", "Altheimer Eck 13"),
    ("Hohenzollernring 7", "Hohenzollernring 7"),
    ("Platz der Republik 1", "Platz der Republik 1"),
    ("ich wohne hauptstraße 5", "hauptstraße 5"),
    ("wir sind in der friedberger straße 57", "friedberger straße 57"),
    ("ми на вул. Хрещатик, 22", "вул. Хрещатик, 22"),
    ("на улице Ленина, д. 5", "улице Ленина, д. 5"),
    ("J'habite Rue de la Paix 5", "Rue de la Paix 5"),
    ("J'habite Rue des Écoles 12.", "Rue des Écoles 12"),
    ("ул. Пушкина д.10 кв.5", "ул. Пушкина д.10 кв.5"),
    ("Ich wohne am Katzenstadel 18.", "am Katzenstadel 18"),
    ("Max Josef Metzger Straße 5", "Max Josef Metzger Straße 5"),
    ("Kommen Sie zum Rathausplatz 1.", "Rathausplatz 1"),
    ("J'habite 146, rue Landsberger", "146, rue Landsberger"),
    ("I live at 12 High Street with my son", "12 High Street"),
    ("Atatürk Caddesi No: 5", "Atatürk Caddesi No: 5"),
)
NONE = (
    "Eine Wohnung in der Ulmer Straße, 3 Zimmer.", "Zum Arzt 2 Impfpässe mitbringen.", "Die Straßenbahn 2 hält hier.",
    "In der Klasse 5 lernt man das.", "Auf der Seite 3 steht es.", "Rufen Sie Unter der Telefonnummer 324 an.",
    "Mein Weg 2 ist weit.", "Please ring Mr. Berg 5 times.", "In der Schwangerschaft 2 Fotos.", "An der Kasse 2 zahlen.",
    "Sharing 2 rooms is fine.",
    "Please bring 2 passport photos.", "Bring 2 passport photos.", "Please check 2 things.", "Check 2 things first.",
    "You can ring 110 at any time.", "Ring 110 at once.", "Ask the doctor 3 days before.", "Doctor 3 is in today.",
    "It was closed during 2024.", "During 2024 it was closed.", "In spring 2024 we came.", "Spring 2024 was cold.",
    "Factor 5 counts.", "There is danger 5 km from here.", "Entering 2 rooms at once is not allowed.", "I am 25 years old.",
    "Im Ali 25 years old.", "Am I 18 or 19?", "My wedding ring 3 is lost.", "Im Notfall 112 anrufen.",
    "Bei Gefahr 110 anrufen.", "Am Montag 3 Dokumente mitbringen.", "Im Jahr 2024 kamen wir.",
    "Zum Termin 2 Fotos mitbringen.", "Im Kurs 5 sind Plätze frei.", "Der Kurs hat einen Arbeitsplatz 3 Monate lang.",
    "Der Zug fährt von Bahnsteig 3.", "Vom Bahnhof 5 Minuten zu Fuß.", "Die Verkäufer 2 und 3 sprechen Deutsch.",
    "Im Alter 16 geht das.", "Der Weg 3 ist lang.", "Im Bus 35 sitzen.", "Rufen Sie den Direktor 2 Tage vorher an.",
    "Auf den Gleisen 5 bis 10 ist Platz.", "In Germany 5 people helped me.", "In Augsburg 3 Monate.", "Im Sommer 2024 war zu.",
    "Zum Beispiel 3 Kinder.", "J'ai 2 enfants et 3 frères.", "Le docteur 3 est là.", "Il reste une place 5 jours.",
    "Victor 5 ans est malade.", "Le retour 2 est payé.", "İki çocuğum var, 3 ve 5 yaşında.", "Doktor 3 gün sonra gelecek.",
    "Motor 2 bozuk.", "Tam 5 gün sokak 3 kişi.", "Мне 25 лет и 2 детей.", "На площади 50 человек.", "У мене 2 дитини.",
    "Лікар буде через 3 дні.",
)  # fmt: skip


@pytest.mark.parametrize(("text", "address"), WHOLE, ids=[text for text, _ in WHOLE])
def test_an_address_is_found_whole(text: str, address: str) -> None:
    assert [span.text for span in parse(text) if span.kind == "address"] == [address]


@pytest.mark.parametrize("text", NONE)
def test_a_plain_sentence_holds_no_address(text: str) -> None:
    assert [span for span in parse(text) if span.kind == "address"] == []


def _uncovered(text: str, address: str, names: Names) -> str:
    """The letters and digits of `address` in `text` that no span holds."""
    start = text.index(address)
    covered = {place for span in parse(text, names) for place in range(span.start, span.end)}
    return "".join(sign for place, sign in enumerate(address, start) if place not in covered and sign.isalnum())


def test_no_letter_of_any_address_of_the_directory_is_left_open(shared_house: Container) -> None:
    """By the names of the directory and, nearly all, without them: a person writes addresses that stand in no directory."""
    addresses = {one.address_1 for place in shared_house.directory.locations.values() for one in place.addresses}
    assert len(addresses) > 90
    unknown = []
    for address in addresses:
        for text in (address, f"Please come to {address}.", f"Kommen Sie in die {address} zu uns.", f"{address}, 86150 Augsburg"):
            assert _uncovered(text, address, shared_house.proper_names) == "", text
        unknown += [address] if _uncovered(f"Please come to {address}.", address, Names(())) else []
    # "Steinerne Furt 55" alone is a street only to those who know it, "Dieriggelände" the name of a yard.
    assert len(unknown) <= 3, unknown


def test_a_known_address_is_not_cut_short_by_a_pattern_nor_a_longer_one_by_a_known() -> None:
    names = Names(["Obere Gänse 12", "Hermanstraße 1", "Graben"])
    for text in ("Obere Gänse 12", "Hermanstraße 1 b", "Alte Hermanstraße 1-3", "Konrad-Hermanstraße 1, 86150 Augsburg",
                 "Am Graben 15"):
        assert [span.text for span in parse(f"Come to {text}.", names)] == [text]


async def test_measuring_sees_a_name_that_was_cut(shared_house: Container) -> None:
    """Counted as a whole: an address of which only the end was protected is a loss, whatever the parser says of it."""
    text, cut = "Please come to Werner-von-Siemens-Straße 2 today.", "esaelp emoc ot renreW-nov-Siemens-Straße 2 yadot."
    assert compare(text, cut, ["Siemens-Straße 2"]).losses == ()
    assert compare(text, cut, ["Siemens-Straße 2"], ["Werner-von-Siemens-Straße 2"]).losses == ("Werner-von-Siemens-Straße 2",)
    addresses = [one.address_1 for place in shared_house.directory.locations.values() for one in place.addresses]
    texts = [f"Please come to {one} today." for one in addresses]
    figure = await measure(texts, HostileEngine(faithful), "en", shared_house.proper_names)
    assert figure.losses == () and figure.spans >= 3 * len(addresses)
