"""Stories told in Arabic."""

from __future__ import annotations

from typing import Final

from signaling.demo.stories.story import Phrases, Story, Topic
from video_advice.ids import Language, RegionCode
from video_advice.people import Channel, Concerns

_AR: Final = Language("ar")

PHRASES: Final = Phrases(
    greeting="مرحبًا! شكرًا لأنك استلمت طلبي.",
    here_is_the_photo="هذه صورة، وضعت بجانبها قطعة نقود.",
    no_photo="للأسف لا يوجد شيء يظهر في الصورة.",
    do_not_know="لست متأكدًا من ذلك.",
    understood=("حسنًا.", "فهمت.", "نعم، أستطيع ذلك."),
    goodbye="شكرًا جزيلًا على المساعدة!",
    rather_not_film="أفضّل الكتابة الآن.",
)

STORIES: Final = (
    Story(
        key="ar-cough",
        language=_AR,
        region=RegionCode("12"),
        concerns=Concerns.ME,
        called="عمر",
        age=52,
        channel=Channel.VIDEO,
        interpreter=True,
        story="عندي سعال منذ عشرة أيام مع بلغم. لا أستطيع النوم جيدًا في الليل.",
        answers={
            Topic.SINCE: "منذ عشرة أيام تقريبًا.",
            Topic.FEVER: "كانت الحرارة 38 قبل أيام، واليوم لا توجد حمى.",
            Topic.PAIN: "يؤلمني الصدر قليلًا عند السعال فقط.",
            Topic.BREATHING: "أتنفس بشكل عادي، وأتعب قليلًا عند صعود الدرج.",
            Topic.EATING: "آكل وأشرب بشكل عادي.",
            Topic.MEDICINE: "شراب للسعال من الصيدلية.",
            Topic.ALLERGY: "لا توجد حساسية.",
            Topic.CHANGE: "أفضل قليلًا من الأسبوع الماضي.",
        },
        more=("لا أدخّن.", "لا يوجد دم في البلغم."),
        look=1,
        pitch=100,
        words="شكرًا على الشرح الواضح.",
    ),
    Story(
        key="ar-baby",
        language=_AR,
        region=RegionCode("14"),
        concerns=Concerns.MY_CHILD,
        called="ليلى",
        age=1,
        channel=Channel.CHAT,
        story="ابنتي عمرها سنة وعندها طفح أحمر في منطقة الحفاض منذ ثلاثة أيام. تبكي عند التغيير.",
        answers={
            Topic.SINCE: "منذ ثلاثة أيام.",
            Topic.FEVER: "لا توجد حرارة.",
            Topic.PAIN: "تبكي عند تغيير الحفاض فقط.",
            Topic.EATING: "تشرب الحليب وتأكل بشكل عادي.",
            Topic.MEDICINE: "نستعمل كريم الزنك.",
            Topic.CHANGE: "نفس الشيء منذ أمس.",
        },
        more=("لا توجد فقاعات.",),
        agrees_to_video=False,
        score=4,
    ),
    Story(
        key="ar-ankle",
        language=_AR,
        region=RegionCode("06"),
        concerns=Concerns.ME,
        called="سامر",
        age=25,
        channel=Channel.VIDEO,
        story="التوى كاحلي أمس في كرة القدم. هو منتفخ لكنني أستطيع المشي عليه ببطء.",
        answers={
            Topic.SINCE: "أمس مساءً.",
            Topic.FEVER: "لا.",
            Topic.PAIN: "الألم خمسة من عشرة عند المشي.",
            Topic.MEDICINE: "أخذت حبة باراسيتامول ووضعت ثلجًا.",
            Topic.WHERE: "الكاحل الأيمن من الخارج.",
            Topic.CHANGE: "الانتفاخ أقل من أمس.",
        },
        more=("أستطيع تحريك أصابع القدم.",),
        spots=1,
        look=2,
        pitch=125,
    ),
    Story(
        key="ar-mother",
        language=_AR,
        region=RegionCode("19"),
        concerns=Concerns.SOMEONE_ELSE,
        called="أم خالد",
        age=70,
        channel=Channel.CHAT,
        interpreter=True,
        story="أكتب عن والدتي. عندها سكري، ومستوى السكر 14 منذ أمس لأنها نسيت حبة المساء.",
        answers={
            Topic.SINCE: "منذ مساء أمس.",
            Topic.FEVER: "لا توجد حرارة.",
            Topic.PAIN: "لا يوجد ألم.",
            Topic.EATING: "تشرب ماءً كثيرًا وأكلت الفطور.",
            Topic.MEDICINE: "حبوب السكري صباحًا ومساءً.",
            Topic.CHANGE: "السكر الآن 12.",
        },
        more=("هي واعية وتتكلم بشكل عادي.",),
        score=4,
        words="خدمة جيدة.",
    ),
)
