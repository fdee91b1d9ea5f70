//! Publishing: a draft becomes a release, for ever.

mod facts;
mod switches;
mod write;

use cards::Fault;
use domain::{
    Digest, Kind, ReleaseDocument, ReleaseFile, ReleaseRepository, ReleaseSchema, RepositoryName, Slug,
    Timestamp, Uuid, Visibility,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};

use crate::access::Place;
use crate::authorize::Action;
use crate::database::Change;
use crate::entity::{release, repository, slug};
use crate::files::on_thread;
use crate::front_matter::{self, FrontMatter, README};
use crate::job::Job;
use crate::log::{enter, of_release};
use crate::{Actor, Draft, Entry, Error, Facts, PublisherSignature, Registry, Release, Tree};

use write::{insert_card, insert_files, insert_release};
pub(crate) use write::{insert_document, insert_words};

/// Longest `README.md` whose front matter is read: 1 MiB.
const README_BYTES: u64 = 1 << 20;

/// A release that nothing speaks against, about to be written down.
struct Ready {
    id: Uuid,
    document: ReleaseDocument,
    digest: Digest,
    bytes: Vec<u8>,
    /// Set for ranking systems.
    slug: Option<Slug>,
    /// What the publisher signed.
    signatures: Vec<PublisherSignature>,
}

impl Registry {
    /// Publishes a commit as a release. Publishing is final: a release can be withdrawn but not changed.
    ///
    /// Release, card and the job that makes the card become durable together.
    ///
    /// # Errors
    /// [`Error::NotPublic`], [`Error::RevisionNotFound`], [`Error::ReleaseExists`]; [`Error::Unpublishable`] with
    /// everything that reading can show; who may not: [`Error::Forbidden`], [`Error::ScopeMissing`].
    pub async fn publish(&self, actor: &Actor, draft: Draft) -> Result<Release, Error> {
        let place = self.place(actor, Action::Publish, &draft.repository).await?;
        refuse_private(&place)?;
        self.refuse_published(&place, &draft).await?;
        let tree = self.tree_of(&place, &draft.revision).await?;
        let ready = self.make_ready(&place, &draft, tree, self.now()).await?;
        // If we die before the commit below, nothing was published and the same call can be made again.
        let change = self.begin().await?;
        refuse_if_made_private(&change, &place).await?;
        insert_release(&change, actor, &place, &ready).await?;
        insert_files(&change, &ready).await?;
        if let Some(address) = &ready.slug {
            insert_card(&change, &place, ready.id, address).await?;
            self.enqueue(&change, Job::Card { release: ready.id }, place.id).await?;
        }
        self.enqueue_examination(&change, ready.id).await?;
        let version = ready.document.version.to_string();
        let at = ready.document.published_at;
        enter(&change, &of_release(place.id, &version, ready.digest, at)?).await?;
        change.commit().await?;
        // From here on everything is known to the database; the job can always be done.
        self.ring();
        self.ring_log();
        self.release(actor, &place.name, &draft.version).await
    }

    /// The release that was published by the same draft before, so that whoever lost the answer can ask again.
    ///
    /// # Errors
    /// [`Error::ReleaseExists`] where the draft would make another document; who may not: as [`Registry::publish`].
    pub async fn published_before(&self, actor: &Actor, draft: &Draft) -> Result<Release, Error> {
        let place = self.place(actor, Action::Publish, &draft.repository).await?;
        let release = self.release(actor, &place.name, &draft.version).await?;
        let other = || exists(&place, &draft.version);
        let tree = match self.tree_of(&place, &draft.revision).await {
            Err(Error::RevisionNotFound { .. }) => return Err(other()),
            tree => tree?,
        };
        match self.make_ready(&place, draft, tree, release.document.published_at).await {
            Ok(ready) if ready.digest == release.digest => Ok(release),
            Ok(_) | Err(Error::Unpublishable(_)) => Err(other()),
            Err(error) => Err(error),
        }
    }

    async fn refuse_published(&self, place: &Place, draft: &Draft) -> Result<(), Error> {
        let same = release::Entity::find()
            .filter(release::Column::Repository.eq(place.id))
            .filter(release::Column::Version.eq(draft.version.to_string()));
        match same.one(self.db()).await? {
            Some(_) => Err(exists(place, &draft.version)),
            None => Ok(()),
        }
    }

    /// Gathers the facts and looks for everything that speaks against publishing, all at once.
    async fn make_ready(
        &self,
        place: &Place,
        draft: &Draft,
        tree: Tree,
        at: Timestamp,
    ) -> Result<Ready, Error> {
        let mut faults = Vec::new();
        let readme = self.readme(&tree).await?;
        let facts = complete(&draft.facts, &readme, &mut faults);
        let paths: Vec<&str> = tree.entries.iter().map(|entry| entry.path.as_str()).collect();
        if paths.is_empty() {
            faults.push(Fault::new("revision", "The commit holds no files.", "Commit at least one file."));
        }
        let ranking = cards::is_ranking(&paths);
        let slug = if ranking { self.check_ranking(place, &tree, &mut faults).await? } else { None };
        let (true, Some(license)) = (faults.is_empty(), facts.license.clone()) else {
            return Err(Error::Unpublishable(faults));
        };
        let kind = if ranking { Kind::Ranking } else { place.kind };
        let base = self.base(&facts).await?;
        let signatures = self.publisher_signatures(place.name.namespace(), &tree.entries).await?;
        let document = document(place, draft, (tree, at), (kind, license, base, facts));
        let (bytes, digest) = document.to_bytes()?;
        Ok(Ready { id: self.new_id(), document, digest, bytes, slug, signatures })
    }

    /// The bytes of the `README.md` of a commit that the actor may see; empty without one, or where it is too long to
    /// have its front matter read.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Storage`].
    pub async fn readme(&self, tree: &Tree) -> Result<Vec<u8>, Error> {
        let Some(readme) = tree.entry(README).filter(|readme| readme.size <= README_BYTES) else {
            return Ok(Vec::new());
        };
        let blobs = self.known_blobs(&[readme.sha256]).await?;
        let Some(blob) = blobs.get(&readme.sha256) else {
            return Err(Error::BlobNotFound { digest: readme.sha256 });
        };
        Ok(self.store().read(&blob.layout, README_BYTES).await?)
    }

    /// What reading can show about a ranking system; the address that its card will have.
    async fn check_ranking(
        &self,
        place: &Place,
        tree: &Tree,
        faults: &mut Vec<Fault>,
    ) -> Result<Option<Slug>, Error> {
        let at_root = tree.entries.iter().filter(|entry| !entry.path.as_str().contains('/'));
        let files = at_root.map(|entry| (entry.path.to_string(), entry.sha256));
        let files = self.stored_files(files).await?;
        let check = move || {
            let card = cards::check(&files)?.card;
            Ok::<_, Vec<Fault>>((card, cards::hard_words(&files)?.refused))
        };
        let card = match on_thread(check).await? {
            Ok((card, hard)) => {
                faults.extend(hard);
                card
            }
            Err(found) => {
                faults.extend(found);
                return Ok(None);
            }
        };
        faults.extend(self.missing_switches(&card).await?);
        let Some(address) = card.slug.or_else(|| Slug::near(place.name.name())) else {
            let wrong = format!("The name `{}` gives no address for a card.", place.name.name());
            faults
                .push(slug_fault(wrong, "Write a `slug` of 2 to 64 lower-case letters, digits and hyphens."));
            return Ok(None);
        };
        let owner = slug::Entity::find_by_id(address.to_string()).one(self.db()).await?;
        if owner.is_some_and(|owner| owner.repository != place.id) {
            faults.push(taken(&address, &place.name));
        }
        Ok(Some(address))
    }

    /// The base release, with its digest when it is published here.
    async fn base(&self, facts: &Facts) -> Result<Option<domain::Base>, Error> {
        let Some(base) = &facts.base else { return Ok(None) };
        let mut digest = None;
        if let Some((name, version)) = base.release.split_once('@')
            && let (Ok(name), Ok(version)) = (name.parse(), version.parse())
        {
            digest = match self.find_release(&Actor::Anonymous, &name, &version).await {
                Err(Error::Removed { .. }) => None,
                found => found?.map(|base| base.digest),
            };
        }
        Ok(Some(domain::Base { release: base.release.clone(), digest, relation: base.relation }))
    }
}

fn document(
    place: &Place,
    draft: &Draft,
    (tree, published_at): (Tree, Timestamp),
    (kind, license, base, facts): (Kind, domain::License, Option<domain::Base>, Facts),
) -> ReleaseDocument {
    let file = |Entry { path, size, sha256, .. }: Entry| ReleaseFile { path, size, sha256 };
    ReleaseDocument {
        schema: ReleaseSchema,
        repository: ReleaseRepository { id: place.id, name: place.name.clone() },
        version: draft.version.clone(),
        kind,
        commit: tree.commit.id,
        published_at,
        visibility: place.visibility,
        license,
        languages: facts.languages,
        base,
        pipeline_tag: facts.pipeline_tag,
        library_name: facts.library_name,
        tags: facts.tags,
        datasets: facts.datasets,
        family: facts.family,
        variant: facts.variant,
        training_data: facts.training_data,
        energy: facts.energy,
        out_of_scope: facts.out_of_scope,
        pre_release_tests: facts.pre_release_tests,
        description: facts.description,
        announcement: facts.announcement,
        paper: facts.paper,
        starting_code: facts.starting_code,
        intended_use: facts.intended_use,
        limits: facts.limits,
        risks: facts.risks,
        benefits: facts.benefits,
        generates_media: facts.generates_media,
        disclosure: facts.disclosure,
        files: tree.entries.into_iter().map(file).collect(),
    }
}

/// The facts with what the front matter of `README.md` adds, checked.
fn complete(given: &Facts, readme: &[u8], faults: &mut Vec<Fault>) -> Facts {
    let matter = front_matter::read(&String::from_utf8_lossy(readme)).unwrap_or_else(|fault| {
        faults.push(fault);
        FrontMatter::default()
    });
    facts::complete(given, &matter, faults)
}

/// Everything that is wrong with a `README.md` for a release that states nothing else: its licence, languages, base
/// and description.
#[must_use]
pub fn readme_faults(readme: &[u8]) -> Vec<Fault> {
    let read = u64::try_from(readme.len()).is_ok_and(|size| size <= README_BYTES);
    let mut faults = Vec::new();
    complete(&Facts::default(), if read { readme } else { &[] }, &mut faults);
    faults
}

fn refuse_private(place: &Place) -> Result<(), Error> {
    if place.visibility == Visibility::Private {
        return Err(Error::NotPublic { name: place.name.clone() });
    }
    Ok(())
}

/// Looks again, and keeps the repository as it is until the release stands.
async fn refuse_if_made_private(change: &Change, place: &Place) -> Result<(), Error> {
    let row = repository::Entity::find_by_id(place.id).lock_exclusive().one(&**change).await?;
    match row {
        Some(row) if row.visibility != Visibility::Private.as_str() && row.name == place.name.to_string() => {
            Ok(())
        }
        Some(_) => Err(Error::NotPublic { name: place.name.clone() }),
        None => Err(Error::RepositoryNotFound { name: place.name.clone() }),
    }
}

fn exists(place: &Place, version: &domain::Version) -> Error {
    Error::ReleaseExists { repository: place.name.clone(), version: version.clone() }
}

/// Kind of search rows about releases; their language is not known.
pub(crate) const SEARCH_RELEASE: &str = "release";

fn slug_fault(wrong: String, right: &str) -> Fault {
    Fault::new("slug", wrong, right).in_file(cards::CARD_FILE)
}

/// The address belongs to the repository that published it first.
fn taken(address: &Slug, name: &RepositoryName) -> Fault {
    let wrong = format!("The address `{address}` belongs to the card of another repository.");
    let free = Slug::near(&format!("{}-{}", name.namespace(), name.name()));
    let right = free.map_or_else(|| "Choose another.".to_owned(), |free| format!("Write `slug: {free}`."));
    slug_fault(wrong, &right)
}
