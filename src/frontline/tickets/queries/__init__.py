"""Questions about tickets. Every list goes through `access.scope`; every page has a fixed number of queries."""

from frontline.tickets.queries.beside import (
    LinkRow,
    PersonOnTicket,
    PromiseRow,
    clocks,
    followers,
    links,
    promises,
)
from frontline.tickets.queries.contacts import ContactLine, ContactRow, contact, contacts, recent_contacts
from frontline.tickets.queries.conversation import (
    FileRow,
    MessageRow,
    ReturnedSolution,
    messages,
    returned_solutions,
)
from frontline.tickets.queries.hands import CustodyRow, HandoffRow, custody, handoffs, party_name
from frontline.tickets.queries.keeping import MacroRow, ViewRow, draft, macros, saved_views
from frontline.tickets.queries.lists import (
    RANKED,
    SORTS,
    VIEWS,
    Filters,
    ListPage,
    count_by_state,
    order_of,
    tickets,
    view_counts,
)
from frontline.tickets.queries.rows import FIELDS, PATHS, TicketRow, open_tickets_of, rows_by_id, ticket

__all__ = [
    "FIELDS",
    "PATHS",
    "RANKED",
    "SORTS",
    "VIEWS",
    "ContactLine",
    "ContactRow",
    "CustodyRow",
    "FileRow",
    "Filters",
    "HandoffRow",
    "LinkRow",
    "ListPage",
    "MacroRow",
    "MessageRow",
    "PersonOnTicket",
    "PromiseRow",
    "ReturnedSolution",
    "TicketRow",
    "ViewRow",
    "clocks",
    "contact",
    "contacts",
    "count_by_state",
    "custody",
    "draft",
    "followers",
    "handoffs",
    "links",
    "macros",
    "messages",
    "open_tickets_of",
    "order_of",
    "party_name",
    "promises",
    "recent_contacts",
    "returned_solutions",
    "rows_by_id",
    "saved_views",
    "ticket",
    "tickets",
    "view_counts",
]
