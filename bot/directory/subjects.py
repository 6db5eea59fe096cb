"""Whether a question names a subject of its own ("how much is a driving licence?") or asks on about the last one ("how much?").

A subject is a word that names a record. Words that only frame a question about any record (cost, open, papers, bring) name
nothing, though titles use them too. Likeness of sentences was tried and cannot tell the two apart.
"""

from __future__ import annotations

from bot.catalogs import Catalog
from bot.directory.analysis import stems
from bot.directory.loader import Directory

# Shorter beginnings of words prove nothing; longer ones join "Führerschein" with "Führerscheinstelle".
SHARED_LETTERS = 5
FRAME = {
    "en": "need get getting go going call cost costs pay paid price open opens closed close allow allowed may"
    " must want paper papers document documents bring take day days time hours hour morning evening today"
    " tomorrow weekend night speak language languages place phone number address email website appointment"
    " much many free money help way come work works first know find see ask tell people person someone"
    " here now long there that use used have also them they without give",
    "de": "brauche brauchen braucht bekomme bekommen kosten kostet zahlen zahle bezahlen preis offen öffnen"
    " geöffnet zu geschlossen darf dürfen papiere papier unterlagen dokumente dokument mitbringen nehmen"
    " tag tage zeit uhr stunden öffnungszeiten morgens abends heute morgen wochenende nacht sprechen"
    " spricht sprache sprachen ort telefon nummer adresse mail internetseite ohne termin termine viel"
    " kostenlos geld hilfe helfen kommen komme gehen gehe arbeiten finden finde sehen fragen sagen leute"
    " person jemand jetzt lange den denn diese machen mache anrufen wohin hingehen bitte",
    "fr": "besoin avoir aller coûte coûter payer paie prix ouvert ouverte ouvre fermé droit papiers papier"
    " documents document apporter prendre jour jours temps heure heures horaires matin soir aujourd demain"
    " week-end nuit parle parler parlent langue langues lieu téléphone numéro adresse courriel site sans"
    " rendez-vous rendez bas gratuit argent aide aider venir travaille travailler trouver trouve trouvent"
    " voir demander dire gens personne quelqu maintenant là-bas combien dois doit faut quand appelle moi",
    "ar": "يوم ايام ساعة ساعات وقت دوام مفتوح فاتح يفتح مسكر اوراق ورقة وثائق وثيقة مستندات سعر كلفة تكلف بكلف"
    " يكلف مجاني مصاري فلوس دفع ادفع لغة لغات يتكلم يتكلمون بيحكوا عنوان رقم تلفون هاتف موعد مطلوب مطلوبة"
    " لازم بدون احضر جيب اجيب اروح روح مكان مساعدة ناس شخص هون هونيك هناك عندهم ولا عمري اليوم بكرا صباح"
    " مساء يحق",
    "fa": "روز روزها ساعت وقت باز بسته مدارک مدرک اسناد کاغذ هزینه قیمت پول پرداخت رایگان زبان حرف صحبت کنند"
    " کند آدرس شماره تلفن تماس قرار نیاز لازم ببرم بیاورم بروم جا مکان کمک کسی نفر آنجا اینجا خودم کدام"
    " چقدر زنگ بزنم امروز فردا صبح شب اجازه",
    "uk": "скільки треба хто день дні час години година відкрито відкриті зачинено працює працюють документи"
    " документ папери коштує вартість ціна безкоштовно гроші платити мова мовою мови говорять говорити"
    " адреса номер телефон зустріч термін потрібні потрібен взяти принести йти прийти місце допомога"
    " людина хтось там тут сьогодні завтра ранок вечір місяць",
    "ru": "сколько надо ними без день дни время часы час открыто открыты закрыто работает работают документы"
    " документ бумаги стоит стоимость цена бесплатно деньги платить язык языке языки говорят говорить"
    " адрес номер телефон встреча запись нужны нужен взять принести идти прийти место помощь человек"
    " кто-то там тут сегодня завтра утро вечер месяц",
    "tr": "olur gidebilir hafta gün günü saat saatler zaman açık kapalı açılıyor belge belgeler evrak kağıt"
    " ücret ücretli ücretsiz para fiyat ödemek dil dilde konuşan konuşuyor adres numara telefon randevu"
    " lazım gerek gerekiyor getirmem gitmek gitmem yer yardım kişi biri orada orası burada bugün yarın"
    " sabah akşam almak ne",
}


class Subjects:
    """The words that name each record, in one language."""

    def __init__(self, directory: Directory, catalog: Catalog, language: str) -> None:
        self._language = language
        self._frame = set(stems(FRAME.get(language, ""), language))
        self._names: dict[str, set[str]] = {}
        for guide in directory.guides.values():
            self._learn(guide.id, [catalog.get(guide.title).text])
        for service in directory.services.values():
            organization = directory.organizations[service.organization_id]
            names = [catalog.get(service.name).text, service.alternate_name or "", organization.alternate_name or ""]
            self._learn(service.id, names)

    def _learn(self, record: str, names: list[str]) -> None:
        self._names[record] = {
            _beginning(stem) for name in names for stem in stems(name, self._language) if stem not in self._frame
        }

    def named(self, text: str, record: str) -> bool:
        """Whether a word of `text` is in the names of `record`."""
        return any(
            _beginning(stem) in self._names[record]
            for stem in stems(text, self._language)
            if stem not in self._frame and len(stem) > 2
        )


def _beginning(stem: str) -> str:
    return stem[:SHARED_LETTERS]
