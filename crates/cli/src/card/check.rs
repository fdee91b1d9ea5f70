//! `vitrine card check`: everything that the server would find wrong with these files alone, without a server.

use std::path::{Path, PathBuf};

use cards::Fault;
use clap::Args;
use domain::{RepositoryName, Slug};

use crate::error::Error;
use crate::folder::Candidate;
use crate::out::Out;
use crate::readme;

/// Arguments of `vitrine card check`.
#[derive(Args, Debug)]
pub(crate) struct CheckArguments {
    /// Folder with the model, system-card.yaml and the reference lists
    dir: PathBuf,
    /// The repository it will be pushed to, for the address of the card
    #[arg(long, value_name = "NS/NAME")]
    name: Option<RepositoryName>,
}

/// Reads everything and says all that is wrong.
pub(super) async fn check(arguments: CheckArguments, out: &mut Out) -> Result<u8, Error> {
    let CheckArguments { dir, name } = arguments;
    let folder = dir.clone();
    let checking = move || checked(&folder, name.as_ref());
    let Checked { summary, faults, warnings } = tokio::task::spawn_blocking(checking).await??;
    if !faults.is_empty() {
        return Err(Error::Faults(faults));
    }
    for warning in warnings {
        out.remark(format_args!("hard to read: {warning}"));
    }
    out.say(format_args!("{} can be published: {summary}", dir.display()))?;
    Ok(0)
}

/// What is there in a line, all that is wrong, and what would read better.
#[derive(Default)]
struct Checked {
    summary: String,
    faults: Vec<Fault>,
    warnings: Vec<Fault>,
}

fn checked(dir: &Path, name: Option<&RepositoryName>) -> Result<Checked, Error> {
    let mut faults = readme::faults(dir)?;
    let files = Candidate::open(dir)?;
    let bundle = match cards::check(&files) {
        Ok(bundle) => bundle,
        Err(found) => {
            faults.extend(found);
            return Ok(Checked { faults, ..Checked::default() });
        }
    };
    let hard = cards::hard_words(&files).map_err(Error::Faults)?;
    faults.extend(hard.refused);
    let unnamed = name.filter(|name| bundle.card.slug.is_none() && Slug::near(name.name()).is_none());
    faults.extend(unnamed.map(|name| {
        let wrong = format!("The name `{}` gives no address for a card.", name.name());
        let right = "Write a `slug` of 2 to 64 lower-case letters, digits and hyphens.";
        Fault::new("slug", wrong, right).in_file(cards::CARD_FILE)
    }));
    let (model, signals) = (&bundle.model_file, bundle.signals.len());
    let (lists, rows) = (bundle.list_ids.len(), bundle.item_ids.len());
    let summary = format!("{model} with {signals} signals, {lists} lists, {rows} items");
    Ok(Checked { summary, faults, warnings: hard.warned })
}
