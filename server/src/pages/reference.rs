//! The API reference, made from the OpenAPI document.

use std::sync::LazyLock;

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::{Map, Value};

use super::frame::Frame;
use crate::api;
use crate::problem::Problem;

static REFERENCE: LazyLock<Reference> = LazyLock::new(|| {
    let document = serde_json::to_value(api::openapi()).unwrap_or_default();
    Reference::of(&document)
});

/// How a program says who it is.
const TOKEN_HEADER: &str = "Authorization: Bearer hf_…";

/// The document in the order of its page.
struct Reference {
    tags: Vec<Tag>,
    shapes: Vec<Shape>,
}

#[derive(Template)]
#[template(path = "docs/api.html")]
pub(super) struct ReferencePage {
    frame: Frame,
    header: &'static str,
    tags: &'static [Tag],
    shapes: &'static [Shape],
}

/// Operations about one noun.
struct Tag {
    name: String,
    description: String,
    operations: Vec<Operation>,
}

/// One method at one address.
struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    description: Vec<String>,
    parameters: Vec<Field>,
    bodies: Vec<Body>,
    answers: Vec<Answer>,
}

/// A parameter, or a field of a shape.
struct Field {
    name: String,
    kind: String,
    required: bool,
    description: String,
}

/// What may be sent.
struct Body {
    media: String,
    shape: Option<String>,
}

/// What may come back.
struct Answer {
    status: String,
    shape: Option<String>,
    description: String,
}

/// A shape of data.
struct Shape {
    name: String,
    description: String,
    fields: Vec<Field>,
}

pub(super) async fn show(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let frame = Frame::of(&request);
    let page = ReferencePage::new(frame.clone());
    super::answer(&request, &frame, &page)
}

impl ReferencePage {
    pub(super) fn new(frame: Frame) -> Self {
        let Reference { tags, shapes } = &*REFERENCE;
        Self { frame, header: TOKEN_HEADER, tags, shapes }
    }
}

impl Reference {
    fn of(document: &Value) -> Self {
        let mut tags: Vec<Tag> = array(document, "tags")
            .iter()
            .map(|tag| Tag {
                name: text(tag, "name"),
                description: text(tag, "description"),
                operations: Vec::new(),
            })
            .collect();
        for (path, methods) in object(document, "paths") {
            for (method, operation) in methods.as_object().into_iter().flatten() {
                let name = array(operation, "tags").first().and_then(Value::as_str).unwrap_or_default();
                if let Some(tag) = tags.iter_mut().find(|tag| tag.name == name) {
                    tag.operations.push(Operation::of(path, method, operation));
                }
            }
        }
        tags.retain(|tag| !tag.operations.is_empty());
        let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
        let shapes = schemas.into_iter().flatten().map(|(name, schema)| Shape::of(name, schema)).collect();
        Self { tags, shapes }
    }
}

impl Operation {
    fn of(path: &str, method: &str, operation: &Value) -> Self {
        let content = operation.pointer("/requestBody/content").and_then(Value::as_object);
        let body =
            |(media, content): (&String, &Value)| Body { media: media.clone(), shape: shape_of(content) };
        let answer = |(status, answer): (&String, &Value)| Answer {
            status: status.clone(),
            shape: object(answer, "content").values().find_map(shape_of),
            description: spoken(&text(answer, "description")),
        };
        Self {
            id: text(operation, "operationId"),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: spoken(&text(operation, "summary")),
            description: text(operation, "description")
                .split("\n\n")
                .map(spoken)
                .filter(|p| !p.is_empty())
                .collect(),
            parameters: array(operation, "parameters").iter().map(Field::of_parameter).collect(),
            bodies: content.into_iter().flatten().map(body).collect(),
            answers: object(operation, "responses").iter().map(answer).collect(),
        }
    }
}

impl Field {
    fn of_parameter(parameter: &Value) -> Self {
        let place = text(parameter, "in");
        let kind = parameter.get("schema").map(kind_of).unwrap_or_default();
        Self {
            name: text(parameter, "name"),
            kind: format!("{place}, {kind}"),
            required: parameter.get("required").and_then(Value::as_bool).unwrap_or_default(),
            description: spoken(&text(parameter, "description")),
        }
    }
}

impl Shape {
    fn of(name: &str, schema: &Value) -> Self {
        let required = array(schema, "required");
        let field = |(name, field): (&String, &Value)| Field {
            name: name.clone(),
            kind: kind_of(field),
            required: required.iter().any(|required| required.as_str() == Some(name)),
            description: spoken(&text(field, "description")),
        };
        Self {
            name: name.to_owned(),
            description: spoken(&text(schema, "description")),
            fields: object(schema, "properties").iter().map(field).collect(),
        }
    }
}

/// What a value is, in the words of JSON Schema.
fn kind_of(schema: &Value) -> String {
    if let Some(name) = name_of(schema) {
        return name;
    }
    let of_any = ["oneOf", "anyOf", "allOf"].into_iter().find_map(|key| schema.get(key)?.as_array());
    if let Some(kinds) = of_any {
        return kinds.iter().map(kind_of).collect::<Vec<_>>().join(" | ");
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ");
    }
    let one = |kind: &str| match schema.get("items") {
        Some(items) if kind == "array" => format!("array of {}", kind_of(items)),
        _ => kind.to_owned(),
    };
    match schema.get("type") {
        Some(Value::String(kind)) => one(kind),
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).map(one).collect::<Vec<_>>().join(" | ")
        }
        _ => String::new(),
    }
}

/// The shape that some content has.
fn shape_of(content: &Value) -> Option<String> {
    let schema = content.get("schema")?;
    name_of(schema).or_else(|| name_of(schema.get("items")?))
}

fn name_of(schema: &Value) -> Option<String> {
    schema.get("$ref")?.as_str()?.rsplit('/').next().map(str::to_owned)
}

/// A text of the document as it is read aloud: one paragraph, without the marks of code.
fn spoken(text: &str) -> String {
    text.replace('`', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn array<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn object<'a>(value: &'a Value, key: &str) -> &'a Map<String, Value> {
    static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
    value.get(key).and_then(Value::as_object).unwrap_or(&NONE)
}

/// The reference of the API as it is.
#[cfg(test)]
pub(super) fn samples(frame: &Frame) -> Vec<super::tests::Rendered> {
    vec![super::tests::rendered("reference", frame, &ReferencePage::new(frame.clone()))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_and_every_shape_of_the_document_is_on_the_page() {
        let document = serde_json::to_value(api::openapi()).unwrap();
        let operations: usize =
            object(&document, "paths").values().map(|methods| methods.as_object().unwrap().len()).sum();

        let shown: usize = REFERENCE.tags.iter().map(|tag| tag.operations.len()).sum();

        assert!(shown > 10);
        assert_eq!(shown, operations);
        assert_eq!(REFERENCE.shapes.len(), document["components"]["schemas"].as_object().unwrap().len());
        let all = REFERENCE.tags.iter().flat_map(|tag| &tag.operations);
        for operation in all {
            assert!(!operation.summary.is_empty() && !operation.answers.is_empty(), "{}", operation.id);
        }
    }

    #[test]
    fn kinds_are_named_as_in_json_schema() {
        for (schema, kind) in [
            (serde_json::json!({"type": "string"}), "string"),
            (serde_json::json!({"type": ["string", "null"]}), "string | null"),
            (
                serde_json::json!({"type": "array", "items": {"$ref": "#/components/schemas/File"}}),
                "array of File",
            ),
            (serde_json::json!({"oneOf": [{"type": "null"}, {"$ref": "#/x/Base"}]}), "null | Base"),
            (serde_json::json!({"enum": ["a", "b"]}), "\"a\" | \"b\""),
            (serde_json::json!({}), ""),
        ] {
            assert_eq!(kind_of(&schema), kind);
        }
    }
}
