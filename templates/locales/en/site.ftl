# What every page shares, the home page, lists and docs.

site-name = Vitrine
site-promise = See what decides the order of the lists you use, what you can change, and check every number yourself.
skip-link = Skip to the content
nav-label = Main
nav-cards = Cards
nav-releases = Releases
nav-docs = How it works
nav-check = How to check a card
nav-api = For programs: the API
languages-label = Languages
language-machine = A machine translated this page. No person has reviewed it.
language-rest = What is not translated is in English.
honest-limit = A true card of a published model does not prove that the operator runs this model.

home-title = What decides your lists
home-systems = { $count ->
    [one] { $count } system explained
   *[other] { $count } systems explained
}
home-records = { $count ->
    [one] { $count } entry in the record book
   *[other] { $count } entries in the record book
}
home-systems-more = More than { $count } systems explained
home-releases-more = More than { $count } releases kept
home-releases = { $count ->
    [one] { $count } release kept
   *[other] { $count } releases kept
}
home-doors = Where to begin
home-door-reader = I use such lists
home-door-reader-text = Find a system you use. See what moves an item, and what you can change.
home-door-engineer = I build such systems
home-door-engineer-text = Push a model, some words and some lists. The card is measured for you.
home-door-regulator = I check such systems
home-door-regulator-text = Run every number again, without an account and without asking.
home-newest = Newest cards
home-all-cards = All cards

search-label = Search
search-button = Search
search-none = Nothing here holds the words “{ $words }”. Try fewer words.
search-results = Results
list-next = More

withdrawn = Withdrawn
withdrawn-on = Withdrawn on { $date }.
withdrawn-meaning = Its publisher no longer recommends it. The record stays so that nobody can pretend it never existed.
withdrawn-reason = The reason given:

docs-title = How it works
docs-lead = Short pages in plain words.
docs-next = Read next:
api-title = For programs: the API
api-lead = Every read is open, without an account. Writing needs a token.
api-token = Send your token with each write:
api-errors = When something is wrong, the answer says what and what would be right.
api-document = The same as an OpenAPI document
api-contents = On this page
api-shapes = Shapes of the data
api-parameters = Parameters
api-body = Body
api-answers = Answers
api-required = required
