"""Every way the service says no: a stable code, and a sentence in the person's language."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Final


class Refusal(StrEnum):
    """Stable codes. They are part of the protocol: never reuse or rename one."""

    NOT_ALLOWED_NOW = "contact.not_allowed_now"
    NOT_FOUND = "contact.not_found"
    STALE_EPOCH = "contact.stale_epoch"
    TAKEN = "contact.taken"
    NOT_YOURS = "contact.not_yours"
    UNKNOWN_REGION = "contact.unknown_region"
    CONSENT_OUTDATED = "contact.consent_outdated"
    STORY_EMPTY = "contact.story_empty"
    CHAT_EMPTY = "chat.empty"
    CHAT_TOO_LONG = "chat.too_long"
    NOBODY_WAITING = "line.nobody_waiting"
    LINE_PAUSED = "line.paused"
    OFF_DUTY = "duty.off"
    AT_CAPACITY = "duty.at_capacity"
    OUTCOME_INCOMPLETE = "outcome.incomplete"
    CONSENT_TO_VIDEO_MISSING = "media.not_accepted"
    OTHER_TALKS = "channel.other_talks"
    TRANSFER_TO_NOTHING = "transfer.to_nothing"
    TRANSFER_TO_SELF = "transfer.to_self"
    TRANSFER_COLLEAGUE = "transfer.colleague"
    TRANSFER_NOBODY = "transfer.nobody"
    CALLBACK_NUMBER = "callback.number"
    CALLBACK_TIME = "callback.time"
    WORSE_UNANSWERED = "worse.unanswered"
    PUSH_SERVICE = "notice.push_service"
    NOT_MEASURED = "network.not_measured"
    PHOTO_NOT_AN_IMAGE = "photo.not_an_image"
    PHOTO_TOO_LARGE = "photo.too_large"
    PHOTO_CUT_SHORT = "photo.cut_short"
    PHOTO_TOO_MANY_PIXELS = "photo.too_many_pixels"
    PHOTO_ANIMATED = "photo.animated"
    PHOTO_TOO_MANY = "photo.too_many"
    PHOTO_UNREADABLE = "photo.unreadable"
    MALFORMED = "request.malformed"
    UNKNOWN_TYPE = "request.unknown_type"
    TOO_LARGE = "request.too_large"
    TOO_MANY = "request.too_many"
    NOT_FOUND_PAGE = "request.not_found"
    WRONG_METHOD = "request.wrong_method"
    SIGN_IN = "identity.sign_in"
    WRONG_ROLE = "identity.wrong_role"
    WRONG_ORIGIN = "identity.wrong_origin"
    MOVE_CODE_WRONG = "identity.move_code_wrong"
    UNAVAILABLE = "service.unavailable"


class Refused(Exception):
    """The service says no and nothing has changed. Carries a code, never patient data."""

    def __init__(
        self, code: Refusal, detail: str = "", words: Callable[[str], str] | None = None
    ) -> None:
        """Refuse with `code`; `detail` names a field or a setting, never what somebody wrote.

        `words` gives another sentence than the usual one, by language.
        """
        super().__init__(f"{code}{': ' + detail if detail else ''}")
        self.code = code
        self.detail = detail
        self._words = words

    def sentence(self, language: str) -> str:
        """Return what is said in `language`."""
        return sentence(self.code, language) if self._words is None else self._words(language)


SENTENCES: Final[dict[Refusal, dict[str, str]]] = {
    Refusal.NOT_ALLOWED_NOW: {
        "sv": "Det går inte att göra just nu. Sidan visar hur det ser ut.",
        "en": "That cannot be done right now. The page shows how things stand.",
        "ar": "لا يمكن القيام بذلك الآن. الصفحة تعرض الوضع الحالي.",
    },
    Refusal.NOT_FOUND: {
        "sv": "Ärendet finns inte, eller så är det inte ditt.",
        "en": "There is no such contact, or it is not yours.",
        "ar": "هذه المحادثة غير موجودة أو ليست لك.",
    },
    Refusal.STALE_EPOCH: {
        "sv": "Ärendet har gått vidare sedan du såg det.",
        "en": "The contact has moved on since you saw it.",
        "ar": "تغيّرت حالة المحادثة منذ آخر مرة رأيتها.",
    },
    Refusal.TAKEN: {
        "sv": "En kollega har redan tagit det här ärendet.",
        "en": "A colleague has already taken this contact.",
        "ar": "استلم زميل آخر هذه المحادثة بالفعل.",
    },
    Refusal.NOT_YOURS: {
        "sv": "Ärendet är inte längre hos dig.",
        "en": "The contact is no longer with you.",
        "ar": "لم تعد هذه المحادثة لديك.",
    },
    Refusal.UNKNOWN_REGION: {
        "sv": "Välj en region i listan.",
        "en": "Choose a region from the list.",
        "ar": "اختر منطقة من القائمة.",
    },
    Refusal.CONSENT_OUTDATED: {
        "sv": "Informationstexten har ändrats. Läs den nya och godkänn igen.",
        "en": "The information text has changed. Please read the new one and agree again.",
        "ar": "تغيّر نص المعلومات. اقرأ النص الجديد ووافق مرة أخرى.",
    },
    Refusal.STORY_EMPTY: {
        "sv": "Skriv några ord om vad du behöver hjälp med.",
        "en": "Write a few words about what you need help with.",
        "ar": "اكتب بضع كلمات عمّا تحتاج المساعدة فيه.",
    },
    Refusal.CHAT_EMPTY: {
        "sv": "Skriv något först.",
        "en": "Write something first.",
        "ar": "اكتب شيئًا أولاً.",
    },
    Refusal.CHAT_TOO_LONG: {
        "sv": "Meddelandet är för långt. Högst 2 000 tecken.",
        "en": "The message is too long. At most 2,000 characters.",
        "ar": "الرسالة طويلة جدًا. الحد الأقصى 2000 حرف.",
    },
    Refusal.NOBODY_WAITING: {
        "sv": "Ingen väntar som du kan ta emot.",
        "en": "Nobody is waiting whom you can serve.",
        "ar": "لا يوجد أحد ينتظر يمكنك خدمته.",
    },
    Refusal.LINE_PAUSED: {
        "sv": "Kön tar inte emot nya just nu. Ring 112 om det är akut.",
        "en": "The line takes nobody new right now. Call 112 in an emergency.",
        "ar": "الخط لا يستقبل أحدًا جديدًا الآن. اتصل بالرقم 112 في الطوارئ.",
    },
    Refusal.OFF_DUTY: {
        "sv": "Gå i tjänst först.",
        "en": "Go on duty first.",
        "ar": "ابدأ المناوبة أولاً.",
    },
    Refusal.AT_CAPACITY: {
        "sv": "Du har redan ett pågående ärende.",
        "en": "You already have a contact in progress.",
        "ar": "لديك محادثة جارية بالفعل.",
    },
    Refusal.OUTCOME_INCOMPLETE: {
        "sv": "Något saknas innan du kan signera.",
        "en": "Something is missing before you can sign.",
        "ar": "هناك معلومات ناقصة قبل التوقيع.",
    },
    Refusal.CONSENT_TO_VIDEO_MISSING: {
        "sv": "Video börjar först när båda har sagt ja.",
        "en": "Video starts only when both have agreed.",
        "ar": "يبدأ الفيديو فقط بعد موافقة الطرفين.",
    },
    Refusal.OTHER_TALKS: {
        "sv": "Video går inte medan sjuksköterskan har andra samtal. Fortsätt i chatten.",
        "en": "Video cannot start while the nurse has other talks. Go on in the chat.",
        "ar": "لا يمكن بدء الفيديو ما دام لدى الممرضة محادثات أخرى. تابع في الدردشة.",
    },
    Refusal.TRANSFER_TO_NOTHING: {
        "sv": "Välj en kollega eller något som ändrar kön. Annars kan du lämna tillbaka ärendet.",
        "en": "Choose a colleague, or something that changes the line. Otherwise send it back.",
        "ar": "اختر زميلًا أو ما يغيّر قائمة الانتظار، وإلا فأعد الحالة إلى الانتظار.",
    },
    Refusal.TRANSFER_TO_SELF: {
        "sv": "Du kan inte lämna över till dig själv.",
        "en": "You cannot hand over to yourself.",
        "ar": "لا يمكنك التسليم إلى نفسك.",
    },
    Refusal.TRANSFER_COLLEAGUE: {
        "sv": "Kollegan är inte i tjänst längre eller kan inte ta emot ärendet. Välj någon annan.",
        "en": "The colleague is no longer on duty or cannot take the contact. Choose another.",
        "ar": "الزميل لم يعد في الخدمة أو لا يمكنه استلام الحالة. اختر شخصًا آخر.",
    },
    Refusal.TRANSFER_NOBODY: {
        "sv": "Ingen annan i tjänst kan ta emot där. Ärendet är kvar hos dig.",
        "en": "Nobody else on duty can take it there. The contact is still yours.",
        "ar": "لا أحد غيرك في الخدمة يمكنه الاستلام هناك. الحالة ما زالت لديك.",
    },
    Refusal.CALLBACK_NUMBER: {
        "sv": "Numret går inte att ringa. Skriv hela numret, med landskod om det inte är svenskt.",
        "en": "That number cannot be called. Write the whole number, with the country code unless "
        "it is Swedish.",
        "ar": "لا يمكن الاتصال بهذا الرقم. اكتب الرقم كاملًا، مع رمز البلد إن لم يكن سويديًا.",
    },
    Refusal.CALLBACK_TIME: {
        "sv": "Den tiden går inte att välja längre. Välj en annan.",
        "en": "That time can no longer be chosen. Choose another one.",
        "ar": "لم يعد بالإمكان اختيار هذا الوقت. اختر وقتًا آخر.",
    },
    Refusal.WORSE_UNANSWERED: {
        "sv": "Svara på varje fråga, så att vi vet hur bråttom det är. Ring 112 om det är akut.",
        "en": "Answer each question, so that we know how urgent it is. Call 112 in an emergency.",
        "ar": "أجب عن كل سؤال لنعرف مدى الاستعجال. اتصل بالرقم 112 في الطوارئ.",
    },
    Refusal.PUSH_SERVICE: {
        "sv": "Webbläsarens tjänst för aviseringar är inte en som vi känner till.",
        "en": "The browser's notification service is not one that we know.",
        "ar": "خدمة الإشعارات في متصفحك ليست من الخدمات التي نعرفها.",
    },
    Refusal.NOT_MEASURED: {
        "sv": "Nätet kan inte mätas just nu. Du kan vänta som vanligt.",
        "en": "The network cannot be measured right now. You can wait as usual.",
        "ar": "لا يمكن قياس الشبكة الآن. يمكنك الانتظار كالمعتاد.",
    },
    Refusal.PHOTO_NOT_AN_IMAGE: {
        "sv": "Filen är inte en bild vi kan läsa. Skicka JPEG, PNG, WebP eller HEIC.",
        "en": "The file is not an image we can read. Send JPEG, PNG, WebP or HEIC.",
        "ar": "الملف ليس صورة يمكننا قراءتها. أرسل JPEG أو PNG أو WebP أو HEIC.",
    },
    Refusal.PHOTO_TOO_LARGE: {
        "sv": "Bilden är för stor. Högst 20 MB.",
        "en": "The photo is too large. At most 20 MB.",
        "ar": "الصورة كبيرة جدًا. الحد الأقصى 20 ميغابايت.",
    },
    Refusal.PHOTO_CUT_SHORT: {
        "sv": "Bara en del av bilden kom fram. Försök skicka den igen.",
        "en": "Only part of the photo arrived. Try sending it again.",
        "ar": "وصل جزء من الصورة فقط. حاول إرسالها مرة أخرى.",
    },
    Refusal.PHOTO_TOO_MANY_PIXELS: {
        "sv": "Bilden har för många bildpunkter. Ta en ny med vanlig kamera.",
        "en": "The photo has too many pixels. Take a new one with the ordinary camera.",
        "ar": "دقة الصورة عالية جدًا. التقط صورة جديدة بالكاميرا العادية.",
    },
    Refusal.PHOTO_ANIMATED: {
        "sv": "Rörliga bilder går inte att skicka. Ta en vanlig bild.",
        "en": "Moving images cannot be sent. Take an ordinary photo.",
        "ar": "لا يمكن إرسال صور متحركة. التقط صورة عادية.",
    },
    Refusal.PHOTO_TOO_MANY: {
        "sv": "Det finns redan tio bilder i ärendet. Ta bort någon först.",
        "en": "There are already ten photos in the contact. Remove one first.",
        "ar": "توجد بالفعل عشر صور. احذف واحدة أولاً.",
    },
    Refusal.PHOTO_UNREADABLE: {
        "sv": "Bilden gick inte att läsa. Försök med en ny bild.",
        "en": "The photo could not be read. Try a new one.",
        "ar": "تعذّرت قراءة الصورة. حاول بصورة جديدة.",
    },
    Refusal.MALFORMED: {
        "sv": "Något i det som skickades är fel ifyllt.",
        "en": "Something in what was sent is not filled in correctly.",
        "ar": "هناك خطأ في المعلومات المرسلة.",
    },
    Refusal.UNKNOWN_TYPE: {
        "sv": "Sidan är äldre än tjänsten. Ladda om sidan.",
        "en": "The page is older than the service. Reload the page.",
        "ar": "الصفحة قديمة. أعد تحميلها.",
    },
    Refusal.TOO_LARGE: {
        "sv": "Det som skickades är för stort.",
        "en": "What was sent is too large.",
        "ar": "ما أرسلته كبير جدًا.",
    },
    Refusal.TOO_MANY: {
        "sv": "Det kom för mycket på en gång. Vänta en stund och försök igen.",
        "en": "Too much came at once. Wait a moment and try again.",
        "ar": "طلبات كثيرة في وقت واحد. انتظر قليلاً ثم حاول مجددًا.",
    },
    Refusal.NOT_FOUND_PAGE: {
        "sv": "Sidan finns inte.",
        "en": "There is no such page.",
        "ar": "الصفحة غير موجودة.",
    },
    Refusal.WRONG_METHOD: {
        "sv": "Det går inte att göra så här.",
        "en": "That cannot be done this way.",
        "ar": "لا يمكن القيام بذلك بهذه الطريقة.",
    },
    Refusal.SIGN_IN: {
        "sv": "Logga in först.",
        "en": "Sign in first.",
        "ar": "سجّل الدخول أولاً.",
    },
    Refusal.WRONG_ROLE: {
        "sv": "Din roll får inte göra det här.",
        "en": "Your role may not do this.",
        "ar": "دورك لا يسمح بذلك.",
    },
    Refusal.WRONG_ORIGIN: {
        "sv": "Anropet kom från fel webbplats.",
        "en": "The request came from the wrong site.",
        "ar": "جاء الطلب من موقع خاطئ.",
    },
    Refusal.MOVE_CODE_WRONG: {
        "sv": "Koden stämmer inte eller är för gammal. Hämta en ny på den andra enheten.",
        "en": "The code is wrong or too old. Get a new one on the other device.",
        "ar": "الرمز خاطئ أو منتهي. احصل على رمز جديد من الجهاز الآخر.",
    },
    Refusal.UNAVAILABLE: {
        "sv": "Det togs inte emot. Ring 112 om det är akut, annars rådgivningen per telefon.",
        "en": "It was not accepted. Call 112 in an emergency, otherwise the advice line by phone.",
        "ar": "لم يتم القبول. اتصل بالرقم 112 في الطوارئ، أو بخط المشورة هاتفيًا.",
    },
}


def sentence(code: Refusal, language: str) -> str:
    """Return the sentence for `code` in `language`, else in English."""
    texts = SENTENCES[code]
    return texts.get(language, texts["en"])
