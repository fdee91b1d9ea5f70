//! The application: every address there is, and what surrounds it.

use std::collections::BTreeMap;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::error::{PathError, QueryPayloadError};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, PathConfig, QueryConfig, ServiceConfig};
use actix_web::{App, Error, HttpRequest, HttpResponse};
use registry::Registry;
use utoipa::openapi::path::PathItem;
use utoipa_actix_web::AppExt;

use crate::api::{self, DocumentText};
use crate::edge::Shelf;
use crate::keys::RegistryKey;
use crate::problem::{Kind, Problem};
use crate::site::Site;
use crate::{edge, everything, files, health, hub, log, pages, preview, schemas, signed};

/// What the threads that answer requests share.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) registry: Data<Registry>,
    pub(crate) site: Data<Site>,
    pub(crate) document: Data<DocumentText>,
    pub(crate) key: Data<RegistryKey>,
    pub(crate) methods: Data<Methods>,
    pub(crate) shelf: Data<Shelf>,
}

/// The application for one thread.
pub(crate) fn app(
    shared: &Shared,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = Error,
        InitError = (),
    > + use<>,
> {
    let (app, _document) = App::new()
        .app_data(shared.registry.clone())
        .app_data(shared.site.clone())
        .app_data(shared.document.clone())
        .app_data(shared.key.clone())
        .app_data(shared.methods.clone())
        .app_data(shared.shelf.clone())
        .app_data(PathConfig::default().error_handler(|error, _| wrong_path(&error).into()))
        .app_data(QueryConfig::default().error_handler(|error, _| wrong_query(&error).into()))
        .into_utoipa_app()
        .configure(api::configure)
        .split_for_parts();
    app.configure(addresses).default_service(web::to(nothing_here)).wrap(from_fn(edge::pass))
}

/// Every address outside the API. Cards as JSON come before pages, whose addresses would take them.
pub(crate) fn addresses(config: &mut ServiceConfig) {
    config
        .route("/cards/{slug}.json", web::get().to(api::card_json))
        .route("/cards/{slug}/state.json", web::get().to(api::card_state))
        .route("/cards/{slug}/v/{n}.json", web::get().to(api::card_version_json))
        .configure(health::configure)
        .configure(schemas::configure)
        .configure(hub::configure)
        .configure(files::configure)
        .configure(everything::configure)
        .configure(preview::configure)
        .configure(signed::configure)
        .configure(log::configure)
        .configure(pages::configure);
}

fn wrong_path(error: &PathError) -> Problem {
    match error {
        PathError::Deserialize(error) => Problem::new(Kind::BadAddress, error.to_string()),
        other => Problem::new(Kind::BadAddress, other.to_string()),
    }
}

fn wrong_query(error: &QueryPayloadError) -> Problem {
    match error {
        QueryPayloadError::Deserialize(error) => Problem::new(Kind::BadAddress, error.to_string()),
        other => Problem::new(Kind::BadAddress, other.to_string()),
    }
}

/// Which methods the addresses of the API take, by the document that describes it.
#[derive(Debug)]
pub(crate) struct Methods(BTreeMap<String, Vec<Method>>);

/// What pages take.
const READING: &[Method] = &[Method::GET, Method::HEAD];

impl Methods {
    /// The methods of every address of a document.
    pub(crate) fn of(document: &utoipa::openapi::OpenApi) -> Self {
        Self(document.paths.paths.iter().map(|(path, item)| (path.clone(), methods(item))).collect())
    }

    /// The methods that an address takes, which the router knows by this pattern.
    fn at(&self, pattern: &str) -> &[Method] {
        self.0.get(pattern).map_or(READING, Vec::as_slice)
    }
}

fn methods(item: &PathItem) -> Vec<Method> {
    let known = [
        (item.get.is_some(), Method::GET),
        (item.get.is_some(), Method::HEAD),
        (item.post.is_some(), Method::POST),
        (item.put.is_some(), Method::PUT),
        (item.delete.is_some(), Method::DELETE),
        (item.patch.is_some(), Method::PATCH),
    ];
    known.into_iter().filter_map(|(there, method)| there.then_some(method)).collect()
}

/// The answer at an address that does not exist, or not for this method.
async fn nothing_here(request: HttpRequest, methods: Data<Methods>) -> Result<HttpResponse, Problem> {
    let Some(pattern) = request.match_pattern() else {
        return Err(Problem::of(Kind::AddressNotFound));
    };
    let known = methods.at(&pattern);
    let allow = known.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
    let problem = Problem::new(Kind::MethodNotAllowed, format!("this address takes {allow}"));
    match HeaderValue::from_str(&allow) {
        Ok(value) => Err(problem.with_header(header::ALLOW, value)),
        Err(_never) => Err(problem),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use actix_web::introspection::{IntrospectionNode, IntrospectionTree};
    use actix_web::test::{TestRequest, call_and_read_body_json, init_service};
    use domain::is_reserved;

    use super::*;

    /// Every address that the router knows, with its methods.
    async fn routes() -> BTreeSet<(String, String)> {
        async fn tree(tree: Data<IntrospectionTree>) -> HttpResponse {
            let mut found = BTreeSet::new();
            collect(&tree.root, &mut found);
            HttpResponse::Ok().json(found)
        }
        let (app, _document) = App::new().into_utoipa_app().configure(api::configure).split_for_parts();
        let app = init_service(app.configure(addresses).route("/.tree", web::get().to(tree))).await;

        call_and_read_body_json(&app, TestRequest::with_uri("/.tree").to_request()).await
    }

    fn collect(node: &IntrospectionNode, found: &mut BTreeSet<(String, String)>) {
        for method in &node.methods {
            found.insert((node.full_path.clone(), method.to_string()));
        }
        for child in &node.children {
            collect(child, found);
        }
    }

    #[actix_web::test]
    async fn every_address_under_api_is_documented_and_every_documented_one_exists() {
        let document = crate::openapi();
        let documented: BTreeSet<(String, String)> = document
            .paths
            .paths
            .iter()
            .flat_map(|(path, item)| {
                let said = methods(item).into_iter().filter(|method| *method != Method::HEAD);
                said.map(|method| (path.clone(), method.to_string()))
            })
            .collect();

        let routes: BTreeSet<_> = routes()
            .await
            .into_iter()
            .filter(|(path, _)| path.starts_with("/api") && !hub::is_hub(path))
            .collect();

        assert!(routes.len() > 10, "{routes:?}");
        assert_eq!(routes, documented);
    }

    /// The list is what tests outside this crate go through: every new address is looked at there too.
    #[actix_web::test]
    async fn the_list_of_addresses_is_complete() {
        let routes = routes().await.into_iter().filter(|(path, _)| !path.starts_with("/."));
        let found: Vec<String> = routes.map(|(path, method)| format!("{method} {path}")).collect();

        let written: Vec<&str> = include_str!("../routes.txt").lines().collect();
        assert!(found == written, "server/routes.txt is to be:\n{}", found.join("\n"));
    }

    #[actix_web::test]
    async fn no_namespace_can_take_an_address_of_the_site() {
        let first = |path: &str| path.split('/').nth(1).unwrap_or_default().to_owned();

        let taken: BTreeSet<String> = routes()
            .await
            .iter()
            .map(|(path, _)| first(path))
            .filter(|word| !word.is_empty() && !word.starts_with(['{', '.']))
            .collect();

        assert!(taken.contains("cards") && taken.contains("healthz"), "{taken:?}");
        for word in taken {
            assert!(is_reserved(&word), "`{word}` is an address of the site and must be reserved");
        }
    }

    #[test]
    fn the_document_says_which_methods_an_address_takes() {
        let methods = Methods::of(&crate::openapi());

        assert_eq!(methods.at("/api/v1/releases/{ns}/{name}/{version}/withdraw"), [Method::POST]);
        assert_eq!(methods.at("/api/v1/releases"), [Method::GET, Method::HEAD, Method::POST]);
        assert_eq!(methods.at("/cards"), [Method::GET, Method::HEAD]);
    }
}
