# What changed between versions, feeds, and how hard the author's words are.

history-title = What changed: { $title }
history-versions = Version { $from } and version { $to }
history-since = What changed since version { $version }
history-model = Another model was measured.
history-model-same = Both versions measure the same model.
history-lists = Other lists were used. So the numbers of the two versions do not compare.
history-nothing = Nothing that people wrote has changed.
history-fields = Words that changed
history-signals = Signals that moved up or down
history-signals-none = The signals stand in the same order.
history-signal = Signal
history-before = Before
history-after = Now
history-new = new
history-gone = gone
history-rank = Number { $rank }
history-flipped = Pairs that turned round
history-flip = In list “{ $list }”, item { $upper } now stands above item { $lower }.
history-flipped-none = No pair of our examples turned round.
history-release = Release { $version }
history-releases = The two releases
history-here = Version { $version } of the card
field-title = Title
field-one-line = What it does
field-operator = Who runs it
field-author = Who wrote the card
field-surface = Where people meet it
field-decides = What it decides
field-order = Which end comes first

feed-title = New system cards
feed-title-card = New versions: { $title }
feed-entry = { $title }, version { $version }
feed-link = News of this card (Atom)
feed-site = News of all cards (Atom)

reading-title = How hard these words are
reading-grade = The words of the author need about { $grade } years of school. A sentence has { $words } words on average.
reading-words = A sentence of the author has { $words } words on average.
reading-marked = On this page they are marked like this.
reading-hard = These sentences are hard to read:
reading-hard-none = No sentence is too long or too hard.
history-orders = Order of the lists
history-reordered = { $reordered ->
    [one] { $reordered } of { $lists } lists comes in another order.
   *[other] { $reordered } of { $lists } lists come in another order.
}
history-top-changed = { $changed ->
    [one] In { $changed } of { $lists }, the top holds other items.
   *[other] In { $changed } of { $lists }, the top holds other items.
}
history-orders-how = Both models were run on the lists of the newer version.
history-orders-unfit = The older model needs a signal that the newer lists do not hold. So no order was compared.
history-orders-not-now = The two orders could not be compared just now. Try again in a minute.
history-releases-same = The two releases hold the same files and say the same.
history-file-new = is new ({ $after })
history-file-gone = is gone (was { $before })
history-file-changed = changed (from { $before } to { $after })
history-json = The same for programs (JSON)
field-description = Description
field-datasets = Data sets
field-family = Family
field-variant = How far it was trained
history-first-lists = Of { $all } lists, the first { $lists } were compared.
history-orders-access = The files of this system must be asked for. So no order was compared.
history-orders-failed = The two orders could not be compared.
