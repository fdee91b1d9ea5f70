//! `vitrine card init`: a draft with every input of a model and the questions to answer.

use std::path::PathBuf;

use clap::Args;

use crate::error::Error;
use crate::folder;
use crate::out::Out;

/// Arguments of `vitrine card init`.
#[derive(Args, Debug)]
pub(crate) struct InitArguments {
    /// The model
    model: PathBuf,
    /// File to write the draft to; must not exist yet [default: print it]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Drafts a `system-card.yaml`.
pub(super) fn init(arguments: &InitArguments, out: &mut Out) -> Result<u8, Error> {
    let InitArguments { model: file, output } = arguments;
    let model = onnx::read(&folder::read_whole(file).map_err(Error::read(file))?)?;
    let name =
        file.file_name().map_or_else(|| "model.onnx".to_owned(), |name| name.to_string_lossy().into_owned());
    let draft = cards::source::skeleton(&model, &name);
    let Some(output) = output else {
        out.write(draft.as_bytes())?;
        return Ok(0);
    };
    if output.exists() {
        let output = output.display();
        return Err(Error::Refused(format!(
            "`{output}` exists already; a draft does not replace what was written"
        )));
    }
    folder::write_whole(output, draft.as_bytes())?;
    out.say(format_args!("Wrote {}: answer its questions, then run `vitrine card check`", output.display()))?;
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let model = folder.path().join("m.onnx");
        let formula = onnx::formula::Formula {
            id: "f".to_owned(),
            steps: vec!["score = age * 2".to_owned()],
            inputs: vec!["age".to_owned()],
            order: onnx::formula::Order::default(),
        };
        std::fs::write(&model, onnx::formula::compile(&formula).unwrap()).unwrap();
        let arguments = InitArguments { model, output: Some(folder.path().join("card.yaml")) };
        let mut out = Out::new(std::io::sink(), std::io::sink());

        let first = init(&arguments, &mut out);
        let second = init(&arguments, &mut out);

        assert_eq!(first.unwrap(), 0);
        let draft = std::fs::read_to_string(folder.path().join("card.yaml")).unwrap();
        assert!(draft.contains("\"age\"") && draft.contains("\"m.onnx\""), "{draft}");
        assert!(second.unwrap_err().to_string().contains("exists already"));
    }
}
