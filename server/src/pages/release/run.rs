//! How to run a release, in five lines at most.

use cards::examination::{Examination, ModelFile, TensorFacts};
use domain::ReleaseDocument;
use registry::ExaminationState;

/// Lines to copy, and the message that says what they do.
pub(super) struct Recipe {
    pub(super) message: &'static str,
    pub(super) lines: Vec<String>,
}

/// The shortest way to an answer of this release.
pub(super) fn recipe(document: &ReleaseDocument, examination: &ExaminationState, site: &str) -> Recipe {
    let name = document.repository.name.to_string();
    let tag = document.version.tag();
    let paths = || document.files.iter().map(|file| file.path.as_str());
    let path = |ending: &str| paths().find(|path| ends(path, ending));
    if let Some(model) = usual_onnx(document) {
        let known = match examination {
            ExaminationState::Ready(kept) => inputs_of(&kept.examination, model),
            _ => None,
        };
        return Recipe { message: "run-onnx", lines: onnx((&name, &tag, site), model, known) };
    }
    if let Some(file) = path("gguf") {
        let lines = vec![
            format!("export HF_ENDPOINT={site}"),
            format!("hf download {name} {} --revision {tag} --local-dir .", shell(file)),
            format!("llama-cli -m {} -p 'Namaste'", shell(file)),
        ];
        return Recipe { message: "run-llama", lines };
    }
    let is_transformers = document.library_name.as_deref() == Some("transformers")
        || (paths().any(|path| path == "config.json") && path("safetensors").is_some());
    match &document.pipeline_tag {
        Some(task) if is_transformers => {
            let lines = vec![
                format!("import os; os.environ[\"HF_ENDPOINT\"] = {}", python(site)),
                "from transformers import pipeline".to_owned(),
                format!("model = pipeline({}, {}, revision={})", python(task), python(&name), python(&tag)),
                "print(model(\"Namaste\"))".to_owned(),
            ];
            Recipe { message: "run-transformers", lines }
        }
        _ => {
            let folder = format!("{}-{}", document.repository.name.name(), document.version);
            let lines = vec![
                format!("export HF_ENDPOINT={site}"),
                format!("hf download {name} --revision {tag} --local-dir {folder}"),
            ];
            Recipe { message: "run-fetch", lines }
        }
    }
}

/// `model.onnx`, else the first at the root, else the first.
fn usual_onnx(document: &ReleaseDocument) -> Option<&str> {
    let all = || document.files.iter().map(|file| file.path.as_str()).filter(|path| ends(path, "onnx"));
    all()
        .find(|path| *path == "model.onnx")
        .or_else(|| all().find(|path| !path.contains('/')))
        .or_else(|| all().next())
}

fn inputs_of<'a>(examination: &'a Examination, path: &str) -> Option<&'a [TensorFacts]> {
    let found = examination.models.iter().find(|model: &&ModelFile| model.file.path == path)?;
    Some(&found.onnx.as_ref()?.inputs)
}

fn onnx((name, tag, site): (&str, &str, &str), file: &str, inputs: Option<&[TensorFacts]>) -> Vec<String> {
    let mut lines = vec![
        "import numpy, onnxruntime, huggingface_hub as hub".to_owned(),
        format!(
            "path = hub.hf_hub_download({}, {}, revision={}, endpoint={})",
            python(name),
            python(file),
            python(tag),
            python(site)
        ),
        "model = onnxruntime.InferenceSession(path)".to_owned(),
    ];
    match inputs {
        Some(inputs) if !inputs.is_empty() && inputs.len() <= 12 => {
            let fed = |input: &TensorFacts| {
                let length = |length: &String| {
                    length.parse::<u64>().map_or("1".to_owned(), |length| length.to_string())
                };
                let mut shape: Vec<String> = input.shape.iter().map(length).collect();
                if shape.len() == 1 {
                    shape.push(String::new());
                }
                let kind = if input.kind == "string" { "object" } else { &input.kind };
                format!(
                    "{}: numpy.ones(({}), {})",
                    python(&input.name),
                    shape.join(", ").trim_end(),
                    python(kind)
                )
            };
            lines.push(format!("rows = {{{}}}", inputs.iter().map(fed).collect::<Vec<_>>().join(", ")));
            lines.push("print(model.run(None, rows))".to_owned());
        }
        _ => lines.push("print([(input.name, input.shape) for input in model.get_inputs()])".to_owned()),
    }
    lines
}

/// Whether a path has this ending.
fn ends(path: &str, ending: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, found)| found.eq_ignore_ascii_case(ending))
}

/// A text as Python writes it: the escapes of JSON strings mean the same there.
fn python(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A path as one word of a shell.
fn shell(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
    if path.bytes().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensor(name: &str, kind: &str, shape: &[&str]) -> TensorFacts {
        let shape = shape.iter().map(ToString::to_string).collect();
        TensorFacts { name: name.to_owned(), kind: kind.to_owned(), shape }
    }

    #[test]
    fn inputs_are_fed_by_name_kind_and_shape() {
        let inputs = [tensor("x\"y", "float32", &["N", "3"]), tensor("n", "int64", &["?"])];

        let lines = onnx(("a/b", "v1.0.0", "https://v.example"), "model.onnx", Some(&inputs));

        assert_eq!(lines.len(), 5);
        assert_eq!(
            lines[3],
            r#"rows = {"x\"y": numpy.ones((1, 3), "float32"), "n": numpy.ones((1,), "int64")}"#
        );
    }

    #[test]
    fn paths_stay_one_word_of_a_shell() {
        assert_eq!(shell("a/b-1.gguf"), "a/b-1.gguf");
        assert_eq!(shell("a b'c.gguf"), r"'a b'\''c.gguf'");
    }
}
