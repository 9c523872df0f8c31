"""The tables of the record.

Each row stands in the `home` its matter was born in. Django's key is `id`; the database's is (home, id), and every unique
constraint contains `home`, so that the tables can be distributed by it. References between them are plain
columns: a join always names home and matter. Nothing here is written through the ORM: `write.py` calls the functions
of the migration, and the application's role may only select, behind row security.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from huiyin.matters.access import Walled


class OfHome(models.Model):
    """What every table of a matter has."""

    id = models.UUIDField(primary_key=True, editable=False)
    home = models.CharField(max_length=6)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.home}/{self.id}"


class Matter(OfHome):
    """One thing asked of the city, as it stands after its last event.

    Attributes:
        codes: party id -> keyed hash of the code that, with the reference, lets that party follow the matter.
        holder: id of the party that opened it, or for whom it was opened.
        head: hash of the last event.
        body: `core.snapshot.to_plain` of the matter; facts and parties hold personal content.
        unit: id of the unit that has it, empty when it waits for somebody outside.
        posts: kinds of post that have it.
        who: the same in words, without anybody's name.
        next_due: the earliest running clock.
        parent_key: what the matter that opened this one calls it; empty for a household of a project, which is not told of there.
        held: kept from deletion by a legal hold.
    """

    reference = models.CharField(max_length=12)
    codes = models.JSONField()
    holder = models.CharField(max_length=60)
    procedure = models.CharField(max_length=80)
    procedure_version = models.CharField(max_length=64)
    line = models.CharField(max_length=40)
    topic = models.CharField(max_length=80)
    division = models.CharField(max_length=12)
    state = models.CharField(max_length=80)
    outcome = models.CharField(max_length=20, blank=True)
    version = models.IntegerField()
    head = models.BinaryField()
    body = models.JSONField()
    opened_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    unit = models.CharField(max_length=80, blank=True)
    posts = ArrayField(models.CharField(max_length=60))
    who = models.JSONField()
    next_due = models.DateTimeField(null=True)
    next_due_provisional = models.BooleanField(default=False)
    feeder = models.CharField(max_length=60, blank=True)
    feeder_number = models.CharField(max_length=120, blank=True)
    parent_home = models.CharField(max_length=6, blank=True)
    parent = models.UUIDField(null=True)
    parent_key = models.CharField(max_length=40, blank=True)
    held = models.BooleanField(default=False)

    objects = Walled["Matter"]()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["home", "reference"], name="matters_matter_reference"),
            models.UniqueConstraint(
                fields=["home", "feeder", "feeder_number"], condition=~Q(feeder=""), name="matters_matter_feeder_number"
            ),
        )
        # What is laid beside a matter (`resembling.py`): others of its place, and others of its topic, by when they came in. And what
        # belongs to it: the households of a project.
        indexes = (
            models.Index(fields=["home", "division", "procedure", "opened_at"], name="matters_matter_place"),
            models.Index(fields=["home", "topic", "opened_at"], name="matters_matter_topic"),
            models.Index(fields=["parent_home", "parent"], condition=~Q(parent=None), name="matters_matter_parent"),
        )


class Event(OfHome):
    """One act, for ever. It holds no personal content, only commitments to it, and its hash covers every column but itself.

    Attributes:
        effects: moves, clock events with their dues, hashes of papers, signatures, what was opened and who was told,
            who has the matter now, and the hash of the body without personal values.
        commitments: content number within the event -> commitment.
        readers: for a sealed act, the tokens that may read it; null when whoever may read the matter may.
        order: the order this act carries out, when one decision moves many matters.
    """

    matter = models.UUIDField()
    seq = models.IntegerField()
    action = models.CharField(max_length=80)
    principal_kind = models.CharField(max_length=20)
    principal = models.CharField(max_length=80, blank=True)
    unit = models.CharField(max_length=80, blank=True)
    post = models.CharField(max_length=60, blank=True)
    purpose = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    now = models.DateTimeField()
    source_state = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=80)
    effects = models.JSONField()
    commitments = models.JSONField()
    sealed = models.BooleanField(default=False)
    readers = ArrayField(models.CharField(max_length=120), null=True)
    order = models.UUIDField(null=True)
    prev = models.BinaryField()
    hash = models.BinaryField()

    objects = Walled["Event"]()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["home", "matter", "seq"], name="matters_event_seq"),)


class Content(OfHome):
    """One value an act recorded, with the salt of its commitment. Erasing clears both and leaves the row."""

    matter = models.UUIDField()
    seq = models.IntegerField()
    n = models.IntegerField()
    field = models.CharField(max_length=80)
    party = models.CharField(max_length=60, blank=True)
    cls = models.CharField(max_length=2, db_column="class")
    op = models.CharField(max_length=4)
    value = models.JSONField(null=True)
    salt = models.BinaryField(null=True)
    erased_at = models.DateTimeField(null=True)
    readers = ArrayField(models.CharField(max_length=120), null=True)

    objects = Walled["Content"]()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["home", "matter", "seq", "n"], name="matters_content_n"),)


class Paper(OfHome):
    """The text of one issue of a paper; its hash also stands in the event that printed it."""

    matter = models.UUIDField()
    seq = models.IntegerField()
    name = models.CharField(max_length=80)
    number = models.IntegerField()
    hash = models.CharField(max_length=64)
    salt = models.BinaryField(null=True)
    title = models.JSONField(null=True)
    blocks = models.JSONField(null=True)
    erased_at = models.DateTimeField(null=True)
    readers = ArrayField(models.CharField(max_length=120), null=True)

    objects = Walled["Paper"]()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["home", "matter", "name", "number"], name="matters_paper_number"),)


class Clock(OfHome):
    """A clock as it stands, for the sweep of what is due and for lists; the body holds its whole life.

    Attributes:
        due: the instant that decides lateness, one of the two before it (`core.clock_life.ClockLife.limit`).
        alerted_at: when running out at the present due instant was acted upon; null until then.
    """

    matter = models.UUIDField()
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10)
    status = models.CharField(max_length=10)
    due_strict = models.DateTimeField(null=True)
    due_latest = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False)
    alerted_at = models.DateTimeField(null=True)
    calendar = models.CharField(max_length=64, blank=True)
    rule = models.CharField(max_length=200, blank=True)

    objects = Walled["Clock"]()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["home", "matter", "name"], name="matters_clock_name"),)
        indexes = (models.Index(fields=["home", "due"], condition=Q(status="running", alerted_at=None), name="matters_clock_due"),)


class Task(OfHome):
    """Who has the matter: a post of a unit, a person named in it, or a party. Rewritten by each act."""

    matter = models.UUIDField()
    unit = models.CharField(max_length=80, blank=True)
    post = models.CharField(max_length=60, blank=True)
    person = models.CharField(max_length=60, blank=True)
    party = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=80)
    due = models.DateTimeField(null=True)
    created = models.DateTimeField()

    objects = Walled["Task"]()

    class Meta:
        indexes = (
            models.Index(fields=["home", "matter"], name="matters_task_matter"),
            models.Index(fields=["unit", "post", "due", "matter"], condition=~Q(unit=""), name="matters_task_post"),
            models.Index(fields=["person", "due", "matter"], condition=~Q(person=""), name="matters_task_person"),
        )


class Outbox(OfHome):
    """What an act sets going outside its own matter, written with it and done after it, once.

    Attributes:
        n: place within the act.
        claimed_until: while this is in the future a worker has it.
        error: what went wrong last, for the operator; never content.
    """

    matter = models.UUIDField()
    seq = models.IntegerField()
    n = models.IntegerField()
    kind = models.CharField(max_length=20)
    payload = models.JSONField()
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    objects = Walled["Outbox"]()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["home", "matter", "seq", "n"], name="matters_outbox_n"),)
        indexes = (models.Index(fields=["home", "due_at"], condition=Q(done_at=None), name="matters_outbox_due"),)


class Notice(OfHome):
    """Something someone was told. ``recipient`` is an access token; ``post`` narrows a unit to one kind of post."""

    matter = models.UUIDField()
    recipient = models.CharField(max_length=120)
    post = models.CharField(max_length=60, blank=True)
    text = models.JSONField(null=True)
    sealed = models.BooleanField(default=False)
    created = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=200)

    objects = Walled["Notice"]()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["home", "key"], name="matters_notice_key"),)
        indexes = (models.Index(fields=["recipient", "created"], name="matters_notice_recipient"),)


class Access(OfHome):
    """Who may read a matter: the table row security looks into."""

    matter = models.UUIDField()
    kind = models.CharField(max_length=10)
    principal = models.CharField(max_length=100)
    since = models.DateTimeField()

    objects = Walled["Access"]()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["home", "matter", "kind", "principal"], name="matters_access_one"),)


class Key(OfHome):
    """A client's key and the answer it got, so that asking twice is being answered twice and done once."""

    key = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    matter = models.UUIDField()
    seq = models.IntegerField()
    receipt = models.JSONField()
    created = models.DateTimeField()

    objects = Walled["Key"]()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["home", "key"], name="matters_key_one"),)


class Root(OfHome):
    """One sealed Merkle root over events of a home; each head ties it to all before it. Public."""

    number = models.IntegerField()
    size = models.IntegerField()
    tree_root = models.BinaryField()
    previous = models.BinaryField()
    head = models.BinaryField()
    sealed_at = models.DateTimeField()

    objects = models.Manager["Root"]()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["home", "number"], name="matters_root_number"),)


class Sealed(OfHome):
    """Where an event stands among the roots: ``id`` is the event's; root and position are null until it is sealed."""

    matter = models.UUIDField()
    root = models.IntegerField(null=True)
    position = models.IntegerField(null=True)

    objects = Walled["Sealed"]()

    class Meta:
        indexes = (
            models.Index(fields=["home", "id"], condition=Q(root=None), name="matters_sealed_waiting"),
            models.Index(fields=["home", "root", "position"], condition=~Q(root=None), name="matters_sealed_place"),
        )


class Order(models.Model):
    """One decision that moves many matters; each matter it moves has one event that names it. A reference table.

    It is prepared (nothing is decided yet), counted (it is known what it would move), decided and carried out; until it is decided
    no event names it.

    Attributes:
        basis: the number of the notice, or what else it rests on; empty until it is decided.
        text: why, in the words of whoever decided.
        at: when it was decided; null until then.
        counted_with: calendar and counting rows it was prepared under (`matters.orders.in_use`).
        tally: what it would move, counted by unit, procedure and rule; null until that is known.
        report: what came of it; null until it is carried out to the end.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=40)
    basis = models.TextField(blank=True)
    text = models.JSONField(default=dict)
    decided_by = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(null=True)
    prepared_by = models.CharField(max_length=80, blank=True)
    prepared_at = models.DateTimeField(null=True)
    counted_with = models.CharField(max_length=80, blank=True)
    tally = models.JSONField(null=True)
    report = models.JSONField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = models.Manager["Order"]()

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class OrderLine(OfHome):
    """A clock an order was found to move, and what came of it. A worksheet: what counts is the event in the matter.

    Attributes:
        label: what the clock is called, as the matter's procedure says it.
        old_due, new_due: the instants that decide lateness, before and as foreseen.
        done_due: the instant that came of it.
        outcome: empty until the order reached it, then ``moved``, ``unchanged`` or ``refused``.
        why: for the last two, in words.
    """

    order = models.UUIDField()
    matter = models.UUIDField()
    reference = models.CharField(max_length=12)
    unit = models.CharField(max_length=80, blank=True)
    procedure = models.CharField(max_length=80)
    clock = models.CharField(max_length=80)
    label = models.JSONField()
    rule = models.CharField(max_length=200, blank=True)
    change = models.CharField(max_length=12)
    old_due = models.DateTimeField()
    new_due = models.DateTimeField()
    old_provisional = models.BooleanField()
    new_provisional = models.BooleanField()
    outcome = models.CharField(max_length=10, blank=True)
    done_due = models.DateTimeField(null=True)
    why = models.JSONField(null=True)

    objects = Walled["OrderLine"]()

    class Meta:
        db_table = "matters_order_line"
        constraints = (models.UniqueConstraint(fields=["home", "order", "matter", "clock"], name="matters_order_line_one"),)
        indexes = (
            models.Index(fields=["order", "home", "matter"], condition=Q(outcome=""), name="matters_order_line_open"),
            models.Index(fields=["order", "unit", "id"], name="matters_order_line_unit"),
        )


class AccessLog(OfHome):
    """Staff opened a matter with personal content: who, in which post, for which purpose, which fields."""

    matter = models.UUIDField()
    principal = models.CharField(max_length=80)
    unit = models.CharField(max_length=80, blank=True)
    post = models.CharField(max_length=60, blank=True)
    purpose = models.CharField(max_length=40)
    fields = models.JSONField()
    at = models.DateTimeField()

    objects = Walled["AccessLog"]()

    class Meta:
        db_table = "matters_access_log"
        indexes = (models.Index(fields=["home", "matter", "at"], name="matters_access_log_matter"),)
