//! Writing a release down: its document, its row, its files, the words to find it by, its card to be made.

use domain::{Digest, Slug, Uuid};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait as _;
use sea_orm::sea_query::OnConflict;

use super::{Ready, SEARCH_RELEASE, exists, taken};
use crate::access::Place;
use crate::database::{Change, LIST};
use crate::entity::{card, document, release, release_file, search, slug};
use crate::stored::{micros, number};
use crate::text::folded;
use crate::{Actor, CardStatus, Error, Scan};

pub(super) async fn insert_release(
    change: &Change,
    actor: &Actor,
    place: &Place,
    ready: &Ready,
) -> Result<(), Error> {
    let Ready { id, document, digest, bytes, .. } = ready;
    insert_document(change, (digest, bytes), &document.schema.to_string(), micros(document.published_at))
        .await?;
    let row = release::ActiveModel {
        id: Set(*id),
        repository: Set(place.id),
        version: Set(document.version.to_string()),
        document: Set(digest.hex()),
        commit_id: Set(document.commit.to_string()),
        kind: Set(document.kind.as_str().to_owned()),
        license: Set(document.license.to_string()),
        description: Set(document.description.clone()),
        published_at: Set(micros(document.published_at)),
        publisher: Set(actor.id()),
        scan: Set(Scan::Pending.as_str().to_owned()),
        withdrawn_at: Set(None),
        withdrawn_reason: Set(None),
        withdrawn_by: Set(None),
        removed_at: Set(None),
        removed_basis: Set(None),
    };
    match release::Entity::insert(row).exec_without_returning(&**change).await {
        Ok(_) => {}
        Err(error) if Error::is_duplicate(&error) => return Err(exists(place, &document.version)),
        Err(error) => return Err(error.into()),
    }
    let mut words = vec![place.name.to_string()];
    words.extend(
        [&document.description, &document.pipeline_tag, &document.library_name]
            .into_iter()
            .flatten()
            .cloned(),
    );
    words.extend(document.tags.iter().chain(&document.datasets).cloned());
    insert_words(change, SEARCH_RELEASE, *id, "und", &words.join(" ")).await
}

/// Keeps the exact bytes of a document.
pub(crate) async fn insert_document(
    change: &Change,
    (digest, bytes): (&Digest, &[u8]),
    schema: &str,
    published_at: i64,
) -> Result<(), Error> {
    let row = document::ActiveModel {
        sha256: Set(digest.hex()),
        schema: Set(schema.to_owned()),
        bytes: Set(bytes.to_owned()),
        published_at: Set(published_at),
    };
    let same = OnConflict::column(document::Column::Sha256).do_nothing().to_owned();
    document::Entity::insert(row).on_conflict(same).exec_without_returning(&**change).await?;
    Ok(())
}

/// Makes something findable by words.
pub(crate) async fn insert_words(
    change: &Change,
    kind: &str,
    subject: Uuid,
    language: &str,
    words: &str,
) -> Result<(), Error> {
    let row = search::ActiveModel {
        kind: Set(kind.to_owned()),
        subject: Set(subject),
        language: Set(language.to_owned()),
        words: Set(folded(words)),
    };
    search::Entity::insert(row).exec_without_returning(&**change).await?;
    Ok(())
}

pub(super) async fn insert_files(change: &Change, ready: &Ready) -> Result<(), Error> {
    for some in ready.document.files.chunks(LIST) {
        let rows = some.iter().map(|file| release_file::ActiveModel {
            release: Set(ready.id),
            path: Set(file.path.to_string()),
            blob: Set(file.sha256.hex()),
            size: Set(number(file.size)),
        });
        release_file::Entity::insert_many(rows).exec_without_returning(&**change).await?;
    }
    Ok(())
}

/// Takes the card's address for the repository and writes the card down as pending.
pub(super) async fn insert_card(
    change: &Change,
    place: &Place,
    release: Uuid,
    address: &Slug,
) -> Result<(), Error> {
    let first = OnConflict::column(slug::Column::Slug).do_nothing().to_owned();
    let row = slug::ActiveModel { slug: Set(address.to_string()), repository: Set(place.id) };
    slug::Entity::insert(row).on_conflict(first).exec_without_returning(&**change).await?;
    let owner = slug::Entity::find_by_id(address.to_string()).one(&**change).await?;
    if owner.is_none_or(|owner| owner.repository != place.id) {
        return Err(Error::Unpublishable(vec![taken(address, &place.name)]));
    }
    let row = card::ActiveModel {
        release: Set(release),
        repository: Set(place.id),
        slug: Set(address.to_string()),
        status: Set(CardStatus::Pending.as_str().to_owned()),
        version: Set(None),
        document: Set(None),
        problem_code: Set(None),
        problem: Set(None),
        run_record: Set(None),
        language: Set(None),
        operator: Set(None),
        author: Set(None),
        finished_at: Set(None),
    };
    card::Entity::insert(row).exec_without_returning(&**change).await?;
    Ok(())
}
