//! The golden rows: inputs beside the scores that the author's own system gave them.

use super::files::{self, GOLDEN_FILE};
use super::{CARD_FILE, ReleaseFiles, table};
use crate::Fault;
use crate::lists::{self, Table, Wanted};
use crate::source::SystemCard;

/// Most golden rows.
const MOST_ROWS: usize = 10_000;
/// Column with the scores.
const SCORE: &str = "score";
/// Column with ids, which may be left out.
const ITEM: &str = "item_id";

/// Inputs beside the scores that the author's own system gave them.
#[derive(Clone, Debug)]
pub struct Golden {
    /// Path of the file.
    pub file: String,
    /// One row of numbers for each score, in the order of the model's slots.
    pub rows: explain::Matrix,
    /// The scores of the author's own system, all finite.
    pub scores: Vec<f64>,
    /// The id of each row's item, where there is such a column.
    pub item_ids: Option<Vec<String>>,
}

/// The table of `golden.csv`; `None` where there is no such file.
pub(super) fn read(
    release: &dyn ReleaseFiles,
    paths: &[String],
    card: &SystemCard,
) -> Result<Option<Table>, Vec<Fault>> {
    if !paths.iter().any(|path| path == GOLDEN_FILE) {
        return Ok(None);
    }
    if let Some(at) = card.signals.iter().position(|signal| signal.column == SCORE) {
        let wrong = format!(
            "The column `{SCORE}` is a signal, but in `{GOLDEN_FILE}` it holds the scores of your own system."
        );
        let right = "Give the signal's column another name, here and in both tables.";
        return Err(vec![Fault::new(format!("signals[{at}].column"), wrong, right).in_file(CARD_FILE)]);
    }
    let bytes = files::bytes(release, GOLDEN_FILE)?.into();
    let placed = |faults: Vec<Fault>| faults.into_iter().map(|fault| fault.in_file(GOLDEN_FILE)).collect();
    let names = lists::column_names(GOLDEN_FILE, &bytes).map_err(placed)?;
    let inputs = card.signals.iter().map(|signal| signal.column.as_str());
    let numbers: Vec<&str> = inputs.clone().chain([SCORE]).collect();
    let has_ids = names.iter().any(|name| name == ITEM) && !inputs.into_iter().any(|input| input == ITEM);
    let texts: &[&str] = if has_ids { &[ITEM] } else { &[] };
    let wanted = Wanted { numbers: &numbers, texts, gaps: &[] };
    let table = lists::read(GOLDEN_FILE, &bytes, &wanted).map_err(placed)?;
    if table.rows() > MOST_ROWS {
        let wrong = format!("There are {} rows.", table.rows());
        let right = format!("Keep at most {MOST_ROWS} of them.");
        return Err(placed(vec![Fault::new("", wrong, right)]));
    }
    Ok(Some(table))
}

/// The rows in the order of the slots; `signals` holds the position of each slot's signal in the words.
pub(super) fn rows(card: &SystemCard, signals: &[usize], table: &Table) -> Result<Golden, Vec<Fault>> {
    let unfit = |error: explain::Error| {
        let wrong = format!("The rows cannot be used: {error}.");
        vec![Fault::new("", wrong, "Write at least one row.").in_file(GOLDEN_FILE)]
    };
    let is_id =
        |values: &&lists::Column| values.name == ITEM && matches!(values.values, lists::Values::Texts(_));
    Ok(Golden {
        file: GOLDEN_FILE.to_owned(),
        rows: table::matrix(card, signals, table).map_err(unfit)?,
        scores: table.numbers(SCORE).map(<[f64]>::to_vec).unwrap_or_default(),
        item_ids: table.column(ITEM).filter(is_id).map(|_| table::texts(table, ITEM)),
    })
}
