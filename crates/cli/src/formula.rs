//! `vitrine formula`: a published formula becomes a model that can be hashed, run and audited.

use std::path::PathBuf;

use clap::Args;
use domain::Digest;
use onnx::formula::{compile, read_yaml};

use crate::error::Error;
use crate::folder;
use crate::out::Out;

/// Arguments of `vitrine formula`.
#[derive(Args, Debug)]
pub(crate) struct FormulaArguments {
    /// The formula, or a catalogue of formulas
    file: PathBuf,
    /// Which formula of a catalogue
    #[arg(long)]
    id: Option<String>,
    /// File for the model
    #[arg(short, long, value_name = "MODEL.onnx")]
    output: PathBuf,
}

/// Compiles a formula.
pub(crate) fn formula(arguments: &FormulaArguments, out: &mut Out) -> Result<u8, Error> {
    let FormulaArguments { file, id, output } = arguments;
    let bytes = folder::read_whole(file).map_err(Error::read(file))?;
    let text = String::from_utf8(bytes)
        .map_err(|error| Error::Refused(format!("`{}` is not UTF-8 text: {error}", file.display())))?;
    let formula = read_yaml(&text, id.as_deref())?;
    let model = compile(&formula)?;
    folder::write_whole(output, &model)?;
    let (name, inputs) = (&formula.id, formula.inputs.join(", "));
    out.say(format_args!("{}: {name}({inputs}), {}", output.display(), Digest::of(&model)))?;
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str, id: Option<&str>) -> (Result<u8, Error>, Option<Vec<u8>>) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("f.yaml");
        std::fs::write(&file, text).unwrap();
        let output = folder.path().join("m.onnx");
        let arguments = FormulaArguments { file, id: id.map(str::to_owned), output: output.clone() };
        let outcome = formula(&arguments, &mut Out::new(std::io::sink(), std::io::sink()));
        (outcome, std::fs::read(output).ok())
    }

    const CATALOGUE: &str = "entries:\n\
        - {id: one, inputs: [a], formula: [score = a + 1]}\n\
        - {id: two, inputs: [b], formula: [score = b * 2]}\n";

    #[test]
    fn one_formula_of_a_catalogue_becomes_a_model() {
        let (code, model) = run(CATALOGUE, Some("two"));

        assert_eq!(code.unwrap(), 0);
        assert_eq!(onnx::read(&model.unwrap()).unwrap().inputs[0].name, "b");
    }

    #[test]
    fn a_catalogue_needs_an_id_and_nothing_is_written_without() {
        let (outcome, model) = run(CATALOGUE, None);

        assert!(matches!(outcome, Err(Error::Formula(_))));
        assert_eq!(model, None);
    }
}
