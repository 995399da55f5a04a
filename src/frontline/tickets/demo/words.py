"""What people in the demo organisation write: subjects and texts by contact reason, answers of the desk."""

SAID: dict[str, tuple[tuple[str, str], ...]] = {
    "password": (
        ("Password forgotten after leave", "I am back from leave and cannot remember my password."),
        ("Password expired over the weekend", "It says my password has expired and the new one is refused."),
    ),
    "locked-account": (
        ("Account locked", "My account is locked after three attempts this morning."),
        ("Konto gesperrt", "Mein Konto ist seit heute früh gesperrt, ich kann nicht arbeiten."),
    ),
    "new-access": (
        ("Access to the sales folder", "I need to read the sales folder for the quarterly report."),
        (
            "Access to reporting for a new colleague",
            "Our new colleague starts on Monday and needs reporting.",
        ),
    ),
    "vpn": (
        ("VPN drops every few minutes", "The connection drops every ten minutes while I work from home."),
        ("VPN refuses my certificate", "It says the certificate is not valid. Yesterday it worked."),
        ("VPN bricht ab", "Seit heute Morgen bricht die Verbindung ständig ab."),
    ),
    "wifi": (
        ("No wireless in room 4.12", "Nobody in the meeting room gets onto the wireless network."),
        ("Wireless is slow on floor 3", "Pages take a minute to load since the weekend."),
    ),
    "laptop-slow": (
        ("Laptop takes ten minutes to start", "Starting takes ten minutes and the fan runs all the time."),
        ("Rechner sehr langsam", "Mein Rechner ist seit dem letzten Update sehr langsam."),
    ),
    "laptop-broken": (
        ("Screen flickers", "The screen flickers and goes black when I move the lid."),
        ("Battery does not charge", "The battery stays at 3 percent even when plugged in."),
    ),
    "mail": (
        ("Mails arrive hours late", "Mails from customers arrive three hours late today."),
        (
            "Cannot open the shared mailbox",
            "The shared mailbox of our team asks for a password again and again.",
        ),
    ),
    "printer": (
        ("Printer on floor 2 prints blank pages", "Every second page is blank. Others see it too."),
        ("Drucker nicht erreichbar", "Der Drucker im zweiten Stock ist nicht erreichbar."),
    ),
    "phone": (
        ("No ring tone on incoming calls", "I see the call but hear nothing until I pick up."),
        ("Headset not recognised", "The headset works in video meetings but not for calls."),
    ),
    "software": (
        ("Drawing software for the planning team", "We need two licences for the new planning team."),
        ("PDF editor", "I need to fill in and sign contracts as PDF."),
    ),
    "how-to": (
        ("How do I share a calendar?", "I would like my team to see when I am free."),
        ("How do I recall a message?", "I sent a mail to the wrong list. Can I take it back?"),
    ),
    "payroll": (
        ("Payslip missing", "My payslip for last month is not in the portal."),
        ("Overtime not paid", "The overtime of the second week is missing in my payslip."),
    ),
    "suspicious-mail": (
        (
            "Suspicious mail from our director",
            "I got a mail that asks me to buy vouchers. I did not click anything.",
        ),
    ),
}

ANSWERS = (
    "Thank you, I have looked at it and know what it is. I will tell you more within the hour.",
    "I can see the same on our side. I am checking the settings of your account now.",
    "We have found the cause: a setting was lost in the update at the weekend.",
    "I have asked the specialists to look at it with me and stay on it for you.",
    "Ich habe es mir angesehen und melde mich heute noch mit dem nächsten Schritt.",
)
SOLUTIONS = (
    "I have set it anew and tested it with you. Please tell me if it comes back.",
    "The update has been repeated and everything works again.",
    "I exchanged the part; your device is ready at the service point.",
    "You have access now. Sign out and in again to see it.",
    "The certificate was renewed. Please connect again.",
)
REPLIES = (
    "Thank you, but it is still the same.",
    "It happened again just now.",
    "Is there any news? I have a deadline this afternoon.",
    "Danke, aber es geht immer noch nicht.",
)
WHY = (
    "The gateway logs are only visible to you and I need them to go on.",
    "The account needs a right that the desk cannot give.",
    "The fault is in the application itself, not on the device.",
)
TRIED = (
    "Restarted, reinstalled the client, compared with a working device: same result.",
    "Checked the account, its groups and the last changes; nothing stands out.",
    "Followed the known steps twice with the user on the telephone.",
)
ASKED = (
    "Please find out why it is refused and tell us what to do.",
    "Please give the right, or say who decides about it.",
    "Please correct the record and tell us when it is done.",
)
