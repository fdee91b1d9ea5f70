# Trying a system out.

trial-title = Try it: { $title }
trial-link = Try it yourself
trial-lead = Change one item and see the new order. The published model makes it, here and now.
trial-made-up = The list is made up. No item is real.
trial-list = List
trial-item = Item to change
trial-open = Show
trial-choose = 1. Choose an item
trial-values = 2. Change its values
trial-own = In the list it is { $value }. The lists go from { $min } to { $max }.
trial-own-missing = In the list it has no value.
trial-less = Less of “{ $signal }”
trial-more = More of “{ $signal }”
trial-without = What if this did not exist?
trial-without-none = Keep all signals
trial-without-help = All items then get the same value.
trial-top = What would bring it among the first?
trial-top-help = Write how many first places you mean. Leave it empty to skip this.
trial-submit = Show the new order
trial-again = Start again
trial-order = 3. The order
trial-place = Place
trial-name = Item
trial-before = Before
trial-score = Score
trial-changed = changed by you
trial-up = { $places ->
    [one] up by { $places } place
   *[other] up by { $places } places
}
trial-down = { $places ->
    [one] down by { $places } place
   *[other] down by { $places } places
}
trial-same = same place
trial-moved-none = No item moved.
trial-moved = { $count ->
    [one] { $count } item moved.
   *[other] { $count } items moved.
}
trial-stands = “{ $item }” stands on place { $place } now. Before it was place { $before }.
trial-stays = “{ $item }” stays on place { $place }.
trial-because = Why its score changed
trial-reason-up = { $signal }: { $points } more
trial-reason-down = { $signal }: { $points } less
trial-reason-none = { $signal }: no change
trial-others = The others only made room.
trial-without-done = The system does not know “{ $signal }” here. All items have the value { $value }.
trial-goal = How to come among the first { $count }
trial-goal-already = It stands there now.
trial-goal-found = Set { $changes }. Then it stands on place { $place }. We tried it: this is true.
trial-goal-value = “{ $signal }” to { $value }
trial-goal-and = { $one } and { $other }
trial-goal-exact = No smaller change can do it.
trial-goal-tried = We tried many values, not all. A smaller change may do it too.
trial-goal-not-found = We found no change of one or two values that does it.
trial-goal-out-of-time = We ran out of time before we found one.
trial-goal-nothing = No one can change any of its values.
trial-back = Back to the card
trial-limits = This shows the published model. The system you use may run another one.
