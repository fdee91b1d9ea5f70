//! What reading can show about the files of a ranking release, all faults at once.

#[cfg(test)]
mod collection_tests;
mod conditions;
mod files;
mod golden;
mod inputs;
mod outputs;
mod table;
#[cfg(test)]
mod tests;

use std::io;

pub use golden::Golden;
use onnx::slots::Slot;

use crate::Fault;
use crate::lists::{self, Table};
use crate::source::{self, SystemCard};

/// Name of the file with the words.
pub const CARD_FILE: &str = "system-card.yaml";

/// The files of a release, or of a folder that may become one.
pub trait ReleaseFiles {
    /// Paths of all files, with `/` between folders.
    fn paths(&self) -> Vec<String>;

    /// The bytes of one file.
    ///
    /// # Errors
    /// What the system says when the file cannot be read.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// The first bytes of one file: all of them where it is no longer than `most`. They are not compared with the digest.
    ///
    /// # Errors
    /// What the system says when the file cannot be read.
    fn read_start(&self, path: &str, most: usize) -> io::Result<Vec<u8>> {
        let mut bytes = self.read(path)?;
        bytes.truncate(most);
        Ok(bytes)
    }
}

/// A ranking release whose parts fit each other, as far as reading can show.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The words.
    pub card: SystemCard,
    /// The model's own description.
    pub model: onnx::Model,
    /// Path of the model.
    pub model_file: String,
    /// The model's bytes.
    pub model_bytes: Vec<u8>,
    /// Path of the reference lists.
    pub lists_file: String,
    /// What the model takes: slot `i` is fed by column `i` of [`Bundle::lists`].
    pub slots: Vec<Slot>,
    /// For each slot the position of its signal in `card.signals`.
    pub signals: Vec<usize>,
    /// What comes out as the score.
    pub output: Output,
    /// All columns; rows of one list stand together, lists in order of their first row in the file.
    pub table: Table,
    /// The numbers that the model is fed with, in the table's order of rows.
    pub lists: explain::Lists,
    /// The id of each list.
    pub list_ids: Vec<String>,
    /// The id of each row's item.
    pub item_ids: Vec<String>,
    /// The title of each row's item, where there is such a column.
    pub item_titles: Option<Vec<String>>,
    /// The known right answer of each row, where there is such a column.
    pub labels: Option<Vec<f64>>,
    /// What the author's own system gave, where the release holds `golden.csv`.
    pub golden: Option<Golden>,
}

/// What comes out as the score.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// One output of the model.
    Named(String),
    /// The sum of outputs times weights, in order of their names.
    Weighted(Vec<(String, f64)>),
}

impl Bundle {
    /// The signal that feeds a slot.
    #[must_use]
    pub fn signal(&self, slot: usize) -> Option<&source::Signal> {
        self.card.signals.get(*self.signals.get(slot)?)
    }

    /// The slot that a signal feeds.
    #[must_use]
    pub fn slot(&self, signal_id: &str) -> Option<usize> {
        (0..self.signals.len()).find(|slot| self.signal(*slot).is_some_and(|signal| signal.id == signal_id))
    }
}

/// The hard words of a ranking release that reading has found no fault with. Asked for when it is to be published.
///
/// # Errors
/// What cannot be read.
pub fn hard_words(release: &dyn ReleaseFiles) -> Result<source::HardWords, Vec<Fault>> {
    let unread = |error: std::io::Error| {
        vec![Fault::new("", error.to_string(), "Make the file readable.").in_file(CARD_FILE)]
    };
    let bytes = release.read(CARD_FILE).map_err(unread)?;
    let text = String::from_utf8_lossy(&bytes);
    let mut found = source::hard_words(text.strip_prefix('\u{feff}').unwrap_or(&text))?;
    for fault in found.refused.iter_mut().chain(&mut found.warned) {
        fault.file.get_or_insert_with(|| CARD_FILE.to_owned());
    }
    Ok(found)
}

/// Whether these files make a ranking release: at the root a model, the words and the reference lists.
#[must_use]
pub fn is_ranking<P: AsRef<str>>(paths: &[P]) -> bool {
    let any = |wanted: fn(&str) -> bool| paths.iter().any(|path| wanted(path.as_ref()));
    any(files::is_model) && any(|path| path == CARD_FILE) && any(files::is_lists)
}

/// Which of the three parts of a ranking release these files lack, by the usual names.
#[must_use]
pub fn missing_parts<P: AsRef<str>>(paths: &[P]) -> Vec<&'static str> {
    let any = |wanted: fn(&str) -> bool| paths.iter().any(|path| wanted(path.as_ref()));
    let there = [any(files::is_model), any(|path| path == CARD_FILE), any(files::is_lists)];
    let names = ["model.onnx", CARD_FILE, "reference.csv"];
    names.into_iter().zip(there).filter(|(_, is_there)| !is_there).map(|(name, _)| name).collect()
}

/// Reads the three files, and `golden.csv` where there is one, and checks everything that reading can show.
///
/// # Errors
/// Every fault, each with its file: a missing or unreadable file; faults of the words; a model that is refused; inputs
/// without a signal and signals without an input; outputs, columns and groups that are named but not there; cells that
/// are no numbers.
pub fn check(release: &dyn ReleaseFiles) -> Result<Bundle, Vec<Fault>> {
    together(release).map_err(|mut faults| {
        files::place(release, &mut faults);
        faults
    })
}

fn together(release: &dyn ReleaseFiles) -> Result<Bundle, Vec<Fault>> {
    let paths = release.paths();
    let mut faults = Vec::new();
    let card = gather(&mut faults, files::card(release, &paths));
    let model_name = card.as_ref().and_then(|card| card.model.file.as_ref());
    let model = gather(&mut faults, files::model(release, &paths, model_name));
    let lists_name = card.as_ref().and_then(|card| card.lists.file.as_ref());
    let lists = gather(&mut faults, files::lists(release, &paths, lists_name));
    let (card, model, lists) = match (card, model, lists) {
        (Some(card), Some(model), Some(lists)) => (card, model, lists),
        (card, _, lists) => {
            faults.extend(lists.iter().flat_map(|lists| table::faults_alone(card.as_ref(), lists)));
            return Err(faults);
        }
    };

    let slots = gather(&mut faults, inputs::slots(&model.model, &model.path));
    let output = gather(&mut faults, outputs::output(&card, &model.model));
    // A header that cannot be read tells its faults when the table is read as a whole.
    let names = lists::column_names(&lists.path, &lists.bytes).unwrap_or_default();
    let columns = gather(&mut faults, table::columns(&card, &names));
    let mapped = slots.as_deref().zip(columns.as_ref());
    let signals = mapped.and_then(|(slots, columns)| gather(&mut faults, inputs::map(&card, slots, columns)));
    let table = gather(&mut faults, table::read(&card, columns.as_ref(), &lists));
    let golden = gather(&mut faults, golden::read(release, &paths, &card));
    let unfit = table.as_ref().map(|table| conditions::faults(&card, table)).unwrap_or_default();
    faults.extend(unfit.into_iter().map(|fault| fault.in_file(CARD_FILE)));
    let (Some(slots), Some(output), Some(columns)) = (slots, output, columns) else { return Err(faults) };
    let (Some(signals), Some(table), Some(golden)) = (signals, table, golden) else { return Err(faults) };
    if !faults.is_empty() {
        return Err(faults);
    }
    let golden = golden.map(|table| golden::rows(&card, &signals, &table)).transpose()?;
    let grouped = table::group(&card, &columns, &signals, &table)
        .map_err(|faults| faults.into_iter().map(|fault| fault.in_file(&lists.path)).collect::<Vec<_>>())?;
    Ok(Bundle {
        card,
        model: model.model,
        model_file: model.path,
        model_bytes: model.bytes,
        lists_file: lists.path,
        slots,
        signals,
        output,
        table: grouped.table,
        lists: grouped.lists,
        list_ids: grouped.list_ids,
        item_ids: grouped.item_ids,
        item_titles: grouped.item_titles,
        labels: grouped.labels,
        golden,
    })
}

/// The value; faults are put aside.
fn gather<T>(faults: &mut Vec<Fault>, outcome: Result<T, Vec<Fault>>) -> Option<T> {
    outcome.map_err(|mut found| faults.append(&mut found)).ok()
}
