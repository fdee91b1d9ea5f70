//! Arguments of `vitrine explain`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use cards::report::{FIRST_PLACES, Grain, GridKind, Method, Names, Quantity, Request};
use clap::{Args, ValueEnum};
use explain::Order;

use crate::error::Error;

/// Most threads that are started.
const MOST_THREADS: usize = 64;

const ABOUT: &str = "\
Quantities
  score           what added how much to the score of each row (rows[])
  pair            why one item has a higher score than another; without --pair, for all neighbours of each list
  place, topk     what moved each item to its place, or into the first K, among the others of its list
  list            what the order of a list as a whole rests on; without --background, its own rows are the background
  report          score, place, topk and list together, from one run for each list
  importance      mean size of each part of the scores, and places moved when a signal is made blind
  predictions     which prediction made the score, and which signal made the prediction
  direction       whether more of a signal ever raises, or ever lowers, a score
  dependence      mean score for each value of a signal
  counterfactual  which value of one signal would bring an item into the first K
  stability, position, manipulability, exposure, diversity, reach, quality
                  how steady the order is; whether it depends on the order of the rows; how many places one can win;
                  who is shown how far up; how varied the top is; which signals count at all; how good the figures are

Columns
  Inputs that are named vectors are read from the columns of their names; a matrix of d numbers takes the last d columns
  of the table. Other columns are carried along. An empty cell and `nan` are missing values, for models that take them.

Output
  JSON: one document; `rows` for score, `results` for all others. `exact` says whether the figures carry no error of
  chance, `opened` whether the parts of the model were known here; `why` says why not.
  CSV: one line for each row, item, pair, list or signal; `values` and `stderr` get a column for each player; grids get
  a line for each of their values.

Timings, in seconds, with --timings
  read_s     reading the files
  verify_s   opening the model and comparing it with ONNX Runtime
  prepare_s  preparing what is made once for a model and a background, such as the tables of trees
  compute_s  the explanations alone

Exit code: 0, or 1 with a sentence that says what is wrong and what would be right, or 2 for wrong usage.";

/// Arguments of `vitrine explain`.
#[derive(Args, Debug)]
#[command(after_long_help = ABOUT)]
pub(crate) struct ExplainArguments {
    /// The model
    pub(super) model: PathBuf,
    /// Table with a header and one row for each item
    #[arg(long, value_name = "ROWS.csv")]
    pub(super) rows: PathBuf,
    /// Table of rows to compare with; may be missing for pair, list, exposure, position, diversity and reach
    #[arg(long, value_name = "BACKGROUND.csv")]
    pub(super) background: Option<PathBuf>,
    /// What to explain; see below
    #[arg(long, default_value_t = Quantity::Score, value_name = "QUANTITY")]
    quantity: Quantity,
    /// auto, exact, sample or path-dependent
    #[arg(long, default_value_t = Method::Auto, value_name = "METHOD")]
    method: Method,
    /// Who shares a number out: signals or groups
    #[arg(long, default_value_t = Grain::Signals, value_name = "WHO")]
    players: Grain,
    /// Names and groups of the signals
    #[arg(long, value_name = "SIGNALS.json")]
    pub(super) signals: Option<PathBuf>,
    /// Output to explain, by name or by column [default: the output named score, else the only one]
    #[arg(long, value_name = "NAME")]
    pub(super) output: Option<String>,
    /// Column with the ids of lists [default: all rows are one list]
    #[arg(long, value_name = "COLUMN")]
    pub(super) lists: Option<String>,
    /// Column with the ids of items [default: `item_id`, else the number of the row]
    #[arg(long, value_name = "COLUMN")]
    pub(super) item: Option<String>,
    /// Only this list
    #[arg(long = "in", value_name = "LIST")]
    pub(super) only: Option<String>,
    /// Two items: why is A above B
    #[arg(long, value_name = "A,B", value_parser = pair)]
    pair: Option<(String, String)>,
    /// How many places count as the first ones
    #[arg(long, value_name = "K", default_value_t = first_places())]
    k: NonZeroUsize,
    /// Only the first rows of the background
    #[arg(long, value_name = "N")]
    pub(super) background_rows: Option<NonZeroUsize>,
    /// Values at which a dependence is looked at: deciles or thresholds
    #[arg(long, default_value_t = GridKind::Deciles, value_name = "GRID")]
    grid: GridKind,
    /// Column that says to which group a row belongs; may be repeated [default: all other columns of text]
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub(super) group: Vec<String>,
    /// Threads at the same time; the figures are the same for any number
    #[arg(long, value_name = "N", default_value = "1")]
    threads: NonZeroUsize,
    /// Seed of everything that is drawn
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// How to write the answer
    #[arg(long, value_enum, default_value_t = Format::Json)]
    pub(super) format: Format,
    /// Say how long it took
    #[arg(long)]
    pub(super) timings: bool,
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(super) enum Format {
    /// One JSON document.
    Json,
    /// A table.
    Csv,
}

impl ExplainArguments {
    /// Refuses arguments that do not go together.
    pub(super) fn check(&self) -> Result<(), Error> {
        let wrong = if self.background.is_none() && self.quantity.wants_background() {
            let quantity = self.quantity;
            format!("--quantity {quantity} compares rows with others; name a table of them with --background")
        } else if self.players == Grain::Groups && self.signals.is_none() {
            "--players groups needs to know the groups; name a file of them with --signals".to_owned()
        } else if self.pair.is_some() && self.quantity != Quantity::Pair {
            "--pair says which two items are compared; ask for --quantity pair".to_owned()
        } else if self.background_rows.is_some() && self.background.is_none() {
            "--background-rows takes the first rows of a background; name it with --background".to_owned()
        } else {
            return Ok(());
        };
        Err(Error::Usage(wrong))
    }

    /// What is asked about the rows.
    pub(super) fn request(&self, names: Option<&Names>) -> Request {
        let ascending = names.and_then(|names| names.higher_is_shown_first) == Some(false);
        Request {
            quantity: self.quantity,
            method: self.method,
            players: self.players,
            pair: self.pair.clone(),
            first_places: self.k.get(),
            grid: self.grid,
            order: if ascending { Order::Ascending } else { Order::Descending },
            seed: self.seed,
        }
    }

    /// Threads at the same time.
    pub(super) fn threads(&self) -> usize {
        self.threads.get().min(MOST_THREADS)
    }
}

fn first_places() -> NonZeroUsize {
    NonZeroUsize::new(FIRST_PLACES).unwrap_or(NonZeroUsize::MIN)
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (above, below) =
        text.split_once(',').ok_or("write two items with a comma between them, such as 12,7")?;
    if above == below {
        return Err("write two different items".to_owned());
    }
    Ok((above.to_owned(), below.to_owned()))
}
