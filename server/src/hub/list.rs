//! Finding repositories.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use registry::{Actor, MAIN, Registry, RepositoryOrder, RepositoryQuery, RepositorySummary};
use serde_json::{Map, Value, json};

use super::info::{add_card, moment, summary};
use super::tree::{next_page, parameter, parameters, yes};
use crate::address;
use crate::auth::Reader;
use crate::problem::Problem;
use crate::site::Site;

/// Most repositories of one page.
const MOST: usize = 100;
/// Most repositories that are looked through for one page.
const MOST_SEEN: usize = 1_000;

/// `GET /api/{type}s`
pub(super) async fn list(
    request: HttpRequest,
    reader: Reader,
    registry: Data<Registry>,
    site: Data<Site>,
) -> Result<HttpResponse, Problem> {
    let limit =
        parameter(&request, "limit").and_then(|limit| limit.parse().ok()).unwrap_or(MOST).clamp(1, MOST);
    let filters = filters(&request);
    let mut query = query(&request)?;
    query.limit = if filters.is_empty() { limit } else { MOST };
    let (mut said, mut seen) = (Vec::new(), 0);
    // Filters look into the heads of READMEs; a page that few fit is gathered from several.
    let next = loop {
        let page = registry.list_repositories(&reader.0, &query).await?;
        seen += page.items.len();
        let mut rest = page.items.iter();
        let full = loop {
            let Some(item) = rest.next() else { break false };
            let info = described(&registry, &reader.0, item, &request).await?;
            if fits(&info, &filters) {
                said.push(Value::Object(shown(info, &request)));
            }
            if said.len() == limit {
                break true;
            }
        };
        query.cursor.clone_from(&page.next);
        if full || page.next.is_none() || seen >= MOST_SEEN {
            // In the middle of a page the next one begins behind the last item that was looked at.
            let left = full && rest.len() > 0;
            break if left {
                page.items.iter().rev().nth(rest.len()).map(|item| place(item, query.order))
            } else {
                page.next
            };
        }
    };
    let mut answer = HttpResponse::Ok();
    if let Some(next) = next {
        answer.insert_header((header::LINK, next_page(&request, &site, &next)));
    }
    Ok(answer.json(said))
}

fn place(item: &RepositorySummary, order: RepositoryOrder) -> String {
    item.cursor(order)
}

fn query(request: &HttpRequest) -> Result<RepositoryQuery, Problem> {
    let made =
        parameter(request, "sort").is_some_and(|sort| matches!(sort.as_str(), "createdAt" | "created_at"));
    let author = parameter(request, "author").filter(|author| !author.is_empty());
    Ok(RepositoryQuery {
        search: parameter(request, "search"),
        namespace: author.as_deref().map(address::word).transpose()?,
        datasets: request.path() == "/api/datasets",
        order: if made { RepositoryOrder::Made } else { RepositoryOrder::Changed },
        limit: 0,
        cursor: parameter(request, "cursor"),
    })
}

/// The tags that a repository must all have.
fn filters(request: &HttpRequest) -> Vec<String> {
    let named = |name: &str| matches!(name, "filter" | "tags" | "pipeline_tag" | "library" | "language");
    parameters(request)
        .filter(|(name, _)| named(name))
        .flat_map(|(_, value)| value.split(',').map(str::to_owned).collect::<Vec<_>>())
        .filter(|tag| !tag.is_empty())
        .collect()
}

fn fits(info: &Map<String, Value>, filters: &[String]) -> bool {
    let tags = info.get("tags").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    filters.iter().all(|wanted| tags.iter().any(|tag| tag.as_str() == Some(wanted)))
}

async fn described(
    registry: &Registry,
    actor: &Actor,
    item: &RepositorySummary,
    request: &HttpRequest,
) -> Result<Map<String, Value>, Problem> {
    let mut info = summary(&item.name, (item.visibility, item.gate), item.created_at);
    info.insert("lastModified".to_owned(), json!(moment(item.changed_at)));
    let Some(head) = item.head else {
        add_card(&mut info, b"");
        return Ok(info);
    };
    info.insert("sha".to_owned(), json!(head.to_string()));
    let tree = registry.tree(actor, &item.name, MAIN).await?;
    let readme = registry.readme(&tree).await?;
    add_card(&mut info, &readme);
    if yes(request, "full") {
        let files = tree.entries.iter().map(|entry| json!({"rfilename": entry.path.as_str()})).collect();
        info.insert("siblings".to_owned(), Value::Array(files));
    }
    Ok(info)
}

/// What a list shows: the head of the README only where it was asked for.
fn shown(mut info: Map<String, Value>, request: &HttpRequest) -> Map<String, Value> {
    let expanded = parameters(request).any(|(name, value)| name.starts_with("expand") && value == "cardData");
    if !yes(request, "full") && !yes(request, "cardData") && !expanded {
        info.remove("cardData");
    }
    info
}
