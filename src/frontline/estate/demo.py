"""What the demo organisation runs: about forty services, a device or two for everybody, contact reasons."""

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from frontline.estate.models import ContactReason, Dependency, Item, Service, ServiceUser
from frontline.foundation.demo import Plan
from frontline.foundation.transactions import transaction

#: name, criticality, team, skill, supplier behind it
SERVICES = (
    ("Payroll", 1, "Applications", "SAP", "Contoso"),
    ("SAP Finance", 1, "Applications", "SAP", "Contoso"),
    ("E-mail", 1, "Workplace", "Office", "Tailspin Cloud"),
    ("VPN", 2, "Network", "Network", "Fabrikam Networks"),
    ("Wireless network", 2, "Network", "Network", "Fabrikam Networks"),
    ("Internet access", 1, "Network", "Network", "Proseware Telecom"),
    ("Single sign-on", 1, "Identity", "Accounts and access", ""),
    ("Accounts and access", 2, "Identity", "Accounts and access", ""),
    ("Laptops", 2, "Workplace", "Laptops", "Litware Devices"),
    ("Printing", 3, "Workplace", "Printing", "Adatum Print"),
    ("Telephony", 2, "Network", "Telephony", "Proseware Telecom"),
    ("Video meetings", 2, "Workplace", "Office", "Tailspin Cloud"),
    ("Chat", 2, "Workplace", "Office", "Tailspin Cloud"),
    ("File shares", 2, "Cloud Platform", "Office", ""),
    ("Office suite", 2, "Workplace", "Office", "Tailspin Cloud"),
    ("Customer database", 1, "Applications", "SAP", ""),
    ("Web shop", 1, "Cloud Platform", "Office", "Tailspin Cloud"),
    ("Data warehouse", 2, "Database", "SAP", ""),
    ("Reporting", 3, "Database", "SAP", ""),
    ("Travel and expenses", 3, "Applications", "SAP", "Contoso"),
    ("Time recording", 2, "Applications", "SAP", "Contoso"),
    ("Recruiting", 3, "Applications", "SAP", ""),
    ("Learning", 4, "Applications", "Office", ""),
    ("Intranet", 3, "Cloud Platform", "Office", ""),
    ("Build servers", 2, "Cloud Platform", "Office", ""),
    ("Source code", 2, "Cloud Platform", "Accounts and access", ""),
    ("Test environments", 3, "Cloud Platform", "Office", ""),
    ("Backup", 2, "Cloud Platform", "Office", ""),
    ("Mobile phones", 3, "Workplace", "Telephony", "Proseware Telecom"),
    ("Meeting rooms", 3, "Workplace", "Telephony", ""),
    ("Badge and door access", 2, "Security", "Accounts and access", ""),
    ("Antivirus", 2, "Security", "Laptops", ""),
    ("Certificates", 2, "Security", "Accounts and access", ""),
    ("Document signing", 3, "Applications", "Office", ""),
    ("Contract archive", 3, "Applications", "Office", ""),
    ("Warehouse scanners", 2, "Workplace", "Laptops", "Litware Devices"),
    ("Shop tills", 1, "Workplace", "Laptops", "Litware Devices"),
    ("Purchasing", 2, "Applications", "SAP", "Contoso"),
    ("Maps and planning", 4, "Applications", "Office", ""),
    ("Software catalogue", 3, "Workplace", "Office", ""),
)
#: what people say when they mean it
KEYWORDS = {
    "E-mail": "Outlook, mailbox, Postfach",
    "Wireless network": "Wi-Fi, wifi, WLAN",
    "Internet access": "web, browser, proxy",
    "VPN": "remote access, home office, tunnel",
    "Single sign-on": "login, sign in, MFA, Anmeldung",
    "Accounts and access": "password, locked, permission, Passwort, Konto",
    "Laptops": "notebook, computer, PC, docking station, screen, Bildschirm",
    "Printing": "printer, scanner, Drucker, toner",
    "Telephony": "phone, headset, Telefon",
    "Video meetings": "camera, conference, Videokonferenz",
    "File shares": "network drive, folder, Laufwerk",
    "Office suite": "Word, Excel, PowerPoint, spreadsheet",
    "Payroll": "salary, payslip, Gehalt, Lohn",
    "Travel and expenses": "trip, receipt, Reisekosten",
    "Time recording": "timesheet, clock in, Zeiterfassung",
    "Badge and door access": "card, door, Ausweis",
    "Shop tills": "till, cash register, Kasse",
}
#: upper needs lower
NEEDS = (
    ("Payroll", "SAP Finance"),
    ("Payroll", "Time recording"),
    ("SAP Finance", "Data warehouse"),
    ("Web shop", "Customer database"),
    ("Web shop", "Internet access"),
    ("VPN", "Internet access"),
    ("VPN", "Certificates"),
    ("Single sign-on", "Certificates"),
    ("E-mail", "Single sign-on"),
    ("Chat", "Single sign-on"),
    ("Video meetings", "Internet access"),
    ("Reporting", "Data warehouse"),
    ("Travel and expenses", "SAP Finance"),
    ("Shop tills", "Customer database"),
    ("Purchasing", "SAP Finance"),
)
#: key, name, kind, service, impact, urgency, sensitive
REASONS = (
    ("password", "Forgotten password", "request", "Accounts and access", 3, 2, True),
    ("locked-account", "Locked account", "incident", "Accounts and access", 3, 2, True),
    ("new-access", "Access to something", "request", "Accounts and access", 3, 3, True),
    ("vpn", "VPN does not connect", "incident", "VPN", 3, 2, False),
    ("wifi", "Wireless network", "incident", "Wireless network", 3, 2, False),
    ("laptop-slow", "Laptop is slow", "incident", "Laptops", 3, 3, False),
    ("laptop-broken", "Laptop is broken", "incident", "Laptops", 3, 2, False),
    ("mail", "E-mail", "incident", "E-mail", 3, 2, False),
    ("printer", "Printing", "incident", "Printing", 3, 3, False),
    ("phone", "Telephone", "incident", "Telephony", 3, 2, False),
    ("software", "Software wanted", "request", "Software catalogue", 3, 3, False),
    ("how-to", "How do I …", "question", "Office suite", 3, 3, False),
    ("payroll", "Payroll", "incident", "Payroll", 2, 2, True),
    ("suspicious-mail", "Suspicious mail", "incident", "Antivirus", 2, 1, False),
)
MODELS = ("Litware Book 13", "Litware Book 15", "Litware Station", "Tailspin Air 14")


@dataclass
class Things:
    """What higher capabilities build on."""

    services: dict[str, Service]
    reasons: dict[str, ContactReason]
    devices: dict[int, Item] = field(default_factory=dict)


def seed(plan: Plan) -> None:
    """Services with owners, devices with people, dependencies, contact reasons."""
    folk = plan.shared["people"]
    chance = plan.random("estate")
    with transaction():
        owners = [folk.named[n] for n in ("Marta Kowalska", "Nils Brandt", "Hanna Vogel", "Dana Whitfield")]
        business = chance.sample(folk.users, min(8, len(folk.users)))
        services = {
            name: Service.objects.create(
                name=name,
                criticality=criticality,
                keywords=KEYWORDS.get(name, ""),
                team=folk.teams[team],
                skill=folk.skills[skill],
                owner=chance.choice(owners),
                business_owner=chance.choice(business),
                calendar_key="round-the-clock" if criticality == 1 else "business-hours",
            )
            for name, criticality, team, skill, _ in SERVICES
        }
        things = Things(services, _reasons(plan, services, folk))
        _needs(services)
        _devices(plan, folk, things, chance)
        ServiceUser.objects.bulk_create(
            ServiceUser(service=service, person=person)
            for person in folk.users
            for service in chance.sample(list(services.values()), 6)
        )
    plan.shared["estate"] = things


def _reasons(plan: Plan, services: dict[str, Service], folk: object) -> dict[str, ContactReason]:
    since = plan.now - timedelta(days=900)
    return {
        key: ContactReason.objects.create(
            key=key,
            name=name,
            kind=kind,
            service=services[service],
            skill=services[service].skill,
            impact=impact,
            urgency=urgency,
            sensitive=sensitive,
            valid_from=since,
        )
        for key, name, kind, service, impact, urgency, sensitive in REASONS
    }


def _needs(services: dict[str, Service]) -> None:
    Dependency.objects.bulk_create(
        Dependency(upper_service=services[upper], lower_service=services[lower]) for upper, lower in NEEDS
    )


def _devices(plan: Plan, folk: object, things: Things, chance: Random) -> None:
    people = folk  # the folk of the people capability; its class is not ours to import
    rows = []
    for number, person in enumerate(people.users, start=1):  # type: ignore[attr-defined]
        model = chance.choices(MODELS, weights=(5, 3, 1, 2))[0]
        rows.append(
            Item(
                name=f"LT-{number:04d}",
                kind="laptop",
                model=model,
                serial=f"LW{chance.randrange(10**7):07d}{number:03d}",
                organisation=people.organisation,  # type: ignore[attr-defined]
                person=person,
                place=person.place,
                supplier=people.suppliers["Litware Devices"],  # type: ignore[attr-defined]
                attributes={"os": chance.choice(["Windows 11 24H2", "Windows 11 25H2", "macOS 15"])},
            )
        )
    for made in Item.objects.bulk_create(rows):
        things.devices[made.person_id or 0] = made
