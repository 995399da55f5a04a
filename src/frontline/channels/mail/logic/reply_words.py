"""The words mail programs put around what they quote, by language.

Collected from the headings of the common programs; each list is plain data that a language may extend.
"""

import re


def _any(words: str) -> str:
    return "|".join(
        re.escape(word).replace(r"\ ", r"\s") for word in sorted(words.split("|"), key=len, reverse=True)
    )


# "… wrote:" in an attribution.
WROTE = _any(
    "wrote|writes|write|schrieb|schrieben|geschrieben|hat geschrieben|a écrit|a ecrit|ecrit|écrit|"
    "escribió|escribio|ha escrito|ha scritto|scrive|scrisse|schreef|geschreven|heeft geschreven|"
    "napisał(a)|napisał|napisała|napisal(a)|napisal|pisze|escreveu|escreva|написал(а)|написал|написала|"
    "пишет|писал|писал(а)|пише|написав|написала(в)|skrev|skrifaði|skriver|kirjoitti|napsal(a)|napsal|"
    "napísal(a)|napísal|írta|yazdı|şunu yazdı|έγραψε|a scris|写道|寫道|のメール|のメッセージ|wrote the following|"
    "님이 작성|작성|viết|menulis|rakstīja|rašė|kirjutas|je napisao|је написао|написа|כתב|כתבה|كتب"
)
# How an attribution begins: "On …", "Am …", "Le …".
INTRO = _any(
    "On|Am|Le|El|Il|Op|Dnia|W dniu|Em|Den|På|Vào|Pada|Dne|Dňa|La|În data|At|Ma|Em qua|Em seg|Em ter|Em qui|"
    "Em sex|Em sáb|Em dom|Στις|в|В|El día|Il giorno|Ve dne|Kl|Tarihinde|在|于|於"
)

# Field names of a quoted mail head. "from" must be sure; the others only count beside it.
HEADER_WORDS: dict[str, str] = {
    "from": "From|Von|De|Da|Van|Od|Från|Fra|Från|От|Отправитель|Від|Lähettäjä|Kimden|Feladó|Expéditeur|Remetente|"
    "Mittente|Afzender|Nadawca|发件人|寄件者|寄件人|差出人|보낸 사람|보낸사람|Từ|Από|מאת|De la|"
    "Odesílatel|Odosielateľ|من",
    "sent": "Sent|Gesendet|Envoyé|Envoye|Envoyé le|Enviado|Enviado el|Enviada em|Enviado em|Inviato|Verzonden|"
    "Wysłano|Wysłane|Skickat|Sendt|Отправлено|Надіслано|Lähetetty|Gönderildi|Elküldve|Odesláno|Odoslané|"
    "发送时间|发送日期|寄件日期|傳送時間|送信日時|보낸 날짜|Trimis|נשלח|Gesendet am|Verzonden op",
    "date": "Date|Datum|Fecha|Data|Дата|Dato|Päivämäärä|Tarih|Dátum|日期|日時|日付|날짜|Ngày|"
    "Ημερομηνία|תאריך|التاريخ|Data/ora",
    "to": "To|An|À|A|Para|Aan|Do|Till|Til|Кому|Vastaanottaja|Kime|Címzett|Komu|收件人|收件者|宛先|받는 사람|받는사람|"
    "Destinataire|Destinatario|Pour|Đến|Προς|אל|Către|إلى",
    "cc": "Cc|Kopie|CC|Copie à|Kopia|Kopi|DW|Копия|Копія|抄送|副本|참조|Kopio|Másolatot kap|Bilgi|Bcc",
    "subject": "Subject|Betreff|Objet|Asunto|Oggetto|Onderwerp|Temat|Assunto|Ämne|Emne|Тема|Aihe|Konu|Tárgy|Předmět|"
    "Predmet|主题|主旨|件名|제목|Chủ đề|Θέμα|נושא|Subiect|Sujet|الموضوع",
    "reply": "Reply-To|Reply To|Antwort an|Répondre à|Responder a|Risposta|Rispondi a|Antwoord aan|Odpowiedz do|"
    "Svara till|Svar til|Ответить|Organization|Organisation|Priority|Importance|Wichtigkeit|Importancia|"
    "Attachments|Anlagen|Allegati|Pièces jointes|Adjuntos|Anexos|Message-ID|Newsgroups",
}

# Between dashes: what follows is the mail that is answered, or passed on.
ORIGINAL = _any(
    "Original Message|Original message|Original Appointment|Reply message|Reply Message|Ursprüngliche Nachricht|"
    "Originalnachricht|Original-Nachricht|Ursprungliche Nachricht|Message original|Message d'origine|"
    "Message d’origine|Mensaje original|Messaggio originale|Messaggio Originale|Oorspronkelijk bericht|"
    "Origineel bericht|Oryginalna wiadomość|Wiadomość oryginalna|Mensagem original|Mensagem Original|"
    "Исходное сообщение|Исходное письмо|Пересылаемое сообщение|Оригінальне повідомлення|Ursprungligt meddelande|"
    "Originalmeddelande|Opprinnelig melding|Oprindelig meddelelse|Original besked|Alkuperäinen viesti|"
    "Původní zpráva|Pôvodná správa|Eredeti üzenet|Orijinal Mesaj|原始邮件|原始郵件|邮件原件|元のメッセージ|"
    "원본 메시지|원본 메일|Αρχικό μήνυμα|Mesaj original|Quoted message|In reply to"
)
FORWARDED = _any(
    "Forwarded message|Forwarded Message|Forwarded by|Begin forwarded message|Weitergeleitete Nachricht|"
    "Anfang der weitergeleiteten Nachricht|Weitergeleitet von|Message transféré|Message transfere|"
    "Début du message réexpédié|Début du message transféré|Mensaje reenviado|Inicio del mensaje reenviado|"
    "Messaggio inoltrato|Inizio messaggio inoltrato|Doorgestuurd bericht|Begin doorgestuurd bericht|"
    "Wiadomość przekazana dalej|Treść przekazanej wiadomości|Początek przekazanej wiadomości|"
    "Mensagem encaminhada|Mensagem reencaminhada|Início da mensagem reencaminhada|Пересланное сообщение|"
    "Начало переадресованного сообщения|Переслане повідомлення|Vidarebefordrat meddelande|"
    "Vidarebefordrat brev|Videresendt melding|Videresendt meddelelse|Välitetty viesti|Přeposlaná zpráva|"
    "Továbbított üzenet|İletilmiş ileti|İletilen mesaj|转发邮件|轉寄郵件|転送メッセージ|전달된 메시지"
)

REPLY_ABOVE = re.compile(
    r"^[#\-=*_>\s]{0,12}(?:please\s|bitte\s)?(?:(?:type|write|enter|put)\s(?:your\s)?(?:reply|answer|response)|reply)\s"
    r".{0,20}above\sthis\sline"
    r"|^[#\-=*_>\s]{0,12}bitte\s.{0,30}(?:oberhalb|über)\sdieser\s(?:zeile|linie)"
    r"|^[#\-=*_>\s]{0,12}répond(?:ez|re)\s.{0,20}au-dessus\sde\scette\sligne",
    re.IGNORECASE,
)

# Lines that programs and telephones add by themselves.
SENT_BY_DEVICE = re.compile(
    r"""^[<(\[\s*_]{0,4}(?:
        sent\s(?:from|via|with|using)\s.{1,90} | [<(\[]{1,2}sent\sby\s.{1,60}
      | from\smy\s\S+(?:\s\S+){0,4}
      | (?:\S+\s){0,3}(?:sent\s)?from\s(?:mobile|phone)
      | get\s\[?outlook\sfor\s(?:ios|android|mac|windows).{0,120}
      | envoyé\s(?:depuis|de|à\spartir\sde|avec)\s.{1,70} | télécharge[rz]?\soutlook\spour\s.{1,120}
      | (?:von|vom)\s(?:meinem|unterwegs)\b.{0,60}\b(?:gesendet|gesandt|geschickt)
      | gesendet\s(?:von|mit|über|aus)\s.{1,80}
      | diese\snachricht\swurde\svon\s.{1,80}\sgesendet
      | (?:holen|laden)\ssie\s(?:sich\s)?outlook\sfür\s.{1,120}
      | enviado\s(?:desde|a\spartir|do|de|con|por|pelo|via)\b.{1,70} | obtener\soutlook\spara\s.{1,120}
      | obter\s(?:o\s)?outlook\spara\s.{1,120}
      | inviato\s(?:da|dal|con|tramite)\b.{1,70} | scarica\soutlook\sper\s.{1,120}
      | (?:verzonden|verstuurd)\s(?:vanaf|vanuit|via|met|door)\s.{1,70}
      | (?:wysłane|wysłano)\s(?:z|ze|przy|za)\s.{1,70}
      | отправлено\s(?:с|из|через)\s.{1,70} | надіслано\s(?:з|із)\s.{1,70}
      | (?:sendt|skickat|skickades)\s(?:fra|från|via|med|frå)\s.{1,70} | lähetetty\s.{1,70}
      | odesláno\sz\s.{1,70} | odoslané\sz\s.{1,70} | gönderildi\s.{0,60} | .{1,40}(?:dan|den)\sgönderildi
      | 從我的\s?.{1,30}\s?傳送 | 从我的\s?.{1,30}\s?发送 | 发自我的\s?.{1,30} | 發自我的\s?.{1,30}
      | .{0,10}iPhoneから送信 | 나의\s.{1,30}에서\s보냄
    )[>)\].\s*_]{0,4}$""",
    re.IGNORECASE | re.VERBOSE,
)
EXCUSE = re.compile(r"\b(?:excuse|typo|typos|brevity|tippfehler|kürze|apolog)", re.IGNORECASE)
# Device lines that are whole sentences, so their length proves nothing.
WHOLE_SENTENCE = re.compile(r"diese\snachricht\swurde\svon\s", re.IGNORECASE)
