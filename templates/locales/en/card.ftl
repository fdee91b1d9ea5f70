# The words of a card. Short sentences about the reader and the system: at most 20 words each.
# Never: Shapley, SHAP, feature, model output, logit, baseline, interventional, tau.

# How much a signal counts
signal-never-moved = In our lists this moved nothing.
range-unknown = One list alone shows no range.
way-up = More of this moves an item up.
way-down = More of this moves an item down.
way-mostly-up = More of this mostly moves an item up.
way-mostly-down = More of this mostly moves an item down.
way-mostly-up-points = More of this mostly raises the score.
way-mostly-down-points = More of this mostly lowers the score.
way-up-points = More of this raises the score.
way-down-points = More of this lowers the score.
way-mixed = More of this can work both ways: sometimes up, sometimes down.
way-none = More or less of this changed no score.
signal-not-used = The system does not use this. This is certain: nothing in the model leads from it to the score.
proof-up = This is certain: more of this never moves an item down.
proof-down = This is certain: more of this never moves an item up.
proof-up-points = This is certain: more of this never lowers the score.
proof-down-points = This is certain: more of this never raises the score.
proof-mixed = This is certain: more of this works both ways.
proof-none = This is certain: more or less of this changes no score.
proof-any = It holds for every item there can be. This is exact.
proof-tested = We tried every value it can have in { $rows } items. This is exact.
signal-part = When we share out the scores among all signals, it gets { $share }.
signal-gain = With this alone, whoever made an item wins { $mean }. The most is { $most }.
signal-gain-none = With this alone, whoever made an item wins no place.
signal-gain-exact = We tried every usual value in { $items } items. This is exact.
signal-gain-tried = We tried some usual values in { $items } items. Others may win more.
signal-alone = Another value of this alone brings { $reached } of { $items } lower items into the first places.
signal-alone-none = Of { $items } lower items, no other value of this alone brings any into the first places.
give-or-take = Give or take: { $low } to { $high }.
exact = This is exact.
at-least = We tried only some values, so it may be more.
signal-other-lists = In other made-up lists: { $span }.
signal-depends = Depends on the list.
signal-depends-help = In other lists we tried it is not always among the first three.

# What a control does
effect-up = On average, an item it changes moves up by { $places }.
effect-down = On average, an item it changes moves down by { $places }.
effect-moved = Of the items it changes, { $share } move.
effect-moves-nothing = In our lists this moved no item.
effect-unclear = We found no clear effect.
effect-removes = { $count ->
    [one] About { $count } item leaves each list.
   *[other] About { $count } items leave each list.
}
effect-removes-nothing = In our lists no item leaves.
effect-switches = On average, an item moves by { $places }, up or down.
top-new = Among { $top }, { $share } are new.
top-without = Without it, among { $top }, { $share } are new.
top-all-changed = All changed at once: among { $top }, { $share } are new.
top-of = the first { $count } items
top-of-list = the first items

# Why one item is above another: at most 30 words
why-two = The system placed “{ $upper }” above “{ $lower }” because of “{ $first }” and “{ $second }”.
why-two-unclear = The system placed “{ $upper }” above “{ $lower }”. “{ $first }” and “{ $second }” are among the reasons.
why-one = The system placed “{ $upper }” above “{ $lower }” because of “{ $first }”.
item-by-id = item { $id }
why-none = The system placed “{ $upper }” above “{ $lower }”. No single signal stands out.

# Why a number is missing
reason-not-published = No count of items is published for this step.
reason-cited = Published by others, not measured here.
reason-outside-the-model = This is not in the model. We cannot measure it.
reason-no-item-concerned = No item in our lists is concerned. We cannot measure it.
reason-not-available = The other order cannot be run here. We cannot measure it.
reason-not-described = The card does not say what this does to the list.
reason-no-such-option = There is no such choice, so nothing was measured.
reason-not-among-the-strongest = Not checked on other lists. Only the strongest signals were.
reason-lists-are-real = These lists are real, so no others were made up.
reason-nothing-to-order = There are no two items to put in order.
reason-too-few-items = This group is too small here for a number: it would be chance.
reason-one-value-only = All items in our lists have the same value.

# The first screen
cards-title = System cards
cards-lead = Each card shows what decides one list. The numbers come from running the published model.
cards-who = Who ranks
cards-what = What is ranked
cards-where = Country
cards-order = Order
cards-all = All
cards-choice = { $name } ({ $count })
cards-newest = Newest first
cards-oldest = Oldest first
cards-by-title = By title
cards-show = Show
cards-none-picked = No card fits all of this.
cards-show-all = Show all cards
cards-none = There are no cards yet.
cards-none-do = How to publish one
card-published = Published { $date }
card-fact-operator = Run by { $name }
card-fact-version = Card version { $version }, { $date }
card-fact-release = Release { $name } { $version }
card-older = This is version { $version }. The newest is version { $newest }.
card-older-open = Open the newest version
card-advice = This page is no medical or legal advice; a person decides.
card-not-by-operator = Not written or approved by { $operator }.
card-rebuilt = Rebuilt from what they published.
card-author = This card was written by { $author }.
card-made-up = The lists on this page are made up. No item is real.
card-golden-differs = { $rows ->
    [one] This is not how the author’s own system scores. The row it was asked about gets another score.
   *[other] This is not how the author’s own system scores. Of { $rows } rows, { $differ } get another score.
}
card-saturated = This model gives many items the same score. This is so for { $share } of the pairs we tested. So it can hardly put them in order.
card-saturated-score = This model gives each case we tested the same score.
card-strongest = What moves an item most
card-strongest-points = What changes the score most
card-strongest-lead = Places an item moves, up or down, when the system no longer knows this. Measured in { $lists } lists of { $items } items.
card-strongest-lead-points = How much the score changes when the system no longer knows this. Measured on { $items } cases.
card-strongest-places = That is { $places } among { $items } cases.
card-no-headlines = No signal stands out in every kind of list we tried. Look at all signals below.
card-all-signals = { $count ->
    [one] The only signal
    [2] Both signals
   *[other] All { $count } signals
}
card-change = What you can change
card-no-controls = There is nothing you can change here.
card-control-where = Where: { $place }
card-profile = Your profile
card-no-profile = No signal describes you.
card-uses-profile = { $count ->
    [one] { $count } signal describes you.
   *[other] { $count } signals describe you.
}
card-profile-off = You can have an order without a profile.
card-profile-no-off = There is no choice without a profile.
card-why = Why is one item above another?
card-why-more = All examples with their parts

# At the side
card-proof = How this was measured
card-proof-measured = Every measured number comes from running the published model.
card-proof-kept = Model, lists and card are kept for ever. Their fingerprints name them.
card-proof-you = You can run all of it again yourself.
card-proof-check = Check without trusting us:
card-proof-where = Where the numbers come from
card-more = On this page
card-json = This card as data (JSON)
card-link = Pass it on
card-link-copy = Copy the link
card-link-copied = Copied
card-version = Version { $version }.
card-everything = Take everything, as one zip file
card-release-page = The release and its files

# The full card
card-purpose = What it is for
card-affected = Whom it touches
card-intended-use = Meant for
card-out-of-scope = Not meant for
card-alternatives = What else was considered
card-audience = Who sees it
card-regions = Regions
card-steps = Step by step
card-steps-lead = What happens before you see the list.
step-gather = Collect
step-filter = Leave out
step-score = Score
step-rerank = Order again
step-diversity = Spread alike items
step-integrity-demotion = Move down for safety
step-mix = Mix in
step-show = Show
card-step-counts = In our lists: { $before } items before, { $after } after.
card-step-cited = Published by others: { $value }.
card-step-keeps = Keeps the best { $count }.
card-step-rule = Rule: items stay if
card-signals = All signals
card-signals-lead = Everything the model looks at, strongest first.
card-groups = Groups of signals
card-groups-lead = Which part of all movement each group causes.
card-signal-share = It makes { $share } of the movement of all signals.
card-signal-range = Values in our lists: { $min } to { $max }.
card-signal-missing = { $share } of the items have no value.
card-signal-same-in-list = All items of one list share this value. Alone it cannot change an order.
card-signal-why = Why it counts
card-signal-source = Where it comes from
card-signal-who = Who can change it
card-signal-more = More about this signal
mutable-reader = You, the reader
mutable-author = Whoever made the item
mutable-operator = Whoever runs the system
mutable-no-one = Nobody by choice
card-chip-profile = Describes you
card-chip-sensitive = Sensitive
card-curves = How the score changes with each signal
card-curves-lead = Each line shows the mean score, from the least to the greatest value in our lists.
curve-title = The mean score for each value
curve-told = At { $from } the mean score is { $first }. At { $to } it is { $last }.
curve-table = The same as a table
curve-rows = We gave all of { $rows } items each value in turn. For these items this is exact.
curve-value = Value
curve-score = Mean score
curve-local = From items near by
curve-thin = few items
card-predictions = Guesses inside the model
card-predictions-lead = The score is a sum of these.
card-prediction = On average it moves a score by { $points }.
card-checks = How steady and how even it is
card-checks-lead = What happens to the lists when something small changes, and who is shown first.
check-stable = With small random errors in the numbers, { $share } of the first places stay.
check-stable-first = The first item stays first in { $share } of the tries.
check-stable-how = The errors are { $error } of the usual spread. We drew them { $draws } times in { $lists } lists.
check-position-same = We scored { $rows } items in other orders and alone. No score changed. This is exact.
check-position-other = We scored { $rows } items in other orders and alone. Scores changed by up to { $largest }. This is exact.
check-group-of-all = Part of all items
check-group-items = { $share }. This is exact.
check-group-attention = How far up it is shown
check-group-ratio = { $ratio } times its share. At 1 it gets as much as all others.
check-group-first = Part of the first places
check-varied = Different groups
check-varied-kinds = { $first } among the first places, { $all } in the whole list, on average.
check-varied-commonest = Part of the largest group among the first places
card-outputs = What the model gives
card-outputs-lead = The numbers that come out of the model.
card-output-used = The order rests on this.
card-output-unused = The model gives this too. The list is not ordered by it alone.
card-output-weight = Counts with weight { $weight }.
card-examples = Examples with reasons
card-examples-lead = Pairs from our lists. The parts show what each signal adds for the upper item.
card-examples-none = In our lists no two items stand clearly apart.
card-example-list = From the list “{ $list }”.
card-example-places = Place { $upper } above place { $lower }.
card-example-gap = Scores: { $upper } and { $lower }. The difference is { $gap }.
card-example-values = { $upper }, not { $lower }
card-example-for = { $points } for it
card-example-against = { $points } against it
card-example-stderr = give or take { $stderr }
card-example-exact = The parts are exact.
card-example-drawn = The parts come from { $count } random draws.
flip-author = Had whoever made “{ $lower }” set “{ $signal }” to { $value }, not { $own }, it would stand above.
flip-reader = Had you set “{ $signal }” to { $value }, not { $own }, “{ $lower }” would stand above.
flip-operator = Had the operator set “{ $signal }” to { $value }, not { $own }, “{ $lower }” would stand above.
flip-no-one = With “{ $signal }” at { $value }, not { $own }, “{ $lower }” would stand above. Nobody can choose this.
flip-checked = We tried it: this is exact.
card-example-smaller = The smaller parts
card-example-others = { $count ->
    [one] { $count } smaller signal together
   *[other] { $count } smaller signals together
}
card-limits = What it cannot do
card-risks = Risks
card-risk-who = Who
card-risk-harm = Harm
card-risk-benefit = Good
card-risk-mitigation = What is done
card-gaming = Known tricks
card-gaming-defence = What is done against it
card-oversight = Who watches over it
card-appeal = How to complain
card-appeal-days = { $days ->
    [one] An answer comes within { $days } day, says the operator.
   *[other] An answer comes within { $days } days, says the operator.
}
card-appeal-open = Open the page
card-contact = Contact
card-withheld = What is not published
card-withheld-nothing = Nothing is withheld, says the card.
card-withheld-why = Why
card-withheld-until = Until
card-law = Laws and studies
card-law-name = Law
card-law-why = What it says
card-impact = Impact study
card-impact-date = Finished
card-impact-summary = What it found
card-data = Data it uses
card-data-personal = Yes
card-data-not-personal = No
card-data-about = Is it about people?
card-data-retention = How long it is kept
card-data-digest = Fingerprint
card-cited = Numbers published by others
card-cited-lead = These numbers were not measured here.
card-cited-where = { $locator }, as of { $when }
card-cited-source = Source
card-cited-place = Where
card-sources = Sources
card-source-name = Document
card-source-place = Where in it
card-source-when = As of
card-evidence = Where every number comes from
card-evidence-lead = Anyone can run it again from these files.
evidence-model = Model
evidence-lists = Reference lists
evidence-words = Words people wrote
evidence-release = Release
evidence-digest = Release fingerprint
evidence-date = Day of the release
evidence-runtime = Ran with
evidence-engine = Measured with
evidence-seed = Seed of all draws
evidence-background = Rows that stand for “not known”
evidence-background-rows = { $count } rows
evidence-draws = Draws for each signal
evidence-bootstrap = Draws behind each range
evidence-tie = Scores this close count as equal
evidence-operators = Kinds of operation
evidence-form = Inside of the model
evidence-form-trees = Trees that ask about the signals. We read them all.
evidence-form-linear = A plain sum of the signals. We read it all.
evidence-form-parts = A sum of several parts. We read them all.
evidence-form-network = A formula of many steps. We read it all.
evidence-form-black-box = Closed. We can only ask it for scores.
evidence-form-why = Why it is closed
evidence-form-compared = Rows on which we checked what we read
evidence-not-used = Signals that cannot reach the score
evidence-quality-rows = Items whose scores were shared out
evidence-quality-gap = Largest gap between a score and its parts
evidence-quality-gap-none = None but for rounding
evidence-quality-error = Chance in these parts
evidence-quality-stderr = Give or take { $stderr }
evidence-quality-halves = Order of the signals by two halves of the items
evidence-quality-halves-agree = { $share } of the pairs are the same way round
evidence-golden = Scores of the author’s own system
evidence-golden-none = None were held against the model.
evidence-golden-same = { $rows ->
    [one] The model gives { $rows } row the same score.
   *[other] The model gives all { $rows } rows the same score.
}
evidence-golden-differ = { $rows ->
    [one] The model gives { $rows } row another score.
   *[other] The model gives { $differ } of { $rows } rows another score.
}
evidence-golden-file = File with these scores
evidence-golden-largest = Largest difference to these scores
evidence-golden-worst = Row with this difference
evidence-golden-worst-row = Row { $row }
evidence-golden-worst-item = Row { $row }, item { $item }
evidence-golden-limit = Scores no further apart than this count as the same
evidence-golden-limit-is = { $limit }, or this part of a score above 1
evidence-golden-order = Order by these scores
evidence-golden-order-same = The same
evidence-golden-order-other = Not the same: { $share } of the pairs are the other way round
evidence-resolution = Pairs of items with the same score
evidence-nodes = Operations in the model
evidence-parameters = Fixed numbers in the model
evidence-recipe = How the lists were made
evidence-card = Fingerprint of this card
evidence-replay = Run it again
kind-measured = measured
kind-cited = published by others
kind-stated = stated by the publisher
kinds-note = Three kinds of number stand on this page. Measured ones come from running the model. The others say who published or stated them.
