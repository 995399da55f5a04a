from datetime import UTC, datetime, timedelta

from frontline.portal.logic.story import Asked, Case, Hands, Promised, Said, tell

START = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)


def at(minutes):
    return START + timedelta(minutes=minutes)


def case(**changes):
    given = {
        "opened_at": START,
        "channel": "portal",
        "owner": "Ben",
        "state": "open",
        "said": [Said(START, "user", "Omar", "VPN drops", mine=True)],
        "hands": [Hands(START, None, "desk", "Service Desk", "opened")],
    }
    return Case(**{**given, **changes})


def told(case):
    return [(m.code, m.name, (m.at - START).total_seconds() / 60) for m in tell(case)]


def test_a_fresh_ticket_is_received_and_owned_at_once():
    moments = tell(case())

    assert [(m.code, m.name) for m in moments] == [("received", ""), ("owned", "Ben")]
    assert moments[0].said.text == "VPN drops"


def test_a_way_through_teams_leaves_out_steps_inside_one_pair_of_hands():
    hands = [
        Hands(at(0), at(5), "desk", "Service Desk", "opened"),
        Hands(at(5), at(40), "desk", "Service Desk", "taken"),
        Hands(at(40), at(60), "team", "Network", "accepted"),
        Hands(at(60), at(90), "team", "Network", "taken"),
        Hands(at(90), None, "desk", "Service Desk", "accepted"),
    ]

    assert told(case(hands=hands))[2:] == [("moved", "Network", 40), ("moved", "Service Desk", 90)]


def test_the_words_of_a_solution_stand_with_it_and_those_of_still_broken_too():
    said = [
        Said(START, "user", "Omar", "VPN drops"),
        Said(at(30), "desk", "Chloe", "Restarted."),
        Said(at(60), "user", "Omar", "No."),
    ]
    hands = [
        Hands(at(0), at(30), "desk", "Service Desk", "opened"),
        Hands(at(30), at(60), "requester", "Omar", "solved"),
        Hands(at(60), None, "desk", "Service Desk", "reopened"),
    ]
    moments = tell(case(said=said, hands=hands))

    assert [(m.code, m.said.text) for m in moments if m.said] == [
        ("received", "VPN drops"),
        ("solved", "Restarted."),
        ("back", "No."),
    ]
    assert moments[2].name == "Chloe"


def test_promises_are_told_with_the_message_that_made_or_kept_them_and_broken_ones_stand_alone():
    said = [
        Said(START, "user", "Omar", "x"),
        Said(at(5), "desk", "Ben", "a"),
        Said(at(50), "desk", "Ben", "b"),
    ]
    promises = [
        Promised(at(5), at(60), "kept", at(50), "Ben"),
        Promised(at(70), at(80), "broken", at(80), "Ben"),
    ]
    moments = tell(case(said=said, promises=promises))

    assert [(m.code, m.due_at, m.kept) for m in moments[2:]] == [
        ("said", at(60), False),
        ("said", None, True),
        ("promised", at(80), False),
        ("broken", at(80), False),
    ]


def test_an_offer_is_told_while_it_waits_and_when_it_came_back_but_not_what_it_said():
    asked = [Asked(at(10), "Network", "returned", at(20)), Asked(at(30), "Identity", "offered", None)]

    assert told(case(asked=asked))[2:] == [
        ("asked", "Network", 10),
        ("returned", "Network", 20),
        ("asked", "Identity", 30),
    ]


def test_a_change_of_owner_keeps_who_had_it_first():
    said = [Said(START, "user", "Omar", "x"), Said(at(9), "automatic", "Ines", "", channel="owner_changed")]

    assert told(case(owner="Ines", first_owner="Ben", said=said))[1:] == [
        ("owned", "Ben", 0),
        ("owner_changed", "Ines", 9),
    ]


def test_the_end_stands_last():
    assert told(case(state="closed", closed_at=at(99)))[-1] == ("closed", "", 99)
