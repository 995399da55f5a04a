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
    "wrote|writes|write|wrote the following|schrieb|schrieben|geschrieben|hat geschrieben|a écrit|a ecrit|"
    "ecrit|écrit|escribió|escribio|ha escrito|ha scritto|scrive|scrisse|schreef|geschreven|heeft geschreven|"
    "napisał(a)|napisał|napisała|napisal(a)|napisal|napisala|pisze|Wiadomość napisana przez|escreveu|escreva|"
    "написал(а)|написал|написала|пишет|писал|писал(а)|пише|написав|написав(ла)|написала(в)|написав(-ла)|skrev|"
    "skrifaði|skriver|följande skrevs av|kirjoitti|napsal(a)|napsal|napísal(a)|napísal|írta|ezt írta|yazdı|"
    "şunu yazdı|şunları yazdı|έγραψε|a scris|je napisao|je napisao/la|napisao je|napisala je|је написао|"
    "је написао/ла|написа|rašė|parašė|rakstīja|kirjutas|ha escrit|va escriure|escrigué|写道|寫道|提到|"
    "のメール|のメッセージ|さんは書きました|님이 작성|작성|님이 쓴 글|viết|đã viết|menulis|เขียนว่า|เขียน|כתב|"
    "כתבה|כתב/ה|كتب|كتبت|تمت كتابة ما يلي بواسطة"
)
# The same where a script sets no space before the verb.
WROTE_UNSPACED = (
    "写道",
    "寫道",
    "提到",
    "のメール",
    "のメッセージ",
    "さんは書きました",
    "님이 작성",
    "เขียนว่า",
)
# "Quoting Jo:", a heading without a date.
QUOTING = _any("Quoting|Zitat von|Citando a|Citando|Citazione di|Citaat van|Citat från|Cytat|Цитирую|Citoval")
# How an attribution begins: "On …", "Am …", "Le …".
INTRO = _any(
    "On|At|Am|Le|El|Il|Il giorno|Op|Dnia|W dniu|Em|Em qua|Em seg|Em ter|Em qui|Em sex|Em sáb|Em dom|No dia|Às|"
    "Den|På|Vào|Pada|Pada tanggal|Dne|Dňa|La|În data|În|Pe|Ma|Στις|в|В|На|El día|Ve dne|Kl|Dana|V|Tarihinde|"
    "في|בתאריך|ב|ในวันที่|Missatge de|在|于|於"
)
# A sentence of the writer begins like this, never the heading of a program.
OWN_SENTENCE = re.compile(
    r"^(?:as|like|what|that|this|see|because|since|if|when|while|i|we|you|he|she|they|my|our|please|here|"
    r"wie|was|da|weil|siehe|ich|wir|mein|meine|hier|bitte|comme|je|nous|voici|como|yo|come|io|ecco|zoals|ik|wij|"
    r"jak|ja|som|jag|jeg|vi|kuten|minä|как|я|мы)\b",
    re.IGNORECASE,
)

# Field names of a quoted mail head. "from" must be sure; the others only count beside it.
HEADER_WORDS: dict[str, str] = {
    "from": "From|Von|De|Da|Van|Od|Från|Fra|От|От кого|Отправитель|Від|Від кого|Lähettäjä|Kimden|Gönderen|"
    "Feladó|Expéditeur|Remetente|Mittente|Afzender|Avsändare|Avsender|Afsender|Remitente|Nadawca|"
    "Absender|发件人|寄件者|寄件人|差出人|送信者|보낸 사람|보낸사람|Từ|Từ người|Dari|จาก|Από|מאת|"
    "De la|Odesílatel|Odosielateľ|Pošiljatelj|Pošiljalac|Од|Saatja|Nuo|No|Nork|Frá|من",
    "sent": "Sent|Sent at|Gesendet|Gesendet am|Gesendet um|Envoyé|Envoye|Envoyé le|Envoyé à|Enviado|"
    "Enviado el|Enviada|Enviada em|Enviado em|Inviato|Inviato il|Data invio|Verzonden|Verzonden op|"
    "Wysłano|Wysłane|Skickat|Skickades|Sendt|Отправлено|Надіслано|Lähetetty|Gönderildi|Gönderme|"
    "Elküldve|Odesláno|Odoslané|Trimis|Στάλθηκε|Изпратено|Poslano|Послато|Poslato|Saadetud|Išsiųsta|"
    "Nosūtīts|Bidalia|Enviat|Sent|发送时间|发送日期|寄件日期|傳送時間|寄送日期|送信日時|보낸 날짜|"
    "Đã gửi|Dikirim|Terkirim|ส่ง|ส่งเมื่อ|נשלח|تاريخ الإرسال|تم الإرسال|أرسلت",
    "date": "Date|Datum|Fecha|Data|Дата|Dato|Päivämäärä|Päiväys|Tarih|Dátum|日期|日時|日付|날짜|Ngày|Tanggal|"
    "วันที่|Ημερομηνία|תאריך|التاريخ|Data/ora|Data i godzina|Datum i vrijeme|Kuupäev|Datums|Dags|Датум|"
    "Heure|Time",
    "to": "To|An|À|A|Para|Aan|Do|Till|Til|Кому|До|Vastaanottaja|Kime|Alıcı|Címzett|Komu|Za|За|Prima|Primatelj|"
    "收件人|收件者|宛先|받는 사람|받는사람|Destinataire|Destinataires|Destinatario|Destinatari|"
    "Destinatário|Empfänger|Ontvanger|Odbiorca|Mottagare|Modtager|Mottaker|Pour|Đến|Tới|Kepada|Ke|ถึง|"
    "Προς|אל|Către|Adressaat|Kam|Nori|Per a|إلى",
    "cc": "Cc|Kopie|CC|Copie à|Copie|Copia|Kopia|Kopi|Kopie an|DW|UDW|Do wiadomości|Копия|Копія|抄送|副本|"
    "참조|Kopio|Másolatot kap|Másolat|Bilgi|Bcc|Κοιν.|Κοιν|עותק|نسخة إلى",
    "subject": "Subject|Betreff|Objet|Asunto|Oggetto|Onderwerp|Temat|Assunto|Ämne|Emne|Тема|Относно|Aihe|Konu|"
    "Tárgy|Předmět|Predmet|Zadeva|Teema|Tema|Tēma|Gaia|Assumpte|Efni|主题|主題|主旨|件名|제목|"
    "Chủ đề|Subjek|Perihal|เรื่อง|Θέμα|נושא|Subiect|Sujet|الموضوع",
    "reply": "Reply-To|Reply To|Antwort an|Répondre à|Responder a|Risposta|Rispondi a|Antwoord aan|"
    "Odpowiedz do|Svara till|Svar til|Ответить|Organization|Organisation|Priority|Importance|"
    "Wichtigkeit|Priorität|Importancia|Importanza|Attachments|Anlagen|Allegati|Pièces jointes|"
    "Adjuntos|Anexos|Message-ID|Newsgroups|返信先",
}
# Short words that are something else too ("No: 17"); as the sender's field they need an address beside them.
UNSURE_FROM = frozenset({"no"})

# Between dashes: what follows is the mail that is answered, or passed on.
ORIGINAL = _any(
    "Original Message|Original Email|Original E-mail|Original Appointment|Reply message|"
    "Ursprüngliche Nachricht|Ursprüngliche Mail|Ursprüngliche E-Mail|Ursprungliche Nachricht|"
    "Originalnachricht|Original-Nachricht|Original Mail|Original-Mail|Message original|Mail original|"
    "Courriel original|E-mail d'origine|E-mail d’origine|Message d'origine|Message d’origine|Message initial|"
    "Mensaje original|Correo original|Messaggio originale|Oorspronkelijk bericht|Oorspronkelijke bericht|"
    "Origineel bericht|Oryginalna wiadomość|Wiadomość oryginalna|Wiadomość pierwotna|Mensagem original|"
    "Исходное сообщение|Исходное письмо|Оригинальное сообщение|Первоначальное сообщение|"
    "Оригінальне повідомлення|Початкове повідомлення|Вихідне повідомлення|Ursprungligt meddelande|"
    "Originalmeddelande|Opprinnelig melding|Original melding|Oprindelig meddelelse|Oprindelig besked|"
    "Original besked|Alkuperäinen viesti|Původní zpráva|Původní e-mail|Pôvodná správa|Eredeti üzenet|"
    "Orijinal Mesaj|Orijinal İleti|Özgün İleti|Оригинално съобщение|Izvorna poruka|Originalna poruka|"
    "Izvorno sporočilo|Оригинална порука|Αρχικό μήνυμα|Mesaj original|Pradinis pranešimas|Algne sõnum|"
    "Sākotnējais ziņojums|Missatge original|Thư gốc|Pesan Asli|ข้อความต้นฉบับ|הודעה מקורית|الرسالة الأصلية|"
    "原始邮件|原始郵件|原始信件|邮件原件|元のメッセージ|원본 메시지|원본 메일|원본메일|Quoted message|"
    "In reply to"
)
FORWARDED = _any(
    "Forwarded message|Forwarded by|Begin forwarded message|Start of forwarded message|Forwarded mail|"
    "Weitergeleitete Nachricht|Anfang der weitergeleiteten Nachricht|Anfang der weitergeleiteten E-Mail|"
    "Weitergeleitet von|Message transféré|Message transfere|Courriel transféré|Début du message réexpédié|"
    "Début du message transféré|Mensaje reenviado|Inicio del mensaje reenviado|Messaggio inoltrato|"
    "Inizio messaggio inoltrato|Inizio del messaggio inoltrato|Doorgestuurd bericht|"
    "Begin doorgestuurd bericht|Wiadomość przekazana dalej|Przekazana wiadomość|Wiadomość przekazana|"
    "Treść przekazanej wiadomości|Początek przekazanej wiadomości|Początek przekazywanej wiadomości|"
    "Mensagem encaminhada|Mensagem reencaminhada|Início da mensagem reencaminhada|"
    "Início da mensagem encaminhada|Пересланное сообщение|Пересылаемое сообщение|Перенаправленное сообщение|"
    "Начало переадресованного сообщения|Начало пересылаемого сообщения|Переслане повідомлення|"
    "Початок листа, що пересилається|Vidarebefordrat meddelande|Vidarebefordrat mejl|Vidarebefordrat brev|"
    "Videresendt melding|Videresendt meddelelse|Videresendt besked|Start på videresendt besked|"
    "Start på videresendt melding|Välitetty viesti|Edelleenlähetetty viesti|Välitetty viesti alkaa|"
    "Přeposlaná zpráva|Začátek přeposílané zprávy|Preposlaná správa|Začiatok preposlanej správy|"
    "Továbbított üzenet|Továbbított levél kezdete|İletilmiş ileti|İletilen mesaj|Yönlendirilen ileti|"
    "Mesaj redirecționat|Mesaj redirectionat|Препратено съобщение|Proslijeđena poruka|Prosleđena poruka|"
    "Posredovano sporočilo|Προωθημένο μήνυμα|Persiųstas laiškas|Pārsūtīts ziņojums|Edastatud kiri|"
    "Missatge reenviat|Thư đã chuyển tiếp|Pesan terusan|ข้อความที่ส่งต่อ|הודעה שהועברה|رسالة مُعاد توجيهها|"
    "رسالة معاد توجيهها|转发邮件|转发的邮件|转发的消息|转发信件|开始转发的邮件|轉寄郵件|轉寄的郵件|轉寄訊息|"
    "開始轉寄郵件|転送メッセージ|転送されたメッセージ|전달된 메시지|전달된 메일|전달된 메시지 시작"
)

# What programs put before the subject of a mail that is passed on; Outlook marks it nowhere else.
FORWARD_SUBJECT = re.compile(
    r"^(?:fwd?|wg|wtr|tr|rv|enc|i|doorst|vs|vb|vl|pd|fs|ilt|továbbítás|πρθ|пер|转发|轉寄|转寄|転送)\s?[:：]",
    re.IGNORECASE,
)

# A sentence about such a line goes on after it; the line itself ends, or says what for.
_ABOVE_END = r"(?:\sto\s.{1,60}|\sum\szu\s.{1,60}|\spour\s.{1,60})?[\s\-#=*_.:>–]{0,20}$"
REPLY_ABOVE = re.compile(
    r"^[#\-=*_>\s]{0,12}(?:"
    r"(?:please\s)?(?:(?:type|write|enter|put)\s(?:your\s)?(?:reply|answer|response)|reply)\s.{0,20}above\sthis\sline"
    r"|bitte\s.{0,50}(?:oberhalb|über)\sdieser\s(?:zeile|linie).{0,25}"
    r"|(?:merci\sde\s|veuillez\s)?répond(?:ez|re)\s.{0,20}au-dessus\sde\scette\sligne"
    rf"){_ABOVE_END}",
    re.IGNORECASE,
)
