//! Files that come in chunks: xorbs are kept, shards say which files they make, and the files become ordinary blobs.
//!
//! A xorb's bytes are a blob that its sender holds, so that they go by themselves a week later. What stays is the list
//! of its chunks with a place for each in some file that was made of them: clients remember what they sent before and
//! do not send it again.

mod check;
mod chunks;
mod pieces;

use std::collections::BTreeMap;
use std::io;

use bytes::Bytes;
use domain::{Digest, Uuid};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use xet::{FileRecord, Hash, Shard, hash};

use self::chunks::{Chunk, Place};
use crate::authorize::{Action, Resource, authorize};
use crate::database::LIST;
use crate::entity::{xorb, xorb_sender};
use crate::stored::{micros, word};
use crate::{Actor, Blob, Error, Registry};

/// A xorb that is known here.
struct Known {
    body: Digest,
    chunks: Vec<Chunk>,
    sent_by_actor: bool,
}

/// The blobs that chunks of a xorb lie in.
pub(crate) fn blobs_of(row: &xorb::Model) -> impl Iterator<Item = Digest> {
    chunks::read(&row.chunks).into_iter().filter_map(|chunk| Some(chunk.place?.blob))
}

impl Registry {
    /// Keeps a xorb, which is checked while it comes. `false` when this actor sent it before.
    ///
    /// # Errors
    /// [`Error::ChunksRefused`] when it is no xorb or has another hash; [`Error::UploadCut`] when it ends too early; who
    /// may not: [`Error::Unauthenticated`].
    pub async fn receive_xorb<S>(&self, actor: &Actor, announced: Hash, body: S) -> Result<bool, Error>
    where
        S: Stream<Item = io::Result<Bytes>>,
    {
        let person = actor.id().ok_or(Error::Unauthenticated)?;
        let mut checked = None;
        let bytes = check::while_it_comes(body, announced, &mut checked);
        let kept = self.receive_part(actor, None, bytes).await.map_err(check::refusal)?;
        let read = checked.ok_or(xet::Error::NoChunks)?;
        let chunks: Vec<Chunk> = read.chunks().iter().map(Chunk::of).collect();
        self.remember(announced, kept.sha256, &chunks, person).await
    }

    async fn remember(
        &self,
        name: Hash,
        body: Digest,
        chunks: &[Chunk],
        person: Uuid,
    ) -> Result<bool, Error> {
        let change = self.begin().await?;
        let row = xorb::ActiveModel {
            hash: Set(name.to_string()),
            body: Set(body.hex()),
            chunks: Set(chunks::write(chunks)),
            created_at: Set(micros(self.now())),
        };
        // The same chunks may be packed in another way: the newest bytes are the ones that are there.
        let known = OnConflict::column(xorb::Column::Hash).do_nothing().to_owned();
        let fresh =
            xorb::Entity::insert(row.clone()).on_conflict(known).exec_without_returning(&*change).await?;
        if fresh == 0 {
            let kept = xorb::Entity::find_by_id(name.to_string()).one(&*change).await?;
            let kept = kept.map(|row| chunks::read(&row.chunks)).unwrap_or_default();
            let merged = chunks::with_places_of(chunks, &kept);
            xorb::ActiveModel { chunks: Set(chunks::write(&merged)), ..row }.update(&*change).await?;
        }
        // Whether others have it is nobody's business.
        let sent = xorb_sender::Entity::find_by_id((name.to_string(), person)).one(&*change).await?.is_some();
        let sender = xorb_sender::ActiveModel {
            xorb: Set(name.to_string()),
            person: Set(person),
            sent_at: Set(micros(self.now())),
        };
        let mut again = OnConflict::columns([xorb_sender::Column::Xorb, xorb_sender::Column::Person]);
        again.update_column(xorb_sender::Column::SentAt);
        xorb_sender::Entity::insert(sender).on_conflict(again).exec_without_returning(&*change).await?;
        change.commit().await?;
        Ok(!sent)
    }

    /// Puts the files of a shard together and keeps each as a blob of this actor.
    ///
    /// # Errors
    /// [`Error::ChunksRefused`] when a file does not fit its chunks; [`Error::ChunksUnknown`] for chunks that this actor
    /// neither sent nor may read; [`Error::DigestMismatch`]; who may not: [`Error::Unauthenticated`].
    pub async fn assemble(&self, actor: &Actor, shard: &Shard) -> Result<(), Error> {
        authorize(actor, Action::Upload, Resource::Platform)?;
        for file in &shard.files {
            self.assemble_file(actor, file).await?;
        }
        Ok(())
    }

    async fn assemble_file(&self, actor: &Actor, file: &FileRecord) -> Result<(), Error> {
        let digest = file.sha256.ok_or(Error::ChunksRefused {
            reason: "the shard does not say the SHA-256 of its file".to_owned(),
        })?;
        let digest = Digest::from_bytes(digest.to_sha256());
        let mut known = self.xorbs(actor, file).await?;
        let chunks = chunks_of(file, &known)?;
        let length = chunks.iter().map(|(_, chunk)| u64::from(chunk.length)).sum();
        let blobs = self.sources(actor, &known).await?;
        let pieces = pieces::plan(&chunks, &known, &blobs)?;
        let bytes = stream::iter(pieces).then(|piece| piece.open(self)).try_flatten();
        let kept = self.receive(actor, digest, Some(length), Box::pin(bytes)).await?;
        self.place_chunks(file, &mut known, kept.sha256).await
    }

    /// The xorbs that a file is made of.
    async fn xorbs(&self, actor: &Actor, file: &FileRecord) -> Result<BTreeMap<Hash, Known>, Error> {
        let person = actor.id().ok_or(Error::Unauthenticated)?;
        let mut names: Vec<Hash> = file.terms.iter().map(|term| term.xorb).collect();
        names.sort_unstable();
        names.dedup();
        let mut known = BTreeMap::new();
        for some in names.chunks(LIST) {
            let texts: Vec<String> = some.iter().map(Hash::to_string).collect();
            let sent = xorb_sender::Entity::find()
                .filter(xorb_sender::Column::Xorb.is_in(texts.clone()))
                .filter(xorb_sender::Column::Person.eq(person))
                .all(self.db())
                .await?;
            let rows = xorb::Entity::find().filter(xorb::Column::Hash.is_in(texts)).all(self.db()).await?;
            for row in rows {
                let name =
                    row.hash.parse().map_err(|_no_hash| Error::inconsistent("xorbs", &row.hash, "hash"))?;
                let sent_by_actor = sent.iter().any(|sent| sent.xorb == row.hash);
                let body = word(&row.body, "xorbs", &row.hash, "body")?;
                known.insert(name, Known { body, chunks: chunks::read(&row.chunks), sent_by_actor });
            }
        }
        Ok(known)
    }

    /// The blobs that hold chunks and that this actor may read, or owns because it sent the chunks.
    async fn sources(
        &self,
        actor: &Actor,
        known: &BTreeMap<Hash, Known>,
    ) -> Result<BTreeMap<Digest, Blob>, Error> {
        let mut own: Vec<Digest> = Vec::new();
        let mut other: Vec<Digest> = Vec::new();
        for xorb in known.values() {
            let places = xorb.chunks.iter().filter_map(|chunk| chunk.place.as_ref().map(|place| place.blob));
            let blobs = places.chain([xorb.body]);
            if xorb.sent_by_actor { own.extend(blobs) } else { other.extend(blobs) }
        }
        for blobs in [&mut own, &mut other] {
            blobs.sort_unstable();
            blobs.dedup();
        }
        let mut blobs = self.readable_blobs(actor, &other).await?;
        blobs.extend(self.known_blobs(&own).await?);
        Ok(blobs)
    }

    /// Writes down where the chunks of a file lie from now on, so that its xorbs may go.
    async fn place_chunks(
        &self,
        file: &FileRecord,
        known: &mut BTreeMap<Hash, Known>,
        blob: Digest,
    ) -> Result<(), Error> {
        let mut offset = 0;
        for term in &file.terms {
            let Some(xorb) = known.get_mut(&term.xorb) else { continue };
            let range = term.first as usize..term.end as usize;
            for chunk in xorb.chunks.get_mut(range).unwrap_or_default() {
                chunk.place = Some(Place { blob, offset });
                offset += u64::from(chunk.length);
            }
        }
        let change = self.begin().await?;
        for (name, known) in known.iter() {
            let row = xorb::ActiveModel {
                hash: Set(name.to_string()),
                chunks: Set(chunks::write(&known.chunks)),
                ..Default::default()
            };
            row.update(&*change).await?;
        }
        change.commit().await
    }
}

/// The chunks of a file in order, each with its xorb; checked against the names that the shard gives.
fn chunks_of<'a>(
    file: &FileRecord,
    known: &'a BTreeMap<Hash, Known>,
) -> Result<Vec<(Hash, &'a Chunk)>, Error> {
    let mut chunks = Vec::new();
    for term in &file.terms {
        let unknown = || Error::ChunksUnknown { xorb: term.xorb.to_string() };
        let xorb = known.get(&term.xorb).ok_or_else(unknown)?;
        let run = xorb.chunks.get(term.first as usize..term.end as usize).ok_or_else(unknown)?;
        let bytes: u64 = run.iter().map(|chunk| u64::from(chunk.length)).sum();
        if bytes != u64::from(term.bytes) {
            let reason = format!("a term names {} bytes, its chunks have {bytes}", term.bytes);
            return Err(Error::ChunksRefused { reason });
        }
        let found = hash::range(run.iter().map(|chunk| chunk.hash));
        if let Some(wanted) = term.range.filter(|range| *range != found) {
            return Err(xet::Error::Hash { what: "a run of chunks", found, wanted }.into());
        }
        chunks.extend(run.iter().map(|chunk| (term.xorb, chunk)));
    }
    let nodes: Vec<(Hash, u64)> =
        chunks.iter().map(|(_, chunk)| (chunk.hash, u64::from(chunk.length))).collect();
    let (found, wanted) = (hash::file(&nodes), file.hash);
    if found != wanted {
        return Err(xet::Error::Hash { what: "the file", found, wanted }.into());
    }
    Ok(chunks)
}
