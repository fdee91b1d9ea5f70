//! `vitrine explain`: where scores and places come from, offline, with the model in a process with limits.

mod arguments;
mod models;

use std::path::Path;
use std::time::Instant;

use bytes::Bytes;
use cards::Fault;
use cards::report::{self, Layout, Names, OutputChoice, Question, Report, Sheet};
use explain::{Means, TABLE_BYTES};
use onnx::slots;

pub(crate) use arguments::ExplainArguments;
use arguments::Format;
use models::Workers;

use crate::error::Error;
use crate::folder;
use crate::out::Out;

/// Explains the rows of a table. Gives the exit code.
pub(crate) async fn explain(arguments: ExplainArguments, out: &mut Out) -> Result<u8, Error> {
    let format = arguments.format;
    let report = tokio::task::spawn_blocking(move || run(&arguments)).await??;
    match format {
        Format::Json => out.say(serde_json::to_string(&report)?)?,
        Format::Csv => {
            let table = report::to_csv(&serde_json::to_value(&report)?);
            out.write(table.map_err(|error| Error::Csv(error.to_string()))?.as_bytes())?;
        }
    }
    Ok(0)
}

fn run(arguments: &ExplainArguments) -> Result<Report, Error> {
    arguments.check()?;
    let started = Instant::now();
    let bytes = folder::read_whole(&arguments.model).map_err(Error::read(&arguments.model))?;
    let model = onnx::read(&bytes)?;
    let slots = slots::slots(&model).map_err(|error| Error::Refused(error.to_string()))?;
    let names = arguments.signals.as_deref().map(names).transpose()?;
    let names =
        names.map(|names| names.for_slots(&slots)).transpose().map_err(|fault| Error::Faults(vec![fault]))?;
    let signals = names.as_ref().map(Names::keys);
    let layout = Layout {
        slots: &slots,
        signals: signals.as_deref(),
        list: arguments.lists.as_deref(),
        item: arguments.item.as_deref(),
        groups: &arguments.group,
    };
    let mut sheet = sheet(&arguments.rows, &layout)?;
    if let Some(list) = &arguments.only {
        sheet = sheet.only(list).map_err(Error::Faults)?;
    }
    let beside = Layout { list: None, item: None, groups: &[], ..layout };
    let background = arguments.background.as_deref().map(|file| background(file, &beside, arguments));
    let background = background.transpose()?;
    let read_s = started.elapsed().as_secs_f64();

    let question = Question {
        request: arguments.request(names.as_ref()),
        sheet,
        background,
        output: arguments
            .output
            .as_deref()
            .map_or_else(|| OutputChoice::usual(names.as_ref()), OutputChoice::from),
        names,
        model: &bytes,
        shelf: None,
    };
    let mut workers = Workers::new(&bytes, arguments.threads())?;
    let means = Means { threads: arguments.threads(), table_bytes: TABLE_BYTES, stop: &|| false };
    let mut report = report::answer(&question, &mut workers, &means, &|| started.elapsed().as_secs_f64())?;
    report.timings =
        report.timings.filter(|_| arguments.timings).map(|timings| report::Timings { read_s, ..timings });
    Ok(report)
}

fn names(file: &Path) -> Result<Names, Error> {
    let bytes = folder::read_whole(file).map_err(Error::read(file))?;
    Names::read(&bytes).map_err(|fault| Error::Faults(vec![fault.in_file(&file.display().to_string())]))
}

fn sheet(file: &Path, layout: &Layout<'_>) -> Result<Sheet, Error> {
    let bytes: Bytes = folder::read_whole(file).map_err(Error::read(file))?.into();
    let name = file.display().to_string();
    Sheet::read(&name, &bytes, layout).map_err(in_file(&name))
}

fn background(file: &Path, layout: &Layout<'_>, arguments: &ExplainArguments) -> Result<Sheet, Error> {
    let sheet = sheet(file, layout)?;
    Ok(match arguments.background_rows {
        Some(rows) => sheet.first(rows.get()).map_err(Error::Faults)?,
        None => sheet,
    })
}

/// Says of faults in which file they are.
fn in_file(name: &str) -> impl Fn(Vec<Fault>) -> Error {
    move |faults| Error::Faults(faults.into_iter().map(|fault| fault.in_file(name)).collect())
}
