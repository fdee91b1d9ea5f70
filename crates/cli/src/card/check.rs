//! `vitrine card check`: everything that the server would find wrong with these files alone, without a server.

use std::path::{Path, PathBuf};

use cards::Fault;
use clap::Args;
use domain::{RepositoryName, Slug};

use crate::error::Error;
use crate::folder::{self, Candidate};
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
    let (summary, faults) = tokio::task::spawn_blocking(checking).await??;
    if !faults.is_empty() {
        return Err(Error::Faults(faults));
    }
    for warning in warnings(&dir)? {
        out.remark(format_args!("hard to read: {warning}"));
    }
    out.say(format_args!("{} can be published: {summary}", dir.display()))?;
    Ok(0)
}

/// What would read better in the words of a card that can be published.
fn warnings(dir: &Path) -> Result<Vec<Fault>, Error> {
    let file = dir.join(cards::CARD_FILE);
    let bytes = folder::read_whole(&file).map_err(Error::read(&file))?;
    let text = String::from_utf8_lossy(&bytes);
    let found =
        cards::source::warnings(text.strip_prefix('\u{feff}').unwrap_or(&text)).map_err(Error::Faults)?;
    Ok(found.into_iter().map(|fault| fault.in_file(cards::CARD_FILE)).collect())
}

/// What is there in a line, and all that is wrong.
fn checked(dir: &Path, name: Option<&RepositoryName>) -> Result<(String, Vec<Fault>), Error> {
    let mut faults = readme::faults(dir)?;
    let bundle = match cards::check(&Candidate::open(dir)?) {
        Ok(bundle) => bundle,
        Err(found) => {
            faults.extend(found);
            return Ok((String::new(), faults));
        }
    };
    let unnamed = name.filter(|name| bundle.card.slug.is_none() && Slug::near(name.name()).is_none());
    faults.extend(unnamed.map(|name| {
        let wrong = format!("The name `{}` gives no address for a card.", name.name());
        let right = "Write a `slug` of 2 to 64 lower-case letters, digits and hyphens.";
        Fault::new("slug", wrong, right).in_file(cards::CARD_FILE)
    }));
    let (model, signals) = (&bundle.model_file, bundle.signals.len());
    let (lists, rows) = (bundle.list_ids.len(), bundle.item_ids.len());
    Ok((format!("{model} with {signals} signals, {lists} lists, {rows} items"), faults))
}
