# Releases, repositories, files.

releases-title = Releases
releases-lead = A release never changes. Its files are kept and named by their fingerprints.
releases-none = There are no releases yet.
release-card-link = Card
kind-model = Model
kind-ranking = Ranking system
kind-dataset = Data set
visibility-public = Public
visibility-gated = Ask for access
visibility-sealed = Sealed
visibility-private = Private

release-card = Card
release-card-none = This release holds no ranking system, so it has no card.
release-card-pending = The card is being measured. Look again in a minute.
release-card-ready = The card of this release is ready.
release-card-failed = No card could be made, because the model did not run as it should.
release-card-open = Read the card
release-stated = What the publisher says
release-short = In short
ask-for = What is it for?
ask-not-for = Who should not use it?
ask-languages = Which languages?
ask-terms = What may I do with it?
ask-learnt = What did it learn from?
ask-family = Which family is it from?
ask-size = How large is it?
ask-samples = Does it do what was published?
answer-not-said = The publisher does not say.
answer-no-language = The publisher names no language.
answer-data-sets = Data sets: { $names }
answer-family = It is one of { $family }.
answer-pretrained = It was trained on general data only.
answer-fine-tuned = It was trained further for its own task.
answer-parameters = { $count ->
    [one] It holds { $count } number that training has set.
   *[other] It holds { $count } numbers that training has set.
}
answer-time = Half of its answers took at most { $time } ms on our machine.
task-ranking = It puts the items of a list in order.
task-dataset = It is data to learn from or to test with.
task-text = It writes text.
task-translation = It turns text into another language.
task-summary = It makes long text short.
task-class = It sorts things into groups.
task-number = It guesses a number.
task-meaning = It turns text into numbers that stand for its meaning.
task-questions = It answers questions about a text.
task-speech = It turns speech into text.
task-voice = It turns text into sound.
task-pictures = It makes pictures.
licence-free = You may do with it what you like ({ $licence }).
licence-notice = You may use, change and share it, also for money. Keep its notice ({ $licence }).
licence-name = You may use, change and share it, also for money. Say who made it ({ $licence }).
licence-same-terms = You may use, change and share it. What you build from it and share needs the same terms ({ $licence }).
licence-no-money = You may use, change and share it, but not for money. Say who made it ({ $licence }).
licence-no-change = You may use and share it as it is. You may not share it changed ({ $licence }).
licence-other = Its own terms say what you may do. Read them first: { $licence }.
release-run = Run it
run-onnx = These lines of Python fetch the model and run it once. They need onnxruntime and huggingface_hub.
run-llama = These lines fetch the model and start it with llama.cpp.
run-transformers = These lines of Python fetch the model and run it once. They need transformers.
run-fetch = These lines fetch all files.
release-found = What we found
examination-pending = The files are being read. Look again in a minute.
examination-failed = The files could not be read here.
samples-title = Samples
samples-gave = It gave the published answer { $same } of { $ran } times.
samples-held = The release holds { $found } samples.
samples-again = { $count ->
    [one] { $count } answer was just the same when asked again.
   *[other] { $count } answers were just the same when asked again.
}
samples-when = An answer counts if it is off by at most { $absolute }, plus { $relative } times its size.
samples-each = Each sample
samples-more = { $count ->
    [one] And { $count } more.
   *[other] And { $count } more.
}
samples-unused = These files could not be used:
sample-same = the published answer
sample-other = another answer
sample-failed = no answer
sample-difference = (off by at most { $difference })
claims-title = What was claimed, and what we measured
claims-lead = The publisher claims these numbers. We measure those that the files allow.
claim-claimed = Claimed
claim-measured = Measured here
claim-difference = Measured minus claimed
claim-rows = { $rows ->
    [one] On { $rows } row of { $data }.
   *[other] On { $rows } rows of { $data }.
}
unmeasured-no-data = Not measured: the release holds no rows for it.
unmeasured-no-formula = Not measured: we have no formula for it.
unmeasured-no-number = Not measured: the claim is no number.
unmeasured-no-model = Not measured: the release holds no model that runs here.
unmeasured-rows = Not measured: the rows do not fit the model.
unmeasured-run = Not measured: the model gave no answer.
held-title = What the files hold
held-parameters = { $count ->
    [one] { $count } learnt number
   *[other] { $count } learnt numbers
}
held-number = { $count ->
    [one] { $count }
   *[other] { $count }
}
held-refused = This file could not be read:
held-tensors = Tensors
held-inputs = Goes in
held-outputs = Comes out
held-kinds = Made of
held-opsets = Operator sets
held-format = Version of the file format
held-producer = Written by
held-note = Note in the file
held-metadata = Added by the author
held-architecture = Kind of network
found-nothing = No file of this release is of a kind that we can read.
found-check = All this can be found again:
found-document = the exact document
release-tests = Tests before it was published
release-energy = Energy
test-who = by { $who }
test-hours = { $hours ->
    [one] ({ $hours } hour)
   *[other] ({ $hours } hours)
}
test-nothing = No findings were published.
release-limits = What it cannot do
release-risks = Risks
release-benefits = What it is good for
release-disclosure = What the publisher says about generated media
release-files = { $count ->
    [one] { $count } file
   *[other] { $count } files
}
release-check-how = Fetch the files, then compare them with this release:
release-check-means = The second command names any file that is not what was published.
release-cite = Cite this
release-bibtex = BibTeX
release-cff = CITATION.cff
release-cff-message = If you use this release, please cite it as below.
release-facts = Facts
release-document = The exact release document
fact-published = Published
fact-kind = Kind
fact-licence = Licence
fact-task = Task
fact-library = Read by
fact-tags = Tags
fact-digest = Fingerprint
fact-commit = Commit
fact-base = Made from
fact-base-digest = Fingerprint of that release
fact-announcement = Announcement
fact-paper = Paper
fact-code = Starting code
fact-media = Makes text, pictures, sound or video
fact-scan = Files inspected
answer-yes = Yes
answer-no = No
scan-done = Yes, nothing was refused
scan-refused = Yes, and refused
relation-adapter = { $release } (small weights to lay over it)
relation-merge = { $release } (one of several in one)
relation-quantized = { $release } (the same with coarser numbers)
relation-finetune = { $release } (trained further)

repository-since = Since { $date }
repository-readme = Read me
repository-no-readme = This repository has no README.md yet.
repository-releases = Releases
repository-no-releases = Nothing is published yet.
repository-files = Files
repository-no-files = There are no files yet. Push a folder:
tree-title = Files
tree-revision = At
tree-commit = Commit of { $date }
gate-title = The files are for those who ask
gate-auto = All may read this page. To get the files, accept the licence and the terms below. You get them at once.
gate-manual = All may read this page. To get the files, accept the licence and the terms below. Then wait until an owner lets you in.
gate-token = Your token
gate-ask = I accept and ask for the files
gate-command = Or ask from the command line:
gate-asked = You asked. An owner will decide.
gate-granted = You may now get the files.
gate-refused = An owner said no to your request.
publish-command = Does this belong to you? This command publishes what is here as a version:
publish-missing = For a system card, these are still missing:
publish-no-licence = To publish, name a licence at the head of README.md.

signature-title = Signed by the publisher
signature-good = A key that the publisher named signed just these files.
signature-bad = This signature does not hold.
signature-unknown-key = A key signed this, but the publisher has not named it here.
signature-unchecked = This signature could not be checked.
signature-key = The key:
