//! What a browser sends: the query of a first look, or the body of a form.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::web::{Form, FormConfig, Query};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use registry::Fault;
use registry::trials::Wish;

use crate::problem::{Kind, Problem};

/// Longest form, in bytes: 500 signals with long names and numbers.
const FORM_BYTES: usize = 128 << 10;
/// Most fields that are read.
const MOST_FIELDS: usize = 5_000;

/// Fields as they were sent.
pub(in crate::pages) struct Sent {
    fields: Vec<(String, String)>,
    /// Whether a list and an item are chosen, and nothing changed yet.
    pub(super) is_choosing: bool,
}

impl FromRequest for Sent {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, body: &mut Payload) -> Self::Future {
        let (request, mut body) = (request.clone(), body.take());
        Box::pin(async move {
            let unread = |error: &dyn std::fmt::Display| Problem::new(Kind::BadRequest, error.to_string());
            if request.method() != Method::POST {
                let Query(fields) =
                    Query::from_query(request.query_string()).map_err(|error| unread(&error))?;
                return Ok(Self { fields, is_choosing: true });
            }
            if request.content_type() != "application/x-www-form-urlencoded" {
                let wanted = "send the form as `application/x-www-form-urlencoded`";
                return Err(Problem::new(Kind::UnsupportedMediaType, wanted));
            }
            let form = Form::<Vec<(String, String)>>::from_request(&request, &mut body).await;
            let Form(fields) = form.map_err(|error| match error.as_error() {
                Some(actix_web::error::UrlencodedError::Overflow { .. }) => Problem::of(Kind::TooLarge),
                _ => unread(&error),
            })?;
            Ok(Self { fields, is_choosing: false })
        })
    }
}

/// How forms of this page are read.
pub(in crate::pages) fn config() -> FormConfig {
    FormConfig::default().limit(FORM_BYTES)
}

impl Sent {
    /// What shall be tried. Fields that are left empty are not meant.
    pub(super) fn wish(&self) -> Result<Wish, Problem> {
        let meant = |name: &str| {
            let field = self.fields.iter().find(|(field, value)| field == name && !value.trim().is_empty());
            field.map(|(_, value)| value.trim().to_owned())
        };
        let mut faults = Vec::new();
        let mut values = BTreeMap::new();
        let top = meant("top").filter(|_| !self.is_choosing);
        for (name, value) in self.fields.iter().take(MOST_FIELDS).filter(|_| !self.is_choosing) {
            let (Some(signal), value) = (name.strip_prefix("value."), value.trim()) else { continue };
            if value.is_empty() {
                continue;
            }
            match value.parse::<f64>().ok().filter(|number| number.is_finite()) {
                Some(number) => drop(values.insert(signal.to_owned(), number)),
                None => {
                    faults.push(Fault::new(
                        name.clone(),
                        "This is no number.",
                        "Write a number such as 3.5.",
                    ));
                }
            }
        }
        let top = top.map(|top| {
            top.parse::<usize>()
                .map_err(|error| Fault::new("top", format!("This is no count: {error}."), "Write 1 or more."))
        });
        let top = top.transpose().unwrap_or_else(|fault| {
            faults.push(fault);
            None
        });
        if !faults.is_empty() {
            return Err(Problem::new(Kind::RowsRefused, "some fields hold no numbers").with_faults(faults));
        }
        let without = meant("without").filter(|_| !self.is_choosing).into_iter().collect();
        Ok(Wish { list: meant("list"), item: meant("item"), values, without, top })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(fields: &[(&str, &str)], is_choosing: bool) -> Sent {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Sent { fields, is_choosing }
    }

    #[test]
    fn empty_fields_are_not_meant() {
        let wish = sent(
            &[("list", "1"), ("value.a", " 2.5 "), ("value.b", ""), ("top", ""), ("without", "")],
            false,
        );

        let wish = wish.wish().unwrap();

        assert_eq!((wish.list.as_deref(), wish.item, wish.top), (Some("1"), None, None));
        assert_eq!((wish.values.len(), wish.values.get("a"), wish.without.len()), (1, Some(&2.5), 0));
    }

    #[test]
    fn every_field_that_is_no_number_is_named() {
        let problem = sent(&[("value.a", "x"), ("value.b", "inf"), ("top", "-1")], false).wish().unwrap_err();

        let fields: Vec<_> = problem.faults().iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["value.a", "value.b", "top"]);
    }

    #[test]
    fn choosing_changes_nothing() {
        let wish =
            sent(&[("item", "3"), ("value.a", "1"), ("top", "2"), ("without", "a")], true).wish().unwrap();

        assert_eq!(wish, Wish { item: Some("3".to_owned()), ..Wish::default() });
    }
}
