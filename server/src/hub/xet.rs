//! Large files by Xet: taken in chunks, kept as ordinary bytes, given out as such.
//!
//! Downloads by Xet are never offered: without them every client falls back to plain HTTP.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use registry::{Actor, Error, Granted, Registry};
use serde_json::json;
use xet::{Hash, SHARD_BYTES, Shard, XORB_BYTES};

use super::refused;
use super::repository_type::At;
use crate::api::{announced_length, finished, idle, steady};
use crate::auth::Reader;
use crate::problem::{Kind, Problem};
use crate::site::Site;

/// `GET /api/{type}s/{ns}/{name}/xet-write-token/{rev}`
pub(super) async fn write_token(
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
    site: Data<Site>,
) -> Result<HttpResponse, Problem> {
    let (Reader(actor), at) = (reader, At::of(&request)?);
    registry.may_commit(&actor, &at.name).await.map_err(|error| refused(error, &actor))?;
    let known = registry.tree(&actor, &at.name, at.first()?).await;
    known.map_err(|error| refused(error, &actor))?;
    let grant = registry.grant(&actor, Granted::Chunks).await?;
    let address = format!("{}/api/xet", site.public_url);
    Ok(HttpResponse::Ok()
        .insert_header(("X-Xet-Cas-Url", address.as_str()))
        .insert_header(("X-Xet-Access-Token", grant.text.as_str()))
        .insert_header(("X-Xet-Token-Expiration", grant.expires.to_string()))
        .json(json!({"casUrl": address, "accessToken": grant.text, "exp": grant.expires})))
}

/// Who sends chunks: told by the grant, which stands where other addresses have a token.
async fn sender(request: &HttpRequest, registry: &Registry) -> Result<Actor, Problem> {
    let header = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    let grant = header.and_then(|header| header.strip_prefix("Bearer ")).ok_or(Error::Unauthenticated)?;
    match registry.granted(grant.trim()).await? {
        (actor, Granted::Chunks) => Ok(actor),
        _other => Err(Error::TokenRefused.into()),
    }
}

async fn whole(body: Payload, most: usize) -> Result<Bytes, Problem> {
    let bytes = body.to_bytes_limited(most).await;
    let bytes = bytes.map_err(|_too_long| Problem::new(Kind::TooLarge, format!("more than {most} bytes")))?;
    bytes.map_err(|error| Problem::new(Kind::UploadCut, error.to_string()))
}

/// `POST /api/xet/v1/xorbs/{prefix}/{hash}`
pub(super) async fn xorb(
    request: HttpRequest,
    body: Payload,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let actor = sender(&request, &registry).await?;
    let name: Hash = request
        .match_info()
        .query("hash")
        .parse()
        .map_err(|error: xet::hash::NoHash| Problem::new(Kind::BadRequest, error.to_string()))?;
    if announced_length(&request).is_some_and(|length| length > XORB_BYTES as u64) {
        return Err(Problem::new(Kind::TooLarge, format!("more than {XORB_BYTES} bytes")));
    }
    let bytes = steady(body, idle(&request));
    let registry = registry.clone();
    let fresh = finished(async move { registry.receive_xorb(&actor, name, bytes).await }).await?;
    Ok(HttpResponse::Ok().json(json!({"was_inserted": fresh})))
}

/// `POST /api/xet/v1/shards`
pub(super) async fn shard(
    request: HttpRequest,
    body: Payload,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let actor = sender(&request, &registry).await?;
    let shard = Shard::read(&whole(body, SHARD_BYTES).await?).map_err(Error::from)?;
    registry.assemble(&actor, &shard).await?;
    Ok(HttpResponse::Ok().json(json!({"result": 1})))
}
