//! The Hugging Face Hub protocol: a second face of the same use cases, for the clients that people have already.
//!
//! Nothing here is a truth of its own: a file committed here is in the commit that the pages and the API show.
//! Source: the clients `huggingface_hub` 0.36 to 2.4 and `hf-hub` 1.0, as seen on the wire.

mod access;
mod branches;
mod commit;
mod info;
mod lfs;
mod list;
mod people;
mod preupload;
mod repositories;
mod repository_type;
mod tags;
mod tree;
mod words;
mod xet;
mod yaml;

use actix_web::web::{ServiceConfig, delete, get, post, put};

pub(crate) use words::{is_hub, refused, spoken};

/// Adds the addresses of the protocol.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .route("/api/whoami-v2", get().to(people::whoami))
        .route("/api/repos/create", post().to(repositories::create))
        .route("/api/repos/delete", delete().to(repositories::delete))
        .route("/api/repos/move", post().to(repositories::rename))
        .route("/api/validate-yaml", post().to(yaml::validate))
        .route("/api/lfs/{grant}", put().to(lfs::upload))
        .route("/api/lfs/{grant}", post().to(lfs::complete))
        .route("/api/xet/v1/xorbs/{prefix}/{hash}", post().to(xet::xorb))
        .route("/api/xet/v1/shards", post().to(xet::shard));
    for folder in ["", "/datasets"] {
        let of = |rest: &str| format!("{folder}/{{ns}}/{{name}}.git/info/lfs/{rest}");
        config
            .route(&of("objects/batch"), post().to(lfs::batch))
            .route(&of("verify"), post().to(lfs::verify))
            .route(&format!("{folder}/{{ns}}/{{name}}/ask-access"), post().to(access::ask));
    }
    for plural in ["models", "datasets"] {
        let at = |rest: &str| format!("/api/{plural}{rest}");
        let of = |rest: &str| format!("/api/{plural}/{{ns}}/{{name}}{rest}");
        config
            .route(&at(""), get().to(list::list))
            .route(&of(""), get().to(info::newest))
            .route(&of("/revision/{rev}"), get().to(info::at_revision))
            .route(&of("/tree/{rev}"), get().to(tree::list))
            .route(&of("/tree/{rev}/{path:.*}"), get().to(tree::list))
            .route(&of("/paths-info/{rev}"), post().to(tree::paths_info))
            .route(&of("/refs"), get().to(branches::refs))
            .route(&of("/commits/{rev}"), get().to(branches::history))
            .route(&of("/branch/{branch}"), post().to(branches::create))
            .route(&of("/branch/{branch}"), delete().to(branches::delete))
            .route(&of("/tag/{rev}"), post().to(tags::create))
            .route(&of("/tag/{rev}"), delete().to(tags::delete))
            .route(&of("/settings"), put().to(repositories::settings))
            .route(&of("/user-access-request/{status}"), get().to(access::list))
            .route(&of("/user-access-request/{what:handle|grant}"), post().to(access::decide))
            .route(&of("/auth-check"), get().to(people::may_read))
            .route(&of("/auth-check/write"), get().to(people::may_write))
            .route(&of("/preupload/{rev}"), post().to(preupload::preupload))
            .route(&of("/xet-write-token/{rev}"), get().to(xet::write_token))
            .route(&of("/commit/{rev}"), post().to(commit::commit));
    }
}
