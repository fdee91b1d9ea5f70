//! The made-up reference lists of the collection: the same bytes from the same seed on every machine.
//!
//! Ranges follow the inputs of `collection/catalogue.yaml`; the way numbers hang together (old posts have more votes,
//! liked posts are shared more) is ours. `lists.recipe` of each card says so in words.

mod chance;
mod content;
mod marks;
mod predictions;

use std::fs;
use std::io::Write;
use std::path::Path;

use chance::Chance;

use crate::{Problem, say};

/// Lists of every table.
const LISTS: usize = 24;
/// Items of every list.
const ITEMS: usize = 20;

/// How the lists of one ranking system are made.
struct Recipe {
    /// Id in the catalogue, and the name of the folder.
    id: &'static str,
    /// What one item is called.
    item: &'static str,
    /// Columns behind `list_id`, `item_id` and `item_title`.
    columns: &'static [&'static str],
    /// The cells of one list, item after item.
    list: fn(&mut Chance) -> Vec<Vec<String>>,
}

const RECIPES: [Recipe; 6] = [
    Recipe {
        id: "hacker-news-front-page",
        item: "Story",
        columns: &[
            "score",
            "sock_votes",
            "age_minutes",
            "comments",
            "is_story_or_poll",
            "has_url",
            "is_lightweight",
        ],
        list: content::hacker_news,
    },
    Recipe {
        id: "reddit-hot",
        item: "Post",
        columns: &["community", "ups", "downs", "created_epoch"],
        list: content::reddit,
    },
    Recipe {
        id: "lemmy-hot",
        item: "Post",
        columns: &["community", "score", "age_hours"],
        list: content::lemmy,
    },
    Recipe {
        id: "mastodon-trending-posts",
        item: "Post",
        columns: &["author", "boosts", "favourites", "age_hours", "eligible"],
        list: content::mastodon,
    },
    Recipe { id: "x-for-you-2026", item: "Post", columns: predictions::COLUMNS, list: predictions::x },
    Recipe {
        id: "india-nirf",
        item: "College",
        columns: &["teaching", "research", "graduation", "outreach", "perception"],
        list: marks::nirf,
    },
];

/// Writes `reference.csv` of every made-up table into the collection, and names the files.
///
/// # Errors
/// [`Problem::System`] when a file cannot be written.
pub(crate) fn write_lists(collection: &Path, out: &mut dyn Write) -> Result<(), Problem> {
    for recipe in &RECIPES {
        let path = collection.join(recipe.id).join("reference.csv");
        fs::write(&path, recipe.csv()).map_err(Problem::system(format!("writing {}", path.display())))?;
        say(out, &path.display().to_string())?;
    }
    Ok(())
}

impl Recipe {
    fn csv(&self) -> String {
        let mut chance = Chance::new(self.id);
        let mut rows = vec![format!("list_id,item_id,item_title,{}\n", self.columns.join(","))];
        for list in 1..=LISTS {
            for (place, cells) in (self.list)(&mut chance).into_iter().enumerate() {
                let item = place + 1;
                let cells = cells.join(",");
                let item_title = format!("{} {item}", self.item);
                rows.push(format!("list-{list:02},{list:02}-{item:02},{item_title},{cells}\n"));
            }
        }
        rows.concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_lists_are_those_of_the_recipes() {
        let collection = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../collection"));
        for recipe in &RECIPES {
            let kept = fs::read_to_string(collection.join(recipe.id).join("reference.csv")).unwrap();

            assert!(kept == recipe.csv(), "{}: write the lists again with `cargo xtask lists`", recipe.id);
        }
    }

    #[test]
    fn every_list_has_all_its_items_and_cells() {
        for recipe in &RECIPES {
            let csv = recipe.csv();
            let cells = recipe.columns.len() + 3;

            assert_eq!(csv.lines().count(), LISTS * ITEMS + 1, "{}", recipe.id);
            assert!(csv.lines().all(|line| line.split(',').count() == cells), "{}", recipe.id);
        }
    }
}
