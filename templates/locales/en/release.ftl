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
release-intended-use = Meant for
release-limits = What it cannot do
release-risks = Risks
release-benefits = What it is good for
release-disclosure = What the publisher says about generated media
release-files = { $count ->
    [one] { $count } file
   *[other] { $count } files
}
release-check = Check these files
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
fact-languages = Languages
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
scan-pending = Not yet
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
