//! The tables as sea-orm sees them. Columns hold what `migrations` says.
#![expect(unreachable_pub, reason = "sea-orm's derives write `pub`")]

pub(crate) mod access;
pub(crate) mod blob;
pub(crate) mod branch;
pub(crate) mod card;
pub(crate) mod card_facet;
pub(crate) mod card_word;
pub(crate) mod commit;
pub(crate) mod document;
pub(crate) mod examination;
pub(crate) mod holder;
pub(crate) mod job;
pub(crate) mod layout;
pub(crate) mod log_checkpoint;
pub(crate) mod log_cosignature;
pub(crate) mod log_head;
pub(crate) mod log_leaf;
pub(crate) mod log_pending;
pub(crate) mod log_tile;
pub(crate) mod member;
pub(crate) mod namespace;
pub(crate) mod namespace_key;
pub(crate) mod redirect;
pub(crate) mod release;
pub(crate) mod release_file;
pub(crate) mod removal;
pub(crate) mod removed_digest;
pub(crate) mod removed_name;
pub(crate) mod repository;
pub(crate) mod repository_blob;
pub(crate) mod search;
pub(crate) mod secret;
pub(crate) mod slug;
pub(crate) mod tag;
pub(crate) mod token;
pub(crate) mod tree;
pub(crate) mod xorb;
pub(crate) mod xorb_sender;

use sea_orm::{EntityTrait, RelationDef};

/// That the rows of two tables belong together where these columns are equal.
pub(crate) fn link<L: EntityTrait, R: EntityTrait>(from: L::Column, table: R, to: R::Column) -> RelationDef {
    L::belongs_to(table).from(from).to(to).into()
}
