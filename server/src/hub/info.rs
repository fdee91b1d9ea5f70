//! What is known of a repository at a revision.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use domain::{Gate, RepositoryName, Timestamp, Visibility};
use registry::{Actor, Entry, MAIN, Registry, Repository, Tree};
use serde_json::{Map, Value, json};

use super::refused;
use super::repository_type::At;
use super::tree::{POINTER_BYTES, yes};
use crate::address;
use crate::auth::Reader;
use crate::problem::Problem;

/// `GET /api/{type}s/{ns}/{name}`
pub(super) async fn newest(
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    answer(&request, &reader.0, &registry, None).await
}

/// `GET /api/{type}s/{ns}/{name}/revision/{rev}`
pub(super) async fn at_revision(
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
) -> Result<HttpResponse, Problem> {
    let at = At::of(&request)?;
    answer(&request, &reader.0, &registry, Some(at.first()?)).await
}

async fn answer(
    request: &HttpRequest,
    actor: &Actor,
    registry: &Registry,
    revision: Option<&str>,
) -> Result<HttpResponse, Problem> {
    let at = At::of(request)?;
    let found = registry.repository(actor, &at.name).await.map_err(|error| refused(error, actor))?;
    if let Some(redirect) = address::respelled(request, &at.name, &found.name) {
        return Ok(redirect);
    }
    let mut info = summary(&found.name, (found.visibility, found.gate), found.created_at);
    if revision.is_some() || found.head().is_some() {
        let tree = registry.tree(actor, &found.name, revision.unwrap_or(MAIN)).await;
        let tree = tree.map_err(|error| refused(error, actor))?;
        let readme = registry.readme(&tree).await?;
        describe(&mut info, &tree, &readme, yes(request, "blobs"));
    }
    add_releases(&mut info, &found);
    Ok(HttpResponse::Ok().json(wanted(info, request)))
}

/// What is said of a repository wherever it is listed.
pub(super) fn summary(
    name: &RepositoryName,
    (visibility, gate): (Visibility, Option<Gate>),
    made: Timestamp,
) -> Map<String, Value> {
    let said = json!({
        "_id": name.to_string(),
        "id": name.to_string(),
        "modelId": name.to_string(),
        "author": name.namespace().as_str(),
        "private": visibility == Visibility::Private,
        "gated": gated(gate),
        "disabled": false,
        "createdAt": moment(made),
    });
    match said {
        Value::Object(said) => said,
        _never => Map::new(),
    }
}

/// The gate as clients read it: a word, or `false`.
pub(super) fn gated(gate: Option<Gate>) -> Value {
    gate.map_or(json!(false), |gate| json!(gate.as_str()))
}

/// A moment as clients read it: in UTC, with milliseconds and a `Z`.
pub(super) fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// Adds what a commit holds, and what its `README.md` says.
fn describe(info: &mut Map<String, Value>, tree: &Tree, readme: &[u8], blobs: bool) {
    info.insert("sha".to_owned(), json!(tree.commit.id.to_string()));
    info.insert("lastModified".to_owned(), json!(moment(tree.commit.created_at)));
    let siblings = tree.entries.iter().map(|entry| sibling(entry, blobs)).collect();
    info.insert("siblings".to_owned(), Value::Array(siblings));
    info.insert("usedStorage".to_owned(), json!(tree.entries.iter().map(|entry| entry.size).sum::<u64>()));
    add_card(info, readme);
}

/// Adds what the head of a `README.md` says. A head that cannot be read says nothing.
pub(super) fn add_card(info: &mut Map<String, Value>, readme: &[u8]) {
    let card = registry::card_data(&String::from_utf8_lossy(readme)).ok().flatten().unwrap_or_default();
    info.insert("tags".to_owned(), json!(tags(&card)));
    for field in ["pipeline_tag", "library_name"] {
        if let Some(word) = card.get(field).filter(|word| word.is_string()) {
            info.insert(field.to_owned(), word.clone());
        }
    }
    if !card.is_empty() {
        info.insert("cardData".to_owned(), Value::Object(card));
    }
}

/// The words that a repository is found by.
fn tags(card: &Map<String, Value>) -> Vec<String> {
    let mut tags = Vec::new();
    for (field, before) in [
        ("tags", ""),
        ("language", ""),
        ("license", "license:"),
        ("library_name", ""),
        ("pipeline_tag", ""),
        ("datasets", "dataset:"),
        ("base_model", "base_model:"),
    ] {
        let words: Vec<&Value> = match card.get(field) {
            Some(Value::Array(words)) => words.iter().collect(),
            Some(word) => vec![word],
            None => Vec::new(),
        };
        tags.extend(words.into_iter().filter_map(Value::as_str).map(|word| format!("{before}{word}")));
    }
    let mut seen = std::collections::BTreeSet::new();
    tags.retain(|tag| seen.insert(tag.clone()));
    tags
}

fn sibling(entry: &Entry, blobs: bool) -> Value {
    let mut said = json!({"rfilename": entry.path.as_str()});
    if blobs && let Some(said) = said.as_object_mut() {
        said.insert("size".to_owned(), json!(entry.size));
        said.insert("blobId".to_owned(), json!(entry.oid.to_string()));
        if entry.large {
            let pointer = POINTER_BYTES + entry.size.to_string().len();
            let lfs = json!({"sha256": entry.sha256.hex(), "size": entry.size, "pointerSize": pointer});
            said.insert("lfs".to_owned(), lfs);
        }
    }
    said
}

/// Adds what only this site knows: the releases.
fn add_releases(info: &mut Map<String, Value>, repository: &Repository) {
    let releases: Vec<String> = repository.releases.iter().map(|version| format!("v{version}")).collect();
    info.insert("releases".to_owned(), json!(releases));
}

/// Only what was asked for, where something in particular was; the name always.
fn wanted(info: Map<String, Value>, request: &HttpRequest) -> Map<String, Value> {
    let wanted = expanded(request);
    if wanted.is_empty() {
        return info;
    }
    let always = ["_id", "id", "modelId"];
    info.into_iter().filter(|(name, _)| always.contains(&name.as_str()) || wanted.contains(name)).collect()
}

/// The properties of `expand=a&expand=b`, also written `expand[]=a`.
fn expanded(request: &HttpRequest) -> Vec<String> {
    super::tree::parameters(request)
        .filter(|(name, _)| matches!(name.as_str(), "expand" | "expand[]"))
        .map(|(_, value)| value)
        .filter(|value| !matches!(value.to_ascii_lowercase().as_str(), "true" | "false"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_readme_becomes_tags() {
        let mut info = Map::new();
        let readme = "---\nlicense: mit\nlanguage: [hi, ta]\ntags:\n- ranking\ndatasets: [a/b]\n\
                      pipeline_tag: text-ranking\nmodel-index: [{name: x}]\n---\n# Hi";
        add_card(&mut info, readme.as_bytes());

        assert_eq!(
            info["tags"],
            json!(["ranking", "hi", "ta", "license:mit", "text-ranking", "dataset:a/b"])
        );
        assert_eq!(info["pipeline_tag"], "text-ranking");
        assert_eq!(info["cardData"]["model-index"][0]["name"], "x");
    }

    #[test]
    fn a_head_that_cannot_be_read_says_nothing() {
        let mut info = Map::new();
        add_card(&mut info, b"---\na: [\n---\n");

        assert_eq!(info["tags"], json!([]));
        assert!(!info.contains_key("cardData"));
    }
}
