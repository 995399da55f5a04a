"""Lines that programs and telephones add by themselves: "Sent from my iPhone" and its kin, by language."""

import re

_LINK = re.compile(r"\]\([^)\s]{1,300}\)|<?https?://[^\s>]{1,300}>?|<[^<>\s]{1,300}>")
# One alternative a language. A tail is short: whoever writes on after "sent from" writes a sentence.
_SENT = re.compile(
    r"""^[<(\[\s*_]{0,4}(?:
        sent\s(?:from|via|with|using)\s.{1,90} | sent\son\sthe\sgo | [<(\[]{1,2}sent\sby\s.{1,60}
      | from\smy\s\S+(?:\s\S+){0,4} | (?:\S+\s){0,3}(?:sent\s)?from\s(?:mobile|phone)
      | envoyé\s(?:depuis|de|à\spartir\sde|avec|via)\s.{1,70} | provenance\s?:\s(?:courrier|mail)\s.{1,40}
      | (?:von|vom)\s(?:meinem|meiner|unterwegs|samsung|iphone|ipad|android)\b.{0,60}\b(?:gesendet|gesandt|geschickt)
      | gesendet\s(?:von|mit|über|aus)\s.{1,80} | diese\snachricht\swurde\svon\s.{1,80}\sgesendet
      | enviado\s(?:desde|a\spartir|do|da|de|con|com|por|pelo|via)\b.{1,70} | enviat\s(?:des\sdel?|amb)\b.{1,60}
      | inviato\s(?:da|dal|con|tramite)\b.{1,70} | (?:verzonden|verstuurd)\s(?:vanaf|vanuit|via|met|door)\s.{1,70}
      | (?:wysłane|wysłano)\s(?:z|ze|przy|za)\s.{1,70} | (?:sendt|skickat|skickades)\s(?:fra|från|via|med|frå)\s.{1,70}
      | lähetetty\s.{1,70} | (?:odesláno|odoslané)\sz\s.{1,70} | (?:el)?küldve\s.{1,60}
      | (?:отправлено|надіслано)\s(?:с|со|из|через|з|із)\s.{1,70} | изпратено\sот\s.{1,60} | послато\s(?:са|из)\s.{1,60}
      | poslano\s(?:s|sa|iz|z)\s.{1,60} | trimis\sde\spe\s.{1,60} | στάλθηκε\sαπό\s.{1,60}
      | gönderildi\s.{0,60} | .{1,40}(?:dan|den)\sgönderildi | đã\sgửi\stừ\s.{1,50} | dikirim\sdari\s.{1,50}
      | ส่งจาก\s?.{1,50} | (?:נשלח|נשלחה)\s?מ.{1,50} | (?:أ|تم\sال)(?:ُ)?رسلت?\sمن\s.{1,50}
      | [從从](?:我的)?\s?.{1,30}\s?(?:傳送|传送|发送|發送) | (?:发自|發自|來自|来自)我的\s?.{1,30}
      | (?:发送|發送)自\s.{1,30}
      | .{0,40}から送信(?:しました)? | (?:나의\s)?.{1,30}에서\s(?:보냄|보냈습니다)
    )[>)\].。\s*_]{0,4}$""",
    re.IGNORECASE | re.VERBOSE,
)
# "Get Outlook for iOS": the name of the program with the name of a system, and nothing but a verb around them.
_SYSTEM = r"(?:ios|android|mac|macos|windows|iphone|ipad)"
_GET = (
    r"get|télécharge[rz]?|obten(?:ir|ez)|obtener|obtén|descarg(?:ar|a)|consiga|ottieni|scarica|download|ontvang|haal|"
    r"pobierz|uzyskaj|obte(?:r|nha)|hämta|skaffa|hent|få|skaff|hanki|lataa|získat|získejte|stáhnout|získajte|stiahnuť|"
    r"(?:holen|laden)\ssie(?:\ssich)?|hol\sdir|lade\sdir|скачать|получить|загрузить|завантажити|отримати|изтеглете|"
    r"вземете|preuzmite|nabavite|obțineți|λήψη|获取|下载|取得|下載"
)
_FOR = r"(?:for|für|pour|para|per|voor|dla|till|til|för|pro|pre|для|за|pentru|για)"
_LAST = r"beziehen|herunterladen|holen|downloaden|ophalen|を入手|をダウンロード|다운로드|받기"
_OUTLOOK = re.compile(
    rf"""^[<(\[\s*_]{{0,4}}(?:
        (?:{_GET})\s?(?:o|het|deg|program|programmet|aplikację|του|the)?\s?\[?outlook\s{_FOR}\s
            (?:systemu\s)?{_SYSTEM}(?:\s.{{0,20}})?
      | outlook\s{_FOR}\s{_SYSTEM}\s?(?:{_LAST})
      | (?:获取|下载|取得|下載)\s?{_SYSTEM}\s?版\s?outlook
      | {_SYSTEM}\s?(?:版|용|için)\s?outlook\s?(?:を入手|をダウンロード|다운로드|받기|['’]u\s(?:edinin|indirin))
      | az\soutlook\sletöltése\s.{{2,20}}
    )[>)\].\s*_]{{0,4}}$""",
    re.IGNORECASE | re.VERBOSE,
)
_CHECKED = re.compile(
    r"^(?:virus-free|virenfrei|sans\svirus|libre\sde\svirus|privo\sdi\svirus|virusvrij)\.?\s?(?:www\.)?avast\.com\.?$",
    re.IGNORECASE,
)
_EXCUSE = re.compile(r"\b(?:excuse|typo|typos|brevity|tippfehler|kürze|apolog)", re.IGNORECASE)
# Device lines that are whole sentences, so their length proves nothing.
_WHOLE_SENTENCE = re.compile(r"diese\snachricht\swurde\svon\s", re.IGNORECASE)


def is_device_line(line: str) -> bool:
    """Is it "Sent from my iPhone" or its kin? Yet a sentence that only begins like that is the writer's own."""
    bare = " ".join(_LINK.sub(" ", line.replace("[", "")).split())
    if not 4 <= len(bare) <= 140:
        return False
    if _OUTLOOK.match(bare) or _CHECKED.match(bare):
        return len(bare.split()) <= 9
    if not _SENT.match(bare):
        return False
    return len(bare.split()) <= 9 or bool(_EXCUSE.search(bare) or _WHOLE_SENTENCE.match(bare))
