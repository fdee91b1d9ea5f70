//! Taking a release out of every table, in one transaction.

use std::collections::BTreeSet;

use domain::{Digest, Entry as Leaf, RepositoryName, Slug};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, JoinType,
    PaginatorTrait as _, QueryFilter as _, QuerySelect as _,
};

use super::plan::Plan;
use super::shown::{card_at, card_version_at, hash_of, repository_at};
use super::{history, list};
use crate::database::{Change, LIST};
use crate::entity::{
    blob, card, card_facet, card_word, document, examination, holder, job, layout, link, redirect, release,
    release_file, removal, removed_digest, removed_name, repository, repository_blob, search, slug, xorb,
    xorb_sender,
};
use crate::log::{RemovalFacts, enter, is_begun, keep_document, of_removal, of_withdrawal, removal_entry};
use crate::stored::{count, micros, moment, word};
use crate::{CardStatus, Error, Registry};

/// Why a card that was still to be made never will be.
const REMOVED: &str = "removed";

impl Registry {
    /// Takes a release out of every table and has the record book say so. One that is out already stays so.
    pub(super) async fn erase(&self, row: &release::Model, entry: &list::Entry) -> Result<(), Error> {
        let change = self.begin().await?;
        let row = release::Entity::find_by_id(row.id).lock_exclusive().one(&*change).await?;
        let Some(row) = row.filter(|row| row.removed_at.is_none()) else { return Ok(()) };
        let repository =
            repository::Entity::find_by_id(row.repository).lock_exclusive().one(&*change).await?;
        let repository = repository.ok_or_else(|| Error::inconsistent("releases", row.id, "repository"))?;
        let plan = Plan::of(&*change, &row).await?;
        write_down(&change, &row, entry).await?;
        let mut names = BTreeSet::new();
        let mut digests = plan.files.clone();
        digests.insert(row.document.clone());
        digests.extend(withdrawal_of(&row)?);
        digests.extend(erase_card(&change, &row, &mut names).await?);
        if plan.whole {
            names.extend(names_of(&change, &repository).await?);
        }
        remember(&change, &row, (&names, &digests)).await?;
        erase_documents(&change, &digests).await?;
        erase_rows(&change, &row, entry).await?;
        if plan.whole {
            let name: RepositoryName = word(&repository.name, "repositories", repository.id, "name")?;
            history::empty(&change, &repository, &name).await?;
        } else {
            history::forget(&change, repository.id, &plan.blobs).await?;
        }
        erase_blobs(&change, &plan.blobs).await?;
        change.commit().await
    }
}

/// The removal itself: its row, its document and its entry in the record book.
async fn write_down(change: &Change, row: &release::Model, entry: &list::Entry) -> Result<(), Error> {
    let files = release_file::Entity::find().filter(release_file::Column::Release.eq(row.id));
    let mut files: Vec<(String, i64)> =
        files.all(&**change).await?.into_iter().map(|file| (file.blob, file.size)).collect();
    files.sort();
    files.dedup();
    let facts = RemovalFacts {
        release: entry.release,
        reason: entry.order.reason,
        authority: entry.order.authority.as_deref(),
        files: &files,
        at: entry.at,
    };
    let (leaf, bytes) = of_removal((row.repository, &row.version), &facts)?;
    keep_document(change, (&leaf, &bytes), entry.at).await?;
    if is_begun(&**change).await? {
        enter(change, &leaf).await?;
    }
    let removal = removal::ActiveModel {
        release: Set(row.id),
        reason: Set(entry.order.reason.as_str().to_owned()),
        document: Set(leaf.doc.hex()),
        removed_at: Set(micros(entry.at)),
    };
    removal::Entity::insert(removal).exec_without_returning(&**change).await?;
    Ok(())
}

/// The document about the withdrawal of a release, if it was withdrawn: its reason is free text.
fn withdrawal_of(row: &release::Model) -> Result<Option<String>, Error> {
    let Some(at) = row.withdrawn_at else { return Ok(None) };
    let at = moment(at, "releases", row.id, "withdrawn_at")?;
    let digest: Digest = word(&row.document, "releases", row.id, "document")?;
    let reason = row.withdrawn_reason.as_deref().unwrap_or_default();
    let (entry, _bytes) = of_withdrawal((row.repository, &row.version), digest, reason, at)?;
    Ok(Some(entry.doc.hex()))
}

/// Takes the words out of the release's card, and its address. Gives the digest of its document.
async fn erase_card(
    change: &Change,
    row: &release::Model,
    names: &mut BTreeSet<String>,
) -> Result<Option<String>, Error> {
    let Some(card) = card::Entity::find_by_id(row.id).one(&**change).await? else { return Ok(None) };
    let old: Slug = word(&card.slug, "cards", row.id, "slug")?;
    if let Some(version) = card.version {
        names.insert(card_version_at(&old, count(version, "cards", row.id, "version")?));
    }
    let nameless = format!("removed-{}", row.id.simple());
    let address = slug::ActiveModel { slug: Set(nameless.clone()), repository: Set(row.repository) };
    slug::Entity::insert(address).exec_without_returning(&**change).await?;
    card_word::Entity::delete_many().filter(card_word::Column::Release.eq(row.id)).exec(&**change).await?;
    card_facet::Entity::delete_many().filter(card_facet::Column::Release.eq(row.id)).exec(&**change).await?;
    let pending = card.status == CardStatus::Pending.as_str();
    let document = card.document.clone();
    let mut card: card::ActiveModel = card.into();
    card.slug = Set(nameless);
    card.problem = Set(None);
    card.run_record = Set(None);
    card.language = Set(None);
    card.operator = Set(None);
    card.author = Set(None);
    if pending {
        card.status = Set(CardStatus::Failed.as_str().to_owned());
        card.problem_code = Set(Some(REMOVED.to_owned()));
    }
    card.update(&**change).await?;
    let others = card::Entity::find().filter(card::Column::Slug.eq(old.as_str()));
    if others.count(&**change).await? == 0 {
        slug::Entity::delete_by_id(old.to_string()).exec(&**change).await?;
        names.insert(card_at(&old));
    }
    Ok(document)
}

/// Every name that leads to a repository.
async fn names_of(change: &Change, repository: &repository::Model) -> Result<Vec<String>, Error> {
    let old = redirect::Entity::find().filter(redirect::Column::Repository.eq(repository.id));
    let old = old.all(&**change).await?.into_iter().map(|row| row.folded);
    Ok(old.chain([repository.folded.clone()]).map(|folded| repository_at(&folded)).collect())
}

/// Remembers by their hashes what was here, so that it can be told from what never was.
async fn remember(
    change: &Change,
    row: &release::Model,
    (names, digests): (&BTreeSet<String>, &BTreeSet<String>),
) -> Result<(), Error> {
    for name in names {
        let row = removed_name::ActiveModel { hash: Set(hash_of(name)), release: Set(row.id) };
        let known = OnConflict::column(removed_name::Column::Hash).do_nothing().to_owned();
        removed_name::Entity::insert(row).on_conflict(known).exec_without_returning(&**change).await?;
    }
    for digest in digests {
        let row = removed_digest::ActiveModel { sha256: Set(digest.clone()), release: Set(row.id) };
        let known = OnConflict::column(removed_digest::Column::Sha256).do_nothing().to_owned();
        removed_digest::Entity::insert(row).on_conflict(known).exec_without_returning(&**change).await?;
    }
    Ok(())
}

/// Documents keep their hash, which the record book names, and lose their bytes.
async fn erase_documents(change: &Change, digests: &BTreeSet<String>) -> Result<(), Error> {
    let digests: Vec<&String> = digests.iter().collect();
    for some in digests.chunks(LIST) {
        document::Entity::update_many()
            .col_expr(document::Column::Bytes, Expr::value(Vec::<u8>::new()))
            .filter(document::Column::Sha256.is_in(some.iter().map(|digest| digest.as_str())))
            .exec(&**change)
            .await?;
    }
    Ok(())
}

async fn erase_rows(change: &Change, row: &release::Model, entry: &list::Entry) -> Result<(), Error> {
    job::Entity::delete_many().filter(job::Column::Subject.eq(row.id)).exec(&**change).await?;
    examination::Entity::delete_by_id(row.id).exec(&**change).await?;
    search::Entity::delete_many().filter(search::Column::Subject.eq(row.id)).exec(&**change).await?;
    release_file::Entity::delete_many()
        .filter(release_file::Column::Release.eq(row.id))
        .exec(&**change)
        .await?;
    release::Entity::update_many()
        .col_expr(release::Column::Description, Expr::value(None::<String>))
        .col_expr(release::Column::WithdrawnReason, Expr::value(None::<String>))
        .col_expr(release::Column::Signatures, Expr::value(None::<String>))
        .col_expr(release::Column::RemovedAt, Expr::value(micros(entry.at)))
        .col_expr(release::Column::RemovedBasis, Expr::value(entry.order.reason.as_str()))
        .filter(release::Column::Id.eq(row.id))
        .exec(&**change)
        .await?;
    Ok(())
}

async fn erase_blobs(change: &Change, blobs: &BTreeSet<String>) -> Result<(), Error> {
    erase_chunks(change, blobs).await?;
    let blobs: Vec<&String> = blobs.iter().collect();
    for some in blobs.chunks(LIST) {
        let some = || some.iter().map(|blob| blob.as_str());
        holder::Entity::delete_many().filter(holder::Column::Blob.is_in(some())).exec(&**change).await?;
        layout::Entity::delete_many().filter(layout::Column::Blob.is_in(some())).exec(&**change).await?;
        repository_blob::Entity::delete_many()
            .filter(repository_blob::Column::Blob.is_in(some()))
            .exec(&**change)
            .await?;
        blob::Entity::delete_many().filter(blob::Column::Sha256.is_in(some())).exec(&**change).await?;
    }
    Ok(())
}

/// Forgets the chunks that lay in these blobs: nobody may put them together again from what is known here.
async fn erase_chunks(change: &Change, blobs: &BTreeSet<String>) -> Result<(), Error> {
    let mut gone = Vec::new();
    for row in xorb::Entity::find().all(&**change).await? {
        let lies_in = crate::xorb::blobs_of(&row).any(|blob| blobs.contains(&blob.hex()));
        if lies_in || blobs.contains(&row.body) {
            gone.push(row.hash);
        }
    }
    for some in gone.chunks(LIST) {
        let some = || some.iter().map(String::as_str);
        xorb_sender::Entity::delete_many()
            .filter(xorb_sender::Column::Xorb.is_in(some()))
            .exec(&**change)
            .await?;
        xorb::Entity::delete_many().filter(xorb::Column::Hash.is_in(some())).exec(&**change).await?;
    }
    Ok(())
}

/// The entries about all removals, each with its moment as it is stored.
pub(crate) async fn removals(db: &impl ConnectionTrait) -> Result<Vec<(i64, Leaf)>, Error> {
    let to_release =
        link::<removal::Entity, _>(removal::Column::Release, release::Entity, release::Column::Id);
    let rows = removal::Entity::find().join(JoinType::InnerJoin, to_release).select_also(release::Entity);
    let rows = rows.all(db).await?;
    let entry = |(row, release): (removal::Model, Option<release::Model>)| {
        let lacks = |column| Error::inconsistent("removals", row.release, column);
        let release = release.ok_or_else(|| lacks("release"))?;
        let digest = word(&release.document, "releases", release.id, "document")?;
        let document = word(&row.document, "removals", row.release, "document")?;
        let at = moment(row.removed_at, "removals", row.release, "removed_at")?;
        Ok((row.removed_at, removal_entry((release.repository, &release.version), digest, document, at)?))
    };
    rows.into_iter().map(entry).collect()
}
