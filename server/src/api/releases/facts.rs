//! What is said of a release when it is published.

use std::str::FromStr;

use domain::{Language, License, Malformed, PreReleaseTest, Relation, RepositoryName, Variant, Version};
use registry::{Draft, Facts, Fault, NewBase};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::json::Sent;
use crate::problem::{Kind, Problem};

/// A release to publish.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRelease, example = json!({
    "repository": "alice/tiny-ranker", "version": "1.0.0", "revision": "main", "license": "Apache-2.0",
    "languages": ["en", "hi"], "description": "Orders the posts of a small site.",
    "limits": ["Made for lists of at most 100 posts."]
}))]
pub(crate) struct NewReleaseDocument {
    /// `namespace/name` of a public repository.
    repository: String,
    /// A semantic version.
    version: String,
    /// Branch or commit to publish; `main` when missing.
    revision: Option<String>,
    /// An SPDX expression; taken from the front matter of `README.md` when missing.
    license: Option<String>,
    /// Languages it is made for, as BCP 47 tags; taken from `README.md` when missing.
    #[serde(default)]
    languages: Vec<String>,
    /// What it was made from.
    base: Option<NewBaseDocument>,
    /// What it does, as a task of the Hub; taken from `README.md` when missing.
    #[schema(example = "text-ranking")]
    pipeline_tag: Option<String>,
    /// The library that reads it; taken from `README.md` when missing.
    library_name: Option<String>,
    /// Words to find it by; taken from `README.md` when missing.
    #[serde(default)]
    tags: Vec<String>,
    /// Names of the data sets it learnt from; taken from `README.md` when missing.
    #[serde(default)]
    datasets: Vec<String>,
    /// The family of models it belongs to; taken from `README.md` when missing, as every text and list below.
    #[schema(example = "Tiny")]
    family: Option<String>,
    /// How far its training went: `pretrained` or `fine-tuned`.
    #[schema(example = "fine-tuned")]
    variant: Option<String>,
    /// What it learnt from.
    training_data: Option<String>,
    /// What its training took of energy.
    energy: Option<String>,
    /// Who should not use it, or what for.
    #[serde(default)]
    out_of_scope: Vec<String>,
    /// Tests that were made before it was published.
    #[serde(default)]
    pre_release_tests: Vec<NewTestDocument>,
    /// What it is.
    description: Option<String>,
    /// Address of the announcement.
    announcement: Option<String>,
    /// Address of the paper.
    paper: Option<String>,
    /// Address of the starting code.
    starting_code: Option<String>,
    /// What it is meant for.
    intended_use: Option<String>,
    /// What it cannot do.
    #[serde(default)]
    limits: Vec<String>,
    /// What could go wrong.
    #[serde(default)]
    risks: Vec<String>,
    /// What it is good for.
    #[serde(default)]
    benefits: Vec<String>,
    /// Whether it makes text, pictures, sound or video.
    generates_media: Option<bool>,
    /// What you disclose about generated media.
    disclosure: Option<String>,
}

/// The release that this one was made from.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewBase, example = json!({"release": "alice/base@2.1.0", "relation": "finetune"}))]
struct NewBaseDocument {
    /// `namespace/name@version` of a release here, or a name elsewhere.
    release: String,
    /// `adapter`, `merge`, `quantized` or `finetune`.
    relation: String,
}

/// A test that was made before publication.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewTest, example = json!({"kind": "red teaming", "who": "Example Lab", "hours": 40, "findings": []}))]
struct NewTestDocument {
    /// What kind of test.
    kind: String,
    /// Who made it.
    who: Option<String>,
    /// Hours of work that went into it.
    hours: Option<u32>,
    /// What was found.
    #[serde(default)]
    findings: Vec<String>,
}

impl From<NewTestDocument> for PreReleaseTest {
    fn from(NewTestDocument { kind, who, hours, findings }: NewTestDocument) -> Self {
        Self { kind, who, hours, findings }
    }
}

impl Sent for NewReleaseDocument {}

impl NewReleaseDocument {
    /// The draft in words; all that is wrong at once.
    pub(super) fn draft(self) -> Result<Draft, Problem> {
        let mut faults = Vec::new();
        let repository = word::<RepositoryName>("repository", &self.repository, &mut faults);
        let version = word::<Version>("version", &self.version, &mut faults);
        let license = self.license.as_deref().and_then(|text| word::<License>("license", text, &mut faults));
        let languages = self
            .languages
            .iter()
            .enumerate()
            .filter_map(|(n, text)| word::<Language>(&format!("languages[{n}]"), text, &mut faults))
            .collect();
        let base = self.base.and_then(|base| {
            let relation = word::<Relation>("base.relation", &base.relation, &mut faults)?;
            Some(NewBase { release: base.release, relation })
        });
        let variant = self.variant.as_deref().and_then(|text| word::<Variant>("variant", text, &mut faults));
        let (Some(repository), Some(version), true) = (repository, version, faults.is_empty()) else {
            let detail = "nothing was published: some fields hold what they cannot hold";
            return Err(Problem::new(Kind::Unpublishable, detail).with_faults(faults));
        };
        let facts = Facts {
            license,
            languages,
            base,
            pipeline_tag: self.pipeline_tag,
            library_name: self.library_name,
            tags: self.tags,
            datasets: self.datasets,
            family: self.family,
            variant,
            training_data: self.training_data,
            energy: self.energy,
            out_of_scope: self.out_of_scope,
            pre_release_tests: self.pre_release_tests.into_iter().map(Into::into).collect(),
            description: self.description,
            announcement: self.announcement,
            paper: self.paper,
            starting_code: self.starting_code,
            intended_use: self.intended_use,
            limits: self.limits,
            risks: self.risks,
            benefits: self.benefits,
            generates_media: self.generates_media,
            disclosure: self.disclosure,
        };
        let revision = self.revision.unwrap_or_else(|| registry::MAIN.to_owned());
        Ok(Draft { repository, version, revision, facts })
    }
}

/// A word of a field, or the fault in it.
fn word<T: FromStr<Err = Malformed>>(field: &str, text: &str, faults: &mut Vec<Fault>) -> Option<T> {
    match text.parse() {
        Ok(word) => Some(word),
        Err(error) => {
            let wrong = format!("`{}` is not {}.", error.found, error.what);
            faults.push(Fault::new(field, wrong, sentence(&error.rule)));
            None
        }
    }
}

/// A rule as a sentence of its own.
fn sentence(rule: &str) -> String {
    let mut letters = rule.chars();
    letters.next().map(|first| format!("{}{}.", first.to_uppercase(), letters.as_str())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn all_wrong_fields_are_told_at_once() {
        let new: NewReleaseDocument = serde_json::from_value(json!({
            "repository": "nobody", "version": "1", "license": "free", "languages": ["en", "!"],
            "base": {"release": "x", "relation": "cousin"}
        }))
        .unwrap();

        let problem = new.draft().unwrap_err();

        let fields: Vec<_> = problem.faults().iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["repository", "version", "license", "languages[1]", "base.relation"]);
    }

    #[test]
    fn the_least_that_must_be_said_is_repository_and_version() {
        let new: NewReleaseDocument =
            serde_json::from_value(json!({"repository": "alice/tiny", "version": "v1.0.0"})).unwrap();

        let draft = new.draft().unwrap();

        assert_eq!((draft.revision.as_str(), draft.facts), ("main", Facts::default()));
    }
}
