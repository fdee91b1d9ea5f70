//! Grants: addresses that let a client do one thing for a while without its token, because clients send none there.
//!
//! A grant says who may do what until when, with a keyed BLAKE3 hash over it; nothing about it is stored. The key is one
//! secret of the site, made at first use and shared by all its processes through the database.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Digest, Namespace, Role, Scope, Uuid};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait as _;
use sea_orm::sea_query::OnConflict;

use crate::entity::secret;
use crate::stored::micros;
use crate::{Actor, Error, Registry};

/// Name of the secret that grants are signed with.
const SECRET: &str = "grants";
/// Bytes of the secret.
const SECRET_BYTES: usize = 32;
/// How long bytes may be sent: 24 hours.
const UPLOAD_SECONDS: i64 = 24 * 3600;
/// How long chunks may be sent: one hour; clients ask again.
const CHUNKS_SECONDS: i64 = 3600;

/// What a grant lets its holder do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Granted {
    /// Send these bytes.
    Upload {
        /// Their SHA-256.
        digest: Digest,
        /// How many they are.
        size: u64,
    },
    /// Send one part of these bytes.
    Part {
        /// SHA-256 of the whole.
        digest: Digest,
        /// How many bytes the whole has.
        size: u64,
        /// Which part, from 1.
        number: u32,
    },
    /// Send chunks of files.
    Chunks,
}

/// A grant as text, and when it ends.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Grant {
    /// What the holder shows; letters, digits, `-` and `_`.
    pub text: String,
    /// The last second of its life, counted from 1970.
    pub expires: i64,
}

impl Registry {
    /// Lets whoever shows the grant do this in the actor's name for a while.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] for those without a name.
    pub async fn grant(&self, actor: &Actor, what: Granted) -> Result<Grant, Error> {
        let Actor::User { id, name, .. } = actor else { return Err(Error::Unauthenticated) };
        let lasts = match what {
            Granted::Upload { .. } | Granted::Part { .. } => UPLOAD_SECONDS,
            Granted::Chunks => CHUNKS_SECONDS,
        };
        let expires = self.whole_second().as_second().saturating_add(lasts);
        let mut said = Vec::with_capacity(128);
        said.extend_from_slice(&expires.to_be_bytes());
        said.extend_from_slice(id.as_bytes());
        match what {
            Granted::Upload { digest, size } => {
                said.push(1);
                said.extend_from_slice(digest.as_bytes());
                said.extend_from_slice(&size.to_be_bytes());
            }
            Granted::Chunks => said.push(2),
            Granted::Part { digest, size, number } => {
                said.push(3);
                said.extend_from_slice(digest.as_bytes());
                said.extend_from_slice(&size.to_be_bytes());
                said.extend_from_slice(&number.to_be_bytes());
            }
        }
        said.extend_from_slice(name.as_str().as_bytes());
        let mut signed = blake3::keyed_hash(&self.secret().await?, &said).as_bytes().to_vec();
        signed.extend_from_slice(&said);
        Ok(Grant { text: URL_SAFE_NO_PAD.encode(signed), expires })
    }

    /// Who may do what by this grant.
    ///
    /// # Errors
    /// [`Error::TokenRefused`] for one that is not ours, that was changed, or whose time is over.
    pub async fn granted(&self, grant: &str) -> Result<(Actor, Granted), Error> {
        let signed = URL_SAFE_NO_PAD.decode(grant).map_err(|_no_grant| Error::TokenRefused)?;
        let (mark, said) = signed.split_first_chunk::<32>().ok_or(Error::TokenRefused)?;
        // Comparing two hashes takes the same time wherever they differ.
        if blake3::keyed_hash(&self.secret().await?, said) != blake3::Hash::from_bytes(*mark) {
            return Err(Error::TokenRefused);
        }
        let read = Read::of(said).ok_or(Error::TokenRefused)?;
        if read.expires < self.whole_second().as_second() {
            return Err(Error::TokenRefused);
        }
        Ok((read.actor, read.what))
    }

    /// The secret, made if there is none.
    async fn secret(&self) -> Result<[u8; SECRET_BYTES], Error> {
        if let Some(secret) = self.0.grants.get() {
            return Ok(*secret);
        }
        let mut fresh = [0; SECRET_BYTES];
        self.chance().fill(&mut fresh);
        let row = secret::ActiveModel {
            name: Set(SECRET.to_owned()),
            bytes: Set(fresh.to_vec()),
            created_at: Set(micros(self.now())),
        };
        let change = self.begin().await?;
        let known = OnConflict::column(secret::Column::Name).do_nothing().to_owned();
        secret::Entity::insert(row).on_conflict(known).exec_without_returning(&*change).await?;
        change.commit().await?;
        let row = secret::Entity::find_by_id(SECRET.to_owned()).one(self.db()).await?;
        let kept = row.and_then(|row| <[u8; SECRET_BYTES]>::try_from(row.bytes).ok());
        let kept = kept.ok_or_else(|| Error::inconsistent("secrets", SECRET, "bytes"))?;
        Ok(*self.0.grants.get_or_init(|| kept))
    }
}

/// A grant, taken apart.
struct Read {
    expires: i64,
    actor: Actor,
    what: Granted,
}

impl Read {
    fn of(said: &[u8]) -> Option<Self> {
        let (expires, said) = said.split_first_chunk::<8>()?;
        let (id, said) = said.split_first_chunk::<16>()?;
        let (what, name) = match said.split_first()? {
            (1, said) => {
                let ((digest, size), name) = whole(said)?;
                (Granted::Upload { digest, size }, name)
            }
            (2, name) => (Granted::Chunks, name),
            (3, said) => {
                let ((digest, size), said) = whole(said)?;
                let (number, name) = said.split_first_chunk::<4>()?;
                (Granted::Part { digest, size, number: u32::from_be_bytes(*number) }, name)
            }
            _ => return None,
        };
        let name: Namespace = str::from_utf8(name).ok()?.parse().ok()?;
        let actor =
            Actor::User { id: Uuid::from_bytes(*id), name, role: Role::User, scopes: vec![Scope::Write] };
        Some(Self { expires: i64::from_be_bytes(*expires), actor, what })
    }
}

/// Digest and size of a whole, and what is said after them.
fn whole(said: &[u8]) -> Option<((Digest, u64), &[u8])> {
    let (digest, said) = said.split_first_chunk::<32>()?;
    let (size, rest) = said.split_first_chunk::<8>()?;
    Some(((Digest::from_bytes(*digest), u64::from_be_bytes(*size)), rest))
}
